//! The files that articles were met in during a run, and what is left of those that they were met in before.

use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::Origin;
use crate::paths::path_of;

/// Files by the articles that they gave in this run.
#[derive(Default)]
pub(super) struct Places {
    files: Vec<(Origin, u64)>,
    numbers: FxHashMap<u64, u32>,
    /// By hash of an article's identifier, the numbers of the files that gave it, without the one that it is
    /// known by.
    met: FxHashMap<u64, Vec<u32>>,
    /// What is left of files, by digest of the path.
    left: FxHashMap<u64, Left>,
}

/// What is left of a file that an article came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// The file.
    File,
    /// Its folder, with something in it; the file's path as it is recorded.
    Folder(PathBuf),
    /// Nothing, as of a disk that is not mounted; the file's path as it is recorded.
    Nothing(PathBuf),
}

impl Places {
    /// A file gave an article that is known by another.
    pub(super) fn meet(&mut self, article: u64, file: &Origin) {
        let digest = file.digest();
        let number = *self.numbers.entry(digest).or_insert(self.files.len() as u32);
        if number as usize == self.files.len() {
            self.files.push((file.clone(), digest));
        }
        let met = self.met.entry(article).or_default();
        if !met.contains(&number) {
            met.push(number);
        }
    }

    /// The files that gave an article, without the one that it is known by.
    pub(super) fn met(&self, article: u64) -> impl Iterator<Item = &Origin> {
        self.files_of(article).map(|(file, _)| file)
    }

    /// The sum of their digests, as records have it.
    pub(super) fn sum(&self, article: u64) -> u64 {
        self.files_of(article).fold(0, |sum, (_, digest)| sum.wrapping_add(*digest))
    }

    fn files_of(&self, article: u64) -> impl Iterator<Item = &(Origin, u64)> {
        let numbers = self.met.get(&article).map_or(&[][..], Vec::as_slice);
        numbers.iter().map(|&number| &self.files[number as usize])
    }

    /// What is left of a file; looked at once in a run.
    pub(super) fn left(&mut self, file: &Origin) -> &Left {
        self.left.entry(file.digest()).or_insert_with(|| left_of(&file.path))
    }

    /// What is known to be left of the file of such a digest.
    pub(super) fn known_left(&self, digest: u64) -> Option<&Left> {
        self.left.get(&digest)
    }

    /// Whether a file is there no more, while what is around it is.
    pub(super) fn is_gone(&mut self, file: &Origin) -> bool {
        matches!(self.left(file), Left::Folder(_))
    }
}

fn left_of(path: &str) -> Left {
    let file = path_of(path);
    if path == "-" || file.exists() {
        return Left::File;
    }
    let folder = file.parent().and_then(|folder| folder.read_dir().ok());
    match folder.is_some_and(|mut folder| folder.next().is_some()) {
        true => Left::Folder(path.into()),
        false => Left::Nothing(path.into()),
    }
}
