//! The earlier versions of an article, for the engine to delete.
//!
//! The engine may apply a deletion to segments that are added after it, so the one that replaces an article must
//! not match: it has a later address in the text file, which only grows.

use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// The documents of an article whose record is before an address.
#[derive(Clone, Debug)]
pub(super) struct EarlierVersions {
    pub(super) id: Term,
    pub(super) before: u64,
}

impl Query for EarlierVersions {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for EarlierVersions {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let inverted = reader.inverted_index(self.id.field())?;
        let postings = inverted.read_postings(&self.id, IndexRecordOption::Basic)?;
        let addresses = reader.fast_fields().u64("address")?;
        let mut docs = Vec::new();
        if let Some(mut postings) = postings {
            while postings.doc() != TERMINATED {
                docs.push(postings.doc());
                postings.advance();
            }
        }
        docs.retain(|&doc| addresses.first(doc).is_some_and(|address| address < self.before));
        Ok(Box::new(ConstScorer::new(Docs { docs, at: 0 }, boost)))
    }

    fn explain(&self, _: &SegmentReader, _: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument("nothing is scored".to_owned()))
    }
}

/// Documents, in order.
struct Docs {
    docs: Vec<DocId>,
    at: usize,
}

impl DocSet for Docs {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.docs.len() as u32
    }
}
