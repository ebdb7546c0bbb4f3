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
        if term.len() > MAX_TOKEN_LEN {
            return None;
        }
        let number = self.number(field.field_id() as u8, term);
        self.add_to(number, document, position);
        Some(number)
    }

    /// The same for a term that may have a key, which always stands for a term of this field of this text.
    #[inline]
    pub(super) fn add_keyed(
        &mut self,
        text: Text,
        field: Field,
        term: KeyedTerm<'_>,
        document: DocId,
        position: u32,
    ) -> Option<ListNumber> {
        let Some(key) = term.key else {
            return self.add(field, term.term().as_bytes(), document, position);
        };
        if let Some(number) = *self.by_key[text as usize].list(key) {
            self.add_to(number, document, position);
            return Some(number);
        }
        let number = self.add(field, term.term().as_bytes(), document, position);
        *self.by_key[text as usize].list(key) = number;
        number
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
    pub(super) first: DocId,
    pub(super) postings: Postings,
}

/// A term of a part, to be written in its order.
#[derive(Clone, Copy)]
struct Sorted<'p> {
    /// Its first bytes, which mostly decide without a look at the others.
    start: u128,
    part: usize,
    list: &'p List,
}

/// Writes the postings of all documents of a segment as the engine has them, the parts in their order.
pub(super) fn write(
    mut parts: Vec<Part>,
    schema: &Schema,
    lengths: &FieldNormReaders,
    mut serializer: InvertedIndexSerializer,
) -> tantivy::Result<()> {
    for Part { postings, .. } in &mut parts {
        // Only who adds needs them, and what follows takes memory too.
        (postings.numbers, postings.by_key) = Default::default();
    }
    let tokens_of = |field: Field| {
        let tokens = |part: &Part| part.postings.tokens.get(field.field_id() as usize).copied();
        parts.iter().filter_map(tokens).sum()
    };
    for (field, entry) in schema.fields() {
        let sorted = sorted(&parts, field);
        if sorted.is_empty() {
            continue;
        }
        let record = entry.field_type().get_index_record_option();
        let has_positions = record.is_some_and(IndexRecordOption::has_positions);
        let lengths = lengths.get_field(field)?;
        let mut written = serializer.new_field(field, tokens_of(field), lengths)?;
        write_field(&parts, &sorted, has_positions, &mut written)?;
        written.close()?;
    }
    Ok(serializer.close()?)
}

/// The lists of a field in the order of their terms.
fn sorted(parts: &[Part], field: Field) -> Vec<Sorted<'_>> {
    let term = |sorted: &Sorted<'_>| term_of(sorted.list, &parts[sorted.part].postings.terms);
    let mut all = Vec::new();
    for (part, Part { postings, .. }) in parts.iter().enumerate() {
        let lists = postings.lists.iter().filter(|list| u32::from(list.field) == field.field_id());
        all.extend(lists.map(|list| {
            let term = term_of(list, &postings.terms);
            let mut start = [0; size_of::<u128>()];
            let length = term.len().min(start.len());
            start[..length].copy_from_slice(&term[..length]);
            Sorted { start: u128::from_be_bytes(start), part, list }
        }));
    }
    all.sort_unstable_by(|a, b| {
        a.start.cmp(&b.start).then_with(|| (term(a), a.part).cmp(&(term(b), b.part)))
    });
    all
}

fn write_field(
    parts: &[Part],
    sorted: &[Sorted<'_>],
    has_positions: bool,
    written: &mut FieldSerializer<'_>,
) -> io::Result<()> {
    let term = |sorted: &Sorted<'_>| term_of(sorted.list, &parts[sorted.part].postings.terms);
    let mut bytes = Vec::new();
    for of_term in sorted.chunk_by(|a, b| a.start == b.start && term(a) == term(b)) {
        match has_positions {
            true => {
                let documents = of_term.iter().map(|sorted| sorted.list.documents).sum();
                written.new_term(term(&of_term[0]), documents, true)?;
            }
            false => written.new_term_without_freq(term(&of_term[0]))?,
        }
        for Sorted { part, list, .. } in of_term {
            let Part { first, postings } = &parts[*part];
            postings.chains.read(list.chain, &mut bytes);
            match has_positions {
                true => write_positions(*first, Numbers(&bytes), written),
                false => write_documents(*first, Numbers(&bytes), written),
            }
        }
        written.close_term()?;
    }
    Ok(())
}

fn write_positions(first: DocId, mut numbers: Numbers<'_>, written: &mut FieldSerializer<'_>) {
    let mut document = first;
    let mut positions = Vec::new();
    while let Some(number) = numbers.next() {
        if number & 1 == 0 {
            positions.push(number >> 1);
            continue;
        }
        if !positions.is_empty() {
            written.write_doc(document, positions.len() as u32, &positions);
            positions.clear();
        }
        document += number >> 1;
        positions.extend(numbers.next());
    }
    written.write_doc(document, positions.len() as u32, &positions);
}

fn write_documents(first: DocId, mut numbers: Numbers<'_>, written: &mut FieldSerializer<'_>) {
    let mut document = first;
    while let Some(number) = numbers.next() {
        // A further token in the same document says nothing here.
        if number & 1 == 1 {
            document += number >> 1;
            numbers.next();
            written.write_doc(document, 0, &[]);
        }
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
