//! What a check finds.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::FORMS_FILE;

/// Faults that are named; the rest is counted.
const MOST_NAMED: usize = 1_000;

/// What a check of an index found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// The folder of the index.
    pub index: PathBuf,
    /// Whether there is no fault.
    pub sound: bool,
    /// Files that the index consists of.
    pub files: usize,
    /// Bytes that were read.
    pub bytes: u64,
    /// Segments.
    pub segments: usize,
    /// Articles of the segments that are sound.
    pub articles: usize,
    /// Their passages.
    pub passages: usize,
    /// Records of the text file that are sound, also those of articles since replaced or removed.
    pub texts: usize,
    /// All faults, also those that are not named.
    pub fault_count: usize,
    /// The faults, in the order in which they were met; the first 1,000.
    pub faults: Vec<Fault>,
    /// What does no harm.
    pub remarks: Vec<Remark>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, from the folder of the index.
    pub file: PathBuf,
    /// What is wrong with it.
    pub kind: FaultKind,
    /// The first byte of the record of the text file.
    pub byte: Option<u64>,
    /// The number of the document of a segment.
    pub document: Option<u32>,
    /// More of it, in English.
    pub detail: Option<String>,
    /// What mends it.
    pub cure: Cure,
}

/// What may be wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// It is not there.
    Missing,
    /// The system cannot read it.
    Unreadable,
    /// It is cut off, or its end was written over.
    End,
    /// Its checksum is another one.
    Checksum,
    /// It is shorter than the last commit says.
    TooShort,
    /// What it holds cannot be read.
    Content,
    /// A record of the text file cannot be read.
    Record,
    /// The passages of a record do not make up its text.
    Passages,
    /// The digests of a record are not those of its article.
    Digest,
    /// A document lacks a value, or has one that cannot be.
    Value,
    /// The passages of an article do not stand together in order.
    Order,
    /// The documents that are removed are not those that the last commit counts.
    Removed,
    /// Two articles have one identifier.
    Twice,
    /// A document belongs to no record of the text file.
    Address,
    /// An article has not as many passages as its record.
    Count,
    /// An article has not the identifier of its record.
    Identifier,
}

/// What mends a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cure {
    /// `depeche reindex`: the texts are there, and which articles are living.
    Reindex,
    /// `depeche reindex --salvage`: the texts are there.
    Salvage,
    /// A copy of the index, or the sources indexed again.
    IndexAgain,
}

/// Something that does no harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The file, from the folder of the index.
    pub file: PathBuf,
    /// What it is.
    pub kind: RemarkKind,
    /// Its bytes.
    pub bytes: u64,
}

/// What does no harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RemarkKind {
    /// A file that an interrupted writing left, or that one under way has not yet finished.
    Leftover,
    /// What stands in the text file after the last commit.
    Tail,
    /// A file that is no part of the index.
    Foreign,
}

impl Fault {
    pub(super) fn new(file: impl Into<PathBuf>, kind: FaultKind, cure: Cure) -> Self {
        Fault { file: file.into(), kind, byte: None, document: None, detail: None, cure }
    }

    pub(super) fn at_byte(self, byte: u64) -> Self {
        Fault { byte: Some(byte), ..self }
    }

    pub(super) fn in_document(self, document: u32) -> Self {
        Fault { document: Some(document), ..self }
    }

    pub(super) fn because(self, detail: impl Into<String>) -> Self {
        Fault { detail: Some(detail.into()), ..self }
    }
}

impl CheckReport {
    pub(super) fn add(&mut self, fault: Fault) {
        self.sound = false;
        self.fault_count += 1;
        if self.faults.len() < MOST_NAMED {
            self.faults.push(fault);
        }
    }

    /// Whether the user's own forms are damaged: what is rebuilt has none.
    pub fn loses_forms(&self) -> bool {
        self.faults.iter().any(|fault| fault.file == Path::new(FORMS_FILE))
    }

    /// What mends everything; none where there is nothing to mend.
    pub fn cure(&self) -> Option<Cure> {
        self.faults.iter().map(|fault| fault.cure).max()
    }
}
