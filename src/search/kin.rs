//! Kin words: words of the index that begin like a word of the query (*construire*, *construction*). They
//! make nothing found and nothing lit; they raise the articles that are looked at closely.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use tantivy::DocId;
use tantivy::postings::TermInfo;

use super::articles::ArticleScorer;
use super::bm25::Word;
use super::segment::Segment;
use super::stream::Stream;
use super::{Kind, Searcher};
use crate::analysis::{Asked, fold};
use crate::resolve::Slot;

/// Letters that kin words begin with in common, at least; they are half of the longer word, at least.
const LEAST_COMMON: usize = 4;
/// Kin words of one word, at most: those with most in common, so that they cost little in any index.
const MOST_KIN: usize = 8;
/// Words of a query whose kin count, at most: the rarest, which decide; with those of the others the ranking
/// is no better.
const MOST_WORDS: usize = 4;

/// All kin of a word in an article count so many mentions of it, at most: never as much as the word itself.
const MOST_COUNTED: f32 = 0.5;

/// The kin of one word of a bag, in bodies: those in titles say nothing more.
pub(super) struct Kin {
    word: usize,
    bodies: Word,
}

/// A term of the bodies that is kin to a word.
pub(super) struct KinTerm {
    alike: usize,
    /// By segment, where it has the term.
    bodies: Vec<(usize, TermInfo)>,
}

type KinTerms = BTreeMap<String, KinTerm>;

impl Searcher {
    /// The kin of the rarest words of a bag, given the idf of each; each mention is worth a share of one of
    /// the word.
    pub(super) fn kin(&self, slots: &[(&Slot, f32)], share: f32) -> tantivy::Result<Vec<Kin>> {
        let mut kin = Vec::new();
        if share == 0.0 {
            return Ok(kin);
        }
        let mut rarest: Vec<usize> = (0..slots.len()).collect();
        rarest.sort_by(|&a, &b| slots[b].1.total_cmp(&slots[a].1));
        rarest.truncate(MOST_WORDS);
        for word in rarest {
            let asked = slots[word].0.forms();
            let question: String = asked.iter().map(|asked| format!("{} ", asked.term)).collect();
            let terms = self.remembered.kin.answer(&question, || self.kin_terms(asked))?;
            if !terms.is_empty() {
                kin.push(Kin { word, bodies: self.kin_words(&terms, share) });
            }
        }
        Ok(kin)
    }

    fn kin_words(&self, kin: &[KinTerm], share: f32) -> Word {
        let mut terms = vec![Vec::new(); self.segments.len()];
        for (segment, info) in kin.iter().flat_map(|kin| &kin.bodies) {
            terms[*segment].push((info.clone(), share));
        }
        // What they are worth is a matter of the word.
        Word { terms, idf: 0.0, documents: 0 }
    }

    /// The terms of all forms that are kin to a word: those of all segments together, so that the cut of the
    /// index into segments decides nothing.
    fn kin_terms(&self, asked: &[Asked]) -> tantivy::Result<Arc<[KinTerm]>> {
        let likely = asked.iter().filter(|asked| asked.likely).map(|asked| asked.unmarked());
        let mut found = KinTerms::new();
        let lemmas = likely.filter(|(kind, _)| *kind == Kind::Word).map(|(_, lemma)| lemma);
        // *Facebook* is no kin of *face*.
        for lemma in lemmas.filter(|lemma| self.analyzer.is_common(lemma)) {
            self.add_kin(lemma, &mut found)?;
        }
        found.retain(|term, _| asked.iter().all(|asked| asked.term != *term));
        let mut kin: Vec<(String, KinTerm)> = found.into_iter().collect();
        kin.sort_by_key(|(_, kin)| Reverse(kin.alike));
        kin.truncate(MOST_KIN);
        Ok(kin.into_iter().map(|(_, kin)| kin).collect())
    }

    /// Adds the kin of a lemma: those that begin with two thirds of its letters; if few words do, of this lemma
    /// and of those before it together, with half. The word itself is one of them.
    fn add_kin(&self, lemma: &str, found: &mut KinTerms) -> tantivy::Result<()> {
        let letters = lemma.chars().count();
        if letters < LEAST_COMMON || !lemma.chars().all(char::is_alphabetic) {
            return Ok(());
        }
        let word = fold(lemma);
        let beginning = |letters: usize| lemma.chars().take(letters).collect::<String>();
        let [most, half] = [(2 * letters).div_ceil(3), letters.div_ceil(2)];
        let [most, half] = [most.max(LEAST_COMMON), half.max(LEAST_COMMON)];
        self.add_beginning(&word, &beginning(most), found)?;
        if most > half && found.len() < MOST_KIN {
            self.add_beginning(&word, &beginning(half), found)?;
        }
        Ok(())
    }

    /// Adds the kin of a folded word that begin so: only that stretch of the dictionary is read.
    fn add_beginning(
        &self,
        word: &str,
        beginning: &str,
        found: &mut KinTerms,
    ) -> tantivy::Result<()> {
        for segment in &self.segments {
            let inverted = segment.reader.inverted_index(self.fields.forms)?;
            let mut terms = inverted.terms().range().ge(beginning).into_stream()?;
            while terms.advance() && terms.key().starts_with(beginning.as_bytes()) {
                let Ok(term) = str::from_utf8(terms.key()) else { continue };
                let Some(alike) = alike(word, term) else { continue };
                let new = || KinTerm { alike, bodies: Vec::new() };
                let kin = found.entry(term.to_owned()).or_insert_with(new);
                kin.alike = kin.alike.max(alike);
                // Another lemma of the word may have it too.
                if kin.bodies.iter().all(|(number, _)| *number != segment.number) {
                    kin.bodies.push((segment.number, terms.value().clone()));
                }
            }
        }
        Ok(())
    }
}

/// How many of the letters of the longer of two words, the one folded, are a common beginning, in thousandths;
/// none if too few are. Numbers are no kin.
fn alike(word: &str, term: &str) -> Option<usize> {
    let term = if term.is_ascii() { Cow::Borrowed(term) } else { Cow::Owned(fold(term)) };
    let [common, longer] = match word.is_ascii() && term.is_ascii() {
        true => letters_in_common(word.bytes(), term.bytes()),
        false => letters_in_common(word.chars(), term.chars()),
    };
    let is_kin =
        common >= LEAST_COMMON && common * 2 >= longer && term.chars().all(char::is_alphabetic);
    is_kin.then_some(common * 1000 / longer)
}

/// How many letters two words begin with in common, and how many the longer one has.
fn letters_in_common<T: PartialEq>(
    one: impl Iterator<Item = T> + Clone,
    other: impl Iterator<Item = T> + Clone,
) -> [usize; 2] {
    let common = one.clone().zip(other.clone()).take_while(|(a, b)| a == b).count();
    [common, one.count().max(other.count())]
}

/// Counts words and their kin in the articles of one segment, forward.
pub(super) struct KinReader(Vec<KinStreams>);

struct KinStreams {
    word: usize,
    itself: [Stream; 2],
    kin: Stream,
}

impl KinReader {
    pub(super) fn open(
        scorer: &ArticleScorer<'_>,
        kin: &[Kin],
        segment: &Segment,
    ) -> tantivy::Result<Self> {
        let forms = scorer.searcher.fields.forms;
        let streams = Stream::open_each(segment, forms, kin.iter().map(|kin| &kin.bodies))?;
        let of_word = |(Kin { word, .. }, kin): (&Kin, Stream)| {
            let itself = scorer.streams(segment, *word);
            KinStreams { word: *word, itself, kin }
        };
        Ok(KinReader(kin.iter().zip(streams).map(of_word).collect()))
    }

    /// The words with kin in the article of these documents: how often each stands there itself, and with
    /// its kin. Articles are asked for in order.
    pub(super) fn counts(
        &mut self,
        docs: Range<DocId>,
    ) -> impl Iterator<Item = (usize, [f32; 2])> + '_ {
        self.0.iter_mut().filter_map(move |KinStreams { word, itself, kin }| {
            let kin = kin.count_in(docs.clone()).min(MOST_COUNTED);
            if kin == 0.0 {
                return None;
            }
            let [body, title] = itself;
            let itself = title.count_in(docs.start..docs.start + 1) + body.count_in(docs.clone());
            Some((*word, [itself, itself + kin]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kin_words_begin_alike() {
        assert_eq!(alike("construire", "construction"), Some(583));
        assert_eq!(alike("construction", "construire"), Some(583));
        assert_eq!(alike("part", "parti"), Some(800));
        assert_eq!(alike("part", "partenariat"), None, "less than half of the longer word");
        assert_eq!(alike("elephant", "éléphanteau"), Some(727), "accents aside");
        assert_eq!(alike("mer", "mers"), None, "too few letters");
        assert_eq!(alike("20000", "20001"), None, "a number");
    }
}
