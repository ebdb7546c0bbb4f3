//! The articles as imported, one record after the other in one file that only grows.
//!
//! The file begins with what it is and the number of its index, in 16 bytes each. A record is found by its
//! address, its first byte in the file, which the passages of the article carry. What follows the last commit
//! is cut off when the file is next opened for writing; so readers of a commit are never disturbed. Reads are
//! positioned reads, not a memory map: a file truncated by another hand is an error here, where a map would kill
//! the process.
//!
//! Record: stored length u32, raw length u32, length u32 of the identifier, checksum u64 (XXH3 of all that
//! follows), digest u64 (of the article's content), origin u64 (XXH3 of the path it came from), also u64 (the
//! sum of those of the other files that it stands in), previous u64 (the checksum of the record before; 0 for
//! the first), head u32 (the lower half of XXH3 of the header, both checksums aside, and the identifier: they
//! are often read alone), the identifier, then the stored bytes: compressed as in [`super::codec`], (length u32
//! of the JSON, JSON of the metadata, number u32 of the passages, start u32 and end u32 of each in bytes of the
//! body, body). All numbers little-endian. Up to index format 6, without also, previous and head.
//!
//! Each record names the one before it, so whoever knows the last one, as every commit does, knows the file:
//! that of a copy of the index which went on apart ends otherwise.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::codec::{Encoder, decode, may_become};
use super::disk::{self, Disk, DiskFile};
use super::files::open_regular;
use super::manifest::INDEX_ID;
use super::writer::MAX_ID_BYTES;
use crate::article::{Article, PartialDate};
use crate::error::{ArticleFault, Error, Result};

pub(crate) const FILE: &str = "text.bin";
const MAGIC: &[u8; 16] = b"depeche text 4\n\0";
/// Of index format 6.
const MAGIC_UNCHAINED: &[u8; 16] = b"depeche text 3\n\0";
/// Up to index format 5, without the number.
const MAGIC_UNNUMBERED: &[u8; 16] = b"depeche text 2\n\0";
const BEGINNING: usize = MAGIC.len() + INDEX_ID;
const HEADER: usize = 56;
/// Up to index format 6.
const HEADER_BEFORE: usize = 36;
/// Where the checksum stands, and where what it covers begins.
const CHECKSUM: Range<usize> = 12..20;
/// Where that of header and identifier stands.
const HEAD: Range<usize> = 52..HEADER;
/// Most articles with their header fit in this first read.
const FIRST_READ: usize = 8 * 1024;
/// Header and identifier mostly fit in it.
const ID_READ: usize = 160;
/// What is read at once of articles that follow one another.
const READ_AHEAD: usize = 128 * 1024;
/// No record is longer; a larger length is damage, and must not be allocated.
const LONGEST: usize = 1 << 30;
/// An identifier that several articles name has a number appended, and may have ended in one.
pub(super) const LONGEST_ID: usize = MAX_ID_BYTES + 64;
/// Where records are looked for in damage, so many bytes are compared with checksums for each of the file's:
/// lengths that damage makes up must not cost more.
const MOST_COMPARED: u64 = 8;

/// An article and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredArticle {
    pub(crate) article: Article,
    pub(crate) origin: Origin,
    /// Other files that say the same under the same identifier.
    pub(crate) also: Vec<Origin>,
    /// Its passages, in bytes of the body.
    pub(crate) passages: Vec<Range<usize>>,
}

/// A record of the file, and its header.
pub(crate) struct Record {
    pub(crate) stored: StoredArticle,
    header: Header,
}

impl Record {
    /// Whether the digests, by which articles are known unchanged, are those of the article.
    pub(crate) fn has_its_digests(&self) -> bool {
        let StoredArticle { article, origin, also, .. } = &self.stored;
        let digests =
            Digests { article: digest(article), origin: origin.digest(), also: sum_of(also) };
        self.header.digests == digests
    }

    /// What the record after it calls it by.
    pub(crate) fn checksum(&self) -> u64 {
        self.header.checksum
    }

    /// The checksum of the record that was before it.
    pub(crate) fn previous(&self) -> u64 {
        self.header.previous
    }
}

/// By what an article is known unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Digests {
    /// Of all that it says.
    pub(crate) article: u64,
    /// Of the path that it is known by.
    pub(crate) origin: u64,
    /// The sum of those of the other paths that it stands in; 0 if there are none.
    pub(crate) also: u64,
}

/// A record as a commit names it: the last that it covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LastRecord {
    pub(crate) address: u64,
    pub(crate) checksum: u64,
}

/// Which file an article was imported from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file's absolute path, or `-`.
    pub path: String,
}

impl Origin {
    /// Tells origins apart without reading them.
    pub(crate) fn digest(&self) -> u64 {
        xxh3_64(self.path.as_bytes())
    }
}

/// Tells sets of origins apart, whatever their order.
pub(crate) fn sum_of(origins: &[Origin]) -> u64 {
    origins.iter().fold(0, |sum, origin| sum.wrapping_add(origin.digest()))
}

/// The files that an article stands in.
#[derive(Clone, Copy)]
pub(crate) struct Origins<'a> {
    /// The one that it is known by.
    pub(crate) first: &'a Origin,
    pub(crate) also: &'a [Origin],
}

impl<'a> From<&'a Origin> for Origins<'a> {
    fn from(first: &'a Origin) -> Self {
        Origins { first, also: &[] }
    }
}

#[derive(Serialize, Deserialize)]
struct Metadata {
    title: Option<String>,
    date: Option<PartialDate>,
    source: Option<String>,
    author: Option<String>,
    url: Option<String>,
    origin: Origin,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    also: Vec<Origin>,
}

/// A digest of everything that an article says: equal for equal content.
pub(crate) fn digest(article: &Article) -> u64 {
    let mut hash = Xxh3::new();
    let date = article.date.map(|d| d.to_string());
    for field in [&article.title, &date, &article.source, &article.author, &article.url] {
        let field = field.as_deref();
        // The length parts the fields: ("ab", "c") is not ("a", "bc").
        hash.update(&field.map_or(u64::MAX, |f| f.len() as u64).to_le_bytes());
        hash.update(field.unwrap_or("").as_bytes());
    }
    hash.update(article.body.as_bytes());
    hash.digest()
}

/// Whether there is a text file.
pub(super) fn exists(dir: &Path) -> Result<bool> {
    let path = dir.join(FILE);
    match path.try_exists() {
        // A file or another thing in the place of the folder.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        exists => exists.map_err(Error::io(path)),
    }
}

/// Whether a folder has a text file, damaged or not, and not a user's own of that name.
pub(super) fn is_text(dir: &Path) -> bool {
    let is_begun = |text: &TextReader| text.beginning.is_empty() || text.why_not_of(None).is_none();
    let has_records =
        |text: &TextReader| text.sound_records(None).is_ok_and(|(records, _)| !records.is_empty());
    let is_text = |text: TextReader| is_begun(&text) || has_records(&text);
    dir.join(FILE).is_file() && TextReader::open_any(dir).is_ok_and(is_text)
}

pub(crate) struct TextWriter {
    path: PathBuf,
    file: BufWriter<Box<dyn DiskFile>>,
    encoder: Encoder,
    end: TextEnd,
}

/// What a commit covers of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextEnd {
    /// Bytes.
    pub(crate) length: u64,
    /// None where there is no record.
    pub(crate) last: Option<LastRecord>,
}

impl TextWriter {
    /// Opens the file of an index to append after what is committed; a new one where nothing is.
    ///
    /// # Errors
    /// It is not the file that the commit is of; it cannot be written.
    pub(crate) fn open(disk: &dyn Disk, dir: &Path, index: &str, end: TextEnd) -> Result<Self> {
        let path = dir.join(FILE);
        if end.length == 0 {
            return TextWriter::create(disk, dir, path, index);
        }
        TextReader::open(dir, index)?.ends_at(end)?;
        let open = || Ok((BufWriter::new(disk.open_at(&path, end.length)?), Encoder::new()?));
        let (file, encoder) = open().map_err(Error::not_written(&path))?;
        Ok(TextWriter { path, file, encoder, end })
    }

    fn create(disk: &dyn Disk, dir: &Path, path: PathBuf, index: &str) -> Result<Self> {
        // What a run left that was killed before its first commit is written over, what another index has not.
        if exists(dir)? {
            let text = TextReader::open_any(dir)?;
            if text.index().is_some_and(|number| number != index) {
                return Err(text.not_of(OTHER_INDEX));
            }
        }
        let beginning = beginning(index);
        let open = || {
            let mut file = BufWriter::new(disk.open_at(&path, 0)?);
            file.write_all(&beginning)?;
            Ok((file, Encoder::new()?))
        };
        let (file, encoder) = open().map_err(Error::not_written(&path))?;
        // No commit may name a file that a power cut can take away.
        disk::sync_parent(disk, &path)?;
        let end = TextEnd { length: beginning.len() as u64, last: None };
        Ok(TextWriter { path, file, encoder, end })
    }

    /// Appends an article; gives its address.
    pub(crate) fn append(
        &mut self,
        article: &Article,
        origins: Origins<'_>,
        passages: &[Range<usize>],
        digest: u64,
    ) -> Result<u64> {
        let TextEnd { length: address, last } = self.end;
        if article.body.len() > LONGEST / 2 {
            let (bytes, most) = (article.body.len(), LONGEST / 2);
            let detail = ArticleFault::TooLong { field: "text", bytes, most };
            return Err(Error::Article { id: article.id.clone(), detail });
        }
        let raw = raw_of(article, origins, passages);
        let stored = self.encoder.encode(&raw).map_err(Error::not_written(&self.path))?;
        let lengths = [stored.len(), raw.len(), article.id.len()].map(|length| length as u32);
        let (origin, also) = (origins.first.digest(), sum_of(origins.also));
        let previous = last.map_or(0, |last| last.checksum);
        let (record, checksum) =
            record_of(lengths, [digest, origin, also, previous], &article.id, &stored);
        self.file.write_all(&record).map_err(Error::not_written(&self.path))?;
        let last = Some(LastRecord { address, checksum });
        self.end = TextEnd { length: address + record.len() as u64, last };
        Ok(address)
    }

    /// Bytes of the file with what was appended so far: no record stands there or after it.
    pub(crate) fn length(&self) -> u64 {
        self.end.length
    }

    /// Reads what was appended so far, committed or not.
    pub(crate) fn reader(&mut self) -> Result<TextReader> {
        self.file.flush().map_err(Error::not_written(&self.path))?;
        TextReader::open_file(self.path.clone())
    }

    /// Brings all that was appended to the disk; gives what is to be committed.
    pub(crate) fn sync(&mut self) -> Result<TextEnd> {
        let synced = self.file.flush().and_then(|()| self.file.get_mut().sync());
        synced.map_err(Error::not_written(&self.path))?;
        Ok(self.end)
    }
}

/// How the text file of an index begins.
fn beginning(index: &str) -> Vec<u8> {
    let mut beginning = MAGIC.to_vec();
    beginning.extend(index.bytes().chain(std::iter::repeat(0)).take(INDEX_ID));
    beginning
}

/// What is stored of an article once it is compressed.
fn raw_of(article: &Article, origins: Origins<'_>, passages: &[Range<usize>]) -> Vec<u8> {
    let metadata = Metadata {
        title: article.title.clone(),
        date: article.date,
        source: article.source.clone(),
        author: article.author.clone(),
        url: article.url.clone(),
        origin: origins.first.clone(),
        also: origins.also.to_vec(),
    };
    // Strings and a date: serialising them cannot fail.
    let metadata = serde_json::to_vec(&metadata).unwrap_or_default();
    let mut raw = Vec::with_capacity(8 + metadata.len() + 8 * passages.len() + article.body.len());
    let push = |raw: &mut Vec<u8>, number: usize| raw.extend((number as u32).to_le_bytes());
    push(&mut raw, metadata.len());
    raw.extend_from_slice(&metadata);
    push(&mut raw, passages.len());
    for passage in passages {
        push(&mut raw, passage.start);
        push(&mut raw, passage.end);
    }
    raw.extend_from_slice(article.body.as_bytes());
    raw
}

/// A record, of the numbers in its header, and its checksum.
fn record_of(lengths: [u32; 3], digests: [u64; 4], id: &str, stored: &[u8]) -> (Vec<u8>, u64) {
    let mut record = Vec::with_capacity(HEADER + id.len() + stored.len());
    record.extend(lengths.into_iter().flat_map(u32::to_le_bytes));
    record.extend_from_slice(&[0; CHECKSUM.end - CHECKSUM.start]);
    record.extend(digests.into_iter().flat_map(u64::to_le_bytes));
    record.extend(head_of(&record, id.as_bytes()).to_le_bytes());
    record.extend_from_slice(id.as_bytes());
    record.extend_from_slice(stored);
    let checksum = xxh3_64(&record[CHECKSUM.end..]);
    record[CHECKSUM].copy_from_slice(&checksum.to_le_bytes());
    (record, checksum)
}

/// The checksum of a header and an identifier, whose own and whose record's is not in it.
fn head_of(header: &[u8], id: &[u8]) -> u32 {
    let mut hash = Xxh3::new();
    for part in [&header[..CHECKSUM.start], &header[CHECKSUM.end..HEAD.start], id] {
        hash.update(part);
    }
    hash.digest() as u32
}

/// Reads articles by address; shared between threads.
pub(crate) struct TextReader {
    path: PathBuf,
    file: File,
    beginning: Vec<u8>,
}

const NO_TEXT: &str = "its first bytes are not those of a text file";
const OTHER_INDEX: &str = "it is the text of another index";
/// Whether damaged, or of a copy of the index that went on apart.
const OTHER_END: &str = "its last record is not the one that was committed";

impl TextReader {
    /// Opens the text file of an index.
    pub(crate) fn open(dir: &Path, index: &str) -> Result<Self> {
        let reader = TextReader::open_any(dir)?;
        match reader.why_not_of(Some(index)) {
            None => Ok(reader),
            Some(why) => Err(reader.not_of(why)),
        }
    }

    /// Opens it whatever its first bytes are: each record has its checksum.
    pub(crate) fn open_any(dir: &Path) -> Result<Self> {
        TextReader::open_file(dir.join(FILE))
    }

    fn open_file(path: PathBuf) -> Result<Self> {
        let file = open_regular(&path).map_err(Error::io(&path))?;
        let mut reader = TextReader { path, file, beginning: Vec::new() };
        let mut beginning = [0; BEGINNING];
        let read = reader.read_at(&mut beginning, 0)?;
        reader.beginning = beginning[..read].to_vec();
        Ok(reader)
    }

    /// The number of its index; none of an earlier format, or where it cannot be read.
    pub(crate) fn index(&self) -> Option<&str> {
        let numbered = [MAGIC, MAGIC_UNCHAINED];
        let number = numbered.iter().find_map(|magic| self.beginning.strip_prefix(*magic))?;
        str::from_utf8(number).ok().filter(|number| number.len() == INDEX_ID)
    }

    /// Whether its records name one another, and commits the last.
    pub(crate) fn is_chained(&self) -> bool {
        self.header_length() == HEADER
    }

    /// Why it is not the text file of any index of a format that is read, or of another one than that of a
    /// number.
    pub(crate) fn why_not_of(&self, index: Option<&str>) -> Option<&'static str> {
        let magics = [MAGIC, MAGIC_UNCHAINED, MAGIC_UNNUMBERED];
        let is_text = magics.iter().any(|magic| self.beginning.starts_with(*magic));
        match index {
            _ if !is_text => Some(NO_TEXT),
            Some(index) if self.index() != Some(index) => Some(OTHER_INDEX),
            _ => None,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn not_of(&self, why: &str) -> Error {
        Error::Damaged { path: self.path.clone(), detail: why.to_owned() }
    }

    /// Tells whether the file holds what a commit covers, and is the one that it is of.
    ///
    /// # Errors
    /// It is shorter, or the last record is another one.
    pub(crate) fn ends_at(&self, end: TextEnd) -> Result<()> {
        if self.rest(0)? < end.length {
            return Err(self.not_of(&format!("shorter than the {} bytes committed", end.length)));
        }
        let is_it = match end.last {
            Some(last) => self.is_last(last, end.length)?,
            None => end.length == self.first(),
        };
        match is_it {
            true => Ok(()),
            false => Err(self.not_of(OTHER_END)),
        }
    }

    /// Whether it is, for certain, not the text that a commit is of: undamaged where that ends, it has another
    /// record there.
    pub(crate) fn ends_otherwise(&self, end: TextEnd) -> Result<bool> {
        let Some(last) = end.last.filter(|_| self.is_chained()) else { return Ok(false) };
        let after = self.articles().sound_end(last.address)?;
        Ok(after.is_some() && !self.is_last(last, end.length)?)
    }

    /// Whether a record stands where it should, and ends with what is committed.
    fn is_last(&self, last: LastRecord, length: u64) -> Result<bool> {
        let mut buffer = [0; HEADER];
        let read = self.read_at(&mut buffer, last.address)?;
        let is_it = |header: Header| {
            let ends = length.checked_sub(last.address) == Some(header.record() as u64);
            ends && header.checksum == last.checksum
        };
        Ok(self.parse(&buffer[..read]).is_some_and(is_it))
    }

    /// Bytes of the file from an address on.
    pub(crate) fn rest(&self, address: u64) -> Result<u64> {
        let length = self.file.metadata().map_err(Error::io(&self.path))?.len();
        Ok(length.saturating_sub(address))
    }

    /// Where the first record is.
    pub(crate) fn first(&self) -> u64 {
        match self.beginning.starts_with(MAGIC_UNNUMBERED) {
            true => MAGIC_UNNUMBERED.len() as u64,
            false => BEGINNING as u64,
        }
    }

    /// Bytes of the header of its records.
    fn header_length(&self) -> usize {
        let before = [MAGIC_UNCHAINED, MAGIC_UNNUMBERED];
        match before.iter().any(|magic| self.beginning.starts_with(*magic)) {
            true => HEADER_BEFORE,
            false => HEADER,
        }
    }

    /// The article at an address that a passage carries.
    ///
    /// # Errors
    /// Damage of any kind: a wrong length, checksum or content.
    pub(crate) fn article(&self, address: u64) -> Result<StoredArticle> {
        self.articles().article(address)
    }

    /// The identifier of the article at an address.
    ///
    /// # Errors
    /// Damage of its header or of the identifier.
    pub(crate) fn id(&self, address: u64) -> Result<String> {
        self.head(address).map(|(_, id)| id)
    }

    /// The header of the record at an address, and the identifier, compared with their checksum.
    fn head(&self, address: u64) -> Result<(Header, String)> {
        let mut buffer = [0; ID_READ];
        let read = self.read_at(&mut buffer, address)?;
        let header = self.header(&buffer[..read], address)?;
        let id = match buffer[..read].get(header.length..header.length + header.id) {
            Some(id) => id.to_vec(),
            None => {
                let mut id = vec![0; header.id];
                let read = self.read_at(&mut id, address + header.length as u64)?;
                id.truncate(read);
                id
            }
        };
        let is_whole = id.len() == header.id;
        if header.head.is_some_and(|head| head != head_of(&buffer, &id)) {
            return Err(self.damaged(address, "the checksum differs"));
        }
        let id = String::from_utf8(id).ok().filter(|_| is_whole);
        Ok((header, id.ok_or_else(|| self.damaged(address, "no identifier"))?))
    }

    /// A reader of many articles, best in the order of their addresses.
    pub(crate) fn articles(&self) -> ArticleReader<'_> {
        ArticleReader { text: self, buffer: Vec::new(), start: 0, raw: Vec::new() }
    }

    /// The digests of the article at an address.
    ///
    /// # Errors
    /// As [`TextReader::id`].
    pub(crate) fn digests(&self, address: u64) -> Result<Digests> {
        self.head(address).map(|(header, _)| header.digests)
    }

    /// The addresses of all records whose checksum holds, also of those that no commit names; and how many
    /// stretches before the byte `committed` (anywhere, if that is not known) are damaged or missing. After damage, whatever lengths it claims, the next
    /// sound record is looked for byte by byte.
    pub(crate) fn sound_records(&self, committed: Option<u64>) -> Result<(Vec<u64>, usize)> {
        let end = self.first() + self.rest(self.first())?;
        let mut reader = self.articles();
        let mut budget = end.saturating_mul(MOST_COMPARED);
        let (mut addresses, mut damaged, mut at) = (Vec::new(), 0, self.first());
        while at < end {
            match reader.sound_end(at)? {
                Some(after) => {
                    addresses.push(at);
                    at = after;
                }
                None => {
                    damaged += usize::from(committed.is_none_or(|committed| at < committed));
                    at = reader.next_sound(at + 1, end, &mut budget)?;
                }
            }
        }
        // What is missing at the end is one stretch too.
        damaged += usize::from(committed.is_some_and(|committed| end < committed));
        Ok((addresses, damaged))
    }

    fn parse(&self, bytes: &[u8]) -> Option<Header> {
        Header::parse(bytes, self.header_length())
    }

    fn header(&self, bytes: &[u8], address: u64) -> Result<Header> {
        let header = self.parse(bytes).ok_or_else(|| self.damaged(address, "the file ends"))?;
        match header.is_possible() {
            true => Ok(header),
            false => Err(self.damaged(address, "a length beyond reason")),
        }
    }

    fn damaged(&self, address: u64, detail: &str) -> Error {
        let detail = format!("{detail}, record at byte {address}");
        Error::Damaged { path: self.path.clone(), detail }
    }

    fn read_at(&self, buffer: &mut [u8], at: u64) -> Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match read_once(&self.file, &mut buffer[filled..], at + filled as u64) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(Error::io(&self.path)(e)),
            }
        }
        Ok(filled)
    }
}

/// Reads one article after the other, its buffers kept between them.
pub(crate) struct ArticleReader<'a> {
    text: &'a TextReader,
    /// Bytes of the file, from `start` on.
    buffer: Vec<u8>,
    start: u64,
    raw: Vec<u8>,
}

impl ArticleReader<'_> {
    /// The article at an address.
    ///
    /// # Errors
    /// As [`TextReader::article`].
    pub(crate) fn article(&mut self, address: u64) -> Result<StoredArticle> {
        self.record(address).map(|record| record.stored)
    }

    /// The byte after the record at an address.
    ///
    /// # Errors
    /// Its header cannot be read, or has a length beyond reason.
    pub(crate) fn end(&mut self, address: u64) -> Result<u64> {
        let header = self.header(address)?;
        Ok(address + header.record() as u64)
    }

    /// The byte after the record at an address; none where its checksum does not hold.
    fn sound_end(&mut self, address: u64) -> Result<Option<u64>> {
        match self.bytes(address) {
            Ok((header, _)) => Ok(Some(address + header.record() as u64)),
            Err(Error::Damaged { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The first sound record from an address on; the end where there is none. Compares `budget`
    /// bytes at most.
    fn next_sound(&mut self, from: u64, end: u64, budget: &mut u64) -> Result<u64> {
        let (mut at, size) = (from, self.text.header_length());
        while at + (size as u64) <= end {
            self.fill(at, size, READ_AHEAD)?;
            let headers = self.buffer[(at - self.start) as usize..].windows(size);
            let candidates = (at..).zip(headers).filter_map(|(at, bytes)| {
                let header = self.text.parse(bytes).filter(|header| header.is_likely(end - at))?;
                Some((header.record() as u64, at))
            });
            let candidates: Vec<(u64, u64)> = candidates.collect();
            let read = self.start + self.buffer.len() as u64;
            for (length, candidate) in candidates {
                if length > *budget {
                    continue;
                }
                *budget -= length;
                if self.sound_end(candidate)?.is_some() {
                    return Ok(candidate);
                }
            }
            at = (at + 1).max(read.saturating_sub(size as u64 - 1));
        }
        Ok(end)
    }

    fn header(&mut self, address: u64) -> Result<Header> {
        let is_next = (self.start..=self.start + self.buffer.len() as u64).contains(&address);
        let ahead = if is_next { READ_AHEAD } else { FIRST_READ };
        self.fill(address, self.text.header_length(), ahead)?;
        let at = (address - self.start) as usize;
        self.text.header(&self.buffer[at..], address)
    }

    /// The record at an address.
    ///
    /// # Errors
    /// As [`TextReader::article`].
    pub(crate) fn record(&mut self, address: u64) -> Result<Record> {
        let text = self.text;
        let (header, place) = self.bytes(address)?;
        let record = &self.buffer[place];
        let (id, stored) = record[header.length..].split_at(header.id);
        if !may_become(stored, header.raw) {
            return Err(text.damaged(address, "a length beyond reason"));
        }
        if self.raw.len() < header.raw {
            self.raw.resize(header.raw, 0);
        }
        let raw = &mut self.raw[..header.raw];
        decode(stored, raw).map_err(|detail| text.damaged(address, &detail))?;
        let stored = parse_raw(id, raw);
        let stored = stored.ok_or_else(|| text.damaged(address, "no article"))?;
        Ok(Record { stored, header })
    }

    /// The header of the record at an address, and where it is in the buffer, its checksum compared.
    fn bytes(&mut self, address: u64) -> Result<(Header, Range<usize>)> {
        let header = self.header(address)?;
        let length = header.record();
        self.fill(address, length, READ_AHEAD)?;
        let at = (address - self.start) as usize;
        let record = self.buffer.get(at..at + length);
        let record = record.ok_or_else(|| self.text.damaged(address, "the file ends"))?;
        match xxh3_64(&record[CHECKSUM.end..]) == header.checksum {
            true => Ok((header, at..at + length)),
            false => Err(self.text.damaged(address, "the checksum differs")),
        }
    }

    /// Brings so many bytes from an address on into the buffer, and more after them where it reads at all;
    /// fewer where the file ends.
    fn fill(&mut self, address: u64, bytes: usize, ahead: usize) -> Result<()> {
        let have = self.start + self.buffer.len() as u64;
        if address >= self.start && address + bytes as u64 <= have {
            return Ok(());
        }
        self.start = address;
        // A length that the file does not have is not allocated.
        let room = if bytes > READ_AHEAD { self.text.rest(address)? } else { u64::MAX };
        let room = usize::try_from(room).unwrap_or(usize::MAX);
        self.buffer.resize(bytes.min(room).max(ahead), 0);
        let read = self.text.read_at(&mut self.buffer, address)?;
        self.buffer.truncate(read);
        Ok(())
    }
}

#[cfg(unix)]
fn read_once(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_once(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

struct Header {
    /// Its own, in bytes.
    length: usize,
    stored: usize,
    raw: usize,
    id: usize,
    checksum: u64,
    digests: Digests,
    previous: u64,
    /// None up to index format 6.
    head: Option<u32>,
}

impl Header {
    /// Of the whole record, in bytes.
    fn record(&self) -> usize {
        self.length + self.id + self.stored
    }

    /// Whether its lengths are within reason.
    fn is_possible(&self) -> bool {
        self.stored <= LONGEST && self.raw <= LONGEST && self.id <= LONGEST_ID
    }

    /// Whether a record may begin with it in so many bytes: what is looked for in damage.
    fn is_likely(&self, room: u64) -> bool {
        self.is_possible() && self.id > 0 && self.record() as u64 <= room
    }

    /// Of a header of so many bytes.
    fn parse(bytes: &[u8], length: usize) -> Option<Self> {
        let u64_at = |i: usize| Some(u64::from_le_bytes(bytes.get(i..i + 8)?.try_into().ok()?));
        let (also, previous, head) = match length {
            HEADER => (u64_at(36)?, u64_at(44)?, Some(u32_at(bytes, HEAD.start)? as u32)),
            _ => (0, 0, None),
        };
        Some(Header {
            length,
            stored: u32_at(bytes, 0)?,
            raw: u32_at(bytes, 4)?,
            id: u32_at(bytes, 8)?,
            checksum: u64_at(CHECKSUM.start)?,
            digests: Digests { article: u64_at(20)?, origin: u64_at(28)?, also },
            previous,
            head,
        })
    }
}

fn parse_raw(id: &[u8], raw: &[u8]) -> Option<StoredArticle> {
    let id = str::from_utf8(id).ok()?.to_owned();
    let len = u32_at(raw, 0)?;
    let metadata: Metadata = serde_json::from_slice(raw.get(4..4 + len)?).ok()?;
    let (table, count) = (8 + len, u32_at(raw, 4 + len)?);
    let body_at = table + 8 * count;
    let body = simdutf8::basic::from_utf8(raw.get(body_at..)?).ok()?.to_owned();
    let passage = |i: usize| {
        let passage = u32_at(raw, table + 8 * i)?..u32_at(raw, table + 8 * i + 4)?;
        body.get(passage.clone()).map(|_| passage)
    };
    let passages = (0..count).map(passage).collect::<Option<_>>()?;
    let Metadata { title, date, source, author, url, origin, also } = metadata;
    let article = Article { id, title, date, source, author, url, body };
    Some(StoredArticle { article, origin, also, passages })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::disk::RealDisk;

    const INDEX: &str = "0123456789abcdef";

    fn sample() -> (Article, Origin) {
        let article = Article {
            title: Some("Été".into()),
            ..Article::new("a", "Le corps. ".repeat(5_000))
        };
        (article, Origin { path: "/x".into() })
    }

    fn passages() -> Vec<Range<usize>> {
        vec![0..10, 10..49_999]
    }

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let (article, origin) = sample();
        let mut writer =
            TextWriter::open(&RealDisk, dir.path(), INDEX, TextEnd::default()).unwrap();
        let first = writer.append(&article, (&origin).into(), &passages(), 7).unwrap();
        let second = writer.append(&Article::new("b", "court"), (&origin).into(), &[], 8).unwrap();
        let id = "é".repeat(1_000);
        let long = writer.append(&Article::new(id, "court"), (&origin).into(), &[], 9).unwrap();
        writer.sync().unwrap();
        let reader = TextReader::open(dir.path(), INDEX).unwrap();
        assert_eq!(
            reader.article(first).unwrap(),
            StoredArticle { article, origin, also: Vec::new(), passages: passages() }
        );
        assert_eq!(reader.article(second).unwrap().article.body, "court");
        assert_eq!(reader.digests(second).unwrap().article, 8);
        assert_eq!(reader.id(second).unwrap(), "b");
        assert_eq!(reader.id(long).unwrap().len(), 2_000);
    }

    #[test]
    fn what_was_not_committed_is_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let (article, origin) = sample();
        let mut writer =
            TextWriter::open(&RealDisk, dir.path(), INDEX, TextEnd::default()).unwrap();
        writer.append(&article, (&origin).into(), &passages(), 7).unwrap();
        let committed = writer.sync().unwrap();
        writer.append(&article, (&origin).into(), &passages(), 7).unwrap();
        writer.sync().unwrap();
        let mut again = TextWriter::open(&RealDisk, dir.path(), INDEX, committed).unwrap();
        assert_eq!(again.sync().unwrap(), committed);
        let longer = TextEnd { length: committed.length + 1, ..committed };
        assert!(TextWriter::open(&RealDisk, dir.path(), INDEX, longer).is_err());
    }

    #[test]
    fn every_flipped_bit_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let (article, origin) = sample();
        let mut writer =
            TextWriter::open(&RealDisk, dir.path(), INDEX, TextEnd::default()).unwrap();
        let address = writer.append(&article, (&origin).into(), &passages(), 7).unwrap();
        writer.sync().unwrap();
        let path = dir.path().join(FILE);
        let good = std::fs::read(&path).unwrap();
        let record = address as usize;
        for byte in record..good.len() {
            let mut bad = good.clone();
            bad[byte] ^= 1;
            std::fs::write(&path, bad).unwrap();
            assert!(
                TextReader::open(dir.path(), INDEX).unwrap().article(address).is_err(),
                "byte {byte}"
            );
        }
    }

    #[test]
    fn the_text_of_another_index_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        TextWriter::open(&RealDisk, dir.path(), INDEX, TextEnd::default()).unwrap().sync().unwrap();
        assert!(TextReader::open(dir.path(), INDEX).is_ok());
        let error = TextReader::open(dir.path(), "fedcba9876543210").err().unwrap();
        assert!(error.to_string().contains("another index"), "{error}");
    }
}
