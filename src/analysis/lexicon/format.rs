//! How the lexicon's file says what it knows, shared by its reader and the program that builds it.
//!
//! The file is a finite state set (crate `fst`) of entries, one a reading:
//!
//! ```text
//! form  0x01  class  strip  ending
//! ```
//!
//! `form` is in lower case, NFC, with its accents. The lemma is the form less its last `strip - 0x20`
//! bytes, plus `ending`. Entries of one form stand together, and forms of one paradigm share their ends, so
//! that the set stays small and nothing is decoded before it is asked for.

#![allow(dead_code, reason = "the reader uses one half, the builder the other")]

/// What parts the form from its reading; no form holds it.
pub(crate) const SEPARATOR: u8 = 1;
/// Added to the number of bytes stripped.
const STRIP_BASE: usize = 0x20;

/// What a reading is: bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class(pub(crate) u8);

impl Class {
    /// A noun or an adjective.
    pub(crate) const NOUN: Class = Class(1);
    /// A form of a verb, participles aside.
    pub(crate) const VERB: Class = Class(2);
    /// A past participle.
    pub(crate) const PARTICIPLE: Class = Class(4);
    /// A grammatical word: article, pronoun, preposition, adverb…
    pub(crate) const GRAMMAR: Class = Class(8);
    /// A name.
    pub(crate) const NAME: Class = Class(16);
    /// A form that hardly anybody writes: imperfect of the subjunctive and the like.
    pub(crate) const RARE: Class = Class(32);

    /// Whether it has any of the other's bits.
    pub(crate) fn is(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }

    /// The bits of both.
    pub(crate) fn and(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}

/// The entry of a reading, or `None` where the lemma is too far from the form.
pub(crate) fn entry(form: &str, lemma: &str, class: Class) -> Option<Vec<u8>> {
    let common = form.bytes().zip(lemma.bytes()).take_while(|(a, b)| a == b).count();
    let strip = u8::try_from(form.len() - common + STRIP_BASE).ok()?;
    let mut entry = form.as_bytes().to_vec();
    entry.extend([SEPARATOR, class.0 + 1, strip]);
    entry.extend(&lemma.as_bytes()[common..]);
    Some(entry)
}

/// The class and lemma that follow a form's separator.
pub(crate) fn reading(form: &str, entry: &[u8]) -> Option<(Class, String)> {
    let (&[class, strip], ending) = entry.split_first_chunk::<2>()?;
    let kept = form.len().checked_sub(usize::from(strip).checked_sub(STRIP_BASE)?)?;
    let lemma = [&form.as_bytes()[..kept], ending].concat();
    Some((Class(class.checked_sub(1)?), String::from_utf8(lemma).ok()?))
}
