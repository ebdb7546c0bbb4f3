//! What runs that were killed left in the folder of an index.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::manifest::{self, rebuilt_number};
use super::{Index, SEGMENTS, disk, forms, holds_data, holds_segments, text};

/// Removes it. Only under the writer's lock, before anything is written. It harms nobody: what cannot be
/// removed stays for the next writer.
pub(super) fn remove(index: &Index) {
    for path in superseded(index).unwrap_or_default() {
        let _ = match path.is_dir() {
            true => index.disk.remove_dir(&path),
            false => index.disk.remove(&path),
        };
    }
    if let Ok(living) = index.living_files() {
        let _ = index.directory.sweep(|file| living.contains(file));
    }
}

/// Small files half written, and data that the manifest does not name: of a rebuilding that was
/// interrupted, or of before one.
fn superseded(index: &Index) -> io::Result<Vec<PathBuf>> {
    let (dir, data) = (&index.dir, index.data_dir());
    let partials = [manifest::FILE, forms::FILE].map(|file| disk::partial(&dir.join(file)));
    let mut found: Vec<PathBuf> = partials.into_iter().filter(|path| path.exists()).collect();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // A user's own may have such a name.
        let is_rebuilt = rebuilt_number(&name).is_some() && holds_data(&path);
        let is_first =
            name == SEGMENTS && holds_segments(&path) || name == text::FILE && text::is_text(dir);
        if is_rebuilt && path != data || is_first && data != *dir {
            found.push(path);
        }
    }
    Ok(found)
}
