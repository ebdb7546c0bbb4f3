//! The files of the engine as a whole: there, unshortened, with their checksums.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{Check, Cure, Fault, FaultKind, in_segments};
use crate::index::{
    FileFault, MANAGED, META, SegmentEntry, TEXT_FILE, segment_files, verify_file, verify_json,
};

impl Check<'_> {
    /// How much there is to read: the engine's files twice, by bytes and by what they hold.
    pub(super) fn measure(&mut self, entries: &[SegmentEntry], text_len: Option<u64>) {
        let segments: u64 = entries.iter().map(|entry| self.size_of(entry)).sum();
        let text = text_len.unwrap_or_else(|| size(&self.dir.join(TEXT_FILE)));
        self.progress.total = 2 * segments + text;
    }

    /// Bytes of a segment.
    pub(super) fn size_of(&self, entry: &SegmentEntry) -> u64 {
        let files = segment_files(&entry.name(), entry.delete_opstamp());
        files.iter().map(|file| size(&self.segments.join(file))).sum()
    }

    /// Compares the checksums of a segment's files; whether all are what was written.
    pub(super) fn segment_files(&mut self, entry: &SegmentEntry) -> bool {
        let mut is_sound = true;
        for file in segment_files(&entry.name(), entry.delete_opstamp()) {
            self.report.files += 1;
            let path = self.segments.join(&file);
            let fault = verify_file(&path, &mut |bytes| {
                self.report.bytes += bytes;
                self.advance(bytes);
            });
            let Err(fault) = fault else { continue };
            is_sound = false;
            let named = |kind| Fault::new(in_segments(&file), kind, cure_of(&file));
            self.report.add(match fault {
                FileFault::Missing => named(FaultKind::Missing),
                FileFault::End => named(FaultKind::End),
                FileFault::Checksum => named(FaultKind::Checksum),
                FileFault::Unreadable(e) => named(FaultKind::Unreadable).because(e.to_string()),
            });
        }
        is_sound
    }

    /// The engine's list of the files that it made: one that is not on it is never removed.
    pub(super) fn managed(&mut self, entries: &[SegmentEntry]) {
        self.report.files += 1;
        let sealed = match verify_json(&self.segments.join(MANAGED)) {
            Ok(sealed) => sealed,
            Err(error) => {
                // Whatever it is, it is a fault of this file.
                let _ = self.not_read(error, Cure::Reindex);
                return;
            }
        };
        let listed = listed(&sealed.value);
        let fault =
            |kind, name: &str| Fault::new(in_segments(MANAGED), kind, Cure::Reindex).because(name);
        if let Some(name) = listed.iter().find(|name| !is_of_engine(name)) {
            return self.report.add(fault(FaultKind::Content, name));
        }
        let live = entries.iter().flat_map(|e| segment_files(&e.name(), e.delete_opstamp()));
        for name in live.chain([META.to_owned()]) {
            if !listed.contains(&name.as_str()) {
                self.report.add(fault(FaultKind::Unlisted, &name));
            }
        }
    }
}

/// The names of a list of files, or of the one that an object holds.
fn listed(value: &Value) -> Vec<&str> {
    let inner = || value.as_object().and_then(|object| object.values().find_map(Value::as_array));
    let names = value.as_array().or_else(inner);
    names.into_iter().flatten().map(|name| name.as_str().unwrap_or_default()).collect()
}

/// Whether the engine gives its files such names.
pub(super) fn is_of_engine(name: &str) -> bool {
    name == META || is_of_segment(name)
}

/// Whether the files of a segment, or what is made before them, have such names.
pub(super) fn is_of_segment(name: &str) -> bool {
    const ENDS: [&str; 8] =
        ["idx", "pos", "term", "store", "store.temp", "fast", "fieldnorm", "del"];
    let Some((segment, end)) = name.split_once('.') else { return false };
    let end = end.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('.');
    segment.len() == 32 && segment.bytes().all(|b| b.is_ascii_hexdigit()) && ENDS.contains(&end)
}

/// What mends a damaged file of a segment.
pub(super) fn cure_of(_file: &str) -> Cure {
    Cure::Reindex
}

pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_of_the_engine() {
        let id = "0123456789abcdef0123456789abcdef";
        for end in ["idx", "store.temp", "7.del"] {
            assert!(is_of_engine(&format!("{id}.{end}")), "{end}");
        }
        for name in ["meta.jsom", "x.idx", id, &format!("{id}.idy"), &format!("{id}x.idx")] {
            assert!(!is_of_engine(name), "{name}");
        }
    }
}
