//! A disk that fails when told to, and that knows what would be lost if the power went.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::index::disk::{Disk, DiskFile};

/// What happens at the k-th operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// It fails; those after it do not.
    Error,
    /// As an error, but half of what was to be written is there.
    Torn,
    /// It and all that follow fail: the process is dead.
    Death,
}

/// What the process that dies takes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crash {
    None,
    /// Nothing that was written.
    Kill,
    /// All that was not synced: bytes, and what was created, renamed and removed.
    PowerCut,
    /// Half of the bytes that were not synced, while files keep their new names.
    TornPowerCut,
}

#[derive(Clone, Debug)]
pub(super) struct FaultyDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    plan: Plan,
    strikes_at: usize,
    operations: usize,
    /// Changes of folders that are not synced, oldest first.
    changes: Vec<Change>,
    /// Bytes that are synced of the files that were written.
    synced: HashMap<PathBuf, u64>,
}

#[derive(Debug)]
enum Change {
    Created(PathBuf),
    Renamed { from: PathBuf, to: PathBuf, replaced: Option<Vec<u8>> },
    Removed { path: PathBuf, content: Vec<u8> },
}

impl Change {
    fn folder(&self) -> Option<&Path> {
        match self {
            Change::Created(path) | Change::Removed { path, .. } => path.parent(),
            Change::Renamed { to, .. } => to.parent(),
        }
    }

    fn undo(self) -> io::Result<()> {
        match self {
            Change::Created(path) if path.is_dir() => fs::remove_dir_all(path),
            Change::Created(path) if path.exists() => fs::remove_file(path),
            Change::Created(_) => Ok(()),
            Change::Removed { path, content } => fs::write(path, content),
            Change::Renamed { from, to, replaced } => {
                fs::rename(&to, from)?;
                replaced.map_or(Ok(()), |content| fs::write(to, content))
            }
        }
    }
}

impl FaultyDisk {
    /// One that never fails.
    pub(super) fn calm() -> Self {
        FaultyDisk::new(Plan::Error, usize::MAX)
    }

    pub(super) fn new(plan: Plan, strikes_at: usize) -> Self {
        let (changes, synced) = (Vec::new(), HashMap::new());
        FaultyDisk(Arc::new(Mutex::new(State { plan, strikes_at, operations: 0, changes, synced })))
    }

    /// Whether the run got as far as the operation that fails.
    pub(super) fn met(&self) -> bool {
        self.with(|state| state.operations >= state.strikes_at)
    }

    /// Leaves on the real disk what a crash would.
    pub(super) fn crash(&self, crash: Crash) {
        let (changes, synced) = self
            .with(|state| (std::mem::take(&mut state.changes), std::mem::take(&mut state.synced)));
        let keeps = |written: u64, synced: u64| match crash {
            Crash::None | Crash::Kill => written,
            Crash::PowerCut => synced,
            Crash::TornPowerCut => synced + (written - synced) / 2,
        };
        // Sorted, so that every run does the same.
        let mut files: Vec<_> = synced.into_iter().filter(|(path, _)| path.exists()).collect();
        files.sort();
        for (path, synced) in files {
            let file = OpenOptions::new().write(true).open(&path).unwrap();
            let written = file.metadata().unwrap().len();
            file.set_len(keeps(written, synced.min(written))).unwrap();
        }
        if crash == Crash::PowerCut {
            changes.into_iter().rev().for_each(|change| change.undo().unwrap());
        }
    }

    fn with<T>(&self, call: impl FnOnce(&mut State) -> T) -> T {
        call(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts an operation; an error if it is the one that fails.
    fn step(&self) -> io::Result<()> {
        self.with(|state| {
            state.operations += 1;
            let strikes = match state.plan {
                Plan::Death => state.operations >= state.strikes_at,
                Plan::Error | Plan::Torn => state.operations == state.strikes_at,
            };
            if strikes { Err(io::Error::other("injected fault")) } else { Ok(()) }
        })
    }

    fn open(
        &self,
        path: &Path,
        options: &OpenOptions,
        len: Option<u64>,
    ) -> io::Result<Box<dyn DiskFile>> {
        self.step()?;
        let is_new = !path.exists();
        let mut file = options.open(path)?;
        if let Some(len) = len {
            file.set_len(len)?;
            file.seek(SeekFrom::Start(len))?;
        }
        self.with(|state| {
            let synced =
                if is_new { 0 } else { state.synced.get(path).copied().unwrap_or(u64::MAX) };
            state.synced.insert(path.to_owned(), synced.min(len.unwrap_or(0)));
            if is_new {
                state.changes.push(Change::Created(path.to_owned()));
            }
        });
        Ok(Box::new(FaultyFile { disk: self.clone(), path: path.to_owned(), file }))
    }
}

impl Disk for FaultyDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.open(path, OpenOptions::new().write(true).create_new(true), None)
    }

    fn open_at(&self, path: &Path, len: u64) -> io::Result<Box<dyn DiskFile>> {
        let mut options = OpenOptions::new();
        self.open(path, options.write(true).create(true).truncate(false), Some(len))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        let replaced = fs::read(to).ok();
        fs::rename(from, to)?;
        self.with(|state| {
            if let Some(synced) = state.synced.remove(from) {
                state.synced.insert(to.to_owned(), synced);
            }
            let (from, to) = (from.to_owned(), to.to_owned());
            state.changes.push(Change::Renamed { from, to, replaced });
        });
        Ok(())
    }

    fn temporary(&self, dir: &Path) -> io::Result<File> {
        self.step()?;
        tempfile::tempfile_in(dir)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        let content = fs::read(path)?;
        fs::remove_file(path)?;
        self.with(|state| {
            state.synced.remove(path);
            state.changes.push(Change::Removed { path: path.to_owned(), content });
        });
        Ok(())
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::create_dir(path)?;
        self.with(|state| state.changes.push(Change::Created(path.to_owned())));
        Ok(())
    }

    /// With all that is known of what it holds.
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        fs::remove_dir_all(path)?;
        self.with(|state| {
            state.synced.retain(|file, _| !file.starts_with(path));
            state.changes.retain(|change| !change.folder().is_some_and(|f| f.starts_with(path)));
        });
        Ok(())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        self.with(|state| state.changes.retain(|change| change.folder() != Some(path)));
        Ok(())
    }

    fn reading(&self, _path: &Path) -> io::Result<()> {
        self.step()
    }
}

struct FaultyFile {
    disk: FaultyDisk,
    path: PathBuf,
    file: File,
}

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.disk.step() {
            Ok(()) => self.file.write(bytes),
            Err(error) => {
                if self.disk.with(|state| state.plan == Plan::Torn) {
                    self.file.write_all(&bytes[..bytes.len() / 2])?;
                }
                Err(error)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl DiskFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        self.disk.step()?;
        let written = self.file.metadata()?.len();
        self.disk.with(|state| state.synced.insert(self.path.clone(), written));
        Ok(())
    }
}
