//! What users have, read one article after the other.
//!
//! ```text
//! paths --files--> InputFile --open (gzip, byte order mark)--> a row of FORMATS --fields--> Record, Record, ...
//! ```
//!
//! Every format is one file and one row of [`FORMATS`]. A record is either a [`Draft`] or one
//! [`SkipReason`] with its [`Place`]; a bad record never stops the reading where the next one can
//! still be found, and no input panics. The text of a record is kept as it stands: only the
//! character set is decoded and the byte order mark removed.

mod charset;
mod csv;
mod date;
mod fields;
mod files;
mod formats;
mod html;
mod html_date;
mod html_meta;
mod html_parser;
mod ignored;
mod json;
mod json_ld;
mod json_scan;
mod jsonl;
mod markdown;
mod skip;
mod stream;
mod text;

use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::xxh3_64;

use crate::article::PartialDate;

pub(crate) use csv::{Next, Row, Rows, header};
pub use date::parse_date;
pub use fields::FIELDS;
pub use files::files;
pub use formats::{FORMATS, Format};
pub(crate) use jsonl::next_line;
pub use skip::{IgnoreFault, IoFault, OptionsError, SkipReason};
pub(crate) use stream::{Stream, open};

use fields::Fields;
use formats::choose;

/// What to read and how.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Our field name and theirs, as in `title=headline`; these win over the built-in names.
    /// A dot in theirs steps into an object: `body=content.text`.
    pub map: Vec<(String, String)>,
    /// The name of a row of [`FORMATS`], for standard input and files without a telling extension.
    pub format: Option<String>,
    /// How many bytes one decoded record may have.
    pub max_record: usize,
    /// How many bytes one gzip member may inflate to.
    pub max_inflated: u64,
}

impl Default for ImportOptions {
    fn default() -> Self {
        ImportOptions {
            map: Vec::new(),
            format: None,
            max_record: 16 << 20,
            max_inflated: stream::MAX_INFLATED,
        }
    }
}

impl ImportOptions {
    /// Whether the format and our side of each mapping exist, and each field is named once.
    ///
    /// # Errors
    /// Names the first that is wrong, and all that could stand there.
    pub fn check(&self) -> Result<(), OptionsError> {
        if let Some(name) = self.format.as_deref().filter(|name| Format::named(name).is_none()) {
            return Err(OptionsError::Format { name: name.to_owned() });
        }
        for (at, (ours, _)) in self.map.iter().enumerate() {
            if !FIELDS.contains(&ours.as_str()) {
                return Err(OptionsError::Field { name: ours.clone() });
            }
            if self.map[..at].iter().any(|(before, _)| before == ours) {
                return Err(OptionsError::Twice { name: ours.clone() });
            }
        }
        Ok(())
    }
}

/// One article as its record tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Only where the record gives one; from standard input also one made of the text, where the
    /// record has neither an identifier nor, among several, an address.
    pub id: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The date of publication.
    pub date: Option<PartialDate>,
    /// The title of the paper, site or agency.
    pub source: Option<String>,
    /// Who signed; several names are joined with a comma.
    pub author: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// The text, never blank.
    pub body: String,
}

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// As it was given or walked; `-` is standard input.
    pub path: PathBuf,
    /// The line where the record begins, from 1, for formats with several records. An article of
    /// a JSON file is told by its number among the records of the file instead, from 1, since all
    /// may stand on one line; a skip there names the line too.
    pub line: Option<u64>,
}

/// One record of a file: an article, or why it is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub result: Result<Draft, SkipReason>,
}

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// As it was given or walked.
    pub path: PathBuf,
    /// The path below the folder given (or the file name), with `/` and without the extensions
    /// that name a format: the base of an identifier.
    pub name: String,
}

/// Where articles come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file or a folder.
    Path(PathBuf),
    /// Standard input.
    Stdin,
}

impl From<PathBuf> for Input {
    /// `-` is standard input, as everywhere on a command line.
    fn from(path: PathBuf) -> Self {
        if path.as_os_str() == "-" { Input::Stdin } else { Input::Path(path) }
    }
}

/// Takes the records in their order and may stop the reading.
pub type Sink<'a> = dyn FnMut(Record) -> ControlFlow<()> + 'a;

/// Reads one file.
pub fn read_file(file: &InputFile, options: &ImportOptions, sink: &mut Sink<'_>) {
    match File::open(&file.path) {
        Ok(opened) => read(file, Box::new(opened), options, sink),
        Err(error) => {
            let place = Place { path: file.path.clone(), line: None };
            let _ = sink(Record { place, result: Err(error.into()) });
        }
    }
}

/// Reads standard input: the format given, else the one that the first bytes show.
pub fn read_stdin(options: &ImportOptions, sink: &mut Sink<'_>) {
    read_from(Box::new(std::io::stdin()), options, sink);
}

/// Reads any stream as standard input is read.
pub fn read_from(input: Box<dyn Read + Send + '_>, options: &ImportOptions, sink: &mut Sink<'_>) {
    let stdin = InputFile { path: PathBuf::from("-"), name: "stdin".to_owned() };
    read(&stdin, input, options, sink);
}

fn read(
    file: &InputFile,
    input: Box<dyn Read + Send + '_>,
    options: &ImportOptions,
    sink: &mut Sink<'_>,
) {
    let job = Job { file, max_record: options.max_record };
    let mut out = Out { path: &file.path, fields: Fields::new(&options.map), sink };
    // Whether the sink stopped us makes no difference any more.
    let _ = read_records(&job, input, options, &mut out);
}

fn read_records(
    job: &Job<'_>,
    input: Box<dyn Read + Send + '_>,
    options: &ImportOptions,
    out: &mut Out<'_, '_>,
) -> ControlFlow<()> {
    let raw = Box::new(BufReader::with_capacity(1 << 16, input));
    let mut stream = match stream::open_within(raw, options.max_inflated) {
        Ok(stream) => stream,
        Err(reason) => return out.skip(None, reason),
    };
    if charset::is_binary_file(&stream.head) {
        return out.skip(None, SkipReason::Binary);
    }
    match choose(&job.file.path, options.format.as_deref(), &stream.head) {
        Ok(format) => (format.read)(job, &mut stream, out),
        Err(reason) => out.skip(None, reason),
    }
}

/// What a format must know beside the bytes.
pub(crate) struct Job<'a> {
    pub(crate) file: &'a InputFile,
    pub(crate) max_record: usize,
}

impl Job<'_> {
    /// The name of the file and that of the folder around it.
    fn names(&self) -> (&str, &str) {
        let path: &Path = &self.file.path;
        (name_of(path), path.parent().map_or("", name_of))
    }
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or("")
}

/// Where the formats put what they read.
pub(crate) struct Out<'a, 's> {
    path: &'a Path,
    pub(crate) fields: Fields,
    sink: &'a mut Sink<'s>,
}

impl Out<'_, '_> {
    /// Hands on one record.
    pub(crate) fn give(
        &mut self,
        line: Option<u64>,
        result: Result<Draft, SkipReason>,
    ) -> ControlFlow<()> {
        self.hand_on(line, with_text(result))
    }

    /// As `give`, where several records may share a line: a good one is told by its number.
    pub(crate) fn give_nth(
        &mut self,
        number: u64,
        line: u64,
        result: Result<Draft, SkipReason>,
    ) -> ControlFlow<()> {
        let result = with_text(result);
        let place = if result.is_ok() { number } else { line };
        self.hand_on(Some(place), result)
    }

    pub(crate) fn skip(&mut self, line: Option<u64>, reason: SkipReason) -> ControlFlow<()> {
        self.give(line, Err(reason))
    }

    fn hand_on(
        &mut self,
        line: Option<u64>,
        mut result: Result<Draft, SkipReason>,
    ) -> ControlFlow<()> {
        if let Ok(draft) = &mut result
            && self.path.as_os_str() == "-"
        {
            name_by_text(draft, line.is_some());
        }
        (self.sink)(Record { place: Place { path: self.path.to_path_buf(), line }, result })
    }
}

/// What is piped has no name of its own: two texts must not get the same.
fn name_by_text(draft: &mut Draft, one_of_several: bool) {
    let has_address = one_of_several && draft.url.is_some();
    if draft.id.is_none() && !has_address {
        draft.id = Some(format!("stdin-{:016x}", xxh3_64(draft.body.as_bytes())));
    }
}

fn with_text(result: Result<Draft, SkipReason>) -> Result<Draft, SkipReason> {
    match result {
        Ok(draft) if draft.body.trim().is_empty() => Err(SkipReason::NoText),
        result => result,
    }
}

#[cfg(test)]
mod tests;
