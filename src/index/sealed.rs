//! JSON objects whose first member is a checksum of all that follows it: any changed byte is noticed, and
//! whoever does not know the member still reads the file.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use super::files::read_regular;
use crate::error::{Error, Result};

const OPENING: &[u8] = b"{\n  \"checksum\": \"";
const CLOSING: &[u8] = b"\",";
const DIGITS: usize = 16;

/// What a checksum tells of the bytes that bear it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seal {
    /// They are what was written.
    Whole,
    /// They are not.
    Broken,
    /// They bear none.
    Absent,
}

/// A JSON object with its checksum. The object has a member already.
pub(crate) fn seal(object: &[u8]) -> Vec<u8> {
    let rest = object.trim_ascii_start().strip_prefix(b"{").unwrap_or(object);
    let mut sealed = opening(rest);
    sealed.extend_from_slice(rest);
    sealed
}

fn opening(rest: &[u8]) -> Vec<u8> {
    let checksum = format!("{:016x}", xxh3_64(rest));
    [OPENING, checksum.as_bytes(), CLOSING].concat()
}

pub(crate) fn examine(bytes: &[u8]) -> Seal {
    if !bytes.starts_with(OPENING) {
        return Seal::Absent;
    }
    match bytes.split_at_checked(OPENING.len() + DIGITS + CLOSING.len()) {
        Some((start, rest)) if start == opening(rest) => Seal::Whole,
        _ => Seal::Broken,
    }
}

/// Reads a sealed file.
///
/// # Errors
/// It cannot be read, or is not what was written.
pub(crate) fn verify_json(path: &Path) -> Result<Vec<u8>> {
    let bytes = read_regular(path).map_err(Error::io(path))?;
    let detail = match examine(&bytes) {
        Seal::Whole => return Ok(bytes),
        Seal::Broken => "the checksum differs",
        Seal::Absent => "it bears no checksum",
    };
    Err(Error::Damaged { path: path.to_owned(), detail: detail.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let object = b"{\n  \"opstamp\": 7,\n  \"payload\": \"x\"\n}\n";
        let sealed = seal(object);
        assert_eq!(examine(&sealed), Seal::Whole);
        assert_eq!(examine(object), Seal::Absent);
        let value: serde_json::Value = serde_json::from_slice(&sealed).unwrap();
        assert_eq!((&value["opstamp"], &value["payload"]), (&7.into(), &"x".into()));
        for bit in 0..sealed.len() * 8 {
            let mut bad = sealed.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(examine(&bad), Seal::Whole, "bit {bit}");
        }
        for len in 0..sealed.len() {
            assert_ne!(examine(&sealed[..len]), Seal::Whole, "{len} bytes");
        }
    }
}
