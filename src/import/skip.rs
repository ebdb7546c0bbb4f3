//! Why a record is no article, in one line that its owner can act on.

use std::io;

use super::formats::FORMATS;
use super::stream::{Fault, MAX_PASSED_OVER};

/// Why a record or a file was left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SkipReason {
    /// Nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// Metadata at most.
    #[error("it has no text")]
    NoText,
    /// Not text in any character set.
    #[error("it is not text (binary data)")]
    Binary,
    /// No row of `FORMATS` reads it.
    #[error("no format is known for {found:?}; known: {}", names())]
    UnknownFormat {
        /// The extension, or the format asked for.
        found: String,
    },
    /// More bytes than the limit allows.
    #[error("the record is larger than {limit} bytes; --max-record raises the limit")]
    TooLarge {
        /// The most bytes a record may have.
        limit: usize,
    },
    /// One gzip member that grows past all bounds.
    #[error(
        "the gzip data inflate to more than {limit} bytes; what follows was not read; --max-inflated raises the limit"
    )]
    Inflates {
        /// The most bytes one member may have.
        limit: u64,
    },
    /// Gzip data that grow as no text does.
    #[error(
        "the gzip data inflate to more than 200 times their size, as a bomb does; what follows was not read; if they are sound, decompress the file first"
    )]
    Bomb,
    /// A record so long that the next one was not looked for.
    #[error(
        "a record has more than {MAX_PASSED_OVER} bytes; what follows was not read; split the file to read it"
    )]
    Endless,
    /// Broken JSON.
    #[error("not valid JSON at line {line}, column {column}: {detail}{}", rest(*stopped))]
    Json {
        /// Line in the file, from 1.
        line: u64,
        /// Column in the line, from 1, in bytes.
        column: u64,
        /// What is wrong.
        detail: String,
        /// Nothing after this place could be read.
        stopped: bool,
    },
    /// A broken row.
    #[error("not a valid CSV row: {detail}{}", rest(*stopped))]
    Csv {
        /// What is wrong.
        detail: String,
        /// Nothing after this place could be read.
        stopped: bool,
    },
    /// Broken YAML or TOML before a Markdown text.
    #[error("broken front matter at line {line}: {detail}")]
    FrontMatter {
        /// Line in the file, from 1.
        line: u64,
        /// What is wrong.
        detail: String,
    },
    /// A truncated or damaged gzip file.
    #[error("damaged gzip data: {detail}; what follows was not read")]
    Gzip {
        /// What is wrong.
        detail: String,
    },
    /// The system could not read it.
    #[error("cannot be read: {0}")]
    Io(IoFault),
    /// A socket, a device, a pipe met in a folder.
    #[error("it is not a regular file")]
    NotAFile,
    /// A link that leads back, or to where another one leads.
    #[error("the link leads to a folder that is read already")]
    SameFolder,
    /// A folder given that holds an index.
    #[error("the folder is an index of depeche, not articles")]
    AnIndex,
    /// What a folder leaves out is not known: nothing in it was read.
    #[error("{0}; nothing in its folder was read")]
    IgnoreFile(#[from] IgnoreFault),
    /// A JSON record that is a list, a number, ...
    #[error("the record is {found}, not an object with fields")]
    NotAnObject {
        /// What it is, with its article.
        found: &'static str,
    },
    /// No field that we know to hold the text.
    #[error(
        "no field holds the text; it has: {}; name the right one with --map body=FIELD",
        list(fields)
    )]
    NoTextField {
        /// The first fields it has.
        fields: Vec<String>,
    },
    /// The text is not a string.
    #[error("field {field:?} should be a text and is {found}")]
    WrongType {
        /// Their name.
        field: String,
        /// What it is, with its article.
        found: &'static str,
    },
    /// HTML that only an attack looks like.
    #[error("the page has {what}; it was not parsed; to have it indexed, save its text as .txt")]
    Hostile {
        /// What it has too much of.
        what: &'static str,
    },
}

impl SkipReason {
    /// A name for reports that never changes.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            SkipReason::Empty => "empty",
            SkipReason::NoText => "no_text",
            SkipReason::Binary => "binary",
            SkipReason::UnknownFormat { .. } => "unknown_format",
            SkipReason::TooLarge { .. } => "too_large",
            SkipReason::Inflates { .. } => "inflates",
            SkipReason::Bomb => "bomb",
            SkipReason::Endless => "endless",
            SkipReason::Json { .. } => "json",
            SkipReason::Csv { .. } => "csv",
            SkipReason::FrontMatter { .. } => "front_matter",
            SkipReason::Gzip { .. } => "gzip",
            SkipReason::Io(_) => "io",
            SkipReason::NotAFile => "not_a_file",
            SkipReason::SameFolder => "same_folder",
            SkipReason::AnIndex => "an_index",
            SkipReason::IgnoreFile(_) => "ignore_file",
            SkipReason::NotAnObject { .. } => "not_an_object",
            SkipReason::NoTextField { .. } => "no_text_field",
            SkipReason::WrongType { .. } => "wrong_type",
            SkipReason::Hostile { .. } => "hostile",
        }
    }

    /// Broken JSON after which the reading goes on; `text` begins at `start` in the file.
    pub(crate) fn json(start: Start, text: &str, error: &serde_json::Error) -> Self {
        let message = error.to_string();
        let detail = message.split(" at line ").next().unwrap_or("");
        let (mut line, mut column) = (error.line(), error.column());
        // A line end that should not be there counts as the beginning of the next line.
        if column == 0 && line > 1 {
            line -= 1;
            column = text.lines().nth(line - 1).map_or(0, str::len) + 1;
        }
        let before = if line <= 1 { start.column.saturating_sub(1) } else { 0 };
        SkipReason::Json {
            line: start.line + (line as u64).saturating_sub(1),
            column: before + (column as u64).max(1),
            detail: one_line(detail),
            stopped: false,
        }
    }
}

/// What the system said of a file that it cannot read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}{}", advice(*kind))]
pub struct IoFault {
    /// What kind of error it is.
    pub kind: io::ErrorKind,
    /// Its number, where it has one.
    pub code: Option<i32>,
    /// Its words, on one line.
    pub detail: String,
}

/// What to do where that is not plain.
fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied => "; check the rights of the file and of its folders",
        _ => "",
    }
}

impl From<io::Error> for IoFault {
    fn from(error: io::Error) -> Self {
        // A walk wraps it, with the path once more.
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        let mut deepest = &error;
        while let Some(inner) = cause {
            deepest = inner.downcast_ref().unwrap_or(deepest);
            cause = inner.source();
        }
        let detail = one_line(&deepest.to_string());
        IoFault { kind: deepest.kind(), code: deepest.raw_os_error(), detail }
    }
}

/// What is wrong with a `.depecheignore`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IgnoreFault {
    /// A folder, a pipe, a device.
    #[error("it is not a regular file")]
    NotAFile,
    /// More bytes than patterns ever have.
    #[error("it is larger than {limit} bytes")]
    TooLarge {
        /// The most it may have.
        limit: u64,
    },
    /// Bytes that are no text.
    #[error("line {line} is not text in UTF-8")]
    NotText {
        /// The line, from 1.
        line: u64,
    },
    /// A pattern that is none.
    #[error("line {line}: {pattern:?} is not a pattern of gitignore")]
    Pattern {
        /// The line, from 1.
        line: u64,
        /// What stands there.
        pattern: String,
    },
    /// More than can be compared at once.
    #[error("it has too many patterns")]
    TooMany,
    /// The system could not read it.
    #[error("it cannot be read: {0}")]
    Io(IoFault),
}

/// Where a record begins in the file, from 1.
#[derive(Clone, Copy)]
pub(crate) struct Start {
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl From<io::Error> for SkipReason {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Fault>() {
            Ok(Fault::Gzip(detail)) => SkipReason::Gzip { detail },
            Ok(Fault::Inflates(limit)) => SkipReason::Inflates { limit },
            Ok(Fault::Bomb) => SkipReason::Bomb,
            Ok(Fault::Endless) => SkipReason::Endless,
            Err(error) => SkipReason::Io(error.into()),
        }
    }
}

/// A foreign message made fit for one line.
pub(crate) fn one_line(message: &str) -> String {
    let line = message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("?");
    line.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn rest(stopped: bool) -> &'static str {
    if stopped { "; the rest of the file was not read" } else { "" }
}

fn list(fields: &[String]) -> String {
    let short = |field: &String| one_line(field).chars().take(40).collect::<String>();
    let names: Vec<_> = fields.iter().map(short).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn names() -> String {
    let names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    names.join(", ")
}

/// What is wrong with the options, before anything is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionsError {
    /// No such row of `FORMATS`.
    #[error("{name:?} is not a format; known: {}", names())]
    Format {
        /// The name given.
        name: String,
    },
    /// No such field of ours.
    #[error("{name:?} is not a field; known: {}", super::FIELDS.join(", "))]
    Field {
        /// The name given.
        name: String,
    },
    /// A field of ours that is mapped to two of theirs.
    #[error(
        "{name:?} is mapped twice; each of these may be once: {}",
        super::FIELDS.join(", ")
    )]
    Twice {
        /// The name given.
        name: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_one_clear_line() {
        let no_text = SkipReason::NoTextField { fields: vec!["a".into(), "b".into()] };
        assert_eq!(
            no_text.to_string(),
            "no field holds the text; it has: a, b; name the right one with --map body=FIELD"
        );
        let json =
            SkipReason::Json { line: 3, column: 7, detail: "expected `:`".into(), stopped: true };
        assert_eq!(
            json.to_string(),
            "not valid JSON at line 3, column 7: expected `:`; the rest of the file was not read"
        );
        assert_eq!(one_line("\n deux \u{7}mots\nautre"), "deux mots");
    }

    #[test]
    fn faults_of_the_stream_are_told_from_those_of_the_system() {
        let gzip = io::Error::other(Fault::Gzip("cut".into()));
        assert_eq!(SkipReason::from(gzip).key(), "gzip");
        assert_eq!(SkipReason::from(io::Error::other(Fault::Inflates(9))).key(), "inflates");
        assert_eq!(SkipReason::from(io::Error::from(io::ErrorKind::NotFound)).key(), "io");
    }
}
