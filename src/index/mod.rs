//! The index on disk: a manifest, the articles' text, and tantivy's segments.
//!
//! ```text
//! depeche.json   what built it, and where its data is (manifest.rs)
//! forms.tsv      the user's own forms, if there are any (forms.rs)
//! text.bin       the articles as imported (text.rs)
//! segments/      tantivy: one document a passage (schema.rs, directory.rs)
//! rebuilt-1/     in the place of the latter two, once it was rebuilt (reindex.rs)
//! *.damaged      what could not be read when it was salvaged, kept for who knows more (reindex.rs)
//! .writer.lock   held by who writes (lock.rs)
//! ```

mod building;
mod codec;
mod commit;
mod copies;
mod directory;
mod disk;
mod files;
mod forms;
mod leftovers;
mod lock;
mod manifest;
mod places;
mod reindex;
mod roots;
mod schema;
mod sealed;
mod segments;
mod sums;
mod text;
mod versions;
mod writer;

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::OpenReadError;
use tantivy::schema::Schema;
use tantivy::store::Compressor;
use tantivy::{Directory, IndexSettings, TantivyError};

use crate::analysis::{Analyzer, UserForms};
use crate::error::{Error, Result};
use crate::guard::caught;
pub(crate) use commit::{Commit, LastCommit, META, SegmentEntry};
use directory::SegmentsDirectory;
pub(crate) use disk::partial;
use disk::{Disk, RealDisk};
use files::verify_files;
pub(crate) use files::{
    FileFault, files_of, is_lock, is_of_engine, read_regular, segment_files, verify_file,
};
pub(crate) use forms::{FILE as FORMS_FILE, read as read_forms};
pub(crate) use lock::FILE as LOCK_FILE;
use lock::WriterLock;
pub(crate) use manifest::{FILE as MANIFEST_FILE, Manifest, fullest_data, rebuilt_number};
pub use reindex::{ReindexOptions, Reindexed, reindex};
pub(crate) use schema::{FIRST, Fields, LAST, PARAGRAPH, SENTENCE, WIDE, WORDLESS};
use sealed::verify_json;
pub(crate) use sums::FileSums;
pub use text::Origin;
pub(crate) use text::{ArticleReader, FILE as TEXT_FILE, StoredArticle, TextEnd, TextReader};
pub use writer::{
    IndexWriter, MAX_FIELD_BYTES, MAX_ID_BYTES, MAX_NAME_BYTES, Outcome, Pruned, WriterOptions,
};

/// A text file that could not be read whole when an index was salvaged from it.
pub const DAMAGED_TEXT: &str = "text.damaged";
/// Forms that could not be read when an index was salvaged.
pub const DAMAGED_FORMS: &str = "forms.damaged";

/// The number of an index in which nothing is written.
const READ_ONLY: &str = "";

/// The folder of the engine's files.
pub(crate) const SEGMENTS: &str = "segments";

/// An index, opened and checked against this program.
pub struct Index {
    dir: PathBuf,
    manifest: Manifest,
    disk: Arc<dyn Disk>,
    directory: SegmentsDirectory,
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
        Index::create_on(Arc::new(RealDisk), dir, user_forms)
    }

    pub(crate) fn create_on(
        disk: Arc<dyn Disk>,
        dir: &Path,
        user_forms: UserForms,
    ) -> Result<Index> {
        Index::create_free(disk, dir, user_forms).map_err(Error::before_first_commit)
    }

    fn create_free(disk: Arc<dyn Disk>, dir: &Path, user_forms: UserForms) -> Result<Index> {
        if !is_free(dir)? {
            return Err(Error::NotAnIndex { path: dir.to_owned() });
        }
        disk::create_dirs(disk.as_ref(), dir)?;
        let _lock = WriterLock::take(dir)?;
        // Somebody else may have been quicker.
        if !is_free(dir)? {
            return Err(Error::NotAnIndex { path: dir.to_owned() });
        }
        let record = forms::record(&user_forms);
        let manifest = Manifest { forms: record, ..Manifest::current() };
        // Before its manifest is written, it is no index.
        let index = Index::build(disk, dir, manifest, user_forms)?;
        forms::write(index.disk.as_ref(), dir, index.user_forms())?;
        index.manifest.write(index.disk.as_ref(), dir)?;
        Ok(index)
    }

    /// Creates the data that a manifest would name.
    fn build(
        disk: Arc<dyn Disk>,
        dir: &Path,
        manifest: Manifest,
        user_forms: UserForms,
    ) -> Result<Index> {
        let segments = manifest.data(dir).join(SEGMENTS);
        // What an interrupted creation left.
        if holds_segments(&segments) {
            disk.remove_dir(&segments).map_err(Error::not_written(&segments))?;
        }
        disk::create_dirs(disk.as_ref(), &segments)?;
        let (schema, fields) = Fields::build();
        let directory = open_directory(&segments, &disk, &manifest.index)?;
        let engine = create_engine(directory.clone(), schema)
            .map_err(|error| engine_error(&directory, &segments, error))?;
        Ok(Index::new(dir, disk, manifest, directory, engine, fields, user_forms))
    }

    /// Opens an index.
    ///
    /// # Errors
    /// There is none, it was built by another version, or it is damaged; [`Error::Panicked`] where the damage
    /// makes the engine panic.
    pub fn open(dir: &Path) -> Result<Index> {
        caught(dir, || Index::open_on(Arc::new(RealDisk), dir))
    }

    pub(crate) fn open_on(disk: Arc<dyn Disk>, dir: &Path) -> Result<Index> {
        let mut manifest = Manifest::read(dir)?;
        loop {
            let error = match Index::open_named(&disk, dir, &manifest) {
                Err(error) => error,
                opened => return opened,
            };
            let now = Manifest::read(dir)?;
            if now == manifest {
                return Err(error);
            }
            // Rebuilt in the meantime: its data is elsewhere now.
            manifest = now;
        }
    }

    /// Opens the data that a manifest names.
    fn open_named(disk: &Arc<dyn Disk>, dir: &Path, manifest: &Manifest) -> Result<Index> {
        manifest.check(dir)?;
        let user_forms = forms::read(dir, manifest.forms.as_ref())?;
        let segments = manifest.data(dir).join(SEGMENTS);
        let directory = open_directory(&segments, disk, &manifest.index)?;
        let (engine, fields) = open_engine_on(&segments, directory.clone())?;
        let (disk, manifest) = (disk.clone(), manifest.clone());
        Ok(Index::new(dir, disk, manifest, directory, engine, fields, user_forms))
    }

    fn new(
        dir: &Path,
        disk: Arc<dyn Disk>,
        manifest: Manifest,
        directory: SegmentsDirectory,
        engine: tantivy::Index,
        fields: Fields,
        user_forms: UserForms,
    ) -> Index {
        let analyzer = Analyzer::french_with(user_forms);
        let dir = dir.to_owned();
        Index { dir, manifest, disk, directory, engine, fields, analyzer }
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
        self.data_dir().join(SEGMENTS)
    }

    /// Where its text and its segments are.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.manifest.data(&self.dir)
    }

    pub(crate) fn fields(&self) -> Fields {
        self.fields
    }

    /// The analyzer that its texts and queries are read with.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// The commit that a new reader sees; none before the first.
    ///
    /// # Errors
    /// It cannot be read, or belongs to another index.
    fn last_commit(&self) -> Result<Option<Commit>> {
        let last = LastCommit::read_of(&self.segments_dir(), &self.manifest.index);
        last.map(|last| last.commit)
    }

    /// Whether nothing was committed yet, as far as can be told.
    pub(crate) fn is_uncommitted(&self) -> bool {
        matches!(self.last_commit(), Ok(None))
    }

    /// The files that the last commit needs, by their names in the folder of the segments.
    fn living_files(&self) -> Result<HashSet<PathBuf>> {
        let metas = self.engine.load_metas().map_err(Error::engine(self.segments_dir()))?;
        Ok(metas.list_segment_files())
    }

    /// Compares files of segments that this index has read of with the checksums recorded of them.
    ///
    /// # Errors
    /// The first that is not what was written.
    pub(crate) fn verify(&self, files: &BTreeSet<String>) -> Result<()> {
        verify_files(&self.segments_dir(), files, &self.directory.sums)
    }

    /// A searcher over the last commit and the text of its articles, for the module `search`; what is quickly
    /// told of them is checked.
    ///
    /// # Errors
    /// [`Error::Unfinished`] before the first commit; [`Error::Replaced`]; damage.
    pub(crate) fn last_state(&self) -> Result<(tantivy::Searcher, TextReader)> {
        let searcher = self.last_searcher()?;
        // Read after the searcher's: the text file only grows, it covers every commit before.
        let Some(commit) = self.last_commit()? else {
            return Err(Error::Unfinished { path: self.dir.clone() });
        };
        let text = self.text()?;
        text.ends_at(commit.text())?;
        for segment in searcher.segment_readers() {
            self.has_positions(segment)?;
        }
        Ok((searcher, text))
    }

    /// Readers take no lock: a file that is gone belongs to a commit that is no more, and there is a newer
    /// one to read; unless the commit is still the same.
    fn last_searcher(&self) -> Result<tantivy::Searcher> {
        let segments = self.segments_dir();
        let meta = segments.join(META);
        let mut before = read_regular(&meta).ok();
        loop {
            let builder = self.engine.reader_builder();
            let reader = builder.reload_policy(tantivy::ReloadPolicy::Manual).try_into();
            let error = match reader {
                Ok(reader) => return Ok(tantivy::IndexReader::searcher(&reader)),
                Err(error) => error,
            };
            let now = read_regular(&meta).ok();
            let is_gone =
                matches!(error, TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_)));
            if !is_gone || now == before {
                self.check_same()?;
                return Err(Error::engine(segments)(error));
            }
            before = now;
        }
    }

    /// Whether the index on the disk is still this one.
    fn check_same(&self) -> Result<()> {
        match Manifest::read(&self.dir)? == self.manifest {
            true => Ok(()),
            false => Err(Error::Replaced { path: self.dir.clone() }),
        }
    }

    fn reader(&self) -> Result<tantivy::Searcher> {
        self.last_state().map(|(searcher, _)| searcher)
    }

    fn text(&self) -> Result<TextReader> {
        TextReader::open(&self.data_dir(), &self.manifest.index)
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
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    open_engine_on(segments, open_directory(segments, &disk, READ_ONLY)?)
}

fn open_engine_on(
    segments: &Path,
    directory: SegmentsDirectory,
) -> Result<(tantivy::Index, Fields)> {
    let engine = tantivy::Index::open(directory).map_err(Error::engine(segments))?;
    let (schema, fields) = Fields::build();
    if engine.schema() != schema {
        let detail = "its fields are not those of its format".to_owned();
        return Err(Error::Damaged { path: segments.join(META), detail });
    }
    Ok((engine, fields))
}

fn open_directory(segments: &Path, disk: &Arc<dyn Disk>, index: &str) -> Result<SegmentsDirectory> {
    SegmentsDirectory::open(segments, disk.clone(), index)
        .map_err(|error| Error::engine(segments)(error.into()))
}

/// An error of the engine while it writes: tantivy's own seldom name the file.
fn engine_error(directory: &SegmentsDirectory, segments: &Path, error: TantivyError) -> Error {
    directory.failure().unwrap_or_else(|| Error::engine(segments)(error))
}

/// Nothing is stored in the engine, and its settings must not depend on the features it was built with.
fn create_engine(directory: SegmentsDirectory, schema: Schema) -> tantivy::Result<tantivy::Index> {
    let settings = IndexSettings { docstore_compression: Compressor::None, ..Default::default() };
    tantivy::Index::create(directory, schema, settings)
}

/// Whether an index may be created in a folder: missing, empty (hidden files aside), or what an interrupted
/// creation left.
fn is_free(dir: &Path) -> Result<bool> {
    let segments = dir.join(SEGMENTS);
    let interrupted = if segments.is_dir() { names(&segments)? } else { Vec::new() };
    // The forms are written after the engine's first state, which bears our checksum.
    let has_state = interrupted.iter().any(|name| name == META);
    let is_left =
        holds_segments(&segments) && (!has_state || verify_json(&segments.join(META)).is_ok());
    let has_state = is_left && has_state;
    let is_ours = |name: &String| is_left && name == SEGMENTS || has_state && name == forms::FILE;
    let visible = names(dir)?.into_iter().filter(|name| !name.starts_with('.'));
    Ok(visible.collect::<Vec<_>>().iter().all(is_ours))
}

/// Whether a folder holds files of the engine and nothing else: somebody else's may have the same name.
fn holds_segments(folder: &Path) -> bool {
    let is_ours = |name: &String| is_of_engine(name) && folder.join(name).is_file();
    folder.is_dir() && names(folder).is_ok_and(|names| names.iter().all(is_ours))
}

/// Whether a folder holds the data of an index and nothing else.
pub(crate) fn holds_data(folder: &Path) -> bool {
    let is_ours = |name: &String| match name.as_str() {
        SEGMENTS => holds_segments(&folder.join(name)),
        TEXT_FILE => text::is_text(folder),
        _ => false,
    };
    folder.is_dir() && names(folder).is_ok_and(|names| names.iter().all(is_ours))
}

/// The names of what a folder holds; none where there is no folder.
fn names(dir: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(Error::io(dir)(e)),
    };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
    };
    entries.map(name).collect::<std::io::Result<_>>().map_err(Error::io(dir))
}

#[cfg(test)]
#[path = "../../tests/faults/mod.rs"]
mod faults;
