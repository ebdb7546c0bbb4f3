//! Files in the folders of an index that no commit needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::files::size;
use super::{Check, FORMS_FILE, MANIFEST_FILE, META, Remark, RemarkKind, SEGMENTS, TEXT_FILE};
use crate::index::{LOCK_FILE, REBUILT, SegmentEntry, is_of_segment, partial, segment_files};

/// What the engine's locks are named, and how its files begin that are not yet written.
const LOCKS: [&str; 2] = [".tantivy-writer.lock", ".tantivy-meta.lock"];
const TEMPORARY: &str = ".tmp";

impl Check<'_> {
    pub(super) fn leftovers(&mut self, entries: &[SegmentEntry]) {
        let live: BTreeSet<String> =
            entries.iter().flat_map(|e| segment_files(&e.name(), e.delete_opstamp())).collect();
        let is_known = |name: &str| live.contains(name) || name == META || LOCKS.contains(&name);
        for name in names(&self.segments).into_iter().filter(|name| !is_known(name)) {
            let is_ours = name.starts_with(TEMPORARY) || is_of_segment(&name);
            let kind = if is_ours { RemarkKind::Leftover } else { RemarkKind::Foreign };
            self.remark(&self.in_segments(&name), kind);
        }
        for name in names(self.dir) {
            if let Some(kind) = self.of_folder(&name) {
                self.remark(Path::new(&name), kind);
            }
        }
    }

    /// What a name in the folder of the index is; none for what belongs there.
    fn of_folder(&self, name: &str) -> Option<RemarkKind> {
        let path = self.dir.join(name);
        let belongs = [MANIFEST_FILE, FORMS_FILE, LOCK_FILE].contains(&name) || path == self.data;
        let is_data = [TEXT_FILE, SEGMENTS].contains(&name);
        let half_written = [MANIFEST_FILE, FORMS_FILE].map(|file| partial(&self.dir.join(file)));
        // An index built again leaves the data of before to the next writer.
        let is_leftover = is_data || name.starts_with(REBUILT) || half_written.contains(&path);
        match belongs || is_data && self.data == self.dir {
            true => None,
            false if is_leftover => Some(RemarkKind::Leftover),
            false => Some(RemarkKind::Foreign),
        }
    }

    fn remark(&mut self, file: &Path, kind: RemarkKind) {
        let bytes = size(&self.dir.join(file));
        self.report.remarks.push(Remark { file: file.to_owned(), kind, bytes });
    }
}

/// The names of what a folder holds, in order; none where it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}
