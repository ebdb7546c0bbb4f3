//! Postings for which there is no room in memory: they wait, sorted, in a file until their segment is written.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use super::chains::next_number;
use super::postings::{Postings, SortKey};

/// Lists by field and term, one after the other.
pub(super) struct Run {
    file: File,
}

/// What stands before a list: its field, how long its term is, how many documents and bytes it has. The term and the
/// bytes of its numbers follow.
struct Header {
    field: u8,
    term: u16,
    documents: u32,
    bytes: u32,
}

/// Bytes written or read at once.
const BUFFER: usize = 1 << 16;

impl Header {
    const LENGTH: usize = 11;

    fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [self.field; Self::LENGTH];
        bytes[1..3].copy_from_slice(&self.term.to_le_bytes());
        bytes[3..7].copy_from_slice(&self.documents.to_le_bytes());
        bytes[7..].copy_from_slice(&self.bytes.to_le_bytes());
        bytes
    }

    fn of_bytes([field, a, b, c, d, e, f, g, h, i, j]: [u8; Self::LENGTH]) -> Self {
        Header {
            field,
            term: u16::from_le_bytes([a, b]),
            documents: u32::from_le_bytes([c, d, e, f]),
            bytes: u32::from_le_bytes([g, h, i, j]),
        }
    }
}

impl Run {
    /// Writes all lists into an empty file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(postings: &Postings, file: File) -> io::Result<Self> {
        let mut out = BufWriter::with_capacity(BUFFER, file);
        let mut bytes = Vec::new();
        for (_, list) in (0..postings.fields()).flat_map(|field| postings.sorted(field)) {
            let term = postings.term(list);
            bytes.clear();
            postings.numbers(list).copy_to(&mut bytes);
            let (field, documents) = (list.field, list.documents);
            // A term is no longer than the engine's, a chain than addresses reach.
            let (term_length, length) = (term.len() as u16, bytes.len() as u32);
            let header = Header { field, term: term_length, documents, bytes: length };
            out.write_all(&header.to_bytes())?;
            out.write_all(term)?;
            out.write_all(&bytes)?;
        }
        Ok(Run { file: out.into_inner()? })
    }

    /// Begins to read it; one reader at a time.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn open(&self) -> io::Result<RunReader<'_>> {
        (&self.file).seek(SeekFrom::Start(0))?;
        let file = BufReader::with_capacity(BUFFER, &self.file);
        let mut reader = RunReader { file, head: None, term: Vec::new() };
        reader.read_head()?;
        Ok(reader)
    }
}

/// A run that is read list by list.
pub(super) struct RunReader<'r> {
    file: BufReader<&'r File>,
    /// Of the next list; none after the last.
    head: Option<(SortKey, Header)>,
    term: Vec<u8>,
}

impl RunReader<'_> {
    pub(super) fn key(&self) -> Option<SortKey> {
        self.head.as_ref().map(|(key, _)| *key)
    }

    /// The term of the next list.
    pub(super) fn term(&self) -> &[u8] {
        &self.term
    }

    /// How many documents the next list has.
    pub(super) fn documents(&self) -> u32 {
        self.head.as_ref().map_or(0, |(_, header)| header.documents)
    }

    /// The numbers of the next list, which is passed.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn take(&mut self) -> io::Result<Option<ReadNumbers>> {
        let Some((_, header)) = &self.head else { return Ok(None) };
        let mut bytes = vec![0; header.bytes as usize];
        self.file.read_exact(&mut bytes)?;
        self.read_head()?;
        Ok(Some(ReadNumbers(bytes.into_iter())))
    }

    fn read_head(&mut self) -> io::Result<()> {
        self.head = None;
        if self.file.fill_buf()?.is_empty() {
            return Ok(());
        }
        let mut bytes = [0; Header::LENGTH];
        self.file.read_exact(&mut bytes)?;
        let header = Header::of_bytes(bytes);
        self.term.resize(header.term.into(), 0);
        self.file.read_exact(&mut self.term)?;
        self.head = Some((SortKey::new(header.field, &self.term), header));
        Ok(())
    }
}

/// The numbers of a list that was read.
pub(super) struct ReadNumbers(std::vec::IntoIter<u8>);

impl Iterator for ReadNumbers {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        next_number(|| self.0.next())
    }
}
