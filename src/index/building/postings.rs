//! The postings of one segment, in memory: of each term its documents, and its positions in each.

use std::hash::BuildHasher;
use std::io;
use std::num::NonZeroU32;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReaders;
use tantivy::postings::{FieldSerializer, InvertedIndexSerializer};
use tantivy::schema::{Field, IndexRecordOption, Schema};
use tantivy::tokenizer::MAX_TOKEN_LEN;

use super::chains::{Chain, Chains, Numbers};
use crate::analysis::{KeyedTerm, TermKey};

/// Postings by term. Documents are added in order, and the positions of a term in each.
#[derive(Default)]
pub(super) struct Postings {
    lists: Vec<List>,
    /// By field and term.
    numbers: HashTable<(u32, ListNumber)>,
    terms: Vec<u8>,
    chains: Chains,
    /// Tokens added to each field, by its number.
    tokens: Vec<u64>,
    /// Of bodies and of titles.
    by_key: [ListsByKey; 2],
    /// Tokens of a text, with their positions, not yet added.
    noted: Vec<(ListNumber, u32)>,
    /// Room for a marked term.
    marked: Vec<u8>,
}

/// A text whose words are remembered by their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Body,
    Title,
}

/// The lists of terms by their keys, of one field each: one that was added before is not looked up again.
#[derive(Default)]
struct ListsByKey {
    generation: u32,
    lists: Vec<Option<ListNumber>>,
}

impl ListsByKey {
    #[inline]
    fn list(&mut self, key: TermKey) -> &mut Option<ListNumber> {
        if key.generation != self.generation {
            self.lists.clear();
            self.generation = key.generation;
        }
        let number = key.number as usize;
        if number >= self.lists.len() {
            self.lists.resize(number + 1, None);
        }
        &mut self.lists[number]
    }
}

/// The postings of a term among those of the segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListNumber(NonZeroU32);

impl ListNumber {
    /// Of the next list after so many.
    fn after(lists: usize) -> Self {
        ListNumber(NonZeroU32::MIN.saturating_add(lists as u32))
    }

    fn place(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The postings of a term. In its chain stands, for each token, twice the distance from the position before in
/// the same document; or else twice the distance from the document before and one, then the position.
struct List {
    field: u8,
    term_length: u16,
    term_start: u32,
    documents: u32,
    last_document: DocId,
    last_position: u32,
    chain: Chain,
}

impl Postings {
    /// Bytes that it takes.
    pub(super) fn memory(&self) -> usize {
        let lists = self.lists.capacity() * size_of::<List>();
        let numbers = self.numbers.allocation_size();
        let keys = self.by_key.iter().map(|by_key| by_key.lists.capacity()).sum::<usize>();
        let by_key = keys * size_of::<Option<ListNumber>>();
        self.chains.memory() + self.terms.capacity() + lists + numbers + by_key
    }

    /// Whether it can take no more.
    pub(super) fn is_full(&self) -> bool {
        self.chains.is_full() || self.terms.len() > (u32::MAX / 2) as usize
    }

    /// So many tokens were added to a field.
    pub(super) fn count(&mut self, field: Field, tokens: u32) {
        let field = field.field_id() as usize;
        if self.tokens.len() <= field {
            self.tokens.resize(field + 1, 0);
        }
        self.tokens[field] += u64::from(tokens);
    }

    /// Adds a token, not yet counted; none is added of a term that is longer than the engine's.
    #[inline]
    pub(super) fn add(
        &mut self,
        field: Field,
        term: &[u8],
        document: DocId,
        position: u32,
    ) -> Option<ListNumber> {
        let list = self.list(field, term)?;
        self.add_to(list, document, position);
        Some(list)
    }

    /// The list of a term; none of one that is longer than the engine's.
    #[inline]
    pub(super) fn list(&mut self, field: Field, term: &[u8]) -> Option<ListNumber> {
        (term.len() <= MAX_TOKEN_LEN).then(|| self.number(field.field_id() as u8, term))
    }

    /// The same for a term that may have a key, which always stands for a term of this field of this text.
    #[inline]
    pub(super) fn list_of_keyed(
        &mut self,
        text: Text,
        field: Field,
        term: KeyedTerm<'_>,
    ) -> Option<ListNumber> {
        let Some(key) = term.key else { return self.list(field, term.term().as_bytes()) };
        let known = *self.by_key[text as usize].list(key);
        known.or_else(|| {
            let list = self.list(field, term.term().as_bytes());
            *self.by_key[text as usize].list(key) = list;
            list
        })
    }

    /// Notes a token to be added with others of its text.
    #[inline]
    pub(super) fn note(&mut self, list: ListNumber, position: u32) {
        self.noted.push((list, position));
    }

    /// Adds those that were noted. Their lists lie anywhere in memory: waiting for one, the processor goes on to others
    /// if nothing else is to be done in between.
    pub(super) fn add_noted(&mut self, document: DocId) {
        let mut noted = std::mem::take(&mut self.noted);
        noted.drain(..).for_each(|(list, position)| self.add_to(list, document, position));
        self.noted = noted;
    }

    /// Adds a token of a term that was added before.
    #[inline]
    pub(super) fn add_to(&mut self, number: ListNumber, document: DocId, position: u32) {
        let Postings { lists, chains, .. } = self;
        let list = &mut lists[number.place()];
        if list.documents > 0 && list.last_document == document {
            chains.push(&mut list.chain, (position - list.last_position) << 1);
        } else {
            chains.push(&mut list.chain, (document - list.last_document) << 1 | 1);
            chains.push(&mut list.chain, position);
            list.documents += 1;
            list.last_document = document;
        }
        list.last_position = position;
    }

    /// Adds a token of the term of a list with a mark before it.
    pub(super) fn add_marked(
        &mut self,
        number: ListNumber,
        mark: char,
        document: DocId,
        position: u32,
    ) -> Option<ListNumber> {
        let list = &self.lists[number.place()];
        let (field, mut term) = (list.field, std::mem::take(&mut self.marked));
        term.clear();
        term.extend_from_slice(mark.encode_utf8(&mut [0; 4]).as_bytes());
        term.extend_from_slice(term_of(list, &self.terms));
        let added = self.add(Field::from_field_id(field.into()), &term, document, position);
        self.marked = term;
        added
    }

    #[inline]
    fn number(&mut self, field: u8, term: &[u8]) -> ListNumber {
        let Postings { lists, numbers, terms, .. } = self;
        let hash = FxBuildHasher.hash_one((field, term));
        // Half of it is kept: where the table grows, no term is read again.
        let half = (hash >> 32) as u32;
        let is_it = |&(other, number): &(u32, ListNumber)| {
            let list = &lists[number.place()];
            other == half && list.field == field && term_of(list, terms) == term
        };
        if let Some(&(_, number)) = numbers.find(spread(half), is_it) {
            return number;
        }
        let number = ListNumber::after(lists.len());
        numbers.insert_unique(spread(half), (half, number), |&(half, _)| spread(half));
        self.begin(field, term);
        number
    }

    #[cold]
    fn begin(&mut self, field: u8, term: &[u8]) {
        let chain = self.chains.begin();
        let (term_start, term_length) = (self.terms.len() as u32, term.len() as u16);
        self.terms.extend_from_slice(term);
        self.lists.push(List {
            field,
            term_length,
            term_start,
            documents: 0,
            last_document: 0,
            last_position: 0,
            chain,
        });
    }
}

/// Postings of documents that follow others in their segment.
pub(super) struct Part {
    /// The number of their first document there.
    first: DocId,
    postings: Postings,
}

impl Part {
    pub(super) fn new(first: DocId, mut postings: Postings) -> Self {
        // Only who adds needs them, and to write takes memory too.
        (postings.numbers, postings.by_key) = Default::default();
        Part { first, postings }
    }
}

/// All postings of the parts of a segment, in the order in which they are to be written.
pub(super) fn batches(parts: &[Part], schema: &Schema) -> impl Iterator<Item = Batch> {
    let fields = schema.fields().map(|(field, entry)| {
        let record = entry.field_type().get_index_record_option();
        (field, record.is_some_and(IndexRecordOption::has_positions))
    });
    let fields: Vec<(Field, bool)> = fields.collect();
    let batches = |(field, has_positions)| Batches::of(parts, field, has_positions);
    fields.into_iter().flat_map(batches)
}

/// Writes the postings of all parts of a segment as the engine has them.
pub(super) fn write(
    batches: impl Iterator<Item = Batch>,
    parts: &[Part],
    lengths: &FieldNormReaders,
    mut serializer: InvertedIndexSerializer,
) -> tantivy::Result<()> {
    let mut batches = batches.peekable();
    while let Some(field) = batches.peek().map(|batch| batch.field) {
        let tokens = |part: &Part| part.postings.tokens.get(field.field_id() as usize).copied();
        let tokens = parts.iter().filter_map(tokens).sum();
        let mut written = serializer.new_field(field, tokens, lengths.get_field(field)?)?;
        while let Some(batch) = batches.next_if(|batch| batch.field == field) {
            batch.write(&mut written)?;
        }
        written.close()?;
    }
    Ok(serializer.close()?)
}

/// Lists of a field in the order of their terms, read together: they lie anywhere in memory, and waiting for one the
/// processor goes on to others if nothing else is to be done in between.
pub(super) struct Batch {
    field: Field,
    has_positions: bool,
    terms: Vec<u8>,
    /// Documents; each with positions is followed by their number, and by them, each as its distance from the one before.
    numbers: Vec<u32>,
    lists: Vec<ReadList>,
}

/// A list of a batch.
struct ReadList {
    /// Where its term ends.
    term_end: usize,
    /// Documents of the term in all parts, if it is not that of the list before.
    documents: Option<u32>,
    /// Where its numbers end.
    end: usize,
}

/// Numbers of a batch, those of the last term aside.
const BATCH: usize = 1 << 14;

impl Batch {
    fn write(&self, written: &mut FieldSerializer<'_>) -> io::Result<()> {
        let (mut term_start, mut start) = (0, 0);
        for &ReadList { term_end, documents, end } in &self.lists {
            if let Some(documents) = documents {
                written.close_term()?;
                let documents = if self.has_positions { documents } else { 0 };
                written.new_term(
                    &self.terms[term_start..term_end],
                    documents,
                    self.has_positions,
                )?;
            }
            let mut rest = &self.numbers[start..end];
            while let Some((&document, after)) = rest.split_first() {
                let positions;
                (positions, rest) = match after.split_first() {
                    Some((&count, after)) if self.has_positions => after.split_at(count as usize),
                    _ => (&[][..], after),
                };
                written.write_doc(document, positions.len() as u32, positions);
            }
            (term_start, start) = (term_end, end);
        }
        written.close_term()
    }

    /// Adds the numbers of a list; those of its documents are counted on from the first of its part.
    fn read(&mut self, list: Numbers<'_>, first: DocId) {
        match self.has_positions {
            true => self.read_positions(list, first),
            false => self.read_documents(list, first),
        }
    }

    fn read_positions(&mut self, mut list: Numbers<'_>, first: DocId) {
        let (mut document, mut count_at) = (first, 0);
        while let Some(number) = list.next() {
            if number & 1 == 1 {
                document += number >> 1;
                count_at = self.numbers.len() + 1;
                self.numbers.extend([document, 1]);
                self.numbers.extend(list.next());
            } else {
                self.numbers.push(number >> 1);
                self.numbers[count_at] += 1;
            }
        }
    }

    fn read_documents(&mut self, mut list: Numbers<'_>, first: DocId) {
        let mut document = first;
        while let Some(number) = list.next() {
            // A further token in the same document says nothing here.
            if number & 1 == 1 {
                document += number >> 1;
                list.next();
                self.numbers.push(document);
            }
        }
    }
}

/// A term of a part.
#[derive(Clone, Copy)]
struct Sorted<'p> {
    /// Its first bytes, which mostly decide without a look at the others.
    start: u128,
    part: usize,
    list: &'p List,
}

/// All lists of a field in the order of their terms, then of their parts.
struct Batches<'p> {
    parts: &'p [Part],
    field: Field,
    has_positions: bool,
    sorted: Vec<Sorted<'p>>,
    /// How many were taken.
    taken: usize,
    /// Room for the bytes of a chain.
    bytes: Vec<u8>,
}

impl<'p> Batches<'p> {
    fn of(parts: &'p [Part], field: Field, has_positions: bool) -> Self {
        let mut sorted = Vec::new();
        for (part, Part { postings, .. }) in parts.iter().enumerate() {
            let is_here = |list: &&List| u32::from(list.field) == field.field_id();
            sorted.extend(postings.lists.iter().filter(is_here).map(|list| {
                let term = term_of(list, &postings.terms);
                let mut start = [0; size_of::<u128>()];
                let length = term.len().min(start.len());
                start[..length].copy_from_slice(&term[..length]);
                Sorted { start: u128::from_be_bytes(start), part, list }
            }));
        }
        let (taken, bytes) = (0, Vec::new());
        let mut batches = Batches { parts, field, has_positions, sorted: Vec::new(), taken, bytes };
        sorted.sort_unstable_by(|a, b| {
            let rest = || (batches.term(a), a.part).cmp(&(batches.term(b), b.part));
            a.start.cmp(&b.start).then_with(rest)
        });
        batches.sorted = sorted;
        batches
    }

    fn term(&self, Sorted { part, list, .. }: &Sorted<'p>) -> &'p [u8] {
        term_of(list, &self.parts[*part].postings.terms)
    }

    /// The lists of the next term.
    fn of_next_term(&self) -> &[Sorted<'p>] {
        let rest = &self.sorted[self.taken..];
        let is_same =
            |a: &Sorted<'p>, b: &Sorted<'p>| a.start == b.start && self.term(a) == self.term(b);
        rest.chunk_by(is_same).next().unwrap_or_default()
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let Batches { field, has_positions, .. } = *self;
        let (terms, numbers, lists) = Default::default();
        let mut batch = Batch { field, has_positions, terms, numbers, lists };
        let mut bytes = std::mem::take(&mut self.bytes);
        while batch.numbers.len() < BATCH {
            let of_term = self.of_next_term();
            let Some(first) = of_term.first() else { break };
            batch.terms.extend_from_slice(self.term(first));
            let mut documents = Some(of_term.iter().map(|sorted| sorted.list.documents).sum());
            for Sorted { part, list, .. } in of_term {
                let Part { first, postings } = &self.parts[*part];
                bytes.clear();
                postings.chains.read(list.chain, &mut bytes);
                batch.read(Numbers(&bytes), *first);
                let (term_end, end) = (batch.terms.len(), batch.numbers.len());
                batch.lists.push(ReadList { term_end, documents: documents.take(), end });
            }
            self.taken += of_term.len();
        }
        self.bytes = bytes;
        (!batch.lists.is_empty()).then_some(batch)
    }
}

fn term_of<'t>(list: &List, terms: &'t [u8]) -> &'t [u8] {
    &terms[list.term_start as usize..][..list.term_length.into()]
}

/// A hash of 64 bits of one of 32, for a table that takes its groups from the lower bits and its tags from the
/// upper ones.
fn spread(half: u32) -> u64 {
    u64::from(half) << 32 | u64::from(half)
}
