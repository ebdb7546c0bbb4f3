//! The number of the index and the checksum of every segment file, as it was written, beside the commit that
//! names it in `meta.json`. The engine's own footers tell that a file is whole, not that it is the one: a file that another was put in the
//! place of, or that was damaged and then sealed again, is noticed by these alone.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::commit::SegmentEntry;
use super::files::segment_files;

/// XXH3 of whole files, by their names, as 16 hexadecimal digits.
pub(crate) type FileSums = BTreeMap<String, String>;

/// The checksums that are known, over all clones of a directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums(Arc<Mutex<FileSums>>);

/// What `meta.json` says, as far as it matters here.
#[derive(Deserialize)]
struct Meta {
    segments: Vec<SegmentEntry>,
    #[serde(default)]
    files: FileSums,
}

/// The members that are added to it.
#[derive(Serialize)]
struct Members<'a> {
    index: &'a str,
    files: BTreeMap<&'a str, &'a str>,
}

pub(crate) fn shown(sum: u64) -> String {
    format!("{sum:016x}")
}

impl Sums {
    /// A file was written.
    pub(super) fn note(&self, file: &str, sum: u64) {
        self.with(|sums| drop(sums.insert(file.to_owned(), shown(sum))));
    }

    pub(super) fn of(&self, file: &str) -> Option<String> {
        self.with(|sums| sums.get(file).cloned())
    }

    /// Takes those that a `meta.json` has.
    pub(super) fn learn(&self, meta: &[u8]) {
        if let Ok(Meta { files, .. }) = serde_json::from_slice(meta) {
            self.with(|sums| sums.extend(files));
        }
    }

    /// The engine's `meta.json` with the number of the index and the checksums of the files that it names.
    ///
    /// # Errors
    /// It names a file that was never written.
    pub(super) fn added_to(&self, meta: &[u8], index: &str) -> io::Result<Vec<u8>> {
        let Meta { segments, .. } = serde_json::from_slice(meta)?;
        let named = segments.iter().flat_map(|s| segment_files(&s.name(), s.delete_opstamp()));
        let named: Vec<String> = named.collect();
        let members = self.with(|sums| {
            let entry = |file: &'_ String| sums.get_key_value(file).ok_or_else(|| unknown(file));
            let files = named.iter().map(entry).collect::<io::Result<Vec<_>>>()?;
            let files = files.into_iter().map(|(file, sum)| (file.as_str(), sum.as_str()));
            let members = Members { index, files: files.collect() };
            serde_json::to_string_pretty(&members).map_err(io::Error::from)
        })?;
        // Both are objects, and the engine's has members.
        let members = members.trim_end().trim_end_matches('}').trim_end();
        let rest = meta.trim_ascii_start().strip_prefix(b"{").unwrap_or(meta);
        Ok([members.as_bytes(), b",", rest].concat())
    }

    fn with<T>(&self, call: impl FnOnce(&mut FileSums) -> T) -> T {
        call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn unknown(file: &str) -> io::Error {
    io::Error::other(format!("no checksum of {file} is known"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: &str = r#"{
  "segments": [{"segment_id": "00000000-0000-0000-0000-00000000000a", "max_doc": 1, "deletes": null}],
  "payload": null
}"#;

    #[test]
    fn what_is_added_is_learnt() {
        let sums = Sums::default();
        assert!(sums.added_to(META.as_bytes(), "x").is_err(), "files that nobody wrote");
        for (number, file) in (7..).zip(segment_files("0000000000000000000000000000000a", None)) {
            sums.note(&file, number);
        }
        let meta = sums.added_to(META.as_bytes(), "x").unwrap();
        let value: serde_json::Value = serde_json::from_slice(&meta).unwrap();
        assert!(value["segments"].is_array() && value["payload"].is_null(), "{value}");
        assert_eq!(value["index"], "x");
        let other = Sums::default();
        other.learn(&meta);
        let file = "0000000000000000000000000000000a.idx";
        assert_eq!(other.of(file).as_deref(), Some("0000000000000007"));
        assert_eq!(other.of("x.idx"), None);
    }
}
