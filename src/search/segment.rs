//! A segment with the columns that every search reads.

use std::sync::OnceLock;

use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::Field;
use tantivy::{DocId, SegmentReader, Term};

use super::plan::holders;
use crate::index::WORDLESS;

/// One segment, its columns opened once for all searches.
pub(super) struct Segment {
    pub(super) reader: SegmentReader,
    addresses: Column<u64>,
    /// Opened by the first query that needs it: none where it cannot be read.
    words: OnceLock<Option<Column<u64>>>,
    /// Passages without words; read by the first query that needs them.
    wordless: OnceLock<Vec<DocId>>,
    bounds: Field,
}

impl Segment {
    pub(super) fn open(reader: &SegmentReader, bounds: Field) -> tantivy::Result<Self> {
        let addresses = reader.fast_fields().u64("address")?;
        let (words, wordless) = (OnceLock::new(), OnceLock::new());
        Ok(Segment { reader: reader.clone(), addresses, words, wordless, bounds })
    }

    /// Passages without words, in order.
    pub(super) fn wordless(&self) -> tantivy::Result<&[DocId]> {
        if let Some(docs) = self.wordless.get() {
            return Ok(docs);
        }
        let term = Term::from_field_text(self.bounds, &WORDLESS.to_string());
        let docs = holders(&self.reader, &term)?;
        Ok(self.wordless.get_or_init(|| docs))
    }

    /// The articles' identifiers: opened only to decide between equal scores.
    pub(super) fn ids(&self) -> tantivy::Result<Ids> {
        Ok(Ids(self.reader.fast_fields().str("id")?))
    }

    /// The article's record in the text file: its passages share it and stand together, in order.
    pub(super) fn address(&self, doc: DocId) -> u64 {
        self.addresses.first(doc).unwrap_or(0)
    }

    /// Words of a passage.
    pub(super) fn words(&self, doc: DocId) -> u32 {
        let words = self.words.get_or_init(|| self.reader.fast_fields().u64("words").ok());
        words.as_ref().and_then(|words| words.first(doc)).unwrap_or(0) as u32
    }

    /// The document of the first passage of the article that `doc` belongs to.
    pub(super) fn first_of_article(&self, doc: DocId) -> DocId {
        let address = self.address(doc);
        let is_same = |steps: u32| steps <= doc && self.address(doc - steps) == address;
        // Far enough back in growing steps, then the edge between the last two.
        let mut outside = 1;
        while is_same(outside) {
            outside *= 2;
        }
        let mut inside = outside / 2;
        while outside - inside > 1 {
            let middle = inside.midpoint(outside);
            if is_same(middle) { inside = middle } else { outside = middle }
        }
        doc - inside
    }

    /// Whether two documents are passages of one article.
    pub(super) fn is_same_article(&self, doc: DocId, other: DocId) -> bool {
        self.address(doc) == self.address(other)
    }

    /// The documents of the first and the last passage of the article that `doc` belongs to.
    pub(super) fn article(&self, doc: DocId) -> (DocId, DocId) {
        let mut last = doc;
        while last + 1 < self.reader.max_doc() && self.is_same_article(doc, last + 1) {
            last += 1;
        }
        (self.first_of_article(doc), last)
    }

    /// The first documents of the articles that these documents, in order, belong to.
    pub(super) fn articles_of(&self, docs: impl Iterator<Item = DocId>) -> Vec<DocId> {
        let mut articles: Vec<DocId> = Vec::new();
        let mut last = None;
        for doc in docs {
            let address = self.address(doc);
            if last.replace(address) != Some(address) {
                articles.push(self.first_of_article(doc));
            }
        }
        articles
    }

    /// The passage's place in its article, from 0.
    pub(super) fn ordinal(&self, doc: DocId) -> usize {
        (doc - self.first_of_article(doc)) as usize
    }
}

/// The identifiers of a segment, numbered in their order.
pub(super) struct Ids(Option<StrColumn>);

impl Ids {
    /// The number of a document's identifier.
    pub(super) fn ord(&self, doc: DocId) -> u64 {
        self.0.as_ref().and_then(|ids| ids.ords().first(doc)).unwrap_or(u64::MAX)
    }

    /// The identifier itself. It reads a block of them: for few only.
    pub(super) fn id(&self, doc: DocId) -> tantivy::Result<String> {
        let mut id = String::new();
        if let Some(ids) = &self.0 {
            ids.ord_to_str(self.ord(doc), &mut id)?;
        }
        Ok(id)
    }
}
