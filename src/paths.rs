//! Paths as text, and back: a name that is not UTF-8, as on old disks, stays the name that it is.

use std::path::{Path, PathBuf};

/// Stands before a byte that is not UTF-8: the last characters for private use, which no name has.
#[cfg(unix)]
const BYTES: u32 = 0x10_FF00;

/// A path as text.
#[cfg(unix)]
pub(crate) fn text_of(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let mut text = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(
            chunk.invalid().iter().filter_map(|&byte| char::from_u32(BYTES + u32::from(byte))),
        );
    }
    text
}

/// The path of such a text.
#[cfg(unix)]
pub(crate) fn path_of(text: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match u32::from(letter).checked_sub(BYTES) {
            Some(byte) => bytes.push(byte as u8),
            None => bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    std::ffi::OsString::from_vec(bytes).into()
}

/// A path as text.
#[cfg(not(unix))]
pub(crate) fn text_of(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The path of such a text.
#[cfg(not(unix))]
pub(crate) fn path_of(text: &str) -> PathBuf {
    PathBuf::from(text)
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn every_name_comes_back() {
        for name in [&b"/a/caf\xe9.txt"[..], b"caf\xc3\xa9", b"\xff\xfe/x", b"", b"\xe2\x82"] {
            let path = Path::new(OsStr::from_bytes(name));
            assert_eq!(path_of(&text_of(path)), path);
        }
        assert_ne!(
            text_of(Path::new(OsStr::from_bytes(b"\xe8"))),
            text_of(Path::new(OsStr::from_bytes(b"\xe9")))
        );
    }
}
