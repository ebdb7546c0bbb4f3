//! Files in the folders of an index that no commit needs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::files::size;
use super::{
    Check, FORMS_FILE, MANIFEST_FILE, META, Remark, RemarkKind, SEGMENTS, TEXT_FILE, inside,
};
use crate::index::{
    LOCK_FILE, SegmentEntry, holds_data, is_lock, is_of_engine, partial, rebuilt_number,
    segment_files,
};

impl Check<'_> {
    pub(super) fn leftovers(&mut self, entries: &[SegmentEntry]) {
        let live: BTreeSet<String> =
            entries.iter().flat_map(|e| segment_files(&e.name(), e.delete_opstamp())).collect();
        let is_known = |name: &str| live.contains(name) || name == META || is_lock(name);
        for name in names(&self.segments).into_iter().filter(|name| !is_known(name)) {
            let is_ours = is_of_engine(&name);
            let kind = if is_ours { RemarkKind::Leftover } else { RemarkKind::Foreign };
            self.remark(&self.in_segments(&name), kind);
        }
        if self.data != self.dir {
            for name in names(&self.data).iter().filter(|name| !is_data(name)) {
                self.remark(&inside(self.dir, &self.data.join(name)), RemarkKind::Foreign);
            }
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
        let half_written = [MANIFEST_FILE, FORMS_FILE].map(|file| partial(&self.dir.join(file)));
        // An index built again leaves the data of before to the next writer.
        let is_rebuilt = rebuilt_number(name).is_some() && holds_data(&path);
        let is_leftover = is_data(name) || is_rebuilt || half_written.contains(&path);
        match belongs || is_data(name) && self.data == self.dir {
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

/// Whether a name is that of an index's data.
fn is_data(name: &str) -> bool {
    [TEXT_FILE, SEGMENTS].contains(&name)
}

/// The names of what a folder holds, in order; none where it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}
