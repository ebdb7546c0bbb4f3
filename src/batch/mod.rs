//! Many queries, one after the other: read from a file, answered by several threads, handed over in order.

mod answer;
mod lines;
mod numbered;
mod objects;
mod own;
mod pool;
mod reader;
mod refusal;
mod table;
mod topics;

pub use answer::{Answer, BatchOptions};
pub use own::{OWN_OPTIONS, OwnOptions};
pub use pool::answer_all;
pub use reader::{BatchReader, QueryFormat};
pub use refusal::Refusal;

/// Most bytes of one query with its options.
pub const MAX_BATCH_RECORD: usize = 1 << 20;

/// One query of a batch, as it was read.
#[derive(Debug)]
pub struct BatchQuery {
    /// What answers are known by: as given, else the number of its line.
    pub id: String,
    /// The line of the file on which it stands, from 1.
    pub line: u64,
    /// The text of the query; empty where none could be read.
    pub text: String,
    /// What it asks for otherwise than the other queries, or why it cannot be answered.
    pub own: Result<OwnOptions, Refusal>,
}

impl BatchQuery {
    /// A query without an identifier or options of its own.
    fn new(line: u64, text: impl Into<String>) -> Self {
        let own = Ok(OwnOptions::default());
        BatchQuery { id: line.to_string(), line, text: text.into(), own }
    }

    /// The same with an identifier, if there is something in it.
    fn named(self, id: &str) -> Self {
        let id = id.trim();
        if id.is_empty() { self } else { BatchQuery { id: id.to_owned(), ..self } }
    }

    /// The same with the first thing that is wrong with it.
    fn refused(self, refusal: Option<Refusal>) -> Self {
        match (refusal, &self.own) {
            (Some(refusal), Ok(_)) => BatchQuery { own: Err(refusal), ..self },
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests;
