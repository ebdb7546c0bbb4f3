//! The words of a segment, each with the documents and positions where it stands.

use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, SegmentReader, TERMINATED};

use super::segment::Defect;

/// Decodes a field: terms in order, the documents of each in order, positions in order.
pub(super) fn words(reader: &SegmentReader, field: Field, name: &str) -> Result<(), Defect> {
    let inverted = reader.inverted_index(field)?;
    let mut before: Option<Vec<u8>> = None;
    let mut positions = Vec::new();
    let mut terms = inverted.terms().stream()?;
    while terms.advance() {
        let wrong = |what: &str| {
            let term = String::from_utf8_lossy(terms.key()).into_owned();
            Defect::content(format!("{name}: {what} of {term:?}"))
        };
        if before.as_deref().is_some_and(|before| before >= terms.key()) {
            return Err(wrong("the order"));
        }
        let info = terms.value();
        let with_all = IndexRecordOption::WithFreqsAndPositions;
        let mut postings = inverted.read_postings_from_terminfo(info, with_all)?;
        let (mut docs, mut last) = (0, None);
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if doc >= reader.max_doc() || last.is_some_and(|last| last >= doc) {
                return Err(wrong("the documents"));
            }
            postings.positions(&mut positions);
            if !positions.is_sorted() {
                return Err(wrong("the positions"));
            }
            (docs, last) = (docs + 1, Some(doc));
            postings.advance();
        }
        if docs != info.doc_freq {
            return Err(wrong("the number of documents"));
        }
        match &mut before {
            Some(before) => {
                before.clear();
                before.extend_from_slice(terms.key());
            }
            None => before = Some(terms.key().to_vec()),
        }
    }
    Ok(())
}
