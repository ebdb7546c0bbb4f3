//! What the benches share: the corpus, both indexes over it, phrases drawn from it.
#![allow(dead_code, reason = "each bench uses a part of it")]

pub(crate) mod raw;

use std::path::PathBuf;

use depeche::import::{ImportOptions, Input, files, read_file};
use depeche::{Article, Index, IndexingOptions, index_inputs};

/// The text that benches run on, with an index of ours and one of the peer, in a temporary folder.
pub(crate) struct Corpus {
    pub(crate) articles: usize,
    pub(crate) bytes: usize,
    bodies: Vec<String>,
    dir: tempfile::TempDir,
}

impl Corpus {
    /// Reads the sample corpus, or `DEPECHE_BENCH_CORPUS`, and indexes it twice.
    pub(crate) fn prepare() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let corpus = Corpus::read(dir);
        let index = Index::create(&corpus.ours()).expect("an empty folder");
        let inputs = [Input::Path(path())];
        index_inputs(&index, &inputs, &IndexingOptions::default(), &mut |_| ()).expect("an index");
        raw::build(&corpus.raw(), corpus.bodies.iter().map(String::as_str));
        corpus
    }

    /// Reads the text alone.
    pub(crate) fn text_only() -> Self {
        Corpus::read(tempfile::tempdir().expect("a temporary folder"))
    }

    fn read(dir: tempfile::TempDir) -> Self {
        let mut bodies = Vec::new();
        for file in files(&[path()]).into_iter().flatten() {
            read_file(&file, &ImportOptions::default(), &mut |record| {
                bodies.extend(record.result.ok().map(|draft| draft.body));
                std::ops::ControlFlow::Continue(())
            });
        }
        let bytes = bodies.iter().map(String::len).sum();
        Corpus { articles: bodies.len(), bytes, bodies, dir }
    }

    pub(crate) fn ours(&self) -> PathBuf {
        self.dir.path().join("ours")
    }

    pub(crate) fn raw(&self) -> PathBuf {
        self.dir.path().join("raw")
    }

    pub(crate) fn bodies(&self) -> &[String] {
        &self.bodies
    }

    pub(crate) fn as_articles(&self) -> Vec<Article> {
        self.bodies.iter().enumerate().map(|(i, body)| Article::new(i.to_string(), body)).collect()
    }

    /// Phrases of two to five words, drawn from the text with a fixed seed.
    pub(crate) fn phrases(&self, count: usize) -> Vec<String> {
        let mut seed = 42;
        let mut next = |below: usize| {
            // Knuth's linear congruential generator: the same phrases everywhere.
            seed = u64::wrapping_add(u64::wrapping_mul(seed, 6_364_136_223_846_793_005), 1);
            (seed >> 33) as usize % below.max(1)
        };
        let mut phrases = Vec::new();
        while phrases.len() < count {
            let words: Vec<&str> =
                self.bodies[next(self.bodies.len())].split_whitespace().collect();
            let (len, at) = (2 + next(4), next(words.len()));
            let plain = |w: &&str| w.chars().all(char::is_alphabetic);
            if let Some(phrase) = words.get(at..at + len).filter(|p| p.iter().all(plain)) {
                phrases.push(phrase.join(" "));
            }
        }
        phrases
    }
}

fn path() -> PathBuf {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    std::env::var_os("DEPECHE_BENCH_CORPUS").map_or_else(|| sample.into(), PathBuf::from)
}
