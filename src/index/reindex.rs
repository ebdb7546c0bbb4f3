//! An index built again from its own text, without the files that it was made of.
//!
//! The new data stands in a folder of its own beside the old. The manifest, replaced at one blow, names
//! one or the other: whenever the process dies, the index is the old one or the new one, whole. What is left
//! of the other is removed by the next writer.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::disk::{self, Disk, RealDisk};
use super::files::verify_named;
use super::lock::WriterLock;
use super::manifest::{
    self, AnyManifest, Manifest, data_folders, data_of, drawn_after, free_number, is_related,
    rebuilt_number,
};
use super::segments::{columns_of, segment_articles};
use super::text::Origins;
use super::{
    DAMAGED_FORMS, DAMAGED_TEXT, Index, LastCommit, READ_ONLY, SEGMENTS, TEXT_FILE, TextEnd,
    TextReader, WriterOptions, files_of, forms, leftovers, open_directory,
};
use crate::analysis::UserForms;
use crate::error::{Error, Result};
use crate::guard::caught;

/// How to rebuild an index.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReindexOptions {
    /// How the new one is written.
    pub writer: WriterOptions,
    /// Whether to take every article that can be read in the text, the last of each identifier, where the
    /// segments are damaged. Articles that were removed may come back.
    pub salvage: bool,
}

/// What was rebuilt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reindexed {
    /// Articles in the index.
    pub articles: usize,
    /// Damaged stretches of the text, and records that could not be read, all left out; 0 unless it was to be
    /// salvaged.
    pub unreadable: usize,
    /// Whether the user's own forms could not be read: the new index has none. Only if it was to be salvaged.
    pub without_forms: bool,
    /// Texts that articles were taken from although they may be of another index, or of a copy of this one that
    /// went on apart: nothing beside them says that they are this one's. Only if it was to be salvaged.
    pub foreign: Vec<PathBuf>,
    /// Whether nothing told which articles the last commit held: some may be missing unseen, removed ones may be
    /// back. Only if it was to be salvaged.
    pub uncertain: bool,
    /// What could not be read whole, kept beside the index: [`DAMAGED_TEXT`], [`DAMAGED_FORMS`] (`-2`, `-3`…
    /// after others).
    pub kept: Vec<PathBuf>,
}

/// Builds an index again from its own text, with its own forms, also one of an earlier version. Articles,
/// origins and identifiers stay: indexing the same files again changes nothing.
///
/// `observer` is told how many articles of how many are done.
///
/// # Errors
/// As [`Index::open`] and [`IndexWriter::put`](super::IndexWriter::put); the index is then what it was.
pub fn reindex(
    dir: &Path,
    options: ReindexOptions,
    observer: &mut dyn FnMut(usize, usize),
) -> Result<Reindexed> {
    reindex_on(Arc::new(RealDisk), dir, options, observer)
}

pub(crate) fn reindex_on(
    disk: Arc<dyn Disk>,
    dir: &Path,
    options: ReindexOptions,
    observer: &mut dyn FnMut(usize, usize),
) -> Result<Reindexed> {
    Old::read(dir, options.salvage)?;
    let _lock = WriterLock::take(dir)?;
    let is_earlier = AnyManifest::read(dir).is_ok_and(|manifest| manifest.is_earlier());
    let rebuilt = caught(dir, || {
        let old = Old::read(dir, options.salvage)?;
        let sources = match options.salvage {
            true => old.salvaged(&disk)?,
            false => match &old.manifest {
                Some(manifest) => old.living(&disk, manifest)?,
                None => return Err(no_text(dir)),
            },
        };
        let rebuilt = old.rebuild(&disk, &sources, options.writer, observer);
        rebuilt.inspect_err(|_| {
            // Unless the manifest names it: then only what comes after it has failed.
            if !Manifest::read(dir).is_ok_and(|now| now.rebuilt == old.next) {
                let _ = disk.remove_dir(&data_of(dir, old.next));
            }
        })
    });
    rebuilt.map_err(
        |error| if is_earlier && !options.salvage { of_earlier(dir, error) } else { error },
    )
}

/// An error of an index that `check` does not read.
fn of_earlier(dir: &Path, error: Error) -> Error {
    let is_of_file = is_of_file(&error);
    let damaged = |path, detail| Error::DamagedBefore { index: dir.to_owned(), path, detail };
    match error {
        Error::Damaged { path, detail } | Error::Panicked { path, detail } => damaged(path, detail),
        Error::Engine { path, source } => damaged(path, source.to_string()),
        Error::Io { path, source } if is_of_file => damaged(path, source.to_string()),
        error => error,
    }
}

/// What is to be rebuilt.
struct Old {
    dir: PathBuf,
    /// None where it cannot be read, and need not be.
    manifest: Option<AnyManifest>,
    forms: UserForms,
    without_forms: bool,
    /// Whether all that is readable is wanted.
    salvage: bool,
    /// The number of the new data.
    next: u32,
}

/// Articles of one text file.
struct Source {
    text: TextReader,
    /// In the order of the file.
    addresses: Vec<u64>,
    unreadable: usize,
    standing: Standing,
}

/// What tells of a text that it is the one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    /// The last commit is of it.
    Own,
    /// Nothing says how much of it was committed.
    Uncertain,
    /// What is beside it is of another text.
    Foreign,
}

impl Old {
    /// Where all that is readable is wanted, the manifest and the forms may be damaged, or no files.
    fn read(dir: &Path, salvage: bool) -> Result<Self> {
        let manifest = match AnyManifest::read(dir) {
            Err(error) if salvage && is_of_file(&error) => None,
            manifest => Some(manifest?),
        };
        let forms = match &manifest {
            // It may be of another index.
            Some(manifest) if !salvage || manifest.forms.is_some() => {
                forms::read(dir, manifest.forms.as_ref())
            }
            _ => forms::read_any(dir),
        };
        let (forms, without_forms) = match forms {
            Err(error) if salvage && is_of_file(&error) => (UserForms::default(), true),
            forms => (forms?, false),
        };
        // A user's own folder may have such a name.
        let last = manifest.as_ref().map_or(0, |manifest| manifest.rebuilt);
        let Some(next) = last.checked_add(1).and_then(|next| free_number(dir, next)) else {
            return damaged(&data_of(dir, last), "no number is left for the rebuilt data");
        };
        Ok(Old { dir: dir.to_owned(), manifest, forms, without_forms, salvage, next })
    }

    /// Builds the new index beside the old, and puts it in its place.
    fn rebuild(
        &self,
        disk: &Arc<dyn Disk>,
        sources: &[Source],
        options: WriterOptions,
        observer: &mut dyn FnMut(usize, usize),
    ) -> Result<Reindexed> {
        let forms = forms::record(&self.forms);
        let mut manifest = Manifest { forms, rebuilt: self.next, ..Manifest::current() };
        let of_text = || sources.first().and_then(|source| source.text.index());
        if let Some(before) = self.number().or_else(of_text) {
            manifest.index = drawn_after(before);
        }
        let index = Index::build(disk.clone(), &self.dir, manifest, self.forms.clone())?;
        let articles = copy(&index, sources, options, observer)?;
        check(&index, articles)?;
        let kept = self.keep_damaged(disk.as_ref(), sources)?;
        let is_recorded = self.manifest.as_ref().is_some_and(|manifest| manifest.forms.is_some());
        if !is_recorded && !self.without_forms {
            // As they are recorded: they may have been written otherwise.
            forms::write(disk.as_ref(), &self.dir, &self.forms)?;
        }
        self.make_room(disk.as_ref())?;
        index.manifest.write(disk.as_ref(), &self.dir)?;
        leftovers::remove(&index);
        let unreadable = sources.iter().map(|source| source.unreadable).sum();
        let of = |standing| {
            let gave = sources.iter().filter(|source| !source.addresses.is_empty());
            gave.filter(move |source| source.standing == standing)
        };
        let foreign = of(Standing::Foreign).map(|source| source.text.path().to_owned()).collect();
        let uncertain = of(Standing::Uncertain).next().is_some();
        let without_forms = self.without_forms;
        Ok(Reindexed { articles, unreadable, without_forms, foreign, uncertain, kept })
    }

    /// Keeps what could not be read whole; names it.
    fn keep_damaged(&self, disk: &dyn Disk, sources: &[Source]) -> Result<Vec<PathBuf>> {
        let damaged = sources.iter().filter(|source| source.unreadable > 0);
        let texts = damaged.map(|source| (source.text.path().to_owned(), DAMAGED_TEXT));
        let forms = self.without_forms.then(|| (self.dir.join(forms::FILE), DAMAGED_FORMS));
        let mut kept = Vec::new();
        for (file, name) in texts.chain(forms).filter(|(file, _)| file.is_file()) {
            kept.extend(keep(disk, &file, &self.dir, name)?);
        }
        Ok(kept)
    }

    /// A folder or a pipe in the place of the manifest is put aside.
    fn make_room(&self, disk: &dyn Disk) -> Result<()> {
        let manifest = self.dir.join(manifest::FILE);
        match manifest.is_file() || !manifest.exists() {
            true => Ok(()),
            false => {
                let Some(aside) = free_name(&self.dir, "depeche.damaged") else { return Ok(()) };
                disk.rename(&manifest, &aside).map_err(Error::not_written(&manifest))
            }
        }
    }

    /// The articles that the last commit holds. Only what tells this is read, after its checksums were
    /// compared: whatever else is damaged does not matter.
    fn living(&self, disk: &Arc<dyn Disk>, manifest: &AnyManifest) -> Result<Vec<Source>> {
        let data = manifest.data(&self.dir);
        let segments = data.join(SEGMENTS);
        let engine = tantivy::Index::open(open_directory(&segments, disk, READ_ONLY)?);
        let engine = engine.map_err(Error::engine(&segments))?;
        let last = match manifest.has_sums() {
            true => Some(self.last_commit(&segments, manifest)?),
            false => None,
        };
        let sums = last.as_ref().map(|last| &last.files);
        let mut addresses = Vec::new();
        for segment in engine.searchable_segments().map_err(Error::engine(&segments))? {
            for file in columns_of(&segment) {
                let recorded = sums.map(|sums| sums.get(&file).map_or("", String::as_str));
                verify_named(&segments, &file, recorded)?;
            }
            let articles = segment_articles(&segment).map_err(Error::engine(&segments))?;
            addresses.extend(articles.into_iter().map(|(_, address)| address));
        }
        addresses.sort_unstable();
        let text = TextReader::open_any(&data)?;
        // First bytes that are no text's say nothing: what is salvaged, each record tells.
        let is_nameless = self.salvage && text.index().is_none();
        if let Some(why) = text.why_not_of(manifest.index.as_deref()).filter(|_| !is_nameless) {
            return damaged(text.path(), why);
        }
        let end = last.and_then(|last| last.commit).map(|commit| commit.text());
        let end = end.unwrap_or_default();
        if text.ends_otherwise(end)? {
            // With what it says of it.
            text.ends_at(end)?;
        }
        Ok(vec![Source { text, addresses, unreadable: 0, standing: Standing::Own }])
    }

    /// The last commit of a manifest's index.
    fn last_commit(&self, segments: &Path, manifest: &AnyManifest) -> Result<LastCommit> {
        let last = match manifest.index.as_ref().filter(|_| manifest.is_bound()) {
            Some(index) => LastCommit::read_of(segments, index)?,
            None => LastCommit::read(segments)?,
        };
        match last.commit {
            Some(_) => Ok(last),
            None => Err(Error::Unfinished { path: self.dir.clone() }),
        }
    }

    /// All that can be read: the articles that the last commit holds, if that can be told and each is whole;
    /// else the last article of each identifier in the text that the manifest names, if that is whole; else in
    /// every text that is there, that one first, then the newest.
    fn salvaged(&self, disk: &Arc<dyn Disk>) -> Result<Vec<Source>> {
        let mut folders = data_folders(&self.dir)?;
        let assumed = self.assumed(&folders);
        let mut is_told = false;
        for manifest in self.manifest.iter().chain(&assumed) {
            match self.living(disk, manifest) {
                Ok(living) if living.iter().all(is_whole) => return Ok(living),
                Ok(_) => is_told = true,
                Err(Error::Io { path, source }) if source.kind() == ErrorKind::PermissionDenied => {
                    return Err(Error::Io { path, source });
                }
                Err(_) => {}
            }
        }
        let named = self.manifest.as_ref().map(|manifest| manifest.data(&self.dir));
        folders.reverse();
        folders.sort_by_key(|data| Some(data) != named.as_ref());
        let (mut taken, mut sources) = (FxHashSet::default(), Vec::new());
        for folder in &folders {
            let path = folder.join(TEXT_FILE);
            // What has the name of a text but is no file holds none. A file that cannot be read ends it: it
            // must not be taken for superfluous.
            if !fs::metadata(&path).map_err(Error::io(&path))?.is_file() {
                continue;
            }
            let mut source = self.salvaged_of(folder, &mut taken)?;
            if source.standing == Standing::Own && !is_told {
                source.standing = Standing::Uncertain;
            }
            let is_whole = source.unreadable == 0 && !source.addresses.is_empty();
            sources.push(source);
            if is_whole && named.as_ref() == Some(folder) {
                break;
            }
        }
        match sources.iter().any(|source| !source.addresses.is_empty()) {
            true => Ok(sources),
            false => Err(no_text(&self.dir)),
        }
    }

    /// The manifest that the only data there would have, if it bears a number.
    fn assumed(&self, folders: &[PathBuf]) -> Option<AnyManifest> {
        let opened = |data: &PathBuf| Some((data.clone(), TextReader::open_any(data).ok()?));
        let holds =
            |(_, text): &(_, TextReader)| text.rest(text.first()).is_ok_and(|rest| rest > 0);
        let mut texts = folders.iter().filter_map(opened).filter(holds);
        let (Some((only, text)), None) = (texts.next(), texts.next()) else { return None };
        if self.is_foreign(&text) {
            return None;
        }
        let rebuilt = only.strip_prefix(&self.dir).ok()?.to_string_lossy();
        Some(AnyManifest::assumed(text.index()?, rebuilt_number(&rebuilt).unwrap_or(0)))
    }

    /// The last article of each identifier that can be read in a folder and was not yet taken.
    fn salvaged_of(&self, data: &Path, taken: &mut FxHashSet<String>) -> Result<Source> {
        let text = TextReader::open_any(data)?;
        let end = committed(data, &text);
        let (records, mut unreadable) = text.sound_records(end.map(|end| end.length))?;
        let mut last = BTreeMap::new();
        let mut articles = text.articles();
        for &address in &records {
            match articles.article(address) {
                Ok(stored) => drop(last.insert(stored.article.id, address)),
                Err(Error::Damaged { .. }) => unreadable += 1,
                Err(error) => return Err(error),
            }
        }
        last.retain(|id, _| taken.insert(id.clone()));
        let mut addresses: Vec<u64> = last.into_values().collect();
        addresses.sort_unstable();
        // In an undamaged text, the last record committed is one.
        let lacks = |end: TextEnd| {
            let last = end.last.filter(|_| unreadable == 0);
            last.is_some_and(|last| records.binary_search(&last.address).is_err())
        };
        let standing = match end {
            _ if self.is_foreign(&text) => Standing::Foreign,
            Some(end) if lacks(end) || text.ends_otherwise(end)? => Standing::Foreign,
            Some(_) => Standing::Own,
            None if has_other_state(data, &text) => Standing::Foreign,
            None => Standing::Uncertain,
        };
        Ok(Source { text, addresses, unreadable, standing })
    }

    /// The number that the manifest has.
    fn number(&self) -> Option<&str> {
        self.manifest.as_ref().and_then(|manifest| manifest.index.as_deref())
    }

    /// Whether the manifest is that of another index than a text is of.
    fn is_foreign(&self, text: &TextReader) -> bool {
        let numbers = self.number().zip(text.index());
        numbers.is_some_and(|(number, of_text)| !is_related(number, of_text))
    }
}

/// Whether an error is about what a file is, and not that it cannot be read now.
fn is_of_file(error: &Error) -> bool {
    match error {
        Error::Damaged { .. } => true,
        Error::Io { path, source } => match source.kind() {
            ErrorKind::PermissionDenied => false,
            ErrorKind::InvalidData => true,
            _ => !path.is_file(),
        },
        _ => false,
    }
}

fn is_whole(source: &Source) -> bool {
    let mut articles = source.text.articles();
    source.addresses.iter().all(|&address| articles.article(address).is_ok())
}

/// What the last commit covers of a text, where that can be read and is of the same index.
fn committed(data: &Path, text: &TextReader) -> Option<TextEnd> {
    let segments = data.join(SEGMENTS);
    let last = match text.index().filter(|_| text.is_chained()) {
        Some(index) => LastCommit::read_of(&segments, index),
        None => LastCommit::read(&segments),
    };
    last.ok()?.commit.map(|commit| commit.text())
}

/// Whether the state beside a text is one of another index.
fn has_other_state(data: &Path, text: &TextReader) -> bool {
    let state = LastCommit::read(&data.join(SEGMENTS)).ok().and_then(|last| last.index);
    state.is_some_and(|state| text.index().is_some_and(|index| index != state))
}

fn no_text(dir: &Path) -> Error {
    let detail = "no article can be read in it".to_owned();
    Error::Damaged { path: dir.join(TEXT_FILE), detail }
}

fn damaged<T>(path: &Path, detail: &str) -> Result<T> {
    Err(Error::Damaged { path: path.to_owned(), detail: detail.to_owned() })
}

/// Keeps a file that could not be read whole beside the index: who knows more may find more in it.
fn keep(disk: &dyn Disk, file: &Path, dir: &Path, name: &str) -> Result<Option<PathBuf>> {
    let Some(kept) = free_name(dir, name) else { return Ok(None) };
    disk.copy(file, &kept).map_err(Error::not_written(&kept))?;
    disk::sync_parent(disk, &kept)?;
    Ok(Some(kept))
}

/// A name that nothing has yet, with a number after others.
fn free_name(dir: &Path, name: &str) -> Option<PathBuf> {
    let mut names =
        (1..).map(|n: u32| if n == 1 { name.to_owned() } else { format!("{name}-{n}") });
    names.find_map(|name| Some(dir.join(name)).filter(|path| !path.exists()))
}

/// Writes the articles into an index; gives how many.
fn copy(
    index: &Index,
    sources: &[Source],
    options: WriterOptions,
    observer: &mut dyn FnMut(usize, usize),
) -> Result<usize> {
    let mut writer = super::IndexWriter::open_locked(index, options)?;
    let all = sources.iter().map(|source| source.addresses.len()).sum();
    let mut done = 0;
    for source in sources {
        let mut articles = source.text.articles();
        for &address in &source.addresses {
            let mut stored = articles.article(address)?;
            let origins = Origins { first: &stored.origin, also: &stored.also };
            writer.put_again(&mut stored.article, origins)?;
            done += 1;
            observer(done, all);
        }
    }
    writer.finish()?;
    Ok(all)
}

/// Whether what was written can be read before it takes the place of the old.
fn check(index: &Index, articles: usize) -> Result<()> {
    let segments = index.segments_dir();
    let searcher = index.reader()?;
    index.verify(&files_of(searcher.segment_readers().iter()))?;
    let mut found = 0;
    for segment in index.engine.searchable_segments().map_err(Error::engine(&segments))? {
        found += segment_articles(&segment).map_err(Error::engine(&segments))?.len();
    }
    match found == articles {
        true => Ok(()),
        false => damaged(&segments, &format!("{found} articles of {articles} were written")),
    }
}
