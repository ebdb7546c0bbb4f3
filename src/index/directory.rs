//! tantivy's view of `segments/`: memory maps for reading, and our own disk for writing.
//!
//! It differs from tantivy's own in what must hold here: `meta.json` bears a checksum and is durable when it
//! is announced; the list of files (`.managed.json`) is the folder itself; readers take no locks; and once
//! the state of the index could not be written, nothing more is written or removed.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Directory;
use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    AntiCallToken, DirectoryLock, FileHandle, Lock, MmapDirectory, TerminatingWrite, WatchCallback,
    WatchHandle, WritePtr,
};

use super::disk::{self, Disk, DiskFile};
use super::files::refuse_special;
use super::sealed::{seal, verify_json};
use crate::error::Error;

pub(crate) const META: &str = "meta.json";
const MANAGED: &str = ".managed.json";

#[derive(Clone, Debug)]
pub(crate) struct SegmentsDirectory {
    dir: PathBuf,
    maps: MmapDirectory,
    disk: Arc<dyn Disk>,
    faults: Faults,
}

/// What could not be written, over all clones of a directory. tantivy's own errors seldom name a file.
#[derive(Clone, Debug, Default)]
struct Faults(Arc<Mutex<Faulty>>);

#[derive(Debug, Default)]
struct Faulty {
    first: Option<(PathBuf, io::Error)>,
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

    fn stopped(&self) -> io::Result<()> {
        let faulty = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match faulty.stopped {
            true => Err(io::Error::other("an earlier write failed")),
            false => Ok(()),
        }
    }
}

fn copied(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

impl SegmentsDirectory {
    pub(crate) fn open(dir: &Path, disk: Arc<dyn Disk>) -> Result<Self, OpenDirectoryError> {
        let maps = MmapDirectory::open(dir)?;
        Ok(SegmentsDirectory { dir: dir.to_owned(), maps, disk, faults: Faults::default() })
    }

    /// The first write that failed.
    pub(crate) fn failure(&self) -> Option<Error> {
        let faulty = self.faults.0.lock().unwrap_or_else(PoisonError::into_inner);
        faulty.first.as_ref().map(|(path, error)| Error::not_written(path)(copied(error)))
    }

    /// Whether the state of the index could not be written.
    pub(crate) fn is_stopped(&self) -> bool {
        self.faults.stopped().is_err()
    }

    /// Removes what no commit names: the work of runs that were killed. Only under the writer's lock, and
    /// before anything is written. What cannot be removed (mapped by a reader on Windows) stays.
    pub(crate) fn sweep(&self, is_living: impl Fn(&Path) -> bool) -> io::Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let entry = entry?;
            let name = PathBuf::from(entry.file_name());
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if is_file && name != Path::new(META) && !is_living(&name) {
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
            names.extend(Some(name).filter(|name| !name.starts_with('.')));
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
        self.maps.get_file_handle(path)
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
                let faults = self.faults.clone();
                Ok(BufWriter::new(Box::new(SegmentFile { file, path: full, faults })))
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
            return self.listed().map_err(|e| OpenReadError::wrap_io_error(e, path.to_owned()));
        }
        let read = || {
            self.disk.reading(&full)?;
            verify_json(&full).map_err(|error| match error {
                Error::Io { source, .. } => source,
                Error::Damaged { detail, .. } => io::Error::new(io::ErrorKind::InvalidData, detail),
                other => io::Error::other(other.to_string()),
            })
        };
        read().map_err(|error| match error.kind() {
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
        disk::replace(self.disk.as_ref(), &full, &seal(data)).map_err(|error| {
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
}

impl Write for SegmentFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        self.faults.noted(&self.path, written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for SegmentFile {
    fn terminate_ref(&mut self, _: AntiCallToken) -> io::Result<()> {
        let synced = self.file.flush().and_then(|()| self.file.sync());
        self.faults.noted(&self.path, synced)
    }
}
