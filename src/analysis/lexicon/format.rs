//! How the lexicon's files say what they know, shared by its reader and the program that builds it.
//!
//! The file is a finite state set (crate `fst`) of entries, one a reading:
//!
//! ```text
//! form  0x01  class  weight  strip  ending
//! ```
//!
//! `form` is in lower case, NFC, with its accents. The lemma is the form less its last `strip - 0x20`
//! bytes, plus `ending`. The weight tells how seldom the form is this: half bits of information, 0 for the
//! likely reading and where nothing is known. Entries of one form stand together, and forms of one paradigm
//! share their ends, so that the set stays small and nothing is decoded before it is asked for.
//!
//! The table of neighbours (`neighbours.rs`) names them by the words themselves, or by [`kind`], [`CAPITAL`]
//! and what [`parting`] gives.

#![allow(dead_code, reason = "the reader uses one half, the builder the other")]

/// What parts the form from its reading; no form holds it.
pub(crate) const SEPARATOR: u8 = 1;
/// Added to the number of bytes stripped.
const STRIP_BASE: usize = 0x20;

/// How many classes the words around decide between.
pub(crate) const CLASSES: usize = 5;

/// What a reading is: bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Class(pub(crate) u8);

impl Class {
    /// A noun.
    pub(crate) const NOUN: Class = Class(1);
    /// A form of a verb with a person, or a present participle.
    pub(crate) const VERB: Class = Class(2);
    /// A past participle.
    pub(crate) const PARTICIPLE: Class = Class(4);
    /// A grammatical word: article, pronoun, preposition, adverb…
    pub(crate) const GRAMMAR: Class = Class(8);
    /// A name.
    pub(crate) const NAME: Class = Class(16);
    /// An adjective.
    pub(crate) const ADJECTIVE: Class = Class(128);
    /// The infinitive of a verb.
    pub(crate) const INFINITIVE: Class = Class(64);
    /// A form that hardly anybody writes: imperfect of the subjunctive and the like.
    pub(crate) const RARE: Class = Class(32);

    /// Whether it has any of the other's bits.
    pub(crate) fn is(self, other: Class) -> bool {
        self.0 & other.0 != 0
    }

    /// The classes between which the words around decide.
    pub(crate) const DECIDED: [Class; CLASSES] =
        [Class::NOUN, Class::ADJECTIVE, Class::VERB, Class::INFINITIVE, Class::PARTICIPLE];

    /// Every class.
    pub(crate) const ALL: Class = Class(u8::MAX);

    /// The bits of this that the other lacks.
    pub(crate) fn without(self, other: Class) -> Class {
        Class(self.0 & !other.0)
    }

    /// The bits of both.
    pub(crate) fn and(self, other: Class) -> Class {
        Class(self.0 | other.0)
    }
}

/// The entry of a reading, or `None` where the lemma is too far from the form.
pub(crate) fn entry(form: &str, lemma: &str, class: Class, weight: u8) -> Option<Vec<u8>> {
    let common = form.bytes().zip(lemma.bytes()).take_while(|(a, b)| a == b).count();
    let strip = u8::try_from(form.len() - common + STRIP_BASE).ok()?;
    let mut entry = form.as_bytes().to_vec();
    entry.extend([SEPARATOR, class.0, weight, strip]);
    entry.extend(&lemma.as_bytes()[common..]);
    Some(entry)
}

/// The class, weight and lemma that follow a form's separator.
pub(crate) fn reading(form: &str, entry: &[u8]) -> Option<(Class, u8, String)> {
    let (&[class, weight, strip], ending) = entry.split_first_chunk::<3>()?;
    let kept = form.len().checked_sub(usize::from(strip).checked_sub(STRIP_BASE)?)?;
    let lemma = [&form.as_bytes()[..kept], ending].concat();
    Some((Class(class), weight, String::from_utf8(lemma).ok()?))
}

/// How a word that is no neighbour of its own is told apart by what it may be: `<NV>` is noun or verb.
pub(crate) fn kind(classes: Class) -> String {
    let letters = [
        (Class::GRAMMAR, 'G'),
        (Class::NOUN, 'N'),
        (Class::ADJECTIVE, 'A'),
        (Class::VERB, 'V'),
        (Class::INFINITIVE, 'I'),
        (Class::PARTICIPLE, 'P'),
    ];
    let letters = letters.iter().filter(|(class, _)| classes.is(*class)).map(|(_, letter)| letter);
    format!("<{}>", letters.collect::<String>())
}

/// What stands for a neighbour with a capital.
pub(crate) const CAPITAL: &str = "<capital>";
/// What stands for the end of a sentence, for a comma, for quotation marks and brackets.
pub(crate) const STOP: &str = "<.>";
pub(crate) const COMMA: &str = "<,>";
pub(crate) const QUOTE: &str = "<\">";

/// What the signs between two words say, if they part them.
pub(crate) fn parting(gap: &str) -> Option<&'static str> {
    let has = |signs: &[char]| gap.contains(signs);
    if let [b' '] = gap.as_bytes() {
        None
    } else if has(&['.', '!', '?', '…', ';', ':', '\n', '•']) {
        Some(STOP)
    } else if has(&[',']) {
        Some(COMMA)
    } else if has(&['«', '»', '"', '“', '”', '(', ')', '[', ']', '–', '—']) {
        Some(QUOTE)
    } else {
        None
    }
}
