//! What users rely on, tested through the library and, where flags are wired, through the command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cli;
mod index;
mod layers;
mod phrases;
mod properties;
mod relevance;
mod support;
