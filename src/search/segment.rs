//! A segment with the columns that every search reads.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader, Term};

use super::groups::first_values;
use super::plan::holders;
use crate::index::{Fields, WORDLESS};

/// One segment, its columns opened once for all searches.
pub(super) struct Segment {
    /// Its place among the segments of the searcher.
    pub(super) number: usize,
    pub(super) reader: SegmentReader,
    addresses: Column<u64>,
    /// Opened by the first query that needs it: none where it cannot be read.
    words: OnceLock<Option<Column<u64>>>,
    /// The same of every passage, once it has been asked for often; the longest are in the column alone.
    read_words: OnceLock<Box<[u16]>>,
    words_asked: AtomicU32,
    /// Passages without words; read by the first query that needs them.
    wordless: OnceLock<Vec<DocId>>,
    /// Opened by the first query that ranks bare words, or once it has been asked for often.
    articles: OnceLock<Articles>,
    /// Times that an article was looked for without them.
    searched: AtomicU32,
    ids: OnceLock<Ids>,
    fields: Fields,
}

/// To read something of all documents takes as long as to look it up for this share of them.
const SEARCHES: u32 = 32;

/// The articles of a segment, numbered in the order of their documents, deleted ones among them.
pub(super) struct Articles {
    /// The first document of each, and one past the last.
    first: Vec<DocId>,
    /// The number of the article of each document.
    of: Vec<u32>,
    /// Words of each, title and body.
    words: Vec<u32>,
    /// Of all together.
    total_words: u64,
}

impl Articles {
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.words.len()
    }

    /// The number of the article of a document.
    #[inline]
    pub(super) fn number(&self, doc: DocId) -> usize {
        self.of[doc as usize] as usize
    }

    /// The documents of an article.
    #[inline]
    pub(super) fn docs(&self, number: usize) -> Range<DocId> {
        self.first[number]..self.first[number + 1]
    }

    /// Words of an article, title and body.
    #[inline]
    pub(super) fn words(&self, number: usize) -> u32 {
        self.words[number]
    }

    pub(super) fn total_words(&self) -> u64 {
        self.total_words
    }
}

impl Segment {
    pub(super) fn open(
        number: usize,
        reader: &SegmentReader,
        fields: Fields,
    ) -> tantivy::Result<Self> {
        let addresses = reader.fast_fields().u64("address")?;
        Ok(Segment {
            number,
            reader: reader.clone(),
            addresses,
            words: OnceLock::new(),
            read_words: OnceLock::new(),
            words_asked: AtomicU32::new(0),
            wordless: OnceLock::new(),
            articles: OnceLock::new(),
            searched: AtomicU32::new(0),
            ids: OnceLock::new(),
            fields,
        })
    }

    /// The articles, numbered.
    pub(super) fn articles(&self) -> tantivy::Result<&Articles> {
        if let Some(articles) = self.articles.get() {
            return Ok(articles);
        }
        let mut first = holders(&self.reader, &Term::from_field_u64(self.fields.ordinal, 0))?;
        let column = self.reader.fast_fields().u64("article_words")?;
        let words = first_values(&column, &first).into_iter();
        let words: Vec<u32> = words.map(|words| words.unwrap_or(0) as u32).collect();
        let total_words = words.iter().map(|&words| u64::from(words)).sum();
        first.push(self.reader.max_doc());
        let mut of = vec![0; self.reader.max_doc() as usize];
        for (number, docs) in first.windows(2).enumerate() {
            of[docs[0] as usize..docs[1] as usize].fill(number as u32);
        }
        Ok(self.articles.get_or_init(|| Articles { first, of, words, total_words }))
    }

    /// Passages without words, in order.
    pub(super) fn wordless(&self) -> tantivy::Result<&[DocId]> {
        if let Some(docs) = self.wordless.get() {
            return Ok(docs);
        }
        let term = Term::from_field_text(self.fields.bounds, &WORDLESS.to_string());
        let docs = holders(&self.reader, &term)?;
        Ok(self.wordless.get_or_init(|| docs))
    }

    /// The articles' identifiers: opened to decide between equal scores, or where no text is read.
    pub(super) fn ids(&self) -> tantivy::Result<&Ids> {
        if let Some(ids) = self.ids.get() {
            return Ok(ids);
        }
        let ids = Ids(self.reader.fast_fields().str("id")?);
        Ok(self.ids.get_or_init(|| ids))
    }

    /// The article's record in the text file: its passages share it and stand together, in order.
    pub(super) fn address(&self, doc: DocId) -> u64 {
        self.addresses.first(doc).unwrap_or(0)
    }

    /// Words of a passage.
    #[inline]
    pub(super) fn words(&self, doc: DocId) -> u32 {
        if let Some(read) = self.read_words.get() {
            let words = read[doc as usize];
            return if words < u16::MAX { words.into() } else { self.words_in_column(doc) };
        }
        if self.words_asked.fetch_add(1, Ordering::Relaxed) == self.reader.max_doc() / SEARCHES {
            let all = (0..self.reader.max_doc()).map(|doc| self.words_in_column(doc));
            let all = all.map(|words| words.min(u16::MAX.into()) as u16).collect();
            self.read_words.get_or_init(|| all);
        }
        self.words_in_column(doc)
    }

    fn words_in_column(&self, doc: DocId) -> u32 {
        let words = self.words.get_or_init(|| self.reader.fast_fields().u64("words").ok());
        words.as_ref().and_then(|words| words.first(doc)).unwrap_or(0) as u32
    }

    /// The articles, if they are open; to open them pays once they have been asked for often.
    #[inline]
    fn open_articles(&self) -> Option<&Articles> {
        let open = self.articles.get();
        if open.is_some() {
            return open;
        }
        let searched = self.searched.fetch_add(1, Ordering::Relaxed);
        if searched < self.reader.max_doc() / SEARCHES { None } else { self.articles().ok() }
    }

    /// The document of the first passage of the article that `doc` belongs to.
    #[inline]
    pub(super) fn first_of_article(&self, doc: DocId) -> DocId {
        if let Some(articles) = self.open_articles() {
            return articles.docs(articles.number(doc)).start;
        }
        let address = self.address(doc);
        doc - farthest(|steps| steps <= doc && self.address(doc - steps) == address)
    }

    /// The document after the last passage of the article that `doc` belongs to.
    #[inline]
    pub(super) fn end_of_article(&self, doc: DocId) -> DocId {
        if let Some(articles) = self.open_articles() {
            return articles.docs(articles.number(doc)).end;
        }
        let (address, last) = (self.address(doc), self.reader.max_doc() - 1 - doc);
        doc + farthest(|steps| steps <= last && self.address(doc + steps) == address) + 1
    }

    /// Whether two documents are passages of one article.
    pub(super) fn is_same_article(&self, doc: DocId, other: DocId) -> bool {
        match self.open_articles() {
            Some(articles) => articles.number(doc) == articles.number(other),
            None => self.address(doc) == self.address(other),
        }
    }

    /// The documents of the first and the last passage of the article that `doc` belongs to.
    pub(super) fn article(&self, doc: DocId) -> (DocId, DocId) {
        (self.first_of_article(doc), self.end_of_article(doc) - 1)
    }

    /// The first documents of the articles that these documents, in order, belong to.
    pub(super) fn articles_of(&self, docs: impl Iterator<Item = DocId>) -> Vec<DocId> {
        let mut articles: Vec<DocId> = docs.map(|doc| self.first_of_article(doc)).collect();
        articles.dedup();
        articles
    }

    /// The passage's place in its article, from 0.
    pub(super) fn ordinal(&self, doc: DocId) -> usize {
        (doc - self.first_of_article(doc)) as usize
    }
}

/// The most steps of which `is_inside` is true: it is of all up to some, and of none from there on.
fn farthest(is_inside: impl Fn(u32) -> bool) -> u32 {
    // Far enough in growing steps, then the edge between the last two.
    let mut outside = 1;
    while is_inside(outside) {
        outside *= 2;
    }
    let mut inside = outside / 2;
    while outside - inside > 1 {
        let middle = inside.midpoint(outside);
        if is_inside(middle) { inside = middle } else { outside = middle }
    }
    inside
}

/// The identifiers of a segment, numbered in their order.
pub(super) struct Ids(Option<StrColumn>);

impl Ids {
    /// The number of a document's identifier.
    pub(super) fn ord(&self, doc: DocId) -> u64 {
        self.0.as_ref().and_then(|ids| ids.ords().first(doc)).unwrap_or(u64::MAX)
    }
}
