//! Words as typed: where they stand in articles, and whether they stand there as a whole.

use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, TERMINATED};

use super::Searcher;
use super::adjacent::Adjacent;
use super::bm25::Statistics;
use super::remembered::TermInfos;
use super::segment::Segment;
use super::slots::Source;
use crate::resolve::ExactWord;

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
    /// Which word of the bag it is a form of, if it is known to be.
    pub(super) word: Option<usize>,
}

/// An exact term, by segment.
struct TypedTerm {
    body: TermInfos,
    title: TermInfos,
}

impl TypedWords {
    pub(super) fn new(
        searcher: &Searcher,
        words: &[ExactWord],
        statistics: Statistics,
    ) -> tantivy::Result<Self> {
        let mut numbers: FxHashMap<&str, usize> = FxHashMap::default();
        let mut terms: Vec<TypedTerm> = Vec::new();
        let mut typed = Vec::with_capacity(words.len());
        for ExactWord { term, is_weighed, word } in words {
            let number = *numbers.entry(term).or_insert(terms.len());
            if number == terms.len() {
                let body = searcher.term(searcher.fields.exact, term)?;
                let title = searcher.term(searcher.fields.title_exact, term)?;
                terms.push(TypedTerm { body, title });
            }
            let found = terms[number].body.iter().flatten();
            let frequency = found.map(|info| u64::from(info.doc_freq)).sum();
            let idf = statistics.idf(frequency);
            typed.push(TypedWord { term: number, idf, is_weighed: *is_weighed, word: *word });
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
        let open = |field, infos: &dyn Fn(&TypedTerm) -> &[Option<TermInfo>]| {
            let inverted = segment.reader.inverted_index(field)?;
            let read = |term: &TypedTerm| {
                let info = infos(term)[segment.number].as_ref();
                let option = IndexRecordOption::WithFreqsAndPositions;
                info.map(|info| inverted.read_postings_from_terminfo(info, option)).transpose()
            };
            let postings = self.terms.iter().map(read).collect::<std::io::Result<Vec<_>>>()?;
            Ok::<_, tantivy::TantivyError>(postings)
        };
        let bodies = open(body, &|term| &term.body)?;
        Ok(TypedPostings { bodies, titles: open(title, &|term| &term.title)? })
    }
}

/// The documents of words as typed in one segment, by their terms; none of a term that it lacks.
#[derive(Clone)]
pub(super) struct TypedPostings {
    bodies: Vec<Option<SegmentPostings>>,
    titles: Vec<Option<SegmentPostings>>,
}

impl TypedPostings {
    /// The documents that hold all of several words in order, in their body, and in their title.
    pub(super) fn wholes(&self, typed: &TypedWords) -> [Vec<DocId>; 2] {
        let mut wholes = [Vec::new(), Vec::new()];
        if typed.words.len() < 2 {
            return wholes;
        }
        for (docs, postings) in wholes.iter_mut().zip([&self.bodies, &self.titles]) {
            if postings.iter().any(Option::is_none) {
                continue;
            }
            let source = |word: &TypedWord| postings[word.term].clone().map(Source::of_one);
            let sources = typed.words.iter().filter_map(source).collect();
            Adjacent::new(sources).each(&(0..TERMINATED), Vec::new(), &mut |doc, _| docs.push(doc));
        }
        wholes
    }
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
        let TypedReader { typed, postings, positions, .. } = self;
        let [first, rest @ ..] = typed.words.as_slice() else { return false };
        let mut terms = postings.bodies.iter_mut().zip(positions.iter_mut());
        if rest.is_empty() || !terms.all(|(postings, positions)| read(postings, doc, positions)) {
            return false;
        }
        positions[first.term].iter().any(|start| {
            let mut next = rest.iter().zip(start + 1..);
            next.all(|(word, position)| positions[word.term].binary_search(&position).is_ok())
        })
    }

    /// Counts in one article, by its documents.
    pub(super) fn read(&mut self, docs: Range<DocId>) {
        self.counts.fill(0.0);
        self.pairs.fill(0.0);
        for (postings, count) in self.postings.titles.iter_mut().zip(&mut self.counts) {
            *count += at(postings, docs.start).map_or(0.0, |postings| postings.term_freq() as f32);
        }
        for doc in docs {
            for (postings, count) in self.postings.bodies.iter_mut().zip(&mut self.counts) {
                *count += at(postings, doc).map_or(0.0, |postings| postings.term_freq() as f32);
            }
            self.read_pairs(doc);
        }
    }

    /// Positions cost most: they are read where both words of a pair stand.
    fn read_pairs(&mut self, doc: DocId) {
        let TypedReader { typed, postings, positions, pairs, .. } = self;
        let bodies = &mut postings.bodies;
        let is_here = |term: usize| bodies[term].as_ref().is_some_and(|p| p.doc() == doc);
        let words = typed.words.windows(2);
        let here: Vec<bool> =
            words.map(|pair| is_here(pair[0].term) && is_here(pair[1].term)).collect();
        if !here.contains(&true) {
            return;
        }
        positions.iter_mut().for_each(Vec::clear);
        for (i, _) in here.iter().enumerate().filter(|(_, here)| **here) {
            let (left, right) = (typed.words[i].term, typed.words[i + 1].term);
            for term in [left, right] {
                if positions[term].is_empty() {
                    read(&mut bodies[term], doc, &mut positions[term]);
                }
            }
            pairs[i] += follows(&positions[left], &positions[right]) as f32;
        }
    }
}

/// Reads the positions in a document, if it has any.
fn read(postings: &mut Option<SegmentPostings>, doc: DocId, positions: &mut Vec<u32>) -> bool {
    positions.clear();
    if let Some(postings) = at(postings, doc) {
        postings.positions(positions);
    }
    !positions.is_empty()
}

/// The postings at a document, if they have it; documents are asked for in order.
fn at(postings: &mut Option<SegmentPostings>, doc: DocId) -> Option<&mut SegmentPostings> {
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
