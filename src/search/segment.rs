//! A segment with the columns that every search reads.

use std::ops::Range;

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

/// One segment, its columns opened once for all searches.
pub(super) struct Segment {
    pub(super) reader: SegmentReader,
    ids: Option<StrColumn>,
    ordinals: Column<u64>,
    addresses: Column<u64>,
    starts: Column<u64>,
    ends: Column<u64>,
}

impl Segment {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Segment {
            reader: reader.clone(),
            ids: columns.str("id")?,
            ordinals: columns.u64("ordinal")?,
            addresses: columns.u64("address")?,
            starts: columns.u64("start")?,
            ends: columns.u64("end")?,
        })
    }

    /// The place of the article's identifier among those of the segment, in their order.
    pub(super) fn id_ord(&self, doc: DocId) -> u64 {
        self.ids.as_ref().and_then(|ids| ids.ords().first(doc)).unwrap_or(u64::MAX)
    }

    /// The identifier at a place. It reads a block of them: for few only.
    pub(super) fn id(&self, ord: u64) -> tantivy::Result<String> {
        let mut id = String::new();
        if let Some(ids) = &self.ids {
            ids.ord_to_str(ord, &mut id)?;
        }
        Ok(id)
    }

    /// The passage's place in its article, from 0.
    pub(super) fn ordinal(&self, doc: DocId) -> usize {
        self.ordinals.first(doc).unwrap_or(0) as usize
    }

    /// The article's record in the text file.
    pub(super) fn address(&self, doc: DocId) -> u64 {
        self.addresses.first(doc).unwrap_or(0)
    }

    /// The document of the first passage of the article that `doc` belongs to: they stand together.
    pub(super) fn first_of_article(&self, doc: DocId) -> DocId {
        doc.saturating_sub(self.ordinal(doc) as u32)
    }

    /// The passage's bytes of the article's body.
    pub(super) fn span(&self, doc: DocId) -> Range<usize> {
        let at = |column: &Column<u64>| column.first(doc).unwrap_or(0) as usize;
        at(&self.starts)..at(&self.ends)
    }

    /// The spans of all passages of an article, from its first document on.
    pub(super) fn passages_of_article(&self, first: DocId) -> Vec<Range<usize>> {
        let address = self.address(first);
        let same = |doc: &DocId| *doc < self.reader.max_doc() && self.address(*doc) == address;
        (first..).take_while(same).map(|doc| self.span(doc)).collect()
    }
}
