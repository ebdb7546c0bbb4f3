//! What the engine's `meta.json` says of the last commit, verified.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::sealed::verify_json;
use super::sums::FileSums;
use super::text::{LastRecord, TextEnd};
use crate::error::{Error, Result};

/// The engine's file of the last commit.
pub(crate) const META: &str = "meta.json";

/// What every commit records beside the engine's own state.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Commit {
    /// Bytes of the text file that the commit covers.
    text_len: u64,
    /// The last record that it covers; unknown of a commit of an earlier format.
    #[serde(default)]
    last_record: Option<LastRecord>,
}

impl Commit {
    pub(crate) fn new(text: TextEnd) -> Self {
        Commit { text_len: text.length, last_record: text.last }
    }

    /// What it covers of the text.
    pub(crate) fn text(&self) -> TextEnd {
        TextEnd { length: self.text_len, last: self.last_record }
    }
}

/// The last commit.
pub(crate) struct LastCommit {
    pub(crate) segments: Vec<SegmentEntry>,
    /// The number of the index; none of an earlier format.
    pub(crate) index: Option<String>,
    /// None before the first commit.
    pub(crate) commit: Option<Commit>,
    /// The checksum of each of their files.
    pub(crate) files: FileSums,
}

/// A segment of the last commit.
#[derive(Deserialize)]
pub(crate) struct SegmentEntry {
    segment_id: String,
    deletes: Option<Deletes>,
}

#[derive(Deserialize)]
struct Deletes {
    num_deleted_docs: u32,
    opstamp: u64,
}

#[derive(Deserialize)]
struct Meta {
    segments: Vec<SegmentEntry>,
    payload: Option<String>,
    #[serde(default)]
    index: Option<String>,
    #[serde(default)]
    files: FileSums,
}

impl LastCommit {
    /// Reads it from the engine's folder, as that of an index of this number.
    ///
    /// # Errors
    /// It cannot be read, is not what was written, or belongs to another index.
    pub(crate) fn read_of(segments: &Path, index: &str) -> Result<Self> {
        let last = LastCommit::read(segments)?;
        match last.index.as_deref() == Some(index) {
            true => Ok(last),
            false => {
                let detail = "it is of another index".to_owned();
                Err(Error::Damaged { path: segments.join(META), detail })
            }
        }
    }

    /// Reads it from the engine's folder.
    ///
    /// # Errors
    /// It cannot be read, or is not what was written.
    pub(crate) fn read(segments: &Path) -> Result<Self> {
        let path = segments.join(META);
        let bytes = verify_json(&path)?;
        let damaged = |detail: String| Error::Damaged { path: path.clone(), detail };
        let Meta { segments, payload, index, files } =
            serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
        let commit = payload.map(|payload| serde_json::from_str(&payload)).transpose();
        let commit = commit.map_err(|e| damaged(e.to_string()))?;
        Ok(LastCommit { segments, index, commit, files })
    }
}

impl SegmentEntry {
    /// Its name, with which its files begin.
    pub(crate) fn name(&self) -> String {
        self.segment_id.replace('-', "")
    }

    /// Which of its files of removed documents holds; none where none was removed.
    pub(crate) fn delete_opstamp(&self) -> Option<u64> {
        let deletes = self.deletes.as_ref().filter(|deletes| deletes.num_deleted_docs > 0);
        deletes.map(|deletes| deletes.opstamp)
    }

    /// How many of its documents are removed.
    pub(crate) fn removed(&self) -> u32 {
        self.deletes.as_ref().map_or(0, |deletes| deletes.num_deleted_docs)
    }
}
