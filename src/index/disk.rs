//! Everything that the index does to a disk, in one place, so that tests can put a failing one in its place.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::files::refuse_special;
use crate::error::{Error, Result};

/// A disk. Nothing that changes files of an index goes past it.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Creates a file that is not there yet.
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;
    /// Opens a file to write after its first bytes; what follows them is cut off. Created where it is missing.
    fn open_at(&self, path: &Path, len: u64) -> io::Result<Box<dyn DiskFile>>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// A second name of a file or, where there is none, a copy.
    fn copy(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to).or_else(|_| fs::copy(from, to).map(drop))
    }
    /// A file without a name in a folder, to write and to read: it goes when it is closed.
    fn temporary(&self, dir: &Path) -> io::Result<File> {
        tempfile::tempfile_in(dir)
    }
    fn remove(&self, path: &Path) -> io::Result<()>;
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes what was created, renamed and removed in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Asked before a segment's file is read.
    fn reading(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }
}

/// An open file of a disk.
pub(crate) trait DiskFile: Write + Send + Sync {
    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;
}

/// The machine's own. Files get the modes that the umask allows.
#[derive(Debug)]
pub(crate) struct RealDisk;

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(OpenOptions::new().write(true).create_new(true).open(path)?))
    }

    fn open_at(&self, path: &Path, len: u64) -> io::Result<Box<dyn DiskFile>> {
        refuse_special(path)?;
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.set_len(len)?;
        file.seek(SeekFrom::Start(len))?;
        Ok(Box::new(file))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }

    /// Folders cannot be synced on Windows, where a rename is written through.
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        if cfg!(windows) { Ok(()) } else { File::open(path)?.sync_all() }
    }
}

impl DiskFile for File {
    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Replaces a small file, whole or not at all; when this returns, it is on the disk.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, content: &[u8]) -> Result<()> {
    let partial = partial(path);
    let write = || {
        let mut file = disk.open_at(&partial, 0)?;
        file.write_all(content)?;
        file.sync()
    };
    write().map_err(Error::not_written(&partial))?;
    disk.rename(&partial, path).map_err(Error::not_written(path))?;
    sync_parent(disk, path)
}

/// Where a small file is written before it takes its name.
pub(crate) fn partial(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.partial"))
}

/// Creates a folder with those above it, on the disk; one that is there is left alone.
pub(crate) fn create_dirs(disk: &dyn Disk, path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
        create_dirs(disk, above)?;
    }
    match disk.create_dir(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
        created => created.map_err(Error::not_written(path))?,
    }
    sync_parent(disk, path)
}

/// Makes the entry of a file or folder durable.
pub(crate) fn sync_parent(disk: &dyn Disk, path: &Path) -> Result<()> {
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    let above = above.unwrap_or(Path::new("."));
    disk.sync_dir(above).map_err(Error::not_written(above))
}
