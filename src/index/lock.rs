//! One writer at a time: a lock on a file of the index, which ends with the process that holds it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use super::files::refuse_special;
use crate::error::{Error, Result};

pub(crate) const FILE: &str = ".writer.lock";

/// While this lives, nobody else writes the index. Readers need no lock: what a commit names is never
/// changed, and where it is removed under a reader, there is a newer commit to read.
#[derive(Debug)]
pub(crate) struct WriterLock {
    file: File,
}

impl WriterLock {
    /// # Errors
    /// [`Error::Locked`] at once while another process holds it; the folder may not be written.
    pub(crate) fn take(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        refuse_special(&path).map_err(Error::not_written(&path))?;
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(&path).map_err(Error::not_written(dir))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Locked { path: dir.to_owned(), process: holder(&mut file) });
            }
            Err(TryLockError::Error(error)) => return Err(Error::not_written(&path)(error)),
        }
        // For whoever meets the lock; on a full disk it has to do without.
        let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
        Ok(WriterLock { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
        // Closing alone leaves it to a child that is just being started and still has the file.
        let _ = self.file.unlock();
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}
