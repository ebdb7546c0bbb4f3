//! What an index holds, in numbers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::article::PartialDate;

/// What an index holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Articles.
    pub articles: usize,
    /// Passages.
    pub passages: usize,
    /// Words of the bodies.
    pub words: u64,
    /// Articles without a date.
    pub undated: usize,
    /// The earliest day that a date may mean.
    pub first_day: Option<PartialDate>,
    /// The latest day that a date may mean.
    pub last_day: Option<PartialDate>,
    /// Each source, most articles first.
    pub sources: Vec<SourceStats>,
    /// Bytes of the index on disk.
    pub bytes: u64,
    /// Segments of the index: fewer are searched faster.
    pub segments: usize,
}

/// One source and how many articles it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SourceStats {
    /// Its name; none for articles without a source.
    pub source: Option<String>,
    /// Its articles.
    pub articles: usize,
}

pub(super) fn stats(searcher: &tantivy::Searcher, dir: &Path) -> tantivy::Result<Stats> {
    let mut stats =
        Stats { bytes: size(dir), segments: searcher.segment_readers().len(), ..Stats::default() };
    let mut sources: BTreeMap<Option<String>, usize> = BTreeMap::new();
    let mut days: Option<(i64, i64)> = None;
    for segment in searcher.segment_readers() {
        let columns = segment.fast_fields();
        let (ordinals, words) = (columns.u64("ordinal")?, columns.u64("words")?);
        let (first, last) = (columns.i64("first_day")?, columns.i64("last_day")?);
        let names = columns.str("source")?;
        for doc in segment.doc_ids_alive() {
            stats.passages += 1;
            stats.words += words.first(doc).unwrap_or(0);
            if ordinals.first(doc) != Some(0) {
                continue;
            }
            stats.articles += 1;
            match (first.first(doc), last.first(doc)) {
                (Some(a), Some(b)) => {
                    days = Some(days.map_or((a, b), |(first, last)| (first.min(a), last.max(b))));
                }
                _ => stats.undated += 1,
            }
            let mut name = String::new();
            let ord = names.as_ref().and_then(|names| Some((names, names.ords().first(doc)?)));
            let known = ord.map(|(names, ord)| names.ord_to_str(ord, &mut name)).transpose()?;
            *sources.entry(known.map(|_| name)).or_default() += 1;
        }
    }
    stats.first_day = days.and_then(|(first, _)| PartialDate::from_day(first));
    stats.last_day = days.and_then(|(_, last)| PartialDate::from_day(last));
    let each = sources.into_iter().map(|(source, articles)| SourceStats { source, articles });
    stats.sources = each.collect();
    stats.sources.sort_by_key(|source| std::cmp::Reverse(source.articles));
    Ok(stats)
}

/// Bytes of the files of a folder and its subfolders; what cannot be read counts nothing.
fn size(dir: &Path) -> u64 {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let sizes = entries.map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => size(&entry.path()),
        Ok(data) => data.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
