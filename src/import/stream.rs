//! From the bytes of a file to the bytes of its text: gzip and the byte order mark.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use flate2::bufread::GzDecoder;

use super::SkipReason;

/// How much of the beginning is held for recognising the format.
const HEAD: usize = 1 << 16;

/// What one gzip member may inflate to, unless told otherwise.
pub(crate) const MAX_INFLATED: u64 = 4 << 30;
/// How many times its size a member, or all of a file, may inflate to: text does some twenty times, a
/// bomb a thousand times.
const MAX_RATIO: u64 = 200;
/// What may be smaller than that without harm.
const FREE_BYTES: u64 = 64 << 20;
/// How far a record that is too large is read past, to find the next one.
pub(crate) const MAX_PASSED_OVER: u64 = 1 << 30;

/// What can be wrong with a stream beside what the system says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("{0}")]
    Gzip(String),
    #[error("more than {0} bytes")]
    Inflates(u64),
    #[error("more than {MAX_RATIO} times its size")]
    Bomb,
    #[error("a record without end")]
    Endless,
}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        io::Error::other(fault)
    }
}

/// The bytes of a text, inflated, without a byte order mark, never in UTF-16.
pub(crate) struct Stream<'a> {
    /// The beginning, still to be read from `input` as well.
    pub(crate) head: Vec<u8>,
    pub(crate) input: Box<dyn BufRead + Send + 'a>,
}

impl Stream<'_> {
    /// All of it, for formats that need the whole file.
    pub(crate) fn read_all(&mut self, limit: usize) -> Result<Vec<u8>, SkipReason> {
        let mut bytes = Vec::new();
        self.input.by_ref().take(limit as u64 + 1).read_to_end(&mut bytes)?;
        match bytes.len() {
            0 => Err(SkipReason::Empty),
            len if len > limit => Err(SkipReason::TooLarge { limit }),
            _ => Ok(bytes),
        }
    }
}

/// As `open_within`, with the usual limit.
pub(crate) fn open<'a>(raw: Box<dyn BufRead + Send + 'a>) -> Result<Stream<'a>, SkipReason> {
    open_within(raw, MAX_INFLATED)
}

/// Sees by the first bytes, not by the name, what has to be undone. A gzip member may inflate to so
/// many bytes.
pub(crate) fn open_within<'a>(
    raw: Box<dyn BufRead + Send + 'a>,
    max_inflated: u64,
) -> Result<Stream<'a>, SkipReason> {
    let (magic, raw) = peek(raw, 2)?;
    let plain: Box<dyn BufRead + Send + 'a> = if magic == [0x1f, 0x8b] {
        Box::new(BufReader::with_capacity(HEAD, Gunzip::new(raw, max_inflated)))
    } else {
        raw
    };
    let (mark, mut plain) = peek(plain, 3)?;
    let text: Box<dyn BufRead + Send + 'a> = match mark.as_slice() {
        [0xef, 0xbb, 0xbf] => {
            plain.read_exact(&mut [0; 3])?;
            plain
        }
        [0xff, 0xfe, ..] => Box::new(Utf16::new(plain, UTF_16LE.new_decoder())),
        [0xfe, 0xff, ..] => Box::new(Utf16::new(plain, UTF_16BE.new_decoder())),
        _ => plain,
    };
    let (head, input) = peek(text, HEAD)?;
    Ok(Stream { head, input })
}

/// Counts bytes of a record that are not held.
pub(crate) fn pass_over(bytes: &mut u64, len: usize) -> io::Result<()> {
    *bytes += len as u64;
    if *bytes > MAX_PASSED_OVER { Err(Fault::Endless.into()) } else { Ok(()) }
}

/// How many lines end in some bytes.
#[expect(clippy::naive_bytecount, reason = "never the slow part")]
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

type Peeked<'a> = (Vec<u8>, Box<dyn BufRead + Send + 'a>);

/// The first `len` bytes (fewer at the end), and a reader that still gives them.
fn peek<'a>(mut reader: Box<dyn BufRead + Send + 'a>, len: usize) -> io::Result<Peeked<'a>> {
    let mut head = Vec::new();
    // Damaged gzip data fail again at the same place, after what could be read.
    match reader.by_ref().take(len as u64).read_to_end(&mut head) {
        Err(error) if head.is_empty() => return Err(error),
        _ => {}
    }
    Ok((head.clone(), Box::new(Cursor::new(head).chain(reader))))
}

/// The members of a gzip file one after the other. Ours rather than `MultiGzDecoder`, which does
/// not tell where a member ends, and fails only once.
struct Gunzip<R> {
    member: Option<GzDecoder<Counted<R>>>,
    max_inflated: u64,
    free: u64,
    /// Of the member, and of all.
    inflated: [u64; 2],
    /// Bytes of the file before the member.
    before: u64,
    fault: Option<Fault>,
}

impl<R: BufRead> Gunzip<R> {
    fn new(raw: R, max_inflated: u64) -> Self {
        let member = Some(GzDecoder::new(Counted { raw, read: 0 }));
        Gunzip { member, max_inflated, free: FREE_BYTES, inflated: [0; 2], before: 0, fault: None }
    }

    fn read_member(&mut self, buf: &mut [u8]) -> Result<usize, Fault> {
        while let Some(member) = self.member.as_mut() {
            match member.read(buf) {
                Ok(0) => self.next_member()?,
                Ok(len) => {
                    let read = member.get_ref().read;
                    return self.grow(len as u64, read).map(|()| len);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(gzip_fault(&error)),
            }
        }
        Ok(0)
    }

    /// Counts what was inflated from so many bytes of the file. Of a file of many small members each
    /// may look harmless.
    fn grow(&mut self, len: u64, read: u64) -> Result<(), Fault> {
        for (inflated, from) in self.inflated.iter_mut().zip([self.before, 0]) {
            *inflated += len;
            if *inflated > self.free && *inflated / MAX_RATIO > read - from {
                return Err(Fault::Bomb);
            }
        }
        let too_large = self.inflated[0] > self.max_inflated;
        if too_large { Err(Fault::Inflates(self.max_inflated)) } else { Ok(()) }
    }

    /// Zeros between and after members are padding (tapes, `dd`).
    fn next_member(&mut self) -> Result<(), Fault> {
        let Some(mut raw) = self.member.take().map(GzDecoder::into_inner) else { return Ok(()) };
        self.inflated[0] = 0;
        let end = raw.read;
        loop {
            if raw.read - end > MAX_PASSED_OVER {
                return Err(Fault::Endless);
            }
            let ahead = raw.fill_buf().map_err(|error| gzip_fault(&error))?;
            let zeros = ahead.iter().take_while(|byte| **byte == 0).count();
            match ahead.get(zeros) {
                Some(0x1f) => {
                    raw.consume(zeros);
                    self.before = raw.read;
                    self.member = Some(GzDecoder::new(raw));
                    return Ok(());
                }
                Some(_) => return Err(Fault::Gzip("other bytes follow its end".to_owned())),
                None if zeros == 0 => return Ok(()),
                None => raw.consume(zeros),
            }
        }
    }
}

/// A reader that knows how many bytes were taken.
struct Counted<R> {
    raw: R,
    read: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = self.raw.read(buf)?;
        self.read += len as u64;
        Ok(len)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.raw.fill_buf()
    }

    fn consume(&mut self, len: usize) {
        self.read += len as u64;
        self.raw.consume(len);
    }
}

fn gzip_fault(error: &io::Error) -> Fault {
    Fault::Gzip(match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file is cut off".to_owned(),
        _ => super::skip::one_line(&error.to_string()),
    })
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        if self.fault.is_none() {
            match self.read_member(buf) {
                Ok(len) => return Ok(len),
                Err(fault) => self.fault = Some(fault),
            }
        }
        Err(self.fault.clone().map_or_else(|| io::Error::other("gzip"), io::Error::other))
    }
}

/// UTF-16 read as UTF-8.
struct Utf16<'a> {
    raw: Box<dyn BufRead + Send + 'a>,
    decoder: Decoder,
    text: Vec<u8>,
    read: usize,
    ended: bool,
}

impl<'a> Utf16<'a> {
    /// The decoder takes off the byte order mark.
    fn new(raw: Box<dyn BufRead + Send + 'a>, decoder: Decoder) -> Self {
        Utf16 { raw, decoder, text: Vec::new(), read: 0, ended: false }
    }
}

impl Read for Utf16<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut ahead = self.fill_buf()?;
        let len = ahead.read(buf)?;
        self.consume(len);
        Ok(len)
    }
}

impl BufRead for Utf16<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.read == self.text.len() && !self.ended {
            let raw = self.raw.fill_buf()?;
            let last = raw.is_empty();
            self.text.resize(HEAD, 0);
            let (result, read, written, _) = self.decoder.decode_to_utf8(raw, &mut self.text, last);
            self.raw.consume(read);
            self.text.truncate(written);
            self.read = 0;
            self.ended = last && result == CoderResult::InputEmpty;
        }
        Ok(self.text.get(self.read..).unwrap_or_default())
    }

    fn consume(&mut self, len: usize) {
        self.read = (self.read + len).min(self.text.len());
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    pub(in super::super) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
        let stream = open(Box::new(bytes));
        stream.and_then(|mut stream| stream.read_all(1 << 20)).map_err(|reason| reason.key())
    }

    #[test]
    fn members_follow_one_another_with_padding_between() {
        let both = [gzip(b"un "), vec![0; 5], gzip(b"deux"), vec![0; 600]].concat();
        assert_eq!(read(&both).unwrap(), b"un deux");
        assert_eq!(read(&[gzip(b"un"), b"reste".to_vec()].concat()), Err("gzip"));
        let whole = gzip(&b"texte ".repeat(99));
        for len in 2..whole.len() {
            assert_eq!(read(&whole[..len]), Err("gzip"), "{len}");
        }
    }

    #[test]
    fn a_byte_order_mark_is_seen_and_removed() {
        let utf16 = |big: bool| -> Vec<u8> {
            let unit = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            "\u{feff}é😀".encode_utf16().flat_map(unit).collect()
        };
        for bytes in ["\u{feff}é😀".as_bytes().to_vec(), utf16(true), utf16(false)] {
            assert_eq!(read(&bytes).unwrap(), "é😀".as_bytes());
            assert_eq!(read(&gzip(&bytes)).unwrap(), "é😀".as_bytes());
        }
        assert_eq!(read(&[0xff, 0xfe, 0x41]).unwrap(), "\u{fffd}".as_bytes(), "half a unit");
    }

    #[test]
    fn long_utf16_is_read_in_pieces() {
        let text = "où ".repeat(60_000);
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        let bytes: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&bytes).unwrap(), text.as_bytes());
    }

    #[test]
    fn what_inflates_like_no_text_is_a_bomb() {
        let inflate = |bytes: &[u8], most: u64| {
            let mut gunzip = Gunzip::new(bytes, most);
            gunzip.free = 1 << 20;
            let mut text = Vec::new();
            match gunzip.read_to_end(&mut text) {
                Ok(len) => Ok(len),
                Err(error) => Err(SkipReason::from(error).key()),
            }
        };
        // A thousand times its size, but small.
        let small = gzip(&vec![b'0'; 600 << 10]);
        let large = gzip(&vec![b'0'; 2 << 20]);
        assert!(small.len() * 200 < 600 << 10, "{}", small.len());
        assert_eq!(inflate(&small, MAX_INFLATED), Ok(600 << 10));
        assert_eq!(inflate(&small, 1 << 10), Err("inflates"));
        assert_eq!(inflate(&small.repeat(2), MAX_INFLATED), Err("bomb"), "in many members");
        assert_eq!(inflate(&large, MAX_INFLATED), Err("bomb"));
        let numbers: Vec<u8> = (0..500_000_u64).flat_map(u64::to_be_bytes).collect();
        let honest = gzip(&numbers);
        assert_eq!(inflate(&honest, MAX_INFLATED), Ok(numbers.len()));
        // What stands before a bomb does not pay for it.
        assert_eq!(inflate(&[honest, large].concat(), MAX_INFLATED), Err("bomb"));
    }

    #[test]
    fn nothing_and_too_much() {
        assert_eq!(read(b""), Err("empty"));
        assert_eq!(read(&gzip(b"")), Err("empty"));
        assert_eq!(read(&[b'a'; (1 << 20) + 1]), Err("too_large"));
    }
}
