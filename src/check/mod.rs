//! Whether an index is what was written: every byte read, every checksum compared, everything decoded.

mod articles;
mod files;
mod leftovers;
mod report;
mod segment;
mod text;
mod words;

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::guard::caught;
use crate::index::{
    Commit, FORMS_FILE, LastCommit, MANIFEST_FILE, META, Manifest, SEGMENTS, SegmentEntry,
    TEXT_FILE, fullest_data, open_engine, read_forms, read_regular,
};
use articles::Articles;
pub use report::{CheckReport, Cure, Fault, FaultKind, Remark, RemarkKind};

/// How often an index is read again that a writer has changed meanwhile.
const ATTEMPTS: usize = 3;

/// How far a check has come, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CheckProgress {
    /// What was read and decoded.
    pub done: u64,
    /// All there is to read and decode.
    pub total: u64,
}

/// Reads every byte that an index consists of, compares the checksums, decodes everything, and compares the
/// segments with the text file. Takes the time of reading it twice, and 24 bytes of memory an article.
///
/// # Errors
/// There is no index, its first indexing was never finished, it is of another version, or its folder cannot
/// be read. Damage is no error here: the report names it.
pub fn check(dir: &Path, progress: &mut dyn FnMut(CheckProgress)) -> Result<CheckReport> {
    let mut attempt = 1;
    loop {
        let before = last_commit_bytes(dir);
        let mut check = Check::new(dir, progress);
        check.run()?;
        let report = check.report;
        // A writer may have taken files away while they were read.
        let was_written = last_commit_bytes(dir) != before;
        if report.sound || !was_written || attempt == ATTEMPTS {
            return Ok(report);
        }
        attempt += 1;
    }
}

fn last_commit_bytes(dir: &Path) -> Option<Vec<u8>> {
    let manifest = Manifest::read(dir).ok()?;
    read_regular(&manifest.data(dir).join(SEGMENTS).join(META)).ok()
}

/// A check under way.
struct Check<'a> {
    dir: &'a Path,
    /// Where the text file and the folder of the segments are.
    data: PathBuf,
    segments: PathBuf,
    /// The number of the index, if its manifest could be read.
    number: Option<String>,
    report: CheckReport,
    articles: Articles,
    progress: CheckProgress,
    tell: &'a mut dyn FnMut(CheckProgress),
}

impl<'a> Check<'a> {
    fn new(dir: &'a Path, tell: &'a mut dyn FnMut(CheckProgress)) -> Self {
        let report = CheckReport { index: dir.to_owned(), sound: true, ..CheckReport::default() };
        let (articles, progress) = (Articles::default(), CheckProgress::default());
        let (data, segments) = (dir.to_owned(), dir.join(SEGMENTS));
        Check { dir, data, segments, number: None, report, articles, progress, tell }
    }

    fn run(&mut self) -> Result<()> {
        self.manifest()?;
        let commit = self.commit()?;
        let entries = commit.as_ref().map_or(&[][..], |commit| &commit.segments);
        let text = commit.as_ref().and_then(|last| last.commit.as_ref()).map(Commit::text);
        self.report.segments = entries.len();
        self.measure(entries, text);
        let sums = commit.as_ref().map(|commit| commit.files.clone()).unwrap_or_default();
        let mut sound = Vec::new();
        for entry in entries {
            if self.segment_files(entry, &sums)? {
                sound.push(entry);
            }
        }
        if commit.is_some() {
            self.decode(&sound);
        }
        self.articles.sort();
        self.twice();
        self.text(text)?;
        self.leftovers(entries);
        self.report.articles = self.articles.count();
        self.report.passages = self.articles.passages();
        Ok(())
    }

    /// The manifest and the user's own forms.
    fn manifest(&mut self) -> Result<()> {
        self.report.files += 1;
        let manifest = match Manifest::read(self.dir) {
            Ok(manifest) => manifest,
            Err(error) => {
                self.data = fullest_data(self.dir);
                self.segments = self.data.join(SEGMENTS);
                return self.not_read(error, Cure::Salvage);
            }
        };
        manifest.check(self.dir)?;
        self.data = manifest.data(self.dir);
        self.number = Some(manifest.index.clone());
        self.segments = self.data.join(SEGMENTS);
        self.report.files += usize::from(manifest.forms.is_some());
        match read_forms(self.dir, manifest.forms.as_ref()) {
            Ok(_) => Ok(()),
            Err(error) => self.not_read(error, Cure::Salvage),
        }
    }

    /// What the engine says of the last commit; none where that is damaged.
    fn commit(&mut self) -> Result<Option<LastCommit>> {
        self.report.files += 1;
        let last = match &self.number {
            Some(number) => LastCommit::read_of(&self.segments, number),
            None => LastCommit::read(&self.segments),
        };
        match last {
            // With faults before it, it is not the first run that is missing.
            Ok(last) if last.commit.is_none() && last.segments.is_empty() && self.report.sound => {
                Err(Error::Unfinished { path: self.dir.to_owned() })
            }
            Ok(last) => {
                if last.commit.is_none() {
                    let fault =
                        Fault::new(self.in_segments(META), FaultKind::Content, Cure::Salvage);
                    self.report.add(fault.because("the length of the text file is missing"));
                }
                Ok(Some(last))
            }
            Err(error) => self.not_read(error, Cure::Salvage).map(|()| None),
        }
    }

    /// Damage is a fault, the file's or the system's; what tells that there is nothing to check, or that it
    /// may not be read, goes on.
    fn not_read(&mut self, error: Error, cure: Cure) -> Result<()> {
        let fault = |path: &Path, kind| Fault::new(inside(self.dir, path), kind, cure);
        let fault = match error {
            Error::Io { path, source } if source.kind() == io::ErrorKind::PermissionDenied => {
                return Err(Error::Io { path, source });
            }
            Error::Io { path, source } if source.kind() == io::ErrorKind::NotFound => {
                fault(&path, FaultKind::Missing)
            }
            Error::Damaged { path, detail } if detail.starts_with("the checksum") => {
                fault(&path, FaultKind::Checksum).because(detail)
            }
            Error::Damaged { path, .. } if !path.exists() => fault(&path, FaultKind::Missing),
            Error::Damaged { path, detail } => fault(&path, FaultKind::Content).because(detail),
            Error::Io { path, source } if source.kind() == io::ErrorKind::InvalidData => {
                fault(&path, FaultKind::Content).because(source.to_string())
            }
            Error::Io { path, source } => {
                fault(&path, FaultKind::Unreadable).because(source.to_string())
            }
            Error::Panicked { path, detail } => fault(&path, FaultKind::Content).because(detail),
            Error::Engine { path, source } => {
                fault(&path, FaultKind::Content).because(source.to_string())
            }
            error => return Err(error),
        };
        self.report.add(fault);
        Ok(())
    }

    /// Decodes segments whose files are what was written.
    fn decode(&mut self, sound: &[&SegmentEntry]) {
        let (folder, dir) = (self.segments.clone(), self.dir);
        let opened = caught(&folder, || {
            let (engine, fields) = open_engine(&folder)?;
            let segments = engine.searchable_segments().map_err(Error::engine(&folder))?;
            Ok((segments, fields))
        });
        let (segments, fields) = match opened {
            Ok(opened) => opened,
            Err(_) if !self.report.sound => return,
            Err(error) => {
                let fault = Fault::new(inside(dir, &folder), FaultKind::Content, Cure::Reindex);
                return self.report.add(fault.because(error.to_string()));
            }
        };
        for segment in &segments {
            let name = segment.id().uuid_string();
            if let Some(entry) = sound.iter().find(|entry| entry.name() == name) {
                self.segment(segment, fields, entry);
                self.advance(self.size_of(entry));
            }
        }
    }

    /// Identifiers that two living articles have.
    fn twice(&mut self) {
        for document in self.articles.twice() {
            let file = self.in_segments(&format!("{}.fast", document.segment));
            let fault = Fault::new(file, FaultKind::Twice, Cure::Reindex);
            self.report.add(fault.in_document(document.doc));
        }
    }

    /// A file of the engine, from the folder of the index.
    fn in_segments(&self, file: &str) -> PathBuf {
        inside(self.dir, &self.segments.join(file))
    }

    fn advance(&mut self, bytes: u64) {
        self.progress.done += bytes;
        (self.tell)(self.progress);
    }
}

/// A path from the folder of the index.
fn inside(dir: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(dir).unwrap_or(path).to_owned()
}
