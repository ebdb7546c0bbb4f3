//! The postings of a segment in the order in which they are written, some at a time: one thread may read them from
//! memory while another writes.

use std::io;

use tantivy::fieldnorm::FieldNormReaders;
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::{DocId, Segment};

use super::chains::Numbers;
use super::postings::{List, Postings};

/// Postings of documents that follow others in their segment.
pub(super) struct Part {
    /// The number of their first document there.
    first: DocId,
    postings: Postings,
}

impl Part {
    pub(super) fn new(first: DocId, mut postings: Postings) -> Self {
        postings.finish();
        Part { first, postings }
    }
}

/// All postings of the parts of a segment, field after field.
pub(super) fn batches(parts: &[Part], schema: &Schema) -> impl Iterator<Item = Batch> {
    schema.fields().flat_map(|(field, entry)| {
        // Those of ours that have frequencies have positions too.
        let record = entry.field_type().get_index_record_option();
        Batches::new(parts, field, record.is_some_and(IndexRecordOption::has_positions))
    })
}

/// Writes the postings of all parts of a segment as the engine has them.
pub(super) fn write(
    batches: impl Iterator<Item = Batch>,
    parts: &[Part],
    segment: &Segment,
    lengths: &FieldNormReaders,
) -> tantivy::Result<()> {
    let mut serializer = InvertedIndexSerializer::open(segment)?;
    let mut batches = batches.peekable();
    while let Some(field) = batches.peek().map(|batch| batch.field) {
        let tokens = parts.iter().map(|part| part.postings.tokens(field)).sum();
        let mut written = serializer.new_field(field, tokens, lengths.get_field(field)?)?;
        while let Some(batch) = batches.next_if(|batch| batch.field == field) {
            batch.write(&mut written)?;
        }
        written.close()?;
    }
    Ok(serializer.close()?)
}

/// Postings of a field, those of one term after those of the other. The first may go on with the term that the batch
/// before ended with.
pub(super) struct Batch {
    field: Field,
    has_positions: bool,
    terms: Vec<u8>,
    /// Documents; each with positions is followed by their count, and by them, each as its distance from the one before.
    postings: Vec<u32>,
    stretches: Vec<Stretch>,
}

/// Postings of one term, or of some of its documents.
struct Stretch {
    begun: Option<Begun>,
    /// Where its postings end.
    end: usize,
}

/// A term that begins.
struct Begun {
    /// Where it ends among the terms.
    term_end: usize,
    /// Documents that hold it, in all parts.
    documents: u32,
}

/// Numbers in a batch, those of its last document aside.
const BATCH: usize = 1 << 14;

impl Batch {
    fn new(field: Field, has_positions: bool) -> Self {
        let (terms, stretches) = (Vec::new(), Vec::new());
        // With room for its last document, mostly.
        let postings = Vec::with_capacity(BATCH + BATCH / 8);
        Batch { field, has_positions, terms, postings, stretches }
    }

    fn is_full(&self) -> bool {
        self.postings.len() >= BATCH
    }

    fn write(&self, written: &mut FieldSerializer<'_>) -> io::Result<()> {
        let (mut term_start, mut start) = (0, 0);
        for Stretch { begun, end } in &self.stretches {
            if let Some(Begun { term_end, documents }) = begun {
                let term = &self.terms[term_start..*term_end];
                written.close_term()?;
                match self.has_positions {
                    true => written.new_term(term, *documents, true)?,
                    false => written.new_term_without_freq(term)?,
                }
                term_start = *term_end;
            }
            let postings = &self.postings[start..*end];
            match self.has_positions {
                true => write_positions(postings, written),
                false => postings.iter().for_each(|&document| written.write_doc(document, 0, &[])),
            }
            start = *end;
        }
        Ok(())
    }

    /// Adds postings of a list, and of the term that begins with it; whether all are there.
    fn add(&mut self, list: &mut OpenList<'_>, begun: Option<Begun>) -> bool {
        let is_whole = match self.has_positions {
            true => self.add_positions(list),
            false => self.add_documents(list),
        };
        self.stretches.push(Stretch { begun, end: self.postings.len() });
        is_whole
    }

    fn add_positions(&mut self, list: &mut OpenList<'_>) -> bool {
        let OpenList { numbers, put_back, document } = list;
        let mut count_at = 0;
        let mut next = put_back.take().or_else(|| numbers.next());
        while let Some(number) = next {
            if number & 1 == 0 {
                self.postings.push(number >> 1);
                self.postings[count_at] += 1;
            } else if self.is_full() {
                *put_back = next;
                return false;
            } else {
                *document += number >> 1;
                count_at = self.postings.len() + 1;
                self.postings.extend([*document, 1]);
                self.postings.extend(numbers.next());
            }
            next = numbers.next();
        }
        true
    }

    fn add_documents(&mut self, list: &mut OpenList<'_>) -> bool {
        let OpenList { numbers, put_back, document } = list;
        let mut next = put_back.take().or_else(|| numbers.next());
        while let Some(number) = next {
            // A further token in the same document says nothing here.
            if number & 1 == 1 {
                if self.is_full() {
                    *put_back = next;
                    return false;
                }
                *document += number >> 1;
                self.postings.push(*document);
                numbers.next();
            }
            next = numbers.next();
        }
        true
    }
}

fn write_positions(mut postings: &[u32], written: &mut FieldSerializer<'_>) {
    while let [document, count, rest @ ..] = postings {
        let (positions, rest) = rest.split_at(*count as usize);
        written.write_doc(*document, *count, positions);
        postings = rest;
    }
}

/// A list on its way into batches.
struct OpenList<'p> {
    numbers: Numbers<'p>,
    /// One that was read and belongs to the next batch.
    put_back: Option<u32>,
    /// The document before.
    document: DocId,
}

/// A list of a part, to be read in the order of its term.
struct Sorted<'p> {
    /// The first bytes of its term, which mostly decide without a look at the others.
    start: u128,
    part: usize,
    list: &'p List,
}

impl<'p> Sorted<'p> {
    fn new(parts: &'p [Part], part: usize, list: &'p List) -> Self {
        let term = parts[part].postings.term(list);
        let mut start = [0; size_of::<u128>()];
        let length = term.len().min(start.len());
        start[..length].copy_from_slice(&term[..length]);
        Sorted { start: u128::from_be_bytes(start), part, list }
    }

    fn term(&self, parts: &'p [Part]) -> &'p [u8] {
        parts[self.part].postings.term(self.list)
    }

    fn has_term_of(&self, other: &Self, parts: &'p [Part]) -> bool {
        self.start == other.start && self.term(parts) == other.term(parts)
    }
}

/// All batches of a field. The lists lie anywhere in memory: to read many without doing anything else in between is
/// faster, since the processor need not wait for one before it asks for the next.
struct Batches<'p> {
    parts: &'p [Part],
    field: Field,
    has_positions: bool,
    sorted: Vec<Sorted<'p>>,
    /// How many lists were opened.
    opened: usize,
    /// The one that goes on in the next batch.
    open: Option<OpenList<'p>>,
}

impl<'p> Batches<'p> {
    fn new(parts: &'p [Part], field: Field, has_positions: bool) -> Self {
        let mut sorted = Vec::new();
        for (part, Part { postings, .. }) in parts.iter().enumerate() {
            sorted.extend(postings.lists(field).map(|list| Sorted::new(parts, part, list)));
        }
        sorted.sort_unstable_by(|a, b| {
            let rest = || (a.term(parts), a.part).cmp(&(b.term(parts), b.part));
            a.start.cmp(&b.start).then_with(rest)
        });
        Batches { parts, field, has_positions, sorted, opened: 0, open: None }
    }

    /// Opens the next list, and adds its term if it is another than that of the list before.
    fn open(&mut self, terms: &mut Vec<u8>) -> Option<(OpenList<'p>, Option<Begun>)> {
        let Batches { parts, ref sorted, opened, .. } = *self;
        let list = sorted.get(opened)?;
        let is_same = |other: &&Sorted<'p>| other.has_term_of(list, parts);
        let goes_on = opened > 0 && is_same(&&sorted[opened - 1]);
        let begun = (!goes_on).then(|| {
            terms.extend_from_slice(list.term(parts));
            let of_term = sorted[opened..].iter().take_while(is_same);
            let documents = of_term.map(|same| same.list.documents).sum();
            Begun { term_end: terms.len(), documents }
        });
        let Part { first, postings } = &parts[list.part];
        let numbers = postings.numbers(list.list);
        self.opened += 1;
        Some((OpenList { numbers, put_back: None, document: *first }, begun))
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let mut batch = Batch::new(self.field, self.has_positions);
        while !batch.is_full() {
            let open = self.open.take().map(|list| (list, None));
            let Some((mut list, begun)) = open.or_else(|| self.open(&mut batch.terms)) else {
                break;
            };
            if !batch.add(&mut list, begun) {
                self.open = Some(list);
            }
        }
        (!batch.stretches.is_empty()).then_some(batch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::schema::Fields;

    /// A text of one word took four times as much memory as its postings.
    #[test]
    fn a_long_list_is_read_in_several_batches() {
        let (schema, fields) = Fields::build();
        let mut postings = Postings::default();
        const DOCUMENTS: u32 = 30_000;
        for field in [fields.exact, fields.ordinal] {
            for document in 0..DOCUMENTS {
                postings.add(field, b"a", document, 0);
            }
        }
        let parts = [Part::new(0, postings)];
        for (field, numbers) in [(fields.exact, 3), (fields.ordinal, 1)] {
            let batches: Vec<Batch> =
                batches(&parts, &schema).filter(|batch| batch.field == field).collect();
            assert!(batches.iter().all(|batch| batch.postings.len() < BATCH + numbers));
            let read: usize = batches.iter().map(|batch| batch.postings.len()).sum();
            assert_eq!(read, DOCUMENTS as usize * numbers);
            let begun =
                batches.iter().flat_map(|batch| &batch.stretches).filter(|s| s.begun.is_some());
            assert_eq!(begun.count(), 1);
        }
    }
}
