//! An index built again from its own text, without the files that it was made of.
//!
//! The new data stands in a folder of its own beside the old. The manifest, replaced at one blow, names
//! one or the other: whenever the process dies, the index is the old one or the new one, whole. What is left
//! of the other is removed by the next writer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::MmapDirectory;

use super::disk::{self, Disk, RealDisk};
use super::files::verify_named;
use super::lock::WriterLock;
use super::manifest::{AnyManifest, Manifest, data_folders};
use super::segments::{columns_of, segment_articles};
use super::{
    DAMAGED_TEXT, Index, LastCommit, SEGMENTS, TEXT_FILE, TextReader, WriterOptions, files_of,
    forms, leftovers, open_directory,
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
    /// salvaged. The old text file is then kept beside the index, as [`DAMAGED_TEXT`].
    pub unreadable: usize,
    /// Whether the user's own forms could not be read: the new index has none. Only if it was to be salvaged.
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
    let old = Old::read(dir, options.salvage)?;
    let (text, found) = match options.salvage {
        true => old.salvaged()?,
        false => old.living(&disk)?,
    };
    let forms = forms::record(&old.forms);
    let manifest = Manifest { forms, rebuilt: old.next, ..Manifest::current() };
    let (old_text, data) = (text.path().to_owned(), manifest.data(dir));
    let rebuild = || {
        let index = Index::build(disk.clone(), dir, manifest, old.forms.clone())?;
        let articles = copy(&index, &text, &found.addresses, options.writer, observer)?;
        check(&index, articles)?;
        if old.without_forms {
            let _ = disk.remove(&dir.join(forms::FILE));
        }
        index.manifest.write(disk.as_ref(), dir)?;
        if found.unreadable > 0 {
            keep(disk.as_ref(), &old_text, &dir.join(DAMAGED_TEXT))?;
        }
        leftovers::remove(&index);
        let (unreadable, without_forms) = (found.unreadable, old.without_forms);
        Ok(Reindexed { articles, unreadable, without_forms })
    };
    caught(dir, rebuild).inspect_err(|_| {
        // Unless the manifest names it: then only what comes after it has failed.
        if Manifest::read(dir).is_ok_and(|now| now.rebuilt == old.next) {
            return;
        }
        let _ = disk.remove_dir(&data);
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
        let next = manifest.as_ref().map_or(0, |manifest| manifest.rebuilt).max(last) + 1;
        Ok(Old { dir: dir.to_owned(), manifest, forms, without_forms, next })
    }

    /// The articles that the last commit holds. Only what tells this is read, after its checksums were
    /// compared: whatever else is damaged does not matter.
    fn living(&self, disk: &Arc<dyn Disk>) -> Result<(TextReader, Found)> {
        let Some(manifest) = &self.manifest else { return Err(no_text(&self.dir)) };
        let data = manifest.data(&self.dir);
        let segments = data.join(SEGMENTS);
        let engine = match manifest.is_sealed() {
            true => tantivy::Index::open(open_directory(&segments, disk)?),
            false => MmapDirectory::open(&segments)
                .map_err(Into::into)
                .and_then(tantivy::Index::open::<MmapDirectory>),
        };
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
            let text = TextReader::open(&folder)?;
            let found = salvaged(&text)?;
            let most = best.as_ref().map_or(0, |(_, best)| best.addresses.len());
            if best.is_none() || found.addresses.len() >= most {
                best = Some((text, found));
            }
        }
        best.ok_or_else(|| no_text(&self.dir))
    }
}

fn sum_of<'a>(sums: &'a super::FileSums, file: &str) -> &'a str {
    sums.get(file).map_or("", String::as_str)
}

fn no_text(dir: &Path) -> Error {
    Error::Damaged { path: dir.join(TEXT_FILE), detail: "it is missing".to_owned() }
}

/// The last article of each identifier that can be read.
fn salvaged(text: &TextReader) -> Result<Found> {
    let (records, mut unreadable) = text.sound_records()?;
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

/// Keeps a text file that could not be read whole: who knows more may find more in it.
fn keep(disk: &dyn Disk, text: &Path, kept: &Path) -> Result<()> {
    disk.rename(text, kept).map_err(Error::not_written(kept))?;
    disk::sync_parent(disk, kept)
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
