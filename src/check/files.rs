//! The files of the engine as a whole: there, unshortened, with their checksums.

use std::fs;
use std::path::Path;

use super::{Check, Cure, Fault, FaultKind};
use crate::index::{FileFault, SegmentEntry, TEXT_FILE, segment_files, verify_file};

impl Check<'_> {
    /// How much there is to read: the engine's files twice, by bytes and by what they hold.
    pub(super) fn measure(&mut self, entries: &[SegmentEntry], text_len: Option<u64>) {
        let segments: u64 = entries.iter().map(|entry| self.size_of(entry)).sum();
        let text = text_len.unwrap_or_else(|| size(&self.data.join(TEXT_FILE)));
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
            let named = |kind| Fault::new(self.in_segments(&file), kind, cure_of(&file));
            let fault = match fault {
                FileFault::Missing => named(FaultKind::Missing),
                FileFault::End => named(FaultKind::End),
                FileFault::Checksum => named(FaultKind::Checksum),
                FileFault::Unreadable(e) => named(FaultKind::Unreadable).because(e.to_string()),
            };
            self.report.add(fault);
        }
        is_sound
    }
}

/// Whether the files of a segment, or what is made before them, have such names.
pub(super) fn is_of_segment(name: &str) -> bool {
    const ENDS: [&str; 8] =
        ["idx", "pos", "term", "store", "store.temp", "fast", "fieldnorm", "del"];
    let Some((segment, end)) = name.split_once('.') else { return false };
    let end = end.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('.');
    segment.len() == 32 && segment.bytes().all(|b| b.is_ascii_hexdigit()) && ENDS.contains(&end)
}

/// What mends a damaged file of a segment: which articles are living, two of them tell.
pub(super) fn cure_of(file: &str) -> Cure {
    match file.rsplit('.').next() {
        Some("fast" | "del") => Cure::Salvage,
        _ => Cure::Reindex,
    }
}

pub(super) fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_of_segments() {
        let id = "0123456789abcdef0123456789abcdef";
        for end in ["idx", "store.temp", "7.del"] {
            assert!(is_of_segment(&format!("{id}.{end}")), "{end}");
        }
        for name in ["meta.json", "x.idx", id, &format!("{id}.idy"), &format!("{id}x.idx")] {
            assert!(!is_of_segment(name), "{name}");
        }
    }
}
