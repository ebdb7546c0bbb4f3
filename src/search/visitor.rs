//! What is done with the documents where a leaf of a query stands.

use tantivy::DocId;

use crate::spans::Match;

/// Is shown documents in order: first asked whether it wants one, then given what matches there.
pub(super) trait Visitor {
    /// The first document from one on that it may want.
    fn next(&mut self, doc: DocId) -> DocId {
        doc
    }

    /// Whether it wants the matches of a document that has at most so many: to compare how words stand takes
    /// far longer than to count them.
    fn wants(&mut self, _doc: DocId, _most: &mut dyn FnMut() -> u32) -> bool {
        true
    }

    /// The matches that begin in a document; there are some.
    fn found(&mut self, doc: DocId, matches: &[Match]);
}

/// Wants everything.
pub(super) struct Each<F>(F);

impl<F: FnMut(DocId, &[Match])> Each<F> {
    pub(super) fn new(call: F) -> Self {
        Each(call)
    }
}

impl<F: FnMut(DocId, &[Match])> Visitor for Each<F> {
    fn found(&mut self, doc: DocId, matches: &[Match]) {
        (self.0)(doc, matches);
    }
}
