//! What the benches share: the corpus, both indexes over it, phrases drawn from it.
#![allow(dead_code, reason = "each bench uses a part of it")]

pub(crate) mod draw;
pub(crate) mod measure;
pub(crate) mod process;
pub(crate) mod raw;
pub(crate) mod repeated;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use depeche::import::{Draft, ImportOptions, Input, files, read_file};
use depeche::{Article, Index, IndexingOptions, WriterOptions, index_inputs};
use draw::Draw;
use repeated::Repeated;

/// The same for both sides. The command has the system's, which keeps less memory where an import is over.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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
        if !corpus.ours().is_dir() {
            index_ours(&corpus.ours(), 2);
        }
        raw::build(&corpus.raw(), 2);
        corpus
    }

    /// Reads the text alone.
    pub(crate) fn text_only() -> Self {
        let (mut bodies, mut titles) = (Vec::new(), Vec::new());
        each_draft(&mut |draft| {
            bodies.push(draft.body);
            titles.extend(draft.title);
        });
        let bytes = bodies.iter().map(String::len).sum();
        let corpus = Corpus { articles: bodies.len(), bytes, bodies, titles, dir: Folder::open() };
        corpus.note();
        corpus
    }

    /// Notes in the folder which text its indexes are of; indexes of another are not to be compared.
    fn note(&self) {
        let file = self.dir.path().join("corpus.txt");
        let note = format!("{} articles, {} bytes\n", self.articles, self.bytes);
        match std::fs::read_to_string(&file) {
            Ok(noted) => assert_eq!(noted, note, "{}: another corpus", file.display()),
            Err(_) => {
                std::fs::create_dir_all(self.dir.path()).expect("a folder");
                std::fs::write(file, note).expect("room");
            }
        }
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

    pub(crate) fn titles(&self) -> &[String] {
        &self.titles
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
}

/// Indexes the corpus with depeche.
pub(crate) fn index_ours(dir: &Path, threads: usize) {
    let index = Index::create(dir).expect("an empty folder");
    let writer = WriterOptions { threads, ..WriterOptions::default() };
    let options = IndexingOptions { writer, ..IndexingOptions::default() };
    index_inputs(&index, &[Input::Path(path())], &options, &mut |_| ()).expect("an index");
}

/// Reads the corpus, article by article.
pub(crate) fn each_draft(call: &mut dyn FnMut(Draft)) {
    each_draft_of(&path(), call);
}

fn each_draft_of(path: &Path, call: &mut dyn FnMut(Draft)) {
    for file in files(&[path.to_owned()]).into_iter().flatten() {
        read_file(&file, &ImportOptions::default(), &mut |record| {
            record.result.into_iter().for_each(&mut *call);
            std::ops::ControlFlow::Continue(())
        });
    }
}

/// The sample corpus is small: it is taken so many times.
const SAMPLES: usize = 40;

/// `DEPECHE_BENCH_CORPUS`, or the sample corpus, repeated.
pub(crate) fn path() -> PathBuf {
    if let Some(path) = std::env::var_os(CORPUS) {
        return path.into();
    }
    static REPEATED: OnceLock<PathBuf> = OnceLock::new();
    let write = || {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample-corpus.jsonl");
        Repeated::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")).write(&file, SAMPLES);
        file
    };
    REPEATED.get_or_init(write).clone()
}

/// The variable that names the text to run on.
pub(crate) const CORPUS: &str = "DEPECHE_BENCH_CORPUS";

/// The most memory that this process had, in MB, where the system tells.
pub(crate) fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? * 1.024e-3)
}

/// Bytes of a file, or of all that a folder holds.
pub(crate) fn bytes_of(path: &Path) -> u64 {
    match path.read_dir() {
        Ok(entries) => entries.flatten().map(|entry| bytes_of(&entry.path())).sum(),
        Err(_) => path.metadata().map_or(0, |metadata| metadata.len()),
    }
}
