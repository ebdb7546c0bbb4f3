//! Builds the dictionary that the text of articles is compressed with, from the sample articles. The same
//! articles make the same bytes:
//!
//! ```text
//! cargo run --release --example build-dictionary src/index/text.dict
//! ```
//!
//! Another dictionary is another format of the index.

#![allow(clippy::print_stdout, reason = "a program tells what it made")]

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use depeche::import::{ImportOptions, files, read_file};

/// Bytes: twice as many would save 0.5 % of the text.
const SIZE: usize = 64 << 10;
/// Paragraphs of fewer bytes are headings.
const LEAST: usize = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let target = std::env::args().nth(1).ok_or("which file?")?;
    let corpus = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/corpus"));
    let mut paragraphs: Vec<String> = Vec::new();
    for file in files(&[corpus]).into_iter().flatten() {
        read_file(&file, &ImportOptions::default(), &mut |record| {
            if let Ok(draft) = record.result {
                let long = draft.body.split("\n\n").filter(|text| text.len() >= LEAST);
                paragraphs.extend(long.map(str::to_owned));
            }
            ControlFlow::Continue(())
        });
    }
    let dictionary = zstd::dict::from_samples(&paragraphs, SIZE)?;
    std::fs::write(&target, &dictionary)?;
    println!("{} paragraphs, {} bytes", paragraphs.len(), dictionary.len());
    Ok(())
}
