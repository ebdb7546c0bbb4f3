//! Word to the terms of all its forms: the lexicon first, the stemmer for what it does not know.

use super::asked::with_other_accents;
use super::context::{Neighbour, Weights};
use super::explain::Source;
use super::fold::{fold, lower};
use super::lexicon::{CLASSES, Class, Lexicon, Reading, bears_accents};
use super::quantities::ordinal;
use super::stem::Stems;
use super::user_forms::UserForms;

/// Knows the forms of words.
pub(crate) struct Forms {
    pub(super) lexicon: Lexicon,
    pub(super) stems: Stems,
    pub(super) user: UserForms,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// All in lower case.
    Lower,
    /// A capital, the rest in lower case: a name, or the first word of a sentence.
    Capital,
    /// Capitals only, at least two: an acronym or a headline, whose accents may be missing.
    Upper,
    /// A digit or a capital inside: a code or a product's name, left whole.
    Mixed,
}

impl Shape {
    pub(crate) fn of(word: &str) -> Self {
        let (mut upper, mut lower, mut inner, mut digit) = (0, 0, false, false);
        for (i, c) in word.chars().enumerate() {
            digit |= c.is_numeric();
            if c.is_uppercase() {
                upper += 1;
                inner |= i > 0;
            } else if c.is_lowercase() {
                lower += 1;
            }
        }
        match (upper, lower) {
            _ if digit => Shape::Mixed,
            (0, _) => Shape::Lower,
            (1, _) if !inner => Shape::Capital,
            (_, 0) => Shape::Upper,
            // Œil on a keyboard without Œ.
            (2, _) if word.starts_with("OE") || word.starts_with("AE") => Shape::Capital,
            _ => Shape::Mixed,
        }
    }
}

impl Forms {
    pub(crate) fn french(user: UserForms) -> Self {
        Forms { lexicon: Lexicon::french(), stems: Stems::french(), user }
    }

    pub(crate) fn user_forms(&self) -> &UserForms {
        &self.user
    }

    /// The terms under which a word of the text is indexed, at least one. `opens`: it opens a sentence, so
    /// that its capital says nothing.
    pub(crate) fn of_text(&self, word: &str, opens: bool) -> TextTerms {
        let lower = lower(word);
        self.text_terms(word, &lower, self.lexicon.exact(&lower), opens)
    }

    /// A word of the text within a sentence, and how it speaks for those beside it.
    pub(crate) fn read(&self, word: &str) -> (TextTerms, Neighbour) {
        let lower = lower(word);
        let exact = self.lexicon.exact(&lower);
        let classes = exact.iter().fold(Class::default(), |a, r| a.and(r.class));
        let neighbour = Neighbour::of(&lower, word.starts_with(char::is_uppercase), classes);
        (self.text_terms(word, &lower, exact, false), neighbour)
    }

    /// `exact`: the readings of the word in lower case as it is spelt.
    fn text_terms(&self, word: &str, lower: &str, exact: Vec<Reading>, opens: bool) -> TextTerms {
        if let Some(ordinal) = ordinal(word) {
            let terms = [(ordinal.into_boxed_str(), Class::default())].into();
            return TextTerms { terms, weights: [None; CLASSES] };
        }
        let shape = Shape::of(word);
        let readings = match shape {
            Shape::Mixed => Vec::new(),
            Shape::Lower => common(exact),
            Shape::Capital if bears_accents(lower) => named(self.lexicon.capital(lower), opens),
            Shape::Capital => named(exact, opens),
            Shape::Upper => self.lexicon.accented(&fold(word)),
        };
        let terms = match likely(readings) {
            readings if readings.is_empty() => self.unknown(word, lower, shape, opens),
            readings => TextTerms::of(readings),
        };
        match self.user.is_empty() {
            true => terms,
            false => terms.with(self.user_lemmas(word)),
        }
    }

    /// Where a term of a word comes from.
    pub(crate) fn source(&self, word: &str, term: &str) -> Source {
        if self.user_lemmas(word).iter().any(|lemma| lemma == term) {
            return Source::User;
        }
        let (lower, folded) = (lower(word), fold(word));
        let readings = self.lexicon.accented(&folded);
        let stems = || [self.stems.stem(&lower), self.stems.stem(&folded)];
        if readings.iter().any(|reading| reading.lemma == term) {
            Source::Lexicon
        } else if term == lower || term == folded || term == singular(word, &folded) {
            Source::Whole
        } else if stems().iter().any(|stem| stem == term)
            || foreign_stem(&self.stems, &lower).is_some_and(|stem| stem == term)
        {
            Source::Stemmer
        } else {
            Source::Compound
        }
    }

    /// A word that the lexicon lacks. What may be a name is left whole; the rest is stemmed, once as it is
    /// spelt and once without accents, for queries that are typed so, and read with other accents too.
    fn unknown(&self, word: &str, lower: &str, shape: Shape, opens: bool) -> TextTerms {
        let folded = fold(word);
        let may_be_name = shape != Shape::Lower;
        let may_be_word = match shape {
            Shape::Lower | Shape::Upper => true,
            Shape::Capital => opens,
            Shape::Mixed => false,
        };
        let mut terms = Vec::new();
        if may_be_name || lower != folded {
            push_new(&mut terms, lower.to_owned());
        }
        if may_be_name {
            push_new(&mut terms, folded.clone());
            push_new(&mut terms, singular(word, &folded));
        }
        if may_be_word {
            push_new(&mut terms, self.stems.stem(lower));
            foreign_stem(&self.stems, lower)
                .into_iter()
                .for_each(|stem| push_new(&mut terms, stem));
            push_new(&mut terms, self.stems.stem(&folded));
            if folded.len() > 1 && !NO_GUESS.contains(&lower) {
                let guessed = lemmas(likely(self.lexicon.accented(&folded)));
                terms.extend(guessed.iter().map(|lemma| with_other_accents(lemma)));
            }
        }
        let terms = terms.into_iter().map(|term| (term.into_boxed_str(), Class::default()));
        TextTerms { terms: terms.collect(), weights: [None; CLASSES] }
    }

    /// A word with hyphens, read as if it were written without them: start-ups is startup.
    pub(crate) fn of_hyphenated(&self, word: &str) -> Hyphenated {
        let readings = self.hyphenated_readings(word);
        let joined = word.replace('-', "");
        let is_grammar = readings.iter().any(|reading| reading.class.is(Class::GRAMMAR));
        let is_known = !readings.is_empty() || !self.lexicon.exact(&lower(&joined)).is_empty();
        let mut terms = match lemmas(likely(readings)) {
            terms if terms.is_empty() => self.of_text(&joined, false).all(),
            terms => terms,
        };
        self.user_lemmas(word).into_iter().for_each(|lemma| push_new(&mut terms, lemma));
        Hyphenated { terms, is_known, is_grammar }
    }

    /// The lemmas that the user gave for a word.
    pub(super) fn user_lemmas(&self, word: &str) -> Vec<String> {
        self.user.lemmas(&lower(word), &fold(word)).cloned().collect()
    }

    /// What the lexicon has for a word with hyphens, its lemmas joined.
    pub(super) fn hyphenated_readings(&self, word: &str) -> Vec<Reading> {
        let lower = lower(word);
        let mut readings = match self.lexicon.exact(&lower) {
            readings if readings.is_empty() => self.lexicon.accented(&fold(&lower)),
            readings => readings,
        };
        readings.iter_mut().for_each(|reading| reading.lemma.retain(|c| c != '-'));
        readings
    }
}

/// Words with hyphens between them, as one.
pub(crate) struct Hyphenated {
    pub(crate) terms: Vec<String>,
    /// The lexicon has it, with its hyphens or without.
    pub(crate) is_known: bool,
    /// A grammatical word (peut-être, celle-ci), whose parts are no words of their own.
    pub(crate) is_grammar: bool,
}

/// The terms of one word of the text, each with the classes of its readings.
pub(crate) struct TextTerms {
    pub(crate) terms: Box<[(Box<str>, Class)]>,
    pub(crate) weights: Weights,
}

impl TextTerms {
    fn of(readings: Vec<Reading>) -> Self {
        let mut terms: Vec<(Box<str>, Class)> = Vec::with_capacity(readings.len());
        let mut weights = [None; CLASSES];
        for reading in readings {
            for (weight, class) in weights.iter_mut().zip(Class::DECIDED) {
                if reading.class.is(class) {
                    *weight = Some(weight.map_or(reading.weight, |w: u8| w.min(reading.weight)));
                }
            }
            let class = reading.class.without(Class::RARE);
            match terms.iter_mut().find(|(term, _)| **term == *reading.lemma) {
                Some((_, known)) => *known = known.and(class),
                None => terms.push((reading.lemma.into_boxed_str(), class)),
            }
        }
        // Grammatical words are read with all they may be.
        if terms.iter().any(|(_, class)| class.is(Class::GRAMMAR)) {
            weights = [None; CLASSES];
        }
        TextTerms { terms: terms.into_boxed_slice(), weights }
    }

    /// With more terms, which it keeps beside any words.
    fn with(self, terms: Vec<String>) -> Self {
        let mut all = self.terms.into_vec();
        for term in terms {
            match all.iter_mut().find(|(known, _)| **known == *term) {
                Some((_, class)) => *class = Class::default(),
                None => all.push((term.into_boxed_str(), Class::default())),
            }
        }
        TextTerms { terms: all.into_boxed_slice(), ..self }
    }

    /// Whether the words beside it decide what it is.
    pub(crate) fn is_ambiguous(&self) -> bool {
        self.weights.iter().flatten().count() > 1
    }

    /// All its terms, whatever stands beside it.
    pub(crate) fn all(self) -> Vec<String> {
        self.terms.into_iter().map(|(term, _)| term.into_string()).collect()
    }
}

/// Of a word without a capital: no name, unless it can be nothing else.
fn common(mut readings: Vec<Reading>) -> Vec<Reading> {
    let is_common = |reading: &Reading| reading.class.without(Class::RARE) != Class::NAME;
    if readings.iter().any(is_common) {
        readings.retain(is_common);
    }
    readings
}

/// Of a word with a capital: a name if it can be one, unless it opens a sentence.
fn named(mut readings: Vec<Reading>, opens: bool) -> Vec<Reading> {
    let is_name = |reading: &Reading| reading.class.is(Class::NAME);
    if !opens && readings.iter().any(is_name) {
        readings.retain(is_name);
    }
    readings
}

/// Without the forms that hardly anybody writes, unless there are no others.
pub(super) fn likely(mut readings: Vec<Reading>) -> Vec<Reading> {
    if readings.iter().any(|reading| !reading.class.is(Class::RARE)) {
        readings.retain(|reading| !reading.class.is(Class::RARE));
    }
    readings
}

pub(super) fn lemmas(readings: Vec<Reading>) -> Vec<String> {
    let mut lemmas = Vec::with_capacity(readings.len());
    readings.into_iter().for_each(|reading| push_new(&mut lemmas, reading.lemma));
    lemmas
}

/// English words that are no French ones without their accents.
const NO_GUESS: &[&str] = &["me", "the"];

/// A name less the s of its plural: des Macs, des API.
pub(super) fn singular(name: &str, folded: &str) -> String {
    let is_acronym = name.strip_suffix('s').is_some_and(|name| Shape::of(name) == Shape::Upper);
    match folded.strip_suffix('s') {
        Some(rest) if is_acronym => rest.to_owned(),
        Some(rest) if rest.len() > 2 && !rest.ends_with(['s', 'u', 'i']) => rest.to_owned(),
        _ => folded.to_owned(),
    }
}

/// What the stemmer leaves of new words: the plural of verbs (ils streament), English plurals (stories).
pub(super) fn foreign_stem(stems: &Stems, lower: &str) -> Option<String> {
    let plural = lower.strip_suffix("ent").filter(|stem| stem.len() > 3);
    let english = || lower.strip_suffix("ies").filter(|stem| stem.len() > 2);
    let verb = plural.map(|stem| stems.stem(&format!("{stem}er")));
    verb.or_else(|| english().map(|stem| format!("{stem}y")))
}

pub(super) fn push_new(terms: &mut Vec<String>, term: String) {
    if !terms.contains(&term) {
        terms.push(term);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::NoVocabulary;

    fn meet(query: &str, text: &str) -> bool {
        let forms = Forms::french(UserForms::default());
        let asked = forms.of_query(query, &NoVocabulary);
        let is_asked = |term: &String| asked.iter().any(|asked| asked.term == *term);
        forms.of_text(text, false).all().iter().any(is_asked)
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (query, text) in [
            ("équité", "équité"),
            ("equite", "équité"),
            ("EQUITE", "équité"),
            ("équité", "EQUITE"),
            ("droits", "droit"),
            ("refus", "Refus"),
            ("développée", "développer"),
            ("developpee", "développée"),
            ("donnees", "données"),
            ("iphone", "iPhone"),
            ("IPHONE", "iphone"),
            ("photo", "photos"),
            ("openai", "OpenAI"),
            ("œil", "OEil"),
            ("OEuvre", "œuvres"),
        ] {
            assert!(meet(query, text), "{query} / {text}");
        }
    }

    #[test]
    fn words_that_only_look_alike_do_not() {
        for (query, text) in
            [("chat", "châtiment"), ("open", "OpenAI"), ("openai", "open"), ("don", "données")]
        {
            assert!(!meet(query, text), "{query} / {text}");
        }
    }
}
