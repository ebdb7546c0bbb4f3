//! The files of the engine as a whole: there, unshortened, with their checksums.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::{Check, Cure, Fault, FaultKind};
use crate::error::{Error, Result};
use crate::index::{
    FileFault, FileSums, SegmentEntry, TEXT_FILE, TextEnd, segment_files, verify_file,
};

impl Check<'_> {
    /// How much there is to read: the engine's files twice, by bytes and by what they hold.
    pub(super) fn measure(&mut self, entries: &[SegmentEntry], text: Option<TextEnd>) {
        let segments: u64 = entries.iter().map(|entry| self.size_of(entry)).sum();
        let text = text.map_or_else(|| size(&self.data.join(TEXT_FILE)), |text| text.length);
        self.progress.total = 2 * segments + text;
    }

    /// Bytes of a segment.
    pub(super) fn size_of(&self, entry: &SegmentEntry) -> u64 {
        let files = segment_files(&entry.name(), entry.delete_opstamp());
        files.iter().map(|file| size(&self.segments.join(file))).sum()
    }

    /// Compares the checksums of a segment's files, their own and those recorded of them; whether all are what
    /// was written.
    ///
    /// # Errors
    /// One may not be read.
    pub(super) fn segment_files(&mut self, entry: &SegmentEntry, sums: &FileSums) -> Result<bool> {
        let mut is_sound = true;
        for file in segment_files(&entry.name(), entry.delete_opstamp()) {
            self.report.files += 1;
            let path = self.segments.join(&file);
            let expected = sums.get(&file).map_or("", String::as_str);
            let fault = verify_file(&path, Some(expected), &mut |bytes| {
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
                FileFault::Unreadable(source) if source.kind() == ErrorKind::PermissionDenied => {
                    return Err(Error::Io { path, source });
                }
                FileFault::Unreadable(e) => named(FaultKind::Unreadable).because(e.to_string()),
            };
            self.report.add(fault);
        }
        Ok(is_sound)
    }
}

/// What mends a damaged file of a segment: which articles are living, two of them tell.
pub(super) fn cure_of(file: &str) -> Cure {
    match file.rsplit('.').next() {
        Some("fast" | "del") => Cure::Salvage,
        _ => Cure::Reindex,
    }
}

/// Bytes of a file, or of all that a folder holds.
pub(super) fn size(path: &Path) -> u64 {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().map(|entry| size(&entry.path())).sum(),
        Err(_) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
    }
}
