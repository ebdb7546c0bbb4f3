//! What the benches share: the corpus, both indexes over it, phrases drawn from it.
#![allow(dead_code, reason = "each bench uses a part of it")]

pub(crate) mod raw;

use std::path::{Path, PathBuf};

use depeche::import::{ImportOptions, Input, files, read_file};
use depeche::{Article, Index, IndexingOptions, index_inputs};

/// The text that benches run on, with an index of ours and one of the peer, in a temporary folder.
pub(crate) struct Corpus {
    pub(crate) articles: usize,
    pub(crate) bytes: usize,
    bodies: Vec<String>,
    titles: Vec<String>,
    dir: Folder,
}

/// Where the indexes are: a folder that goes with the bench, or `DEPECHE_BENCH_DIR`, which stays.
enum Folder {
    Temporary(tempfile::TempDir),
    Kept(PathBuf),
}

impl Folder {
    fn open() -> Self {
        match std::env::var_os("DEPECHE_BENCH_DIR") {
            Some(dir) => Folder::Kept(dir.into()),
            None => Folder::Temporary(tempfile::tempdir().expect("a temporary folder")),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Folder::Temporary(dir) => dir.path(),
            Folder::Kept(dir) => dir,
        }
    }
}

impl Corpus {
    /// Reads the sample corpus, or `DEPECHE_BENCH_CORPUS`, and indexes it twice.
    pub(crate) fn prepare() -> Self {
        let corpus = Corpus::text_only();
        if corpus.ours().is_dir() {
            return corpus;
        }
        let index = Index::create(&corpus.ours()).expect("an empty folder");
        let inputs = [Input::Path(path())];
        index_inputs(&index, &inputs, &IndexingOptions::default(), &mut |_| ()).expect("an index");
        raw::build(&corpus.raw(), corpus.bodies.iter().map(String::as_str));
        corpus
    }

    /// Reads the text alone.
    pub(crate) fn text_only() -> Self {
        let (mut bodies, mut titles) = (Vec::new(), Vec::new());
        for file in files(&[path()]).into_iter().flatten() {
            read_file(&file, &ImportOptions::default(), &mut |record| {
                if let Ok(draft) = record.result {
                    bodies.push(draft.body);
                    titles.extend(draft.title);
                }
                std::ops::ControlFlow::Continue(())
            });
        }
        let bytes = bodies.iter().map(String::len).sum();
        Corpus { articles: bodies.len(), bytes, bodies, titles, dir: Folder::open() }
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
        let mut draw = Draw::new();
        let mut phrases = Vec::new();
        while phrases.len() < count {
            let words: Vec<&str> = draw.of(&self.bodies).split_whitespace().collect();
            let (len, at) = (2 + draw.below(4), draw.below(words.len()));
            let plain = |w: &&str| w.chars().all(char::is_alphabetic);
            if let Some(phrase) = words.get(at..at + len).filter(|p| p.iter().all(plain)) {
                phrases.push(phrase.join(" "));
            }
        }
        phrases
    }

    /// Three to six words of four letters at least, each set drawn from one article.
    pub(crate) fn word_sets(&self, count: usize) -> Vec<String> {
        let mut draw = Draw::new();
        let mut sets = Vec::new();
        while sets.len() < count {
            let words = draw.of(&self.bodies).split(|c: char| !c.is_alphanumeric());
            let words: Vec<&str> = words.filter(|word| word.chars().count() >= 4).collect();
            let set: Vec<&str> = (0..3 + draw.below(4)).map(|_| *draw.of(&words)).collect();
            sets.push(set.join(" "));
        }
        sets
    }

    /// Whole titles.
    pub(crate) fn some_titles(&self, count: usize) -> Vec<String> {
        let mut draw = Draw::new();
        (0..count).map(|_| draw.of(&self.titles).clone()).collect()
    }
}

/// Knuth's linear congruential generator: the same draws everywhere.
struct Draw(u64);

impl Draw {
    fn new() -> Self {
        Draw(42)
    }

    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % count.max(1)
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

fn path() -> PathBuf {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    std::env::var_os("DEPECHE_BENCH_CORPUS").map_or_else(|| sample.into(), PathBuf::from)
}
