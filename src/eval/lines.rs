//! Lines of white-space-separated columns, from plain or gzipped files.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::error::{Error, LineFault, Result};

const GZIP: [u8; 2] = [0x1f, 0x8b];
/// Bytes of a line, at most: six columns have far less.
const LONGEST: usize = 1 << 20;
const MARK: &[u8] = "\u{feff}".as_bytes();

pub(super) fn open(path: &Path) -> Result<File> {
    File::open(path).map_err(Error::io(path))
}

/// Gives every line that is not blank, without a byte order mark; what is wrong with one is told with its
/// number, from 1.
pub(super) fn each(
    path: &Path,
    input: impl Read,
    mut read: impl FnMut(&str) -> Result<(), LineFault>,
) -> Result<()> {
    let mut input = inflated(input).map_err(Error::io(path))?;
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let mut bounded = input.by_ref().take(LONGEST as u64 + 1);
        if bounded.read_until(b'\n', &mut bytes).map_err(Error::io(path))? == 0 {
            break;
        }
        if bytes.len() > LONGEST {
            let fault = LineFault::TooLong { most: LONGEST };
            return Err(Error::Line { path: path.to_path_buf(), line, fault });
        }
        let marked = if line == 1 { bytes.strip_prefix(MARK) } else { None };
        let text = std::str::from_utf8(marked.unwrap_or(&bytes)).map_err(|_| LineFault::NotText);
        let read = text.and_then(|text| match text.trim_ascii() {
            "" => Ok(()),
            text => read(text),
        });
        read.map_err(|fault| Error::Line { path: path.to_path_buf(), line, fault })?;
    }
    Ok(())
}

/// The columns of a line, as many as the form has.
pub(super) fn columns<'a, const N: usize>(
    line: &'a str,
    form: &'static str,
) -> Result<[&'a str; N], LineFault> {
    let columns: Vec<&str> = line.split_ascii_whitespace().collect();
    let found = columns.len();
    columns.try_into().map_err(|_| LineFault::Columns { form, found })
}

/// Sees gzip by its first bytes, not by the name.
fn inflated<'a>(input: impl Read + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
    let mut input = BufReader::new(input);
    let mut head = Vec::new();
    input.by_ref().take(GZIP.len() as u64).read_to_end(&mut head)?;
    let gzip = head == GZIP;
    let whole = Cursor::new(head).chain(input);
    Ok(if gzip { Box::new(BufReader::new(MultiGzDecoder::new(whole))) } else { Box::new(whole) })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn lines(bytes: &[u8]) -> Result<Vec<String>> {
        let mut found = Vec::new();
        each(Path::new("f"), bytes, |line| {
            found.push(line.to_owned());
            Ok(())
        })?;
        Ok(found)
    }

    #[test]
    fn blank_lines_marks_and_line_ends_are_nothing() {
        let text = "\u{feff}a b\r\n\r\n \t\nc\td \n\u{b}\ne";
        assert_eq!(lines(text.as_bytes()).unwrap(), ["a b", "c\td", "\u{b}", "e"]);
        assert!(lines(b"").unwrap().is_empty() && lines("\u{feff}".as_bytes()).unwrap().is_empty());
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(lines(&gzip.repeat(2)).unwrap().len(), 7);
        assert!(matches!(lines(&gzip[..gzip.len() - 9]), Err(Error::Io { .. })));
    }

    #[test]
    fn a_fault_has_its_line() {
        let error = lines(b"a\n\nb\xe9\n").unwrap_err();
        assert_eq!(error.to_string(), "f: line 3: this is not text in UTF-8");
        let form = "a b c";
        assert_eq!(columns(" 1\t2  3", form), Ok(["1", "2", "3"]));
        assert_eq!(columns::<3>("1 2", form), Err(LineFault::Columns { form, found: 2 }));
        assert_eq!(columns::<3>("1 2 3 4", form), Err(LineFault::Columns { form, found: 4 }));
    }
}
