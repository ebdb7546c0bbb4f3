//! The files of a segment: which they are, and whether they hold what was written.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use crc32fast::Hasher;
use tantivy::SegmentReader;
use xxhash_rust::xxh3::Xxh3;

use super::sums::{Sums, shown};

use tantivy::directory::{INDEX_WRITER_LOCK, META_LOCK};

use super::commit::META;
use super::directory::MANAGED;
use super::disk::partial;
use crate::error::{Error, Result};

/// Every segment has one file of each of these; and one more where documents were deleted.
const EXTENSIONS: [&str; 6] = ["idx", "pos", "term", "store", "fast", "fieldnorm"];

/// The versions of the engine that wrote indexes of this format, as its footers name them.
const ENGINES: [&str; 1] = [r#"{"major":0,"minor":27,"patch":0,"index_format_version":7}"#];
/// What the engine writes last into every file, after the length of the footer.
const MAGIC: u32 = 1337;
/// Length and magic number.
const TAIL: u64 = 8;
const LONGEST_FOOTER: u64 = 1024;
/// What is read at once.
const BLOCK: usize = 256 * 1024;

/// What is wrong with a file as a whole.
#[derive(Debug)]
pub(crate) enum FileFault {
    Missing,
    Unreadable(io::Error),
    /// It does not end as the engine ends its files: cut off, or written over.
    End,
    Checksum,
}

/// Opens a file of an index for reading.
pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
    refuse_special(path)?;
    File::open(path)
}

/// Reads a file of an index whole.
pub(crate) fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Refuses what is there but is no file: whoever opens a pipe waits for its other end, and a device may
/// never end.
pub(crate) fn refuse_special(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => Err(io::Error::other(NOT_REGULAR)),
        _ => Ok(()),
    }
}

/// What is said of pipes, sockets and devices.
const NOT_REGULAR: &str = "it is not a regular file";

/// The names of a segment's files.
pub(crate) fn segment_files(id: &str, delete_opstamp: Option<u64>) -> Vec<String> {
    let mut files: Vec<String> = EXTENSIONS.iter().map(|name| format!("{id}.{name}")).collect();
    files.extend(delete_opstamp.map(|opstamp| format!("{id}.{opstamp}.del")));
    files
}

/// The names of the files of segments that are searched.
pub(crate) fn files_of<'a>(segments: impl Iterator<Item = &'a SegmentReader>) -> BTreeSet<String> {
    let files = |segment: &SegmentReader| {
        segment_files(&segment.segment_id().uuid_string(), segment.delete_opstamp())
    };
    segments.flat_map(files).collect()
}

/// Compares the checksums of files of a folder: their own, and those recorded of them.
///
/// # Errors
/// The first that is missing, damaged or cannot be read.
pub(super) fn verify_files(folder: &Path, files: &BTreeSet<String>, sums: &Sums) -> Result<()> {
    files.iter().try_for_each(|file| {
        let expected = sums.of(file).unwrap_or_default();
        verify_named(folder, file, Some(&expected))
    })
}

/// Compares the checksums of one file: its own, and the one recorded of it if there is any.
///
/// # Errors
/// It is missing, damaged or cannot be read.
pub(super) fn verify_named(folder: &Path, file: &str, expected: Option<&str>) -> Result<()> {
    let path = folder.join(file);
    let damaged = |detail: &str| Error::Damaged { path: path.clone(), detail: detail.into() };
    verify_file(&path, expected, &mut |_| ()).map_err(|fault| match fault {
        FileFault::Missing => damaged("it is missing"),
        FileFault::End => damaged("it is cut off, or its end was written over"),
        FileFault::Checksum => damaged("the checksum differs"),
        FileFault::Unreadable(source) => Error::Io { path: path.clone(), source },
    })
}

/// Reads a file of the engine whole and compares its own checksum, and the one that was recorded of it,
/// which indexes of earlier formats lack; calls with the bytes read.
pub(crate) fn verify_file(
    path: &Path,
    expected: Option<&str>,
    read: &mut dyn FnMut(u64),
) -> Result<(), FileFault> {
    let mut file = open_regular(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => FileFault::Missing,
        _ => FileFault::Unreadable(error),
    })?;
    let Some((body, footer)) = parts(&mut file).map_err(FileFault::Unreadable)? else {
        return Err(FileFault::End);
    };
    file.seek(SeekFrom::Start(0)).map_err(FileFault::Unreadable)?;
    let (crc, sum) = checksums(&mut file, body, read).map_err(FileFault::Unreadable)?;
    // Compared as it was written, byte for byte: no bit of it may differ.
    let is_its_own = |engine: &&str| footer == format!("{{\"version\":{engine},\"crc\":{crc}}}");
    let is_recorded = expected.is_none_or(|expected| expected == shown(sum));
    match is_recorded && ENGINES.iter().any(is_its_own) {
        true => Ok(()),
        false => Err(FileFault::Checksum),
    }
}

/// The length of what the footer is of, and the footer; none where the file does not end with one.
fn parts(file: &mut File) -> io::Result<Option<(u64, String)>> {
    let length = file.metadata()?.len();
    let Some(before) = length.checked_sub(TAIL) else { return Ok(None) };
    let mut tail = [0; TAIL as usize];
    file.seek(SeekFrom::Start(before))?;
    file.read_exact(&mut tail)?;
    let (size, magic) = tail.split_at(4);
    let number = |bytes: &[u8]| bytes.try_into().map(u32::from_le_bytes).unwrap_or_default();
    let size = u64::from(number(size));
    if number(magic) != MAGIC || size > LONGEST_FOOTER {
        return Ok(None);
    }
    let Some(body) = before.checked_sub(size) else { return Ok(None) };
    let mut footer = vec![0; size as usize];
    file.seek(SeekFrom::Start(body))?;
    file.read_exact(&mut footer)?;
    Ok(String::from_utf8(footer).ok().map(|footer| (body, footer)))
}

/// The CRC of the body, and the XXH3 of the whole file.
fn checksums(file: &mut File, body: u64, read: &mut dyn FnMut(u64)) -> io::Result<(u32, u64)> {
    let (mut crc, mut sum) = (Hasher::new(), Xxh3::new());
    let mut left = body;
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok((crc.finalize(), sum.digest())),
            Ok(n) => {
                let of_body = left.min(n as u64);
                crc.update(&block[..of_body as usize]);
                sum.update(&block[..n]);
                left -= of_body;
                read(n as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Whether a name in the folder of the segments is that of a file of the engine's.
pub(crate) fn is_of_engine(name: &str) -> bool {
    let half_written = partial(Path::new(META));
    name == META
        || name == MANAGED
        || Path::new(name) == half_written
        || name.starts_with(TEMPORARY)
        || is_lock(name)
        || is_of_segment(name)
}

/// Whether it is that of one of its locks.
pub(crate) fn is_lock(name: &str) -> bool {
    [&*INDEX_WRITER_LOCK, &*META_LOCK].iter().any(|lock| lock.filepath == Path::new(name))
}

/// How the engine's files begin that are not yet written.
const TEMPORARY: &str = ".tmp";

/// Whether the files of a segment, or what is made before them, have such names.
pub(crate) fn is_of_segment(name: &str) -> bool {
    const ENDS: [&str; 8] =
        ["idx", "pos", "term", "store", "store.temp", "fast", "fieldnorm", "del"];
    let Some((segment, end)) = name.split_once('.') else { return false };
    let end = end.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('.');
    segment.len() == 32 && segment.bytes().all(|b| b.is_ascii_hexdigit()) && ENDS.contains(&end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever takes another version of the engine adds it here, or changes the format of the index.
    #[test]
    fn this_engine_is_known() {
        let version = serde_json::to_string(tantivy::version()).unwrap();
        assert!(ENGINES.contains(&version.as_str()), "{version}");
    }

    #[test]
    fn every_flipped_bit_and_every_shorter_file_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.idx");
        let mut good = b"Some bytes that the engine wrote.".to_vec();
        let footer = format!("{{\"version\":{},\"crc\":{}}}", ENGINES[0], crc32fast::hash(&good));
        good.extend_from_slice(footer.as_bytes());
        good.extend_from_slice(&(footer.len() as u32).to_le_bytes());
        good.extend_from_slice(&MAGIC.to_le_bytes());
        let verified = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            verify_file(&path, None, &mut |_| ())
        };
        assert!(verified(&good).is_ok());
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(verified(&bad).is_err(), "bit {bit}");
        }
        for length in 0..good.len() {
            assert!(verified(&good[..length]).is_err(), "{length} bytes");
        }
        std::fs::remove_file(&path).unwrap();
        let verified = verify_file(&path, None, &mut |_| ());
        assert!(matches!(verified, Err(FileFault::Missing)));
    }

    #[test]
    fn names_of_files_of_segments() {
        let id = "0123456789abcdef0123456789abcdef";
        for end in ["idx", "store.temp", "7.del"] {
            assert!(is_of_segment(&format!("{id}.{end}")), "{end}");
        }
        for name in ["meta.json", "x.idx", id, &format!("{id}.idy"), &format!("{id}x.idx")] {
            assert!(!is_of_segment(name), "{name}");
        }
    }
}
