//! Words as typed: where they stand in articles, and whether they stand there as a whole.

use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, TERMINATED};

use super::Searcher;
use super::adjacent::Adjacent;
use super::bm25::{Cursor, Statistics};
use super::remembered::TermInfos;
use super::segment::Segment;
use super::slots::{Source, positions_of};
use super::visitor::Each;
use crate::resolve::ExactWord;
use crate::spans::Match;

/// Words as typed, in order.
pub(super) struct TypedWords {
    pub(super) words: Vec<TypedWord>,
    /// Each exact term once.
    terms: Vec<TypedTerm>,
}

pub(super) struct TypedWord {
    /// Its term among the distinct ones.
    pub(super) term: usize,
    pub(super) idf: f32,
    is_weighed: bool,
}

/// An exact term, by segment.
struct TypedTerm {
    /// Whether any of the words with it counts by itself.
    is_weighed: bool,
    /// In bodies and in titles.
    infos: [TermInfos; 2],
}

impl TypedWords {
    pub(super) fn new(
        searcher: &Searcher,
        words: &[ExactWord],
        statistics: &Statistics,
    ) -> tantivy::Result<Self> {
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut terms: Vec<TypedTerm> = Vec::new();
        let mut typed = Vec::with_capacity(words.len());
        for ExactWord { term, is_weighed } in words {
            let number = *numbers.entry(term).or_insert(terms.len());
            if number == terms.len() {
                let body = searcher.term(searcher.fields.exact, term)?;
                let title = searcher.term(searcher.fields.title_exact, term)?;
                terms.push(TypedTerm { is_weighed: false, infos: [body, title] });
            }
            terms[number].is_weighed |= is_weighed;
            let found = terms[number].infos[0].iter().flatten();
            let frequency = found.map(|info| u64::from(info.doc_freq)).sum();
            let idf = statistics.idf(frequency);
            typed.push(TypedWord { term: number, idf, is_weighed: *is_weighed });
        }
        Ok(TypedWords { words: typed, terms })
    }

    /// The words that count by themselves, each once.
    pub(super) fn weighed(&self) -> impl Iterator<Item = &TypedWord> {
        let is_first = |i: usize| {
            let term = self.words[i].term;
            self.words[..i].iter().all(|earlier| earlier.term != term)
        };
        let words = self.words.iter().enumerate();
        words.filter(move |(i, word)| word.is_weighed && is_first(*i)).map(|(_, word)| word)
    }

    /// The words in one segment.
    pub(super) fn open(
        &self,
        segment: &Segment,
        [body, title]: [Field; 2],
    ) -> tantivy::Result<TypedPostings> {
        let [in_bodies, in_titles] =
            [body, title].map(|field| segment.reader.inverted_index(field));
        let (in_bodies, in_titles) = (in_bodies?, in_titles?);
        let count = self.terms.len();
        let (mut bodies, mut titles) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for TypedTerm { is_weighed, infos: [body, title] } in &self.terms {
            let body = body[segment.number].as_ref();
            bodies.push(body.map(|info| positions_of(&in_bodies, info).map(Box::new)).transpose()?);
            let title = title[segment.number].as_ref().filter(|_| *is_weighed);
            let open = |info| Cursor::open(&in_titles, info, 1.0).map(Box::new);
            titles.push(title.map(open).transpose()?);
        }
        Ok(TypedPostings { bodies, titles })
    }

    /// The documents of a segment that hold all of several words in order in their title.
    pub(super) fn title_wholes(
        &self,
        segment: &Segment,
        title: Field,
    ) -> tantivy::Result<Vec<DocId>> {
        if self.words.len() < 2 {
            return Ok(Vec::new());
        }
        let info = |word: &TypedWord| self.terms[word.term].infos[1][segment.number].as_ref();
        let Some(infos) = self.words.iter().map(info).collect::<Option<Vec<_>>>() else {
            return Ok(Vec::new());
        };
        let in_titles = segment.reader.inverted_index(title)?;
        let open = |info| positions_of(&in_titles, info).map(Source::of_one);
        Ok(wholes(infos.into_iter().map(open).collect::<tantivy::Result<_>>()?))
    }
}

/// The documents of words as typed in one segment, by their terms; none of a term that it lacks.
#[derive(Clone)]
pub(super) struct TypedPostings {
    bodies: Vec<Option<Box<SegmentPostings>>>,
    /// Of the words that count by themselves.
    titles: Vec<Option<Box<Cursor>>>,
}

impl TypedPostings {
    /// The documents that hold all of several words in order in their body.
    pub(super) fn wholes(&self, typed: &TypedWords) -> Vec<DocId> {
        if typed.words.len() < 2 || self.bodies.iter().any(Option::is_none) {
            return Vec::new();
        }
        let postings = |word: &TypedWord| self.bodies[word.term].as_deref().cloned();
        wholes(typed.words.iter().filter_map(postings).map(Source::of_one).collect())
    }
}

/// The documents that hold words in order.
fn wholes(words: Vec<Source>) -> Vec<DocId> {
    let mut docs = Vec::new();
    let mut each = Each::new(|doc, _: &[Match]| docs.push(doc));
    Adjacent::new(words).each(&(0..TERMINATED), Vec::new(), &mut each);
    docs
}

/// Reads where the words as typed stand in articles, forward.
pub(super) struct TypedReader<'a> {
    typed: &'a TypedWords,
    postings: TypedPostings,
    positions: Vec<Vec<u32>>,
    /// How often each distinct term, and each pair of words, stands in the article read.
    pub(super) counts: Vec<f32>,
    pub(super) pairs: Vec<f32>,
}

impl<'a> TypedReader<'a> {
    pub(super) fn new(typed: &'a TypedWords, postings: &TypedPostings) -> Self {
        TypedReader {
            postings: postings.clone(),
            positions: vec![Vec::new(); typed.terms.len()],
            counts: vec![0.0; typed.terms.len()],
            pairs: vec![0.0; typed.words.len().saturating_sub(1)],
            typed,
        }
    }

    /// Whether a document holds all of several words in order.
    pub(super) fn holds_whole(&mut self, doc: DocId) -> bool {
        let TypedReader { typed, postings: TypedPostings { bodies, .. }, positions, .. } = self;
        let [first, rest @ ..] = typed.words.as_slice() else { return false };
        let mut terms = bodies.iter_mut().zip(positions.iter_mut());
        if rest.is_empty() || !terms.all(|(postings, positions)| read(postings, doc, positions)) {
            return false;
        }
        positions[first.term].iter().any(|start| {
            let mut next = rest.iter().zip(start + 1..);
            next.all(|(word, position)| positions[word.term].binary_search(&position).is_ok())
        })
    }

    /// Counts in one article, by its documents. Stop words stand nearly everywhere: they are read in the
    /// passages that hold a word that counts by itself.
    pub(super) fn read(&mut self, docs: Range<DocId>) {
        self.counts.fill(0.0);
        self.pairs.fill(0.0);
        for (title, count) in self.postings.titles.iter_mut().zip(&mut self.counts) {
            if let Some(title) = title {
                title.seek(docs.start);
                *count += if title.doc() == docs.start { title.count() } else { 0.0 };
            }
        }
        let mut next = self.first_weighed(docs.start);
        while next < docs.end {
            self.read_document(next);
            next = self.first_weighed(next + 1);
        }
    }

    /// The first document from one on that holds a word that counts by itself.
    fn first_weighed(&mut self, doc: DocId) -> DocId {
        let TypedReader { typed, postings: TypedPostings { bodies, .. }, .. } = self;
        let weighed = typed.terms.iter().zip(bodies).filter(|(term, _)| term.is_weighed);
        let first = weighed.filter_map(|(_, postings)| {
            let postings = postings.as_mut()?;
            Some(if postings.doc() < doc { postings.seek(doc) } else { postings.doc() })
        });
        first.min().unwrap_or(TERMINATED)
    }

    fn read_document(&mut self, doc: DocId) {
        let TypedReader { typed, postings, positions, counts, pairs } = self;
        let bodies = &mut postings.bodies;
        let is_weighed = |term: usize| typed.terms[term].is_weighed;
        for (term, count) in counts.iter_mut().enumerate().filter(|(term, _)| is_weighed(*term)) {
            *count += at(&mut bodies[term], doc).map_or(0.0, |here| here.term_freq() as f32);
        }
        positions.iter_mut().for_each(Vec::clear);
        for (pair, count) in typed.words.windows(2).zip(pairs) {
            let mut pair = [pair[0].term, pair[1].term];
            let [left, right] = pair;
            // Stop words stand nearly everywhere: they are looked for last. Positions cost most.
            pair.sort_by_key(|&term| !is_weighed(term));
            let stands = |term: &usize| at(&mut bodies[*term], doc).is_some();
            if !pair.iter().all(stands) {
                continue;
            }
            for term in pair {
                if positions[term].is_empty() {
                    read(&mut bodies[term], doc, &mut positions[term]);
                }
            }
            *count += follows(&positions[left], &positions[right]) as f32;
        }
    }
}

/// Reads the positions in a document, if it has any.
fn read(postings: &mut Option<Box<SegmentPostings>>, doc: DocId, positions: &mut Vec<u32>) -> bool {
    positions.clear();
    if let Some(postings) = at(postings, doc) {
        postings.positions(positions);
    }
    !positions.is_empty()
}

/// The postings at a document, if they have it; documents are asked for in order.
fn at(postings: &mut Option<Box<SegmentPostings>>, doc: DocId) -> Option<&mut SegmentPostings> {
    let postings = postings.as_mut()?;
    let found = if postings.doc() < doc { postings.seek(doc) } else { postings.doc() };
    (found == doc).then_some(postings)
}

/// How often a position of one list comes right after one of the other; both are sorted.
fn follows(left: &[u32], right: &[u32]) -> usize {
    let mut at = 0;
    let is_followed = |&&position: &&u32| {
        at += right[at..].iter().take_while(|&&next| next <= position).count();
        right.get(at) == Some(&(position + 1))
    };
    left.iter().filter(is_followed).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_where_they_follow() {
        assert_eq!(follows(&[1, 4, 8], &[2, 3, 9]), 2);
        assert_eq!(follows(&[3, 4], &[4, 5]), 2);
        assert_eq!(follows(&[], &[4, 5]), 0);
    }
}
