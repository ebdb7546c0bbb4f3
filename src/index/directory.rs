//! tantivy's view of `segments/`: memory maps for reading, and our own disk for writing.
//!
//! It differs from tantivy's own in what must hold here: `meta.json` bears a checksum and is durable when it
//! is announced, with the number of the index and the checksum of every file that it names; the list of files (`.managed.json`) is the
//! folder itself; readers take no locks; a writer takes no file for what was written before it has compared
//! its checksum, so that a merge never makes damage look sound; and once the state of the index could not be
//! written, nothing more is written or removed.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::Directory;
use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::commit::META;
use super::disk::{self, Disk, DiskFile};
use super::files::{is_of_engine, refuse_special};
use super::sealed::{seal, verify_json};
use super::sums::{Sums, shown};
use crate::error::{Error, copied};

/// The engine's list of its files.
pub(super) const MANAGED: &str = ".managed.json";

#[derive(Clone, Debug)]
pub(crate) struct SegmentsDirectory {
    dir: PathBuf,
    /// The number of the index, for what is written.
    index: String,
    maps: MmapDirectory,
    disk: Arc<dyn Disk>,
    faults: Faults,
    pub(super) sums: Sums,
    /// The files that a writer has compared with their checksums; none while nobody writes.
    compared: Arc<Mutex<Option<HashSet<PathBuf>>>>,
}

/// What could not be written, over all clones of a directory. tantivy's own errors seldom name a file.
#[derive(Clone, Debug, Default)]
struct Faults(Arc<Mutex<Faulty>>);

#[derive(Debug, Default)]
struct Faulty {
    first: Option<(PathBuf, io::Error)>,
    /// A file that is not what was written.
    damaged: Option<PathBuf>,
    /// What is on the disk may not be what tantivy believes: a segment merged from now on would be
    /// committed under the old commit's name, and files removed that the disk still names.
    stopped: bool,
}

impl Faults {
    fn note(&self, path: &Path, error: &io::Error, stops: bool) {
        let mut faulty = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faulty.first.get_or_insert_with(|| (path.to_owned(), copied(error)));
        faulty.stopped |= stops;
    }

    fn noted<T>(&self, path: &Path, result: io::Result<T>) -> io::Result<T> {
        let is_fault = |error: &&io::Error| error.kind() != io::ErrorKind::Interrupted;
        if let Some(error) = result.as_ref().err().filter(is_fault) {
            self.note(path, error, false);
        }
        result
    }

    fn note_damage(&self, path: &Path) {
        let mut faulty = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faulty.damaged.get_or_insert_with(|| path.to_owned());
    }

    fn stopped(&self) -> io::Result<()> {
        let faulty = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match faulty.stopped {
            true => Err(io::Error::other("an earlier write failed")),
            false => Ok(()),
        }
    }
}

impl SegmentsDirectory {
    pub(crate) fn open(
        dir: &Path,
        disk: Arc<dyn Disk>,
        index: &str,
    ) -> Result<Self, OpenDirectoryError> {
        let maps = MmapDirectory::open(dir)?;
        let (dir, index) = (dir.to_owned(), index.to_owned());
        let (faults, sums, compared) = (Faults::default(), Sums::default(), Arc::default());
        Ok(SegmentsDirectory { dir, index, maps, disk, faults, sums, compared })
    }

    /// The file found damaged, or else the first write that failed.
    pub(crate) fn failure(&self) -> Option<Error> {
        let faulty = self.faults.0.lock().unwrap_or_else(PoisonError::into_inner);
        let damaged = faulty.damaged.clone().map(|path| {
            let detail = "the checksum differs".to_owned();
            Error::Damaged { path, detail }
        });
        let unwritten =
            || faulty.first.as_ref().map(|(path, error)| Error::not_written(path)(copied(error)));
        damaged.or_else(unwritten)
    }

    /// Whether a file was found damaged.
    pub(crate) fn is_damaged(&self) -> bool {
        let faulty = self.faults.0.lock().unwrap_or_else(PoisonError::into_inner);
        faulty.damaged.is_some()
    }

    /// Whether the state of the index could not be written.
    pub(crate) fn is_stopped(&self) -> bool {
        self.faults.stopped().is_err()
    }

    /// Whether every file is compared with its checksum when it is first read: while somebody writes.
    pub(crate) fn compare_files(&self, compares: bool) {
        *self.compared() = compares.then(HashSet::new);
    }

    fn compared(&self) -> MutexGuard<'_, Option<HashSet<PathBuf>>> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn compare(&self, path: &Path, file: &dyn FileHandle) -> io::Result<()> {
        if self.compared().as_ref().is_none_or(|compared| compared.contains(path)) {
            return Ok(());
        }
        let sum = shown(xxh3_64(&file.read_bytes(0..file.len())?));
        if self.sums.of(&path.to_string_lossy()) != Some(sum) {
            self.faults.note_damage(&self.dir.join(path));
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum differs"));
        }
        if let Some(compared) = self.compared().as_mut() {
            compared.insert(path.to_owned());
        }
        Ok(())
    }

    /// Removes what no commit names: the work of runs that were killed. Only under the writer's lock, and
    /// before anything is written. What cannot be removed (mapped by a reader on Windows) stays.
    pub(crate) fn sweep(&self, is_living: impl Fn(&Path) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = PathBuf::from(entry.file_name());
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            let is_ours = is_of_engine(&name.to_string_lossy()) && name != Path::new(META);
            if is_file && is_ours && !is_living(&name) {
                let _ = self.disk.remove(&entry.path());
            }
        }
        Ok(())
    }

    /// Names of the files that tantivy may remove when no segment needs them.
    fn listed(&self) -> io::Result<Vec<u8>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            names.extend(Some(name).filter(|name| is_of_engine(name) && !name.starts_with('.')));
        }
        Ok(serde_json::to_vec(&names)?)
    }
}

impl Directory for SegmentsDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let full = self.dir.join(path);
        let read = self.faults.noted(&full, self.disk.reading(&full));
        let read = read.and_then(|()| refuse_special(&full));
        read.map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))?;
        let file = self.maps.get_file_handle(path)?;
        self.compare(path, file.as_ref())
            .map_err(|error| OpenReadError::wrap_io_error(error, path.to_owned()))?;
        Ok(file)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.maps.exists(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let remove = || {
            self.faults.stopped()?;
            self.disk.remove(&self.dir.join(path))
        };
        remove().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => DeleteError::FileDoesNotExist(path.to_owned()),
            _ => DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() },
        })
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let full = self.dir.join(path);
        let create = || {
            self.faults.stopped()?;
            self.faults.noted(&full, self.disk.create(&full))
        };
        match create() {
            Ok(file) => {
                let (faults, sums) = (self.faults.clone(), self.sums.clone());
                let file = SegmentFile { file, path: full, faults, sums, sum: Xxh3::new() };
                Ok(BufWriter::new(Box::new(file)))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(OpenWriteError::FileAlreadyExists(path.to_owned()))
            }
            Err(error) => Err(OpenWriteError::wrap_io_error(error, path.to_owned())),
        }
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let full = self.dir.join(path);
        if path == Path::new(MANAGED) {
            return self.listed().map_err(|e| OpenReadError::wrap_io_error(e, PathBuf::new()));
        }
        let read = || {
            self.disk.reading(&full)?;
            verify_json(&full).map_err(|error| match error {
                Error::Io { source, .. } => source,
                Error::Damaged { detail, .. } => io::Error::new(io::ErrorKind::InvalidData, detail),
                other => io::Error::other(other.to_string()),
            })
        };
        let read = read().inspect(|meta| self.sums.learn(meta));
        read.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => OpenReadError::wrap_io_error(error, path.to_owned()),
        })
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        if path == Path::new(MANAGED) {
            return Ok(());
        }
        self.faults.stopped()?;
        let full = self.dir.join(path);
        let meta = self.sums.added_to(data, &self.index)?;
        disk::replace(self.disk.as_ref(), &full, &seal(&meta)).map_err(|error| {
            let (path, source) = match error {
                Error::NotWritten { path, source } => (path, source),
                other => (full, io::Error::other(other.to_string())),
            };
            self.faults.note(&path, &source, true);
            source
        })
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.faults.stopped()?;
        self.disk.sync_dir(&self.dir).inspect_err(|error| self.faults.note(&self.dir, error, true))
    }

    /// The index's own lock is held by whoever writes, and readers need none.
    fn acquire_lock(&self, _lock: &Lock) -> Result<DirectoryLock, LockError> {
        Ok(DirectoryLock::from(Box::new(())))
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.maps.watch(callback)
    }
}

/// A segment's file being written.
struct SegmentFile {
    file: Box<dyn DiskFile>,
    path: PathBuf,
    faults: Faults,
    sums: Sums,
    /// Of what was written so far.
    sum: Xxh3,
}

impl Write for SegmentFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.faults.noted(&self.path, self.file.write(bytes))?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for SegmentFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let synced = self.file.flush().and_then(|()| self.file.sync());
        self.faults.noted(&self.path, synced)?;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        self.sums.note(&name, self.sum.digest());
        Ok(())
    }
}
