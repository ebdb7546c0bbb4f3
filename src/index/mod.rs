//! The index on disk: a manifest, the articles' text, and tantivy's segments.
//!
//! ```text
//! depeche.json   what built it (manifest.rs)
//! text.bin       the articles as imported (text.rs)
//! forms.tsv      the user's own forms, if there are any (forms.rs)
//! segments/      tantivy: one document a passage (schema.rs)
//! ```

mod commit;
mod files;
mod forms;
mod manifest;
mod schema;
mod sealed;
mod text;
mod tokenizers;
mod writer;

use std::fs;
use std::path::{Path, PathBuf};

use tantivy::schema::Schema;
use tantivy::store::Compressor;
use tantivy::{Directory, IndexSettings};

use crate::analysis::{Analyzer, UserForms};
use crate::error::{Error, Result};
use crate::guard::caught;
use commit::Commit;
pub(crate) use commit::{LastCommit, META, SegmentEntry};
pub(crate) use files::{FileFault, files_of, segment_files, verify_file, verify_files};
pub(crate) use forms::{FILE as FORMS_FILE, read as read_forms};
use manifest::sync_dir;
pub(crate) use manifest::{FILE as MANIFEST_FILE, Manifest, PARTIAL};
pub(crate) use schema::{Fields, PARAGRAPH, SENTENCE, WORDLESS};
pub use text::Origin;
pub(crate) use text::{ArticleReader, FILE as TEXT_FILE, StoredArticle, TextReader};
pub(crate) use tokenizers::{FIRST, LAST, WIDE};
pub use writer::{IndexWriter, MAX_ID_BYTES, Outcome, WriterOptions};

/// The folder of the engine's files.
pub(crate) const SEGMENTS: &str = "segments";
/// The engine's list of the files that it may remove.
pub(crate) const MANAGED: &str = ".managed.json";

/// An index, opened and checked against this program.
pub struct Index {
    dir: PathBuf,
    engine: tantivy::Index,
    fields: Fields,
    analyzer: Analyzer,
}

impl Index {
    /// Whether a folder holds an index, of whatever version.
    pub fn exists(dir: &Path) -> bool {
        Manifest::exists(dir)
    }

    /// Creates an empty index in a folder that is missing or empty (hidden files aside).
    ///
    /// # Errors
    /// The folder holds something, or cannot be written.
    pub fn create(dir: &Path) -> Result<Index> {
        Index::create_with(dir, UserForms::default())
    }

    /// As [`Index::create`], with a user's own forms beside those of the lexicon: whoever opens the index
    /// has them.
    ///
    /// # Errors
    /// As [`Index::create`].
    pub fn create_with(dir: &Path, user_forms: UserForms) -> Result<Index> {
        if !is_free(dir)? {
            return Err(Error::NotAnIndex { path: dir.to_owned() });
        }
        let segments = dir.join(SEGMENTS);
        // What an interrupted creation left: without its manifest it was never an index.
        if segments.exists() {
            fs::remove_dir_all(&segments).map_err(Error::io(&segments))?;
        }
        fs::create_dir_all(&segments).map_err(Error::io(&segments))?;
        let (schema, fields) = Fields::build();
        let engine = create_engine(&segments, schema).map_err(Error::engine(&segments))?;
        sync_dir(&segments)?;
        let forms = forms::write(dir, &user_forms)?;
        Manifest { forms, ..Manifest::current() }.write(dir)?;
        Ok(Index::new(dir, engine, fields, Analyzer::french_with(user_forms)))
    }

    /// Opens an index.
    ///
    /// # Errors
    /// There is none, it was built by another version, or it is damaged; [`Error::Panicked`] where the damage
    /// makes the engine panic.
    pub fn open(dir: &Path) -> Result<Index> {
        caught(dir, || Index::unguarded(dir))
    }

    fn unguarded(dir: &Path) -> Result<Index> {
        let manifest = Manifest::read(dir)?;
        manifest.check(dir)?;
        let analyzer = Analyzer::french_with(forms::read(dir, manifest.forms.as_ref())?);
        let (engine, fields) = open_engine(&dir.join(SEGMENTS))?;
        Ok(Index::new(dir, engine, fields, analyzer))
    }

    fn new(dir: &Path, engine: tantivy::Index, fields: Fields, analyzer: Analyzer) -> Index {
        Fields::register_tokenizers(engine.tokenizers(), &analyzer);
        Index { dir: dir.to_owned(), engine, fields, analyzer }
    }

    /// A writer; there is at most one at a time.
    ///
    /// # Errors
    /// [`Error::Locked`] while another process writes; damage.
    pub fn writer(&self, options: WriterOptions) -> Result<IndexWriter> {
        IndexWriter::open(self, options)
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The user's own forms that it was created with.
    pub fn user_forms(&self) -> &UserForms {
        self.analyzer.user_forms()
    }

    pub(crate) fn segments_dir(&self) -> PathBuf {
        self.dir.join(SEGMENTS)
    }

    pub(crate) fn fields(&self) -> Fields {
        self.fields
    }

    /// The analyzer that its texts and queries are read with.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// The commit that a new reader sees; none before the first.
    fn last_commit(&self) -> Result<Option<Commit>> {
        LastCommit::read(&self.segments_dir()).map(|last| last.commit)
    }

    /// A searcher over the last commit and the text of its articles, for the module `search`; what is quickly
    /// told of them is checked.
    ///
    /// # Errors
    /// [`Error::Unfinished`] before the first commit; damage.
    pub(crate) fn last_state(&self) -> Result<(tantivy::Searcher, TextReader)> {
        let segments = self.segments_dir();
        let reader = self
            .engine
            .reader_builder()
            .reload_policy(tantivy::ReloadPolicy::Manual)
            .try_into()
            .map_err(Error::engine(&segments))?;
        let searcher = tantivy::IndexReader::searcher(&reader);
        // Read after the searcher's: the text file only grows, it covers every commit before.
        let Some(commit) = self.last_commit()? else {
            return Err(Error::Unfinished { path: self.dir.clone() });
        };
        let text = self.text()?;
        text.covers(commit.text_len)?;
        for segment in searcher.segment_readers() {
            self.has_positions(segment)?;
        }
        Ok((searcher, text))
    }

    fn reader(&self) -> Result<tantivy::Searcher> {
        self.last_state().map(|(searcher, _)| searcher)
    }

    fn text(&self) -> Result<TextReader> {
        TextReader::open(&self.dir)
    }

    /// Tells whether the positions of a segment are there: the engine would do without.
    fn has_positions(&self, segment: &tantivy::SegmentReader) -> Result<()> {
        let file = format!("{}.pos", segment.segment_id().uuid_string());
        let opened = self.engine.directory().open_read(Path::new(&file));
        opened.map(drop).map_err(|error| Error::engine(self.segments_dir())(error.into()))
    }
}

/// The engine's index in its folder, with the fields of this format.
pub(crate) fn open_engine(segments: &Path) -> Result<(tantivy::Index, Fields)> {
    let engine = tantivy::Index::open_in_dir(segments).map_err(Error::engine(segments))?;
    let (schema, fields) = Fields::build();
    if engine.schema() != schema {
        let detail = "its fields are not those of its format".to_owned();
        return Err(Error::Damaged { path: segments.join(META), detail });
    }
    Ok((engine, fields))
}

/// Nothing is stored in the engine, and its settings must not depend on the features it was built with.
fn create_engine(dir: &Path, schema: Schema) -> tantivy::Result<tantivy::Index> {
    let settings = IndexSettings { docstore_compression: Compressor::None, ..Default::default() };
    tantivy::Index::builder().schema(schema).settings(settings).create_in_dir(dir)
}

/// Whether an index may be created in a folder: missing, empty, or what an interrupted creation left.
fn is_free(dir: &Path) -> Result<bool> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(e) => return Err(Error::io(dir)(e)),
    };
    let interrupted = dir.join(SEGMENTS).is_dir();
    for entry in entries {
        let name = entry.map_err(Error::io(dir))?.file_name();
        let is_ours = name == SEGMENTS || interrupted && name == forms::FILE;
        if !name.to_string_lossy().starts_with('.') && !is_ours {
            return Ok(false);
        }
    }
    Ok(true)
}
