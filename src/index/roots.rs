//! The files and folders that a run reads: what came from one that gives nothing stays what it is.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

/// The inputs of a run, by path. A path is looked up by what is around it, so their number costs nothing.
#[derive(Default)]
pub(super) struct Roots {
    numbers: FxHashMap<PathBuf, usize>,
    /// The paths in the order named, and whether they gave an article.
    paths: Vec<(String, bool)>,
}

/// What becomes of the articles of a file that this run has not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// They came from elsewhere.
    Kept,
    /// They came from this one of the files and folders that could not be read whole.
    Unread(usize),
    /// They came from this root, the first named of those around the file, which gave nothing.
    Left(usize),
    /// They are there no more.
    Pruned,
}

impl Roots {
    pub(super) fn new(paths: &[String]) -> Self {
        let mut roots = Roots::default();
        for (number, path) in paths.iter().enumerate() {
            roots.numbers.entry(PathBuf::from(path)).or_insert(number);
            roots.paths.push((path.clone(), false));
        }
        roots
    }

    /// An article came from a root.
    pub(super) fn gave(&mut self, path: &str) {
        if let Some(&number) = self.numbers.get(Path::new(path)) {
            self.paths[number].1 = true;
        }
    }

    pub(super) fn path(&self, number: usize) -> &str {
        &self.paths[number].0
    }

    /// The first named root around a file that gave nothing so far.
    pub(super) fn silent(&self, file: &Path) -> Option<usize> {
        self.around(file).filter(|&number| !self.paths[number].1).min()
    }

    /// `unread` are files and folders of which nothing is removed, with their numbers; where `empty`, roots
    /// need not give anything.
    pub(super) fn fate(
        &self,
        file: &Path,
        unread: &FxHashMap<PathBuf, usize>,
        empty: bool,
    ) -> Fate {
        if let Some(number) = file.ancestors().find_map(|folder| unread.get(folder)) {
            return Fate::Unread(*number);
        }
        match self.silent(file).filter(|_| !empty) {
            Some(number) => Fate::Left(number),
            None if self.around(file).next().is_some() => Fate::Pruned,
            None => Fate::Kept,
        }
    }

    fn around(&self, file: &Path) -> impl Iterator<Item = usize> {
        file.ancestors().filter_map(|folder| self.numbers.get(folder).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_from_a_root_that_gave_nothing_is_left() {
        let paths = ["/a/b/", "/a", "/a/b", "/c", "-"].map(str::to_owned);
        let mut roots = Roots::new(&paths);
        let unread = FxHashMap::from_iter([(PathBuf::from("/c/x"), 7)]);
        let fate = |roots: &Roots, file, empty| roots.fate(Path::new(file), &unread, empty);
        assert_eq!(fate(&roots, "/a/b/1", false), Fate::Left(0));
        assert_eq!(fate(&roots, "/a/b2/1", false), Fate::Left(1));
        roots.gave("/a/b");
        assert_eq!(fate(&roots, "/a/b/1", false), Fate::Left(1));
        assert_eq!(fate(&roots, "/a/b/1", true), Fate::Pruned);
        roots.gave("/a");
        assert_eq!(fate(&roots, "/a/b/1", false), Fate::Pruned);
        assert_eq!(fate(&roots, "/c/x/1", true), Fate::Unread(7));
        assert_eq!(fate(&roots, "/elsewhere", true), Fate::Kept);
        assert_eq!(fate(&roots, "-", false), Fate::Left(4));
    }
}
