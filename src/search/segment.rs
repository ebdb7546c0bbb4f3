//! A segment with the columns that every search reads.

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

/// One segment, its columns opened once for all searches.
pub(super) struct Segment {
    pub(super) reader: SegmentReader,
    ordinals: Column<u64>,
    addresses: Column<u64>,
}

impl Segment {
    pub(super) fn open(reader: &SegmentReader) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Segment {
            reader: reader.clone(),
            ordinals: columns.u64("ordinal")?,
            addresses: columns.u64("address")?,
        })
    }

    /// The articles' identifiers: opened only to decide between equal scores.
    pub(super) fn ids(&self) -> tantivy::Result<Ids> {
        Ok(Ids(self.reader.fast_fields().str("id")?))
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
