//! What can go wrong, each with what, where and what to do.

use std::io;
use std::path::PathBuf;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenReadError};

use crate::query::ParseError;

/// Characters kept of what the engine says of damage: it may quote whole files.
const DETAIL: usize = 120;

/// The result of the library's operations.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Every error of the library.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No index in this folder.
    #[error("{}: no index here; build one with: depeche index FOLDER --index {}", path.display(), path.display())]
    NoIndex {
        /// The folder.
        path: PathBuf,
    },
    /// The first indexing never came to its end: nothing can be searched.
    #[error("{}: the first indexing was not finished; run depeche index again", path.display())]
    Unfinished {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds something else than an index.
    #[error("{}: not an index and not empty: choose another folder for the index", path.display())]
    NotAnIndex {
        /// The folder.
        path: PathBuf,
    },
    /// An index that this version cannot read as it was meant.
    #[error("{}: the index was built with {what} {found}, this program has {expected}; rebuild it from its own text: depeche reindex {}", path.display(), path.display())]
    OtherVersion {
        /// The index.
        path: PathBuf,
        /// What differs: `format`, `analyzer`.
        what: &'static str,
        /// What the index names.
        found: String,
        /// What this program has.
        expected: String,
    },
    /// An index of a later version of depeche.
    #[error("{}: the index was built by a later version of depeche (format {found}, this program has {expected}): update depeche", path.display())]
    NewerVersion {
        /// The index.
        path: PathBuf,
        /// The format that it names.
        found: u32,
        /// The format of this program.
        expected: u32,
    },
    /// The index has other forms of the user's own.
    #[error("{}: the index was built with other forms or none; leave --forms out to keep them, or remove the folder and index everything again", path.display())]
    OtherForms {
        /// The index.
        path: PathBuf,
    },
    /// Another process writes the index.
    #[error("{}: the index is being written by another process{}; wait for it, then run the command again", path.display(), numbered(*process))]
    Locked {
        /// The index.
        path: PathBuf,
        /// The number of that process, where it is known.
        process: Option<u32>,
    },
    /// Another process rebuilt the index since it was opened.
    #[error("{}: the index was rebuilt meanwhile; run the command again", path.display())]
    Replaced {
        /// The index.
        path: PathBuf,
    },
    /// Something could not be written: the index keeps its last commit.
    #[error("{}: {source}; {}", path.display(), cure(source.kind()))]
    NotWritten {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's words.
        source: io::Error,
    },
    /// Something could not be written before the first commit: there is nothing to search yet.
    #[error("{}: {source}; {}", path.display(), first_cure(source.kind()))]
    NothingWritten {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's words.
        source: io::Error,
    },
    /// A file of the index is not what was written.
    #[error("{}: damaged ({detail}); depeche check tells what is damaged and what to do", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A file of an index of an earlier format is not what was written.
    #[error("{}: damaged ({detail}); to rebuild the index of all that can be read: depeche reindex --salvage {}", path.display(), index.display())]
    DamagedBefore {
        /// The index.
        index: PathBuf,
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The engine panicked, as it does on damaged files.
    #[error("{}: the engine failed ({detail}); the index may be damaged: depeche check tells", path.display())]
    Panicked {
        /// The index.
        path: PathBuf,
        /// Its words.
        detail: String,
    },
    /// The operating system refused.
    #[error("{}: {source}{}", path.display(), advice(source.kind()))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Its words.
        source: io::Error,
    },
    /// The engine failed.
    #[error("{}: {source}; depeche check tells whether the index is damaged", path.display())]
    Engine {
        /// The index.
        path: PathBuf,
        /// Its words.
        source: TantivyError,
    },
    /// What was found could not be written.
    #[error("{source}")]
    Output {
        /// The writer's words.
        source: io::Error,
    },
    /// A query that cannot be read.
    #[error("query, byte {}: {source}", source.span.start)]
    Query {
        /// Why, and where.
        #[from]
        source: ParseError,
    },
    /// A truncated word that stands for too many.
    #[error(
        "{word} stands for {found} words of the index, at most {most} fit: give more of its letters"
    )]
    TooManyWords {
        /// The word as it was typed.
        word: String,
        /// How many words it stands for.
        found: usize,
        /// How many it may.
        most: usize,
    },
    /// Truncated words that together stand for too many.
    #[error(
        "the truncated words stand for over {most} words of the index in all: give more of their letters"
    )]
    TooManyWordsInAll {
        /// How many they may.
        most: usize,
    },
    /// Words that stand nearly everywhere, related to one another over and over.
    #[error(
        "too many phrases and neighbours of too frequent words (over {most} passages to look through): \
         keep fewer of them, or rarer words"
    )]
    TooManyComparisons {
        /// Passages that a query may have looked through for how its words stand, each as often as it is.
        most: u64,
    },
    /// An article that no index can hold.
    #[error("article {id:?}: {detail}")]
    Article {
        /// Its identifier, shortened.
        id: String,
        /// What is wrong with it.
        detail: ArticleFault,
    },
    /// No article has this identifier.
    #[error("no article has the identifier {id:?}")]
    NoArticle {
        /// What was asked for.
        id: String,
    },
    /// A line of judgments or of a run that cannot be read.
    #[error("{}: line {line}: {fault}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        fault: LineFault,
    },
    /// A file of judgments without any.
    #[error("{}: there is no judgment in it", path.display())]
    NoJudgments {
        /// The file.
        path: PathBuf,
    },
}

/// Why no index can hold an article.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArticleFault {
    /// Nothing to search for.
    #[error("it has no text")]
    NoText,
    /// A field is no such field.
    #[error("its {field} has {bytes} bytes; at most {most} fit; --map names another field for it")]
    TooLong {
        /// Which.
        field: &'static str,
        /// Its length in bytes.
        bytes: usize,
        /// What it may have.
        most: usize,
    },
}

/// What is wrong with a line of judgments or of a run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineFault {
    /// Too few columns, or too many.
    #[error("`{form}` is expected, found {found} columns")]
    Columns {
        /// The names of the columns.
        form: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A line without end, as of a file that is none of its kind.
    #[error("a line of more than {most} bytes")]
    TooLong {
        /// How many a line may have.
        most: usize,
    },
    /// A relevance that cannot be read.
    #[error("the relevance {found:?} is not an integer")]
    Relevance {
        /// What stands there.
        found: String,
    },
    /// A score that cannot be read, or that no C float can hold.
    #[error("the score {found:?} is not a finite number")]
    Score {
        /// What stands there.
        found: String,
    },
    /// A document met before.
    #[error("the document {document:?} stands twice for the query {query:?}")]
    Twice {
        /// The query.
        query: String,
        /// The document.
        document: String,
    },
    /// Bytes that are no text.
    #[error("this is not text in UTF-8")]
    NotText,
}

/// The process that writes, in brackets.
fn numbered(process: Option<u32>) -> String {
    process.map(|number| format!(" (number {number})")).unwrap_or_default()
}

/// What to do where a file could not be read.
fn advice(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied => "; check the rights of the file and of its folders",
        _ => "",
    }
}

/// What to do where something could not be written.
fn cure(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{
        FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    match kind {
        StorageFull | QuotaExceeded | FileTooLarge => {
            "what was committed is safe and can be searched; free some space, then run the same command again"
        }
        PermissionDenied | ReadOnlyFilesystem => {
            "an index here can be searched, but not written; ask its owner, or work on a copy of its folder"
        }
        _ => {
            "what was committed is safe and can be searched; check the disk, then run the same command again"
        }
    }
}

/// What to do where nothing was committed yet.
fn first_cure(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind::{
        FileTooLarge, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    match kind {
        StorageFull | QuotaExceeded | FileTooLarge => {
            "nothing is committed yet; free some space, then run the same command again"
        }
        PermissionDenied | ReadOnlyFilesystem => {
            "nothing is committed yet; choose a folder that you may write for the index, with --index"
        }
        _ => "nothing is committed yet; check the disk, then run the same command again",
    }
}

impl Error {
    /// The error of a writing before the first commit: there is nothing that is safe.
    pub(crate) fn before_first_commit(self) -> Self {
        match self {
            Error::NotWritten { path, source } => Error::NothingWritten { path, source },
            other => other,
        }
    }

    pub(crate) fn not_written(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::NotWritten { path, source }
    }

    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { path, source }
    }

    pub(crate) fn engine(path: impl Into<PathBuf>) -> impl FnOnce(TantivyError) -> Error {
        let path = path.into();
        move |source| match source {
            TantivyError::LockFailure(LockError::IoError(error), _)
            | TantivyError::IoError(error) => of_file(path, &error),
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) => {
                of_file(path.join(filepath), &io_error)
            }
            TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(error)) => {
                Error::Damaged { path, detail: shortened(&format!("{error:?}")) }
            }
            TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
                Error::Damaged { path: path.join(file), detail: "it is missing".to_owned() }
            }
            TantivyError::OpenDirectoryError(error) => {
                Error::Damaged { path, detail: error.to_string() }
            }
            TantivyError::DataCorruption(error) => {
                Error::Damaged { path, detail: shortened(&format!("{error:?}")) }
            }
            source => Error::Engine { path, source },
        }
    }
}

/// What the system has no number for, the engine says of bytes that it cannot read.
fn of_file(path: PathBuf, error: &io::Error) -> Error {
    let said_by_engine = [io::ErrorKind::InvalidData, io::ErrorKind::UnexpectedEof];
    match error.raw_os_error() {
        None if said_by_engine.contains(&error.kind()) => {
            Error::Damaged { path, detail: shortened(&error.to_string()) }
        }
        _ => Error::Io { path, source: copied(error) },
    }
}

fn shortened(detail: &str) -> String {
    detail.chars().take(DETAIL).collect()
}

/// The same error: the engine shares its own.
pub(crate) fn copied(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(code) => io::Error::from_raw_os_error(code),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}
