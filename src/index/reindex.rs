//! An index built again from its own text, without the files that it was made of.
//!
//! The new data stands in a folder of its own beside the old. The manifest, replaced at one blow, names
//! one or the other: whenever the process dies, the index is the old one or the new one, whole. What is left
//! of the other is removed by the next writer.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tantivy::directory::MmapDirectory;

use super::disk::{Disk, RealDisk};
use super::lock::WriterLock;
use super::manifest::{AnyManifest, Manifest};
use super::writer::segment_articles;
use super::{
    Index, SEGMENTS, TextReader, WriterOptions, files_of, forms, leftovers, open_directory,
    verify_files,
};
use crate::error::{Error, Result};

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
    /// Records of the text that could not be read and were left out; 0 unless it was to be salvaged.
    pub unreadable: usize,
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
    AnyManifest::read(dir)?;
    let _lock = WriterLock::take(dir)?;
    let old = AnyManifest::read(dir)?;
    let text = TextReader::open(&old.data(dir))?;
    let found = match options.salvage {
        true => salvaged(&text)?,
        false => Found { addresses: living(&disk, dir, &old)?, unreadable: 0 },
    };
    let user_forms = forms::read(dir, old.forms.as_ref())?;
    let manifest =
        Manifest { forms: old.forms.clone(), rebuilt: old.rebuilt + 1, ..Manifest::current() };
    let data = manifest.data(dir);
    let rebuild = || {
        let index = Index::build(disk.clone(), dir, manifest, user_forms)?;
        let articles = copy(&index, &text, &found.addresses, options.writer, observer)?;
        check(&index, articles)?;
        index.manifest.write(disk.as_ref(), dir)?;
        leftovers::remove(&index);
        Ok(Reindexed { articles, unreadable: found.unreadable })
    };
    rebuild().inspect_err(|_| {
        // Unless the manifest names it: then only the sync of its folder has failed.
        if AnyManifest::read(dir).is_ok_and(|now| now.rebuilt == old.rebuilt) {
            let _ = disk.remove_dir(&data);
        }
    })
}

/// Addresses of articles, in the order of the text.
struct Found {
    addresses: Vec<u64>,
    unreadable: usize,
}

/// The articles that the last commit holds.
fn living(disk: &Arc<dyn Disk>, dir: &Path, old: &AnyManifest) -> Result<Vec<u64>> {
    let segments = old.data(dir).join(SEGMENTS);
    let engine = match old.is_sealed() {
        true => tantivy::Index::open(open_directory(&segments, disk)?),
        false => MmapDirectory::open(&segments)
            .map_err(Into::into)
            .and_then(tantivy::Index::open::<MmapDirectory>),
    };
    let read = |engine: tantivy::Index| -> tantivy::Result<Vec<u64>> {
        let mut addresses = Vec::new();
        for segment in engine.searchable_segments()? {
            let reader = tantivy::SegmentReader::open(&segment)?;
            addresses.extend(segment_articles(&reader)?.into_iter().map(|(_, address)| address));
        }
        Ok(addresses)
    };
    let mut addresses = engine.and_then(read).map_err(Error::engine(&segments))?;
    addresses.sort_unstable();
    Ok(addresses)
}

/// The last article of each identifier that can be read.
fn salvaged(text: &TextReader) -> Result<Found> {
    let (mut last, mut unreadable) = (BTreeMap::new(), 0);
    let mut articles = text.articles();
    for address in text.records()? {
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
    verify_files(&segments, &files_of(searcher.segment_readers().iter()))?;
    let mut found = 0;
    for segment in searcher.segment_readers() {
        found += segment_articles(segment).map_err(Error::engine(&segments))?.len();
    }
    match found == articles {
        true => Ok(()),
        false => Err(damaged(format!("{found} articles of {articles} were written"))),
    }
}
