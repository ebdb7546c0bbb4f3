//! Answers a file of queries in order, two at a time, one JSON object a hit:
//!
//! ```text
//! cargo run --example batch -- index corpus/topics.tsv
//! ```

use std::error::Error;
use std::io::{Write, stdout};
use std::path::PathBuf;

use depeche::render::{Batch, BatchForm};
use depeche::{BatchOptions, BatchReader, Index, SearchOptions, answer_all};

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [index, queries] = &paths[..] else { return Err("usage: batch INDEX QUERIES".into()) };
    let index = Index::open(index)?;
    let queries = BatchReader::open(queries, None)?;
    let search = SearchOptions { limit: 3, ..SearchOptions::default() };
    let options = BatchOptions { search, threads: 2, ..BatchOptions::default() };
    let batch = Batch { form: BatchForm::Json, count_only: false };
    let mut out = stdout().lock();
    // `each` runs in the threads that search; what it gives comes out in the order of the queries.
    let each = |answer| batch.answer(&answer);
    answer_all(&index, queries, &options, each, &mut |bytes| out.write_all(&bytes?))?;
    Ok(())
}
