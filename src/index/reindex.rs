//! An index built again from its own text, without the files that it was made of.
//!
//! The new data stands in a folder of its own beside the old. The manifest, replaced at one blow, names
//! one or the other: whenever the process dies, the index is the old one or the new one, whole. What is left
//! of the other is removed by the next writer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{self, Disk, RealDisk};
use super::files::verify_named;
use super::lock::WriterLock;
use super::manifest::{AnyManifest, Manifest, data_folders, data_of};
use super::segments::{columns_of, segment_articles};
use super::{
    DAMAGED_FORMS, DAMAGED_TEXT, Index, LastCommit, SEGMENTS, TEXT_FILE, TextReader, WriterOptions,
    files_of, forms, leftovers, open_directory,
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
    /// segments are damaged. Articles that were removed come back.
    pub salvage: bool,
}

/// What was rebuilt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reindexed {
    /// Articles in the index.
    pub articles: usize,
    /// Damaged stretches of the text, and records that could not be read, all left out; 0 unless it was to be
    /// salvaged. The old text file is then kept beside the index, as [`DAMAGED_TEXT`] (`-2`, `-3`… after
    /// others).
    pub unreadable: usize,
    /// Whether the user's own forms could not be read: the new index has none, and they are kept as
    /// [`DAMAGED_FORMS`]. Only if it was to be salvaged.
    pub without_forms: bool,
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
    caught(dir, || {
        let old = Old::read(dir, options.salvage)?;
        let (text, found) = match options.salvage {
            true => old.salvaged()?,
            false => old.living(&disk)?,
        };
        let rebuilt = old.rebuild(&disk, (&text, &found), options.writer, observer);
        rebuilt.inspect_err(|_| {
            // Unless the manifest names it: then only what comes after it has failed.
            if !Manifest::read(dir).is_ok_and(|now| now.rebuilt == old.next) {
                let _ = disk.remove_dir(&data_of(dir, old.next));
            }
        })
    })
}

/// What is to be rebuilt.
struct Old {
    dir: PathBuf,
    /// None where it cannot be read, and need not be.
    manifest: Option<AnyManifest>,
    forms: UserForms,
    without_forms: bool,
    /// The number of the new data.
    next: u32,
}

/// Addresses of articles, in the order of the text.
#[derive(Default)]
struct Found {
    addresses: Vec<u64>,
    unreadable: usize,
}

impl Old {
    /// Where all that is readable is wanted, the manifest and the forms may be damaged.
    fn read(dir: &Path, salvage: bool) -> Result<Self> {
        let manifest = match AnyManifest::read(dir) {
            Err(Error::Damaged { .. }) if salvage => None,
            manifest => Some(manifest?),
        };
        let forms = match &manifest {
            Some(manifest) => forms::read(dir, manifest.forms.as_ref()),
            None => forms::read_any(dir),
        };
        let (forms, without_forms) = match forms {
            Err(Error::Damaged { .. } | Error::Io { .. }) if salvage => {
                (UserForms::default(), true)
            }
            forms => (forms?, false),
        };
        let last = data_folders(dir).last().map_or(0, |(number, _)| *number);
        let last = manifest.as_ref().map_or(0, |manifest| manifest.rebuilt).max(last);
        let Some(next) = last.checked_add(1) else {
            let detail = "no number is left for the rebuilt data".to_owned();
            return Err(Error::Damaged { path: data_of(dir, last), detail });
        };
        Ok(Old { dir: dir.to_owned(), manifest, forms, without_forms, next })
    }

    /// Builds the new index beside the old, and puts it in its place.
    fn rebuild(
        &self,
        disk: &Arc<dyn Disk>,
        (text, found): (&TextReader, &Found),
        options: WriterOptions,
        observer: &mut dyn FnMut(usize, usize),
    ) -> Result<Reindexed> {
        let forms = forms::record(&self.forms);
        let manifest = Manifest { forms, rebuilt: self.next, ..Manifest::current() };
        let index = Index::build(disk.clone(), &self.dir, manifest, self.forms.clone())?;
        let articles = copy(&index, text, &found.addresses, options, observer)?;
        check(&index, articles)?;
        let disk = disk.as_ref();
        if found.unreadable > 0 {
            keep(disk, text.path(), &self.dir, DAMAGED_TEXT)?;
        }
        if self.without_forms {
            keep(disk, &self.dir.join(forms::FILE), &self.dir, DAMAGED_FORMS)?;
        } else if self.manifest.is_none() {
            // As they are recorded: they may have been written otherwise.
            forms::write(disk, &self.dir, &self.forms)?;
        }
        index.manifest.write(disk, &self.dir)?;
        leftovers::remove(&index);
        let (unreadable, without_forms) = (found.unreadable, self.without_forms);
        Ok(Reindexed { articles, unreadable, without_forms })
    }

    /// The articles that the last commit holds. Only what tells this is read, after its checksums were
    /// compared: whatever else is damaged does not matter.
    fn living(&self, disk: &Arc<dyn Disk>) -> Result<(TextReader, Found)> {
        let Some(manifest) = &self.manifest else { return Err(no_text(&self.dir)) };
        let data = manifest.data(&self.dir);
        let segments = data.join(SEGMENTS);
        let engine = tantivy::Index::open(open_directory(&segments, disk)?);
        let engine = engine.map_err(Error::engine(&segments))?;
        let sums = match manifest.has_sums() {
            true => Some(LastCommit::read(&segments)?.files),
            false => None,
        };
        let mut addresses = Vec::new();
        for segment in engine.searchable_segments().map_err(Error::engine(&segments))? {
            for file in columns_of(&segment) {
                let recorded = |sums| -> &str { sum_of(sums, &file) };
                verify_named(&segments, &file, sums.as_ref().map(recorded))?;
            }
            let articles = segment_articles(&segment).map_err(Error::engine(&segments))?;
            addresses.extend(articles.into_iter().map(|(_, address)| address));
        }
        addresses.sort_unstable();
        Ok((TextReader::open(&data)?, Found { addresses, unreadable: 0 }))
    }

    /// The last article of each identifier that can be read: of the text that the manifest names, or else of
    /// the one that has most.
    fn salvaged(&self) -> Result<(TextReader, Found)> {
        let folders: Vec<PathBuf> = match &self.manifest {
            Some(manifest) => vec![manifest.data(&self.dir)],
            None => data_folders(&self.dir).into_iter().map(|(_, data)| data).collect(),
        };
        let mut best: Option<(TextReader, Found)> = None;
        for folder in folders {
            let text = TextReader::open_any(&folder)?;
            let found = salvaged(&text, committed(&folder))?;
            let most = best.as_ref().map_or(0, |(_, best)| best.addresses.len());
            if best.is_none() || found.addresses.len() >= most {
                best = Some((text, found));
            }
        }
        match best {
            Some((text, found)) if !found.addresses.is_empty() => Ok((text, found)),
            _ => Err(no_text(&self.dir)),
        }
    }
}

/// The bytes of the text that the last commit covers; all where it cannot be read.
fn committed(data: &Path) -> u64 {
    let last = LastCommit::read(&data.join(SEGMENTS)).ok().and_then(|last| last.commit);
    last.map_or(u64::MAX, |commit| commit.text_len)
}

fn sum_of<'a>(sums: &'a super::FileSums, file: &str) -> &'a str {
    sums.get(file).map_or("", String::as_str)
}

fn no_text(dir: &Path) -> Error {
    let detail = "no article can be read in it".to_owned();
    Error::Damaged { path: dir.join(TEXT_FILE), detail }
}

/// The last article of each identifier that can be read.
fn salvaged(text: &TextReader, committed: u64) -> Result<Found> {
    let (records, mut unreadable) = text.sound_records(committed)?;
    let mut last = BTreeMap::new();
    let mut articles = text.articles();
    for address in records {
        match articles.article(address) {
            Ok(stored) => drop(last.insert(stored.article.id, address)),
            Err(Error::Damaged { .. }) => unreadable += 1,
            Err(error) => return Err(error),
        }
    }
    let mut addresses: Vec<u64> = last.into_values().collect();
    addresses.sort_unstable();
    Ok(Found { addresses, unreadable })
}

/// Keeps a file that could not be read whole beside the index, under a name that nothing has yet: who knows
/// more may find more in it.
fn keep(disk: &dyn Disk, file: &Path, dir: &Path, name: &str) -> Result<()> {
    if !file.exists() {
        return Ok(());
    }
    let names = (1..).map(|n: u32| if n == 1 { name.to_owned() } else { format!("{name}-{n}") });
    let Some(kept) = names.map(|name| dir.join(name)).find(|kept| !kept.exists()) else {
        return Ok(());
    };
    disk.copy(file, &kept).map_err(Error::not_written(&kept))?;
    disk::sync_parent(disk, &kept)
}

/// Writes the articles at these addresses into an index; gives how many.
fn copy(
    index: &Index,
    text: &TextReader,
    addresses: &[u64],
    options: WriterOptions,
    observer: &mut dyn FnMut(usize, usize),
) -> Result<usize> {
    let mut writer = super::IndexWriter::open_locked(index, options)?;
    let mut articles = text.articles();
    for (done, &address) in addresses.iter().enumerate() {
        let mut stored = articles.article(address)?;
        writer.put(&mut stored.article, &stored.origin)?;
        observer(done + 1, addresses.len());
    }
    writer.finish()?;
    Ok(addresses.len())
}

/// Whether what was written can be read before it takes the place of the old.
fn check(index: &Index, articles: usize) -> Result<()> {
    let segments = index.segments_dir();
    let damaged = |detail: String| Error::Damaged { path: segments.clone(), detail };
    let searcher = index.reader()?;
    index.verify(&files_of(searcher.segment_readers().iter()))?;
    let mut found = 0;
    for segment in index.engine.searchable_segments().map_err(Error::engine(&segments))? {
        found += segment_articles(&segment).map_err(Error::engine(&segments))?.len();
    }
    match found == articles {
        true => Ok(()),
        false => Err(damaged(format!("{found} articles of {articles} were written"))),
    }
}
