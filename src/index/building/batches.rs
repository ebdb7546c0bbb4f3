//! The postings of a segment in the order in which they are written, some at a time: one thread may gather them while
//! another writes.

use std::cmp::Ordering;
use std::io;

use tantivy::fieldnorm::FieldNormReaders;
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::{DocId, Segment};

use super::chains::Numbers;
use super::postings::{List, Postings, SortKey};
use super::runs::{ReadNumbers, Run, RunReader};

/// Postings of documents that follow others in their segment.
pub(super) struct Part {
    /// The number of their first document there.
    first: DocId,
    /// Those that were added first, in the order of documents.
    runs: Vec<Run>,
    postings: Postings,
}

impl Part {
    pub(super) fn new(first: DocId, runs: Vec<Run>, mut postings: Postings) -> Self {
        postings.finish();
        Part { first, runs, postings }
    }
}

/// Writes the postings of all parts of a segment as the engine has them.
pub(super) fn write(
    mut batches: impl Iterator<Item = io::Result<Batch>>,
    parts: &[Part],
    segment: &Segment,
    lengths: &FieldNormReaders,
) -> tantivy::Result<()> {
    let mut serializer = InvertedIndexSerializer::open(segment)?;
    let mut next = batches.next().transpose()?;
    while let Some(field) = next.as_ref().map(|batch| batch.field) {
        let tokens = parts.iter().map(|part| part.postings.tokens(field)).sum();
        let mut written = serializer.new_field(field, tokens, lengths.get_field(field)?)?;
        while let Some(batch) = next.take_if(|batch| batch.field == field) {
            batch.write(&mut written)?;
            next = batches.next().transpose()?;
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
    numbers: ListNumbers<'p>,
    /// One that was read and belongs to the next batch.
    put_back: Option<u32>,
    /// The document before.
    document: DocId,
}

/// The numbers of a list, from where it waits.
enum ListNumbers<'p> {
    InMemory(Numbers<'p>),
    OfRun(ReadNumbers),
}

impl Iterator for ListNumbers<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        match self {
            ListNumbers::InMemory(numbers) => numbers.next(),
            ListNumbers::OfRun(numbers) => numbers.next(),
        }
    }
}

/// The lists of a part that wait in one place, by field and term.
struct Lists<'p> {
    /// The number of the part's first document.
    first: DocId,
    place: Place<'p>,
}

enum Place<'p> {
    Memory(Sorted<'p>),
    Run(RunReader<'p>),
}

/// The lists in memory, sorted field by field.
struct Sorted<'p> {
    postings: &'p Postings,
    /// Of one field.
    lists: std::vec::IntoIter<(SortKey, &'p List)>,
    /// The field after it.
    next_field: u8,
}

impl<'p> Sorted<'p> {
    fn new(postings: &'p Postings) -> Self {
        let mut sorted = Sorted { postings, lists: Vec::new().into_iter(), next_field: 0 };
        sorted.go_on();
        sorted
    }

    fn first(&self) -> Option<&(SortKey, &'p List)> {
        self.lists.as_slice().first()
    }

    fn take(&mut self) -> Option<&'p List> {
        let (_, list) = self.lists.next()?;
        self.go_on();
        Some(list)
    }

    fn go_on(&mut self) {
        while self.first().is_none() && self.next_field < self.postings.fields() {
            self.lists = self.postings.sorted(self.next_field).into_iter();
            self.next_field += 1;
        }
    }
}

impl<'p> Lists<'p> {
    fn of_part(part: &'p Part) -> impl Iterator<Item = io::Result<Self>> {
        let Part { first, runs, postings } = part;
        let of_runs = runs.iter().map(|run| Ok(Place::Run(run.open()?)));
        let places = of_runs.chain([Ok(Place::Memory(Sorted::new(postings)))]);
        places.map(|place: io::Result<_>| Ok(Lists { first: *first, place: place? }))
    }

    /// Where the next list belongs; none after the last.
    #[inline]
    fn key(&self) -> Option<SortKey> {
        match &self.place {
            Place::Memory(sorted) => sorted.first().map(|(key, _)| *key),
            Place::Run(run) => run.key(),
        }
    }

    /// The term of the next list.
    fn term(&self) -> &[u8] {
        match &self.place {
            Place::Memory(sorted) => {
                sorted.first().map_or(&[], |(_, list)| sorted.postings.term(list))
            }
            Place::Run(run) => run.term(),
        }
    }

    /// How many documents the next list has.
    fn documents(&self) -> u32 {
        match &self.place {
            Place::Memory(sorted) => sorted.first().map_or(0, |(_, list)| list.documents),
            Place::Run(run) => run.documents(),
        }
    }

    /// Opens the next list, which is passed.
    fn open(&mut self) -> io::Result<Option<OpenList<'p>>> {
        let numbers = match &mut self.place {
            Place::Memory(sorted) => {
                let list = sorted.take();
                list.map(|list| ListNumbers::InMemory(sorted.postings.numbers(list)))
            }
            Place::Run(run) => run.take()?.map(ListNumbers::OfRun),
        };
        Ok(numbers.map(|numbers| OpenList { numbers, put_back: None, document: self.first }))
    }
}

/// All postings of the parts of a segment, in batches: one term after the other, and of each the lists of all parts, in
/// their order.
pub(super) struct Batches<'p> {
    lists: Vec<Lists<'p>>,
    /// Of each field.
    has_positions: Vec<bool>,
    /// The field of the term at hand; none after the last term.
    field: Option<Field>,
    /// Those that still have a list of this term, the first one last.
    of_term: Vec<usize>,
    /// Documents that hold it, until it has begun.
    documents: Option<u32>,
    /// The list that goes on in the next batch.
    open: Option<OpenList<'p>>,
}

impl<'p> Batches<'p> {
    /// # Errors
    /// A run cannot be read.
    pub(super) fn new(parts: &'p [Part], schema: &Schema) -> io::Result<Self> {
        // Those of ours that have frequencies have positions too.
        let has_positions = schema.fields().map(|(_, entry)| {
            let record = entry.field_type().get_index_record_option();
            record.is_some_and(IndexRecordOption::has_positions)
        });
        let mut batches = Batches {
            lists: parts.iter().flat_map(Lists::of_part).collect::<io::Result<_>>()?,
            has_positions: has_positions.collect(),
            field: None,
            of_term: Vec::new(),
            documents: None,
            open: None,
        };
        batches.go_to_next_term();
        Ok(batches)
    }

    fn go_to_next_term(&mut self) {
        let Batches { lists: all, of_term, .. } = self;
        let mut least: Option<(SortKey, &[u8])> = None;
        of_term.clear();
        for (number, lists) in all.iter().enumerate() {
            let Some(key) = lists.key() else { continue };
            let order = least.map_or(Ordering::Less, |(least, term)| {
                key.cmp(&least).then_with(|| lists.term().cmp(term))
            });
            if order.is_lt() {
                least = Some((key, lists.term()));
                of_term.clear();
            }
            if order.is_le() {
                of_term.push(number);
            }
        }
        self.field = least.map(|(key, _)| key.field());
        self.documents = Some(of_term.iter().map(|&number| all[number].documents()).sum());
        of_term.reverse();
    }

    /// Opens the next list of the term, which it adds if it is its first.
    fn open(&mut self, terms: &mut Vec<u8>) -> io::Result<Option<(OpenList<'p>, Option<Begun>)>> {
        let Some(number) = self.of_term.pop() else { return Ok(None) };
        let lists = &mut self.lists[number];
        let begun = self.documents.take().map(|documents| {
            terms.extend_from_slice(lists.term());
            Begun { term_end: terms.len(), documents }
        });
        Ok(lists.open()?.map(|list| (list, begun)))
    }

    fn fill(&mut self, batch: &mut Batch) -> io::Result<()> {
        while !batch.is_full() && self.field == Some(batch.field) {
            let goes_on = self.open.take().map(|list| (list, None));
            let next = match goes_on {
                Some(list) => Some(list),
                None => self.open(&mut batch.terms)?,
            };
            match next {
                Some((mut list, begun)) => {
                    if !batch.add(&mut list, begun) {
                        self.open = Some(list);
                    }
                }
                None => self.go_to_next_term(),
            }
        }
        Ok(())
    }
}

impl Iterator for Batches<'_> {
    type Item = io::Result<Batch>;

    fn next(&mut self) -> Option<io::Result<Batch>> {
        let field = self.field?;
        let mut batch = Batch::new(field, self.has_positions[field.field_id() as usize]);
        let filled = self.fill(&mut batch);
        if filled.is_err() {
            self.field = None;
        }
        Some(filled.map(|()| batch))
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
        let parts = [Part::new(0, Vec::new(), postings)];
        let batches: io::Result<Vec<Batch>> = Batches::new(&parts, &schema).unwrap().collect();
        let batches = batches.unwrap();
        for (field, numbers) in [(fields.exact, 3), (fields.ordinal, 1)] {
            let batches = || batches.iter().filter(|batch| batch.field == field);
            assert!(batches().all(|batch| batch.postings.len() < BATCH + numbers));
            let read: usize = batches().map(|batch| batch.postings.len()).sum();
            assert_eq!(read, DOCUMENTS as usize * numbers);
            let stretches = batches().flat_map(|batch| &batch.stretches);
            assert_eq!(stretches.filter(|stretch| stretch.begun.is_some()).count(), 1);
        }
    }
}
