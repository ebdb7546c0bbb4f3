//! What users rely on, tested through the library and, where flags are wired, through the command.

mod cli;
mod index;
mod layers;
mod phrases;
mod properties;
mod support;
