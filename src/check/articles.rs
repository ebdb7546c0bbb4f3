//! The articles that the segments hold: their passages in order, their values there, no identifier twice.

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};
use xxhash_rust::xxh3::xxh3_64;

use super::FaultKind;
use super::segment::Defect;

/// The living articles of an index.
#[derive(Default)]
pub(super) struct Articles {
    articles: Vec<Article>,
    /// The names of the segments.
    segments: Vec<String>,
}

/// A living article as a segment has it.
#[derive(Clone, Copy)]
pub(super) struct Article {
    /// Of its record in the text file.
    pub(super) address: u64,
    /// The hash of its identifier.
    pub(super) key: u64,
    /// The document of its first passage.
    pub(super) doc: DocId,
    pub(super) passages: u32,
    /// The number of its segment.
    segment: u32,
}

/// Where an article stands.
pub(super) struct Place {
    pub(super) segment: String,
    pub(super) doc: DocId,
}

impl Articles {
    pub(super) fn add(&mut self, segment: String, articles: Vec<Article>) {
        let number = self.segments.len() as u32;
        self.segments.push(segment);
        self.articles.extend(articles.into_iter().map(|a| Article { segment: number, ..a }));
    }

    /// Puts them in the order of the text file.
    pub(super) fn sort(&mut self) {
        self.articles.sort_unstable_by_key(|article| article.address);
    }

    pub(super) fn count(&self) -> usize {
        self.articles.len()
    }

    pub(super) fn passages(&self) -> usize {
        self.articles.iter().map(|article| article.passages as usize).sum()
    }

    /// The first address after this one.
    pub(super) fn first_after(&self, address: u64) -> Option<u64> {
        let first = self.articles.partition_point(|article| article.address <= address);
        self.get(first).map(|article| article.address)
    }

    /// The article of a number, in their order.
    pub(super) fn get(&self, number: usize) -> Option<Article> {
        self.articles.get(number).copied()
    }

    pub(super) fn place(&self, article: &Article) -> Place {
        let segment = self.segments.get(article.segment as usize).cloned().unwrap_or_default();
        Place { segment, doc: article.doc }
    }

    /// The articles whose identifier an earlier one has.
    pub(super) fn twice(&self) -> Vec<Place> {
        let mut keys: Vec<(u64, u32)> =
            self.articles.iter().zip(0..).map(|(article, i)| (article.key, i)).collect();
        keys.sort_unstable();
        let second = |pair: &[(u64, u32)]| (pair[0].0 == pair[1].0).then_some(pair[1].1);
        let twice = keys.windows(2).filter_map(second);
        twice.filter_map(|i| self.get(i as usize)).map(|article| self.place(&article)).collect()
    }
}

/// The columns that tell which passages are of which article.
struct Columns {
    ids: StrColumn,
    /// The hash of each identifier, by its number.
    keys: Vec<u64>,
    addresses: Column<u64>,
    ordinals: Column<u64>,
    words: Column<u64>,
    article_words: Column<u64>,
}

/// One passage.
#[derive(Clone, Copy)]
struct Passage {
    address: u64,
    key: u64,
    ordinal: u64,
    is_alive: bool,
}

/// The living articles of a segment.
pub(super) fn articles(segment: &SegmentReader) -> Result<Vec<Article>, Defect> {
    let columns = Columns::open(segment)?;
    let mut articles: Vec<Article> = Vec::new();
    let mut before: Option<Passage> = None;
    for doc in 0..segment.max_doc() {
        let passage = columns.passage(doc, !segment.is_deleted(doc))?;
        let Passage { address, key, ordinal, is_alive } = passage;
        match before {
            _ if ordinal == 0 && is_alive => {
                articles.push(Article { address, key, doc, passages: 1, segment: 0 });
            }
            _ if ordinal == 0 => {}
            Some(before) if before.is_followed_by(&passage) => {
                if let (true, Some(article)) = (is_alive, articles.last_mut()) {
                    article.passages += 1;
                }
            }
            _ => return Err(Defect::of(FaultKind::Order, doc)),
        }
        before = Some(passage);
    }
    Ok(articles)
}

impl Passage {
    fn is_followed_by(&self, next: &Passage) -> bool {
        let of = |passage: &Passage| (passage.address, passage.key, passage.is_alive);
        of(self) == of(next) && self.ordinal + 1 == next.ordinal
    }
}

impl Columns {
    fn open(segment: &SegmentReader) -> Result<Self, Defect> {
        let columns = segment.fast_fields();
        let ids = columns.str("id")?.ok_or(Defect::of(FaultKind::Value, 0))?;
        Ok(Columns {
            keys: hashes(&ids)?,
            ids,
            addresses: columns.u64("address")?,
            ordinals: columns.u64("ordinal")?,
            words: columns.u64("words")?,
            article_words: columns.u64("article_words")?,
        })
    }

    fn passage(&self, doc: DocId, is_alive: bool) -> Result<Passage, Defect> {
        let missing = || Defect::of(FaultKind::Value, doc);
        let key = self.ids.ords().first(doc).and_then(|ord| self.keys.get(ord as usize));
        let ordinal = self.ordinals.first(doc).ok_or_else(missing)?;
        self.words.first(doc).ok_or_else(missing)?;
        if ordinal == 0 {
            self.article_words.first(doc).ok_or_else(missing)?;
        }
        Ok(Passage {
            address: self.addresses.first(doc).ok_or_else(missing)?,
            key: *key.ok_or_else(missing)?,
            ordinal,
            is_alive,
        })
    }
}

/// The hash of every text of a column, by its number.
fn hashes(column: &StrColumn) -> Result<Vec<u64>, Defect> {
    let mut hashes = Vec::new();
    let mut stream = column.dictionary().stream()?;
    while stream.advance() {
        hashes.push(xxh3_64(stream.key()));
    }
    Ok(hashes)
}

/// Reads the columns that searches filter and count by.
pub(super) fn facts(segment: &SegmentReader) -> Result<(), Defect> {
    let columns = segment.fast_fields();
    for name in ["source", "author_name"] {
        let Some(column) = columns.str(name)? else { continue };
        let known = hashes(&column)?.len() as u64;
        let is_wrong = |doc: &DocId| column.ords().values_for_doc(*doc).any(|ord| ord >= known);
        if let Some(doc) = (0..segment.max_doc()).find(is_wrong) {
            return Err(Defect::of(FaultKind::Value, doc));
        }
    }
    let (first, last) = (columns.i64("first_day")?, columns.i64("last_day")?);
    let is_wrong = |doc: &DocId| match (first.first(*doc), last.first(*doc)) {
        (Some(first), Some(last)) => first > last,
        (first, last) => first.is_some() || last.is_some(),
    };
    match (0..segment.max_doc()).find(is_wrong) {
        Some(doc) => Err(Defect::of(FaultKind::Value, doc)),
        None => Ok(()),
    }
}
