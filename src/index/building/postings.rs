//! Postings of one segment, in memory: of each term its documents, and its positions in each.

use std::hash::BuildHasher;
use std::num::NonZeroU32;

use hashbrown::HashTable;
use rustc_hash::FxBuildHasher;
use tantivy::DocId;
use tantivy::schema::Field;
use tantivy::tokenizer::MAX_TOKEN_LEN;

use super::chains::{Chain, Chains, Numbers};
use crate::analysis::{KeyedTerm, TermKey};

/// Postings by term. Documents are added in order, and the positions of a term in each.
#[derive(Default)]
pub(super) struct Postings {
    lists: Vec<List>,
    /// The list of each field and term.
    known: HashTable<(u32, ListNumber)>,
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
pub(super) struct List {
    pub(super) field: u8,
    term_length: u16,
    term_start: u32,
    pub(super) documents: u32,
    last_document: DocId,
    last_position: u32,
    chain: Chain,
}

impl Postings {
    /// Bytes of what was added, since it was cleared.
    pub(super) fn added(&self) -> usize {
        let each = size_of::<List>() + size_of::<(u32, ListNumber)>();
        self.chains.used() + self.terms.len() + self.lists.len() * each
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
        (term.len() <= MAX_TOKEN_LEN).then(|| self.find_or_begin(field.field_id() as u8, term))
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
    fn find_or_begin(&mut self, field: u8, term: &[u8]) -> ListNumber {
        let Postings { lists, known, terms, .. } = self;
        let hash = FxBuildHasher.hash_one((field, term));
        // Half of it is kept: where the table grows, no term is read again.
        let half = (hash >> 32) as u32;
        let is_it = |&(other, number): &(u32, ListNumber)| {
            let list = &lists[number.place()];
            other == half && list.field == field && term_of(list, terms) == term
        };
        if let Some(&(_, number)) = known.find(spread(half), is_it) {
            return number;
        }
        let number = ListNumber::after(lists.len());
        known.insert_unique(spread(half), (half, number), |&(half, _)| spread(half));
        self.begin(field, term);
        number
    }

    /// Forgets all lists, and keeps their memory for others. The tokens stay counted.
    pub(super) fn clear(&mut self) {
        self.lists.clear();
        self.known.clear();
        self.terms.clear();
        self.chains.clear();
        self.by_key.iter_mut().for_each(|by_key| by_key.lists.clear());
    }

    /// Lets go of what only who adds needs.
    pub(super) fn finish(&mut self) {
        (self.known, self.by_key) = Default::default();
        (self.noted, self.marked) = Default::default();
    }

    /// Tokens counted in a field.
    pub(super) fn tokens(&self, field: Field) -> u64 {
        self.tokens.get(field.field_id() as usize).copied().unwrap_or(0)
    }

    /// How many fields have lists, those without lists before them among them.
    pub(super) fn fields(&self) -> u8 {
        self.lists.iter().map(|list| list.field + 1).max().unwrap_or(0)
    }

    /// The lists of a field, by term.
    pub(super) fn sorted(&self, field: u8) -> Vec<(SortKey, &List)> {
        let of_field = self.lists.iter().filter(|list| list.field == field);
        let mut sorted: Vec<_> =
            of_field.map(|list| (SortKey::new(field, self.term(list)), list)).collect();
        sorted.sort_unstable_by(|(a, left), (b, right)| {
            a.cmp(b).then_with(|| self.term(left).cmp(self.term(right)))
        });
        sorted
    }

    pub(super) fn term(&self, list: &List) -> &[u8] {
        term_of(list, &self.terms)
    }

    /// What stands in the chain of a list.
    pub(super) fn numbers(&self, list: &List) -> Numbers<'_> {
        self.chains.numbers(list.chain)
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

/// The field of a list and the first bytes of its term, which mostly decide on its place without a look at the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SortKey([u64; 2]);

impl SortKey {
    pub(super) fn new(field: u8, term: &[u8]) -> Self {
        let mut bytes = [0; size_of::<u128>()];
        let length = term.len().min(bytes.len() - 1);
        bytes[0] = field;
        bytes[1..=length].copy_from_slice(&term[..length]);
        // Beside a list it takes a quarter less memory than a number of 128 bits, which is aligned to its length.
        let number = u128::from_be_bytes(bytes);
        SortKey([(number >> 64) as u64, number as u64])
    }

    pub(super) fn field(self) -> Field {
        Field::from_field_id((self.0[0] >> 56) as u32)
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
