//! What users rely on, tested through the library and, where flags are wired, through the command.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod batch;
mod cli;
mod eval;
mod faults;
mod fuzz;
mod index;
mod layers;
mod oracle;
mod phrases;
mod properties;
mod query;
mod query_md;
mod ranking;
mod relevance;
mod salvage;
mod segments;
mod support;
mod versions;
