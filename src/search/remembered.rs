//! What the dictionaries of an index said before: a batch asks for the same words over and over, and the state
//! of the index that a searcher sees never changes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{TantivyError, Term};

use super::Searcher;
use super::kin::KinTerm;
use super::segment::Segment;
use super::slots::WideTerm;
use crate::analysis::{Asked, AskedMemory};

/// A term by segment, where it has it.
pub(super) type TermInfos = Arc<[Option<TermInfo>]>;

/// The memory of a searcher.
#[derive(Default)]
pub(super) struct Remembered {
    terms: Memory<TermInfos>,
    wide: Memory<Arc<[WideTerm]>>,
    asked: Memory<Arc<[Asked]>>,
    pub(super) spellings: Memory<Arc<[String]>>,
    pub(super) kin: Memory<Arc<[KinTerm]>>,
}

/// Answers by what was asked; forgotten all at once when they are too many.
pub(super) struct Memory<T>(Mutex<FxHashMap<Box<str>, T>>);

/// Answers kept of each kind, and the longest question, in bytes, whose answer is: some megabytes in all.
const MOST: usize = 4096;
const LONGEST: usize = 256;

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Memory(Mutex::default())
    }
}

impl<T: Clone> Memory<T> {
    /// The answer to a question, found out if it was not asked before.
    pub(super) fn answer(
        &self,
        question: &str,
        find_out: impl FnOnce() -> tantivy::Result<T>,
    ) -> tantivy::Result<T> {
        if question.len() > LONGEST {
            return find_out();
        }
        if let Some(answer) = self.answers().get(question) {
            return Ok(answer.clone());
        }
        let answer = find_out()?;
        let mut answers = self.answers();
        if answers.len() >= MOST {
            answers.clear();
        }
        answers.insert(question.into(), answer.clone());
        Ok(answer)
    }

    fn answers(&self) -> MutexGuard<'_, FxHashMap<Box<str>, T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AskedMemory for Remembered {
    fn asked(&self, word: &str, find_out: &dyn Fn() -> Vec<Asked>) -> Vec<Asked> {
        self.asked
            .answer(word, || Ok(find_out().into()))
            .map(|asked| asked.to_vec())
            .unwrap_or_default()
    }
}

impl Searcher {
    /// A term in each segment that has it.
    pub(super) fn term(&self, field: Field, text: &str) -> tantivy::Result<TermInfos> {
        self.remembered.terms.answer(&question(field, text), || {
            let term = Term::from_field_text(field, text);
            let in_segment = |segment: &Segment| {
                Ok::<_, TantivyError>(segment.reader.inverted_index(field)?.get_term_info(&term)?)
            };
            self.segments.iter().map(in_segment).collect()
        })
    }

    /// The terms of any segment that tell where a term covers several words.
    pub(super) fn wide_terms(&self, field: Field, term: &str) -> tantivy::Result<Arc<[WideTerm]>> {
        let find_out = || self.find_wide_terms(field, term);
        self.remembered.wide.answer(&question(field, term), find_out)
    }

    /// How many passages hold a term, deleted ones among them; none where the index cannot be read, which
    /// searching it says.
    pub(super) fn passages_with(&self, field: Field, term: &str) -> u64 {
        let infos = self.term(field, term).unwrap_or_else(|_| Arc::default());
        infos.iter().flatten().map(|info| u64::from(info.doc_freq)).sum()
    }
}

/// A term of a field.
fn question(field: Field, text: &str) -> String {
    let place = char::from_u32(field.field_id()).unwrap_or_default();
    let mut question = String::with_capacity(text.len() + place.len_utf8());
    question.push(place);
    question.push_str(text);
    question
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_is_not_asked_again_and_errors_are_not_kept() {
        let memory: Memory<usize> = Memory::default();
        let failed = || Err(TantivyError::SystemError("x".to_owned()));
        assert!(memory.answer("a", failed).is_err());
        assert_eq!(memory.answer("a", || Ok(1)).unwrap(), 1);
        assert_eq!(memory.answer("a", || Ok(2)).unwrap(), 1);
        for number in 0..2 * MOST {
            memory.answer(&number.to_string(), || Ok(number)).unwrap();
            assert!(memory.answers().len() <= MOST);
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(memory.answer(&long, || Ok(1)).unwrap(), 1);
        assert_eq!(memory.answer(&long, || Ok(2)).unwrap(), 2, "not kept");
    }
}
