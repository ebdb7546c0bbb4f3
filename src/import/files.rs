//! The files of the paths given, in an order that is always the same.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ignore::{DirEntry, WalkBuilder};

use super::formats::{lossy_name, split_name};
use super::ignored::Ignored;
use super::{Format, InputFile, SkipReason, ignored};

/// The file by which a folder is known to be an index.
const INDEX: &str = "depeche.json";

/// What a path turned out to be.
type Found = Result<InputFile, (PathBuf, SkipReason)>;

/// Walks folders in the byte order of the relative paths; files come as given.
///
/// Hidden files and those that a `.depecheignore` (in the syntax of `.gitignore`) names are left
/// out, and so is an index of ours met in a folder; nothing else hides a file: `.gitignore` does
/// not count. A folder whose `.depecheignore` is not understood is not read: it would let in what should
/// stay out. Symbolic links are followed, but no folder is read twice: a link into the folder
/// given or around it, or to where another link leads, is an error with its place. What cannot be read, or has no extension of a format, is an
/// error with its place; a file given by its name is never refused for its extension.
#[must_use]
pub fn files(inputs: &[PathBuf]) -> Vec<Result<InputFile, (PathBuf, SkipReason)>> {
    let mut found = Vec::new();
    for input in inputs {
        match fs::metadata(input) {
            Ok(metadata) if metadata.is_dir() && input.join(INDEX).is_file() => {
                found.push(Err((input.clone(), SkipReason::AnIndex)));
            }
            Ok(metadata) if metadata.is_dir() => found.extend(walk(input)),
            Ok(_) => found.push(Ok(given(input))),
            Err(error) => found.push(Err((input.clone(), error.into()))),
        }
    }
    found
}

fn given(path: &Path) -> InputFile {
    let name = lossy_name(path);
    InputFile { path: path.to_path_buf(), name: split_name(&name).0.to_owned() }
}

fn walk(root: &Path) -> Vec<Found> {
    let mut builder = WalkBuilder::new(root);
    builder.standard_filters(false).follow_links(true);
    // Which of two links to one folder is followed must not depend on the file system.
    builder.sort_by_file_name(OsStr::cmp);
    let mut folders = Folders::new(root);
    if let Err(refused) = folders.read_ignored(root) {
        return vec![Err(refused)];
    }
    let folders = Arc::new(Mutex::new(folders));
    let seen = Arc::clone(&folders);
    builder.filter_entry(move |entry| lock(&seen).takes(entry));
    let mut found: Vec<(Vec<u8>, Found)> = builder
        .build()
        .filter_map(|entry| match entry {
            Ok(entry) => of_entry(root, &entry),
            Err(error) => of_error(root, error).map(Err),
        })
        .map(|found| (sort_key(root, &found), found))
        .collect();
    let refused = std::mem::take(&mut lock(&folders).refused);
    found.extend(refused.into_iter().map(Err).map(|found| (sort_key(root, &found), found)));
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.into_iter().map(|(_, found)| found).collect()
}

/// The folders met on a walk.
struct Folders {
    /// The folder given, by its true path.
    root: PathBuf,
    /// Where the links lead that were followed.
    targets: Vec<PathBuf>,
    ignored: Ignored,
    /// Those that are not read, and why.
    refused: Vec<(PathBuf, SkipReason)>,
}

impl Folders {
    fn new(root: &Path) -> Self {
        let ignored = Ignored::new(root);
        let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_path_buf());
        Folders { root, targets: Vec::new(), ignored, refused: Vec::new() }
    }

    /// Whether an entry is read: a file, or a folder with what is in it.
    fn takes(&mut self, entry: &DirEntry) -> bool {
        let path = entry.path();
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        if self.ignored.leaves_out(path, is_dir) {
            return false;
        }
        if !is_dir {
            return true;
        }
        if path.join(INDEX).is_file() || entry.path_is_symlink() && !self.follow(path) {
            return false;
        }
        match self.read_ignored(path) {
            Ok(()) => true,
            Err(refused) => {
                self.refused.push(refused);
                false
            }
        }
    }

    /// Reads what a folder leaves out, or tells the file that cannot be understood.
    fn read_ignored(&mut self, folder: &Path) -> Result<(), (PathBuf, SkipReason)> {
        let refused = |reason| (folder.join(ignored::FILE), reason);
        self.ignored.enter(folder).map_err(refused)
    }

    /// Two folders that link to each other, or many to all others, would be walked without end.
    fn follow(&mut self, link: &Path) -> bool {
        let Ok(target) = fs::canonicalize(link) else { return true };
        let is_around = self.root.starts_with(&target);
        let is_read = self.targets.iter().any(|read| target.starts_with(read));
        if is_around || is_read || target.starts_with(&self.root) {
            self.refused.push((link.to_path_buf(), SkipReason::SameFolder));
            return false;
        }
        self.targets.push(target);
        true
    }
}

/// Nothing panics while it is held.
fn lock(folders: &Mutex<Folders>) -> MutexGuard<'_, Folders> {
    folders.lock().unwrap_or_else(PoisonError::into_inner)
}

fn of_entry(root: &Path, entry: &DirEntry) -> Option<Found> {
    let path = entry.path();
    let refused = |reason| Some(Err((path.to_path_buf(), reason)));
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return refused(error.into()),
    };
    if metadata.is_dir() {
        return None;
    }
    if !metadata.is_file() {
        return refused(SkipReason::NotAFile);
    }
    if !Format::knows(path) {
        return refused(SkipReason::UnknownFormat { found: extension(path) });
    }
    let name = relative(root, path);
    let name = split_name(&name).0.to_owned();
    Some(Ok(InputFile { path: path.to_path_buf(), name }))
}

/// What the name says the file is: `warc` of `a.warc.gz`.
fn extension(path: &Path) -> String {
    let inner = match path.extension() {
        Some(gz) if gz.eq_ignore_ascii_case("gz") => path.file_stem().map(Path::new),
        _ => Some(path),
    };
    let found = inner.and_then(Path::extension).or_else(|| path.extension());
    found.unwrap_or_default().to_string_lossy().into_owned()
}

/// The path stands deep in the error of the walk. A hidden link that leads nowhere is none (some
/// editors lock files by such).
fn of_error(root: &Path, error: ignore::Error) -> Option<(PathBuf, SkipReason)> {
    let path = path_of(&error).unwrap_or_else(|| root.to_path_buf());
    if path != root && lossy_name(&path).starts_with('.') {
        return None;
    }
    if is_loop(&error) {
        return Some((path, SkipReason::SameFolder));
    }
    let detail = error.to_string();
    let fault = error.into_io_error().unwrap_or_else(|| io::Error::other(detail));
    Some((path, SkipReason::Io(fault.into())))
}

fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. }
        | ignore::Error::WithLineNumber { err, .. } => is_loop(err),
        ignore::Error::Loop { .. } => true,
        _ => false,
    }
}

fn path_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Loop { child, .. } => Some(child.clone()),
        _ => None,
    }
}

fn relative(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

fn sort_key(root: &Path, found: &Found) -> Vec<u8> {
    let path = match found {
        Ok(file) => &file.path,
        Err((path, _)) => path,
    };
    let below = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = below.iter().map(OsStr::as_encoded_bytes).collect();
    parts.join(&b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for path in paths {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "texte").unwrap();
        }
        dir
    }

    fn told(found: &[Found]) -> Vec<String> {
        let tell = |found: &Found| match found {
            Ok(file) => file.name.clone(),
            Err((path, reason)) => format!("{} {}", lossy_name(path), reason.key()),
        };
        found.iter().map(tell).collect()
    }

    #[test]
    fn folders_are_walked_in_byte_order_without_what_is_hidden() {
        let paths =
            ["b/z.txt", "b.txt", "É.md", "a.json.gz", "A.txt", ".h.txt", ".d/x.txt", "c.pdf"];
        let dir = tree(&paths);
        let expected = ["A", "a", "b", "b/z", "c.pdf unknown_format", "É"];
        assert_eq!(told(&files(&[dir.path().to_path_buf()])), expected);
    }

    #[test]
    fn the_extension_in_a_message() {
        for (name, expected) in [("a.warc.gz", "warc"), ("a.gz", "gz"), ("a.PDF", "PDF"), ("a", "")]
        {
            assert_eq!(extension(Path::new(name)), expected);
        }
    }

    #[test]
    fn only_depecheignore_leaves_out() {
        let dir = tree(&["a.txt", "b.txt", "notes/c.txt", "notes/d.txt"]);
        fs::write(dir.path().join(".gitignore"), "a.txt\n").unwrap();
        fs::write(dir.path().join(".depecheignore"), "notes/*\n!notes/d.txt\nb.*\n").unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        assert_eq!(told(&files(&[dir.path().to_path_buf()])), ["a", "notes/d"]);
    }

    #[test]
    fn nested_patterns_are_those_of_the_nearest_folder() {
        let dir =
            tree(&["a.txt", "b/a.txt", "b/c.txt", "b/.d.txt", ".e.txt", "f/g.txt", "f/h/a.txt"]);
        fs::write(dir.path().join(".depecheignore"), "\u{feff}# tout\r\na.txt\r\n/f/h/\r\n!.e.txt")
            .unwrap();
        fs::write(dir.path().join("b/.depecheignore"), "!a.txt\nc.*\n").unwrap();
        let root = dir.path().to_path_buf();
        assert_eq!(told(&files(&[root])), [".e", "b/a", "f/g"]);
    }

    #[test]
    fn a_folder_whose_patterns_are_not_understood_is_not_read() {
        let dir = tree(&["a.txt", "b/c.txt", "b/d/e.txt"]);
        let faults: [(&[u8], &str); 4] = [
            (b"c.txt\n[\n", "line 2"),
            (b"x\ny\npriv\xe9/\n", "line 3"),
            (b"a\\", "line 1"),
            (&[b'#'; (1 << 20) + 1], "larger than 65536 bytes"),
        ];
        for (bytes, expected) in faults {
            fs::write(dir.path().join("b/.depecheignore"), bytes).unwrap();
            let found = files(&[dir.path().to_path_buf()]);
            assert_eq!(told(&found), ["a", ".depecheignore ignore_file"]);
            let reason = found[1].as_ref().unwrap_err().1.to_string();
            assert!(reason.contains(expected), "{reason}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn patterns_are_read_of_files_only() {
        let dir = tree(&["a.txt"]);
        let (root, file) = (dir.path().to_path_buf(), dir.path().join(".depecheignore"));
        let refused = [".depecheignore ignore_file"];
        assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
        assert_eq!(told(&files(std::slice::from_ref(&root))), refused);
        fs::remove_file(&file).unwrap();
        for target in ["/dev/zero", "nowhere"] {
            std::os::unix::fs::symlink(target, &file).unwrap();
            assert_eq!(told(&files(std::slice::from_ref(&root))), refused);
            fs::remove_file(&file).unwrap();
        }
        fs::create_dir(&file).unwrap();
        assert_eq!(told(&files(&[root])), refused);
    }

    #[test]
    fn files_come_as_given() {
        let dir = tree(&["b.txt", "a.log", ".cache.md"]);
        let given = ["b.txt", "a.log", "absent.txt", ".cache.md"].map(|name| dir.path().join(name));
        assert_eq!(told(&files(&given)), ["b", "a.log", "absent.txt io", ".cache"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_no_folder_is_read_twice() {
        use std::os::unix::fs::symlink;
        let dir =
            tree(&["in/a.txt", "out/b/c.txt", "out/d.txt", "else/e.txt", "else/.depecheignore"]);
        let (inside, outside, third) =
            (dir.path().join("in"), dir.path().join("out"), dir.path().join("else"));
        for (target, link) in [
            (&outside, "link"),
            (&outside.join("b"), "other"),
            (&third, "third"),
            (&dir.path().to_path_buf(), "up"),
        ] {
            symlink(target, inside.join(link)).unwrap();
        }
        fs::write(third.join(".depecheignore"), "f.txt\n").unwrap();
        fs::write(third.join("f.txt"), "texte").unwrap();
        symlink(&third, outside.join("third")).unwrap();
        symlink(&outside, third.join("out")).unwrap();
        symlink(dir.path().join("gone"), inside.join(".#lock.txt")).unwrap();
        let expected = [
            "a",
            "link/b/c",
            "link/d",
            "link/third/e",
            "out same_folder",
            "other same_folder",
            "third same_folder",
            "up same_folder",
        ];
        assert_eq!(told(&files(&[inside])), expected);
    }

    #[test]
    fn an_index_is_no_folder_of_articles() {
        let dir =
            tree(&["a.txt", "ix/depeche.json", "ix/meta.json", "b/ix/depeche.json", "b/ix/c.txt"]);
        assert_eq!(told(&files(&[dir.path().to_path_buf()])), ["a"]);
        let given = told(&files(&[dir.path().join("ix")]));
        assert_eq!(given, ["ix an_index"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_to_files_are_read_and_loops_told() {
        use std::os::unix::fs::symlink;
        let dir = tree(&["texts/a.txt"]);
        let root = dir.path().join("texts");
        symlink(&root, root.join("loop")).unwrap();
        symlink(root.join("a.txt"), root.join("b.txt")).unwrap();
        symlink(root.join("gone"), root.join("c.txt")).unwrap();
        symlink(&root, dir.path().join("link")).unwrap();
        let expected = ["a", "b", "c.txt io", "loop same_folder"];
        assert_eq!(told(&files(std::slice::from_ref(&root))), expected);
        assert_eq!(told(&files(&[dir.path().join("link")])), expected, "a link given is followed");
    }
}
