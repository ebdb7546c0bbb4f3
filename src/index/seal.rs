//! JSON files that bear a checksum of their own: one changed bit is seen when they are read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};

/// 16 hexadecimal digits of the XXH3 of the object without this member, written compactly.
const MEMBER: &str = "checksum";
/// No such file is longer; a longer one is not read.
const LONGEST: u64 = 64 << 20;

/// What a JSON file holds.
pub(crate) struct Sealed {
    /// The value, without its checksum.
    pub(crate) value: Value,
    /// Whether it bore one, which then was right.
    pub(crate) is_sealed: bool,
}

/// Reads a JSON file; a checksum in it must be that of the rest.
///
/// # Errors
/// It cannot be read ([`Error::Io`]), is no JSON or not what was written ([`Error::Damaged`]).
pub(crate) fn verify_json(path: &Path) -> Result<Sealed> {
    let bytes = read(path).map_err(Error::io(path))?;
    let damaged = |detail: String| Error::Damaged { path: path.to_owned(), detail };
    if bytes.len() as u64 > LONGEST {
        return Err(damaged(format!("longer than {LONGEST} bytes")));
    }
    let mut value: Value = serde_json::from_slice(&bytes).map_err(|e| damaged(e.to_string()))?;
    let found = value.as_object_mut().and_then(|object| object.shift_remove(MEMBER));
    let is_sealed = found.is_some();
    match (found, value.as_object()) {
        (Some(found), Some(object)) if found != checksum(object) => {
            Err(damaged("the checksum differs".to_owned()))
        }
        _ => Ok(Sealed { value, is_sealed }),
    }
}

/// The object with its checksum.
pub(crate) fn seal(mut object: Map<String, Value>) -> Value {
    let checksum = checksum(&object);
    object.insert(MEMBER.to_owned(), Value::String(checksum));
    Value::Object(object)
}

fn checksum(object: &Map<String, Value>) -> String {
    // Values that were parsed, or made of strings and numbers: serialising them cannot fail.
    let text = serde_json::to_vec(object).unwrap_or_default();
    format!("{:016x}", xxh3_64(&text))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_is_seen_where_there_is_a_checksum() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.json");
        let object = serde_json::json!({ "format": 4, "forms": { "rows": 2 }, "name": "é" });
        std::fs::write(&path, object.to_string()).unwrap();
        assert!(!verify_json(&path).unwrap().is_sealed);
        let sealed = seal(object.as_object().unwrap().clone());
        let good = serde_json::to_string_pretty(&sealed).unwrap().into_bytes();
        std::fs::write(&path, &good).unwrap();
        let read = verify_json(&path).unwrap();
        assert!(read.is_sealed && read.value == object);
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            std::fs::write(&path, bad).unwrap();
            let seen = verify_json(&path).map_or(true, |read| !read.is_sealed);
            assert!(seen, "bit {bit}");
        }
    }
}
