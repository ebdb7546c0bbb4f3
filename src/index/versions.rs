//! The earlier versions of articles, for the engine to delete: what replaces one has a later address in the text file,
//! which only grows.

use std::sync::Arc;

use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// The documents of articles whose records are before an address each.
#[derive(Clone, Debug)]
pub(super) struct EarlierVersions(Arc<[(Term, u64)]>);

impl EarlierVersions {
    /// Of articles, by the terms of their identifiers.
    pub(super) fn of(articles: Vec<(Term, u64)>) -> Self {
        EarlierVersions(articles.into())
    }
}

impl Query for EarlierVersions {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for EarlierVersions {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let addresses = reader.fast_fields().u64("address")?;
        let mut docs = Vec::new();
        for (id, before) in self.0.iter() {
            let inverted = reader.inverted_index(id.field())?;
            let postings = inverted.read_postings(id, IndexRecordOption::Basic)?;
            let Some(mut postings) = postings else { continue };
            while postings.doc() != TERMINATED {
                let address = addresses.first(postings.doc());
                docs.extend(address.filter(|address| address < before).map(|_| postings.doc()));
                postings.advance();
            }
        }
        docs.sort_unstable();
        docs.dedup();
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
