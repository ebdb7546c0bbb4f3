//! Which articles a segment holds, from the two files that tell it: the columns, and what was removed.

use std::io;

use tantivy::columnar::{Column, ColumnarReader, DynamicColumn, DynamicColumnHandle, StrColumn};
use tantivy::fastfield::AliveBitSet;
use tantivy::index::SegmentComponent;
use tantivy::{DocId, Segment};
use xxhash_rust::xxh3::xxh3_64;

use super::copies::numbered;

/// The names of the files of a segment that tell which articles it holds.
pub(super) fn columns_of(segment: &Segment) -> Vec<String> {
    let (id, meta) = (segment.id().uuid_string(), segment.meta());
    let removed = meta.has_deletes().then(|| meta.delete_opstamp()).flatten();
    let removed = removed.map(|opstamp| format!("{id}.{opstamp}.del"));
    [format!("{id}.fast")].into_iter().chain(removed).collect()
}

/// What tells an identifier from others.
#[derive(Clone, Copy)]
pub(super) struct IdKey {
    /// Its hash.
    pub(super) key: u64,
    /// The hash of what it was numbered after, and the number.
    pub(super) numbered: Option<(u64, u32)>,
}

/// Identifier and address of every living article of a segment.
pub(super) fn segment_articles(segment: &Segment) -> tantivy::Result<Vec<(IdKey, u64)>> {
    let columns = ColumnarReader::open(segment.open_read(SegmentComponent::FastFields)?)?;
    let (ordinals, addresses) = (numbers(&columns, "ordinal")?, numbers(&columns, "address")?);
    let ids = texts(&columns, "id")?;
    let alive = match segment.meta().has_deletes() {
        true => Some(segment.open_read(SegmentComponent::Delete)?.read_bytes()?),
        false => None,
    };
    let alive = alive.map(AliveBitSet::open);
    let is_alive = |doc: &DocId| alive.as_ref().is_none_or(|alive| alive.is_alive(*doc));
    let is_first = |doc: &DocId| ordinals.first(*doc) == Some(0);
    let keys = id_keys(&ids)?;
    let article = |doc: DocId| {
        let key = ids.ords().first(doc).and_then(|ord| keys.get(ord as usize));
        Some((*key?, addresses.first(doc)?))
    };
    Ok((0..columns.num_docs()).filter(is_alive).filter(is_first).filter_map(article).collect())
}

fn numbers(columns: &ColumnarReader, name: &str) -> io::Result<Column<u64>> {
    match column(columns, name)? {
        Some(DynamicColumn::U64(column)) => Ok(column),
        _ => Err(absent(name)),
    }
}

fn texts(columns: &ColumnarReader, name: &str) -> io::Result<StrColumn> {
    match column(columns, name)? {
        Some(DynamicColumn::Str(column)) => Ok(column),
        _ => Err(absent(name)),
    }
}

fn column(columns: &ColumnarReader, name: &str) -> io::Result<Option<DynamicColumn>> {
    columns.read_columns(name)?.first().map(DynamicColumnHandle::open).transpose()
}

fn absent(name: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("no column {name}"))
}

/// Every identifier, by its number: read in one pass, since each alone costs a block.
fn id_keys(ids: &StrColumn) -> io::Result<Vec<IdKey>> {
    let mut keys = Vec::with_capacity(ids.num_terms());
    let mut stream = ids.dictionary().stream()?;
    while stream.advance() {
        let id = stream.key();
        let numbered = std::str::from_utf8(id).ok().and_then(numbered);
        keys.push(IdKey { key: xxh3_64(id), numbered });
    }
    Ok(keys)
}
