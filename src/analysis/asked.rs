//! What a word of a query asks the index for: the query's side of [`super::forms`].

use serde::Serialize;

use super::Form;
use super::fold::{fold, lower};
use super::forms::{Forms, Shape, foreign_stem, lemmas, likely, singular};
use super::lexicon::{Class, Reading};
use super::quantities::ordinal;
use super::stop::is_stop_word;
use super::vocabulary::Vocabulary;

/// A term that a word of a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) term: String,
    /// False where the word rather is another: found, but after the others.
    pub(crate) likely: bool,
}

/// Remembers what words ask for: they are asked for over and over.
pub(crate) trait AskedMemory {
    /// What a word asked for before; or else what is found out.
    fn asked(&self, word: &str, find_out: &dyn Fn() -> Vec<Asked>) -> Vec<Asked>;
}

impl Asked {
    pub(crate) fn likely(term: String) -> Self {
        Asked { term, likely: true }
    }

    /// What kind of term it is, and the term without the mark that tells.
    pub(crate) fn unmarked(&self) -> (Kind, &str) {
        let marked = |mark: char| self.term.strip_prefix(mark);
        match (marked(OTHER_ACCENTS), marked(AS_SPELT)) {
            (Some(lemma), _) => (Kind::OtherAccents, lemma),
            (None, Some(word)) => (Kind::AsSpelt, word),
            (None, None) => (Kind::Word, &self.term),
        }
    }

    fn but_unlikely(self) -> Self {
        Asked { likely: false, ..self }
    }

    /// The same lemma as texts have it that misspell its accents or leave them out.
    fn with_other_accents(&self) -> Self {
        Asked { term: with_other_accents(&self.term), ..*self }
    }
}

/// What a term of all forms stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// A lemma, a stem, or a word as it is.
    Word,
    /// A lemma that the text spells with other accents, or without.
    OtherAccents,
    /// A dictionary form that the words beside it make a form of another word: *ferme* in *il ferme*.
    AsSpelt,
}

/// Marks of terms: no word begins so.
const OTHER_ACCENTS: char = '~';
pub(crate) const AS_SPELT: char = '=';

/// The term of a lemma where the text spells it with other accents or none.
pub(super) fn with_other_accents(lemma: &str) -> String {
    format!("{OTHER_ACCENTS}{lemma}")
}

impl From<&Form> for Asked {
    fn from(form: &Form) -> Self {
        Asked { term: form.term.clone(), likely: form.likely }
    }
}

/// The lemmas among some terms, as texts have them that misspell their accents.
fn with_other_accents_each(asked: &[Asked]) -> Vec<Asked> {
    let lemmas = asked.iter().filter(|asked| asked.unmarked().0 == Kind::Word);
    lemmas.map(Asked::with_other_accents).collect()
}

/// Each term once, the likely ones first.
fn distinct(mut asked: Vec<Asked>) -> Vec<Asked> {
    asked.sort_by_key(|asked| !asked.likely);
    let mut terms: Vec<Asked> = Vec::with_capacity(asked.len());
    for asked in asked {
        if terms.iter().all(|known| known.term != asked.term) {
            terms.push(asked);
        }
    }
    terms
}

/// A word in its dictionary form is meant if the index uses it at least once for so many uses of another; if
/// its accents were not typed, more often.
const RARER: u64 = 50;
const RARER_WITH_ACCENTS: u64 = 10;

/// What a word with these readings asks for. Who types a word's dictionary form (entreprise, fait) means
/// that word before those of which it is a form, if the index uses it; who types a capital, a name.
fn asked(
    readings: Vec<Reading>,
    lower: &str,
    shape: Shape,
    vocabulary: &dyn Vocabulary,
) -> Vec<Asked> {
    let readings = not_seldom(likely(readings));
    let is_name = |r: &Reading| r.class.is(Class::NAME);
    let has_name = shape == Shape::Capital && readings.iter().any(is_name);
    let rarer = |r: &Reading| if r.form == lower { RARER } else { RARER_WITH_ACCENTS };
    let uses: Vec<u64> = readings.iter().map(|r| vocabulary.uses(&r.lemma)).collect();
    let most = uses.iter().max().copied().unwrap_or(0);
    let is_meant = |(r, uses): (&Reading, &u64)| match has_name {
        true => is_name(r),
        false => {
            r.form == r.lemma
                && r.class.without(Class::RARE) != Class::NAME
                && *uses > 0
                && *uses * rarer(r) >= most
        }
    };
    let meant: Vec<bool> = readings.iter().zip(&uses).map(is_meant).collect();
    let any = meant.contains(&true);
    // Where the text makes another word of the very form that was typed, it is found all the same.
    let as_spelt = readings.iter().filter(|r| r.form == r.lemma);
    let as_spelt: Vec<Asked> =
        as_spelt.map(|r| Asked::likely(format!("{AS_SPELT}{}", r.lemma))).collect();
    let asked = readings.into_iter().zip(meant);
    let asked = asked.map(|(r, meant)| Asked { term: r.lemma, likely: meant || !any });
    asked.chain(as_spelt).collect()
}

/// Readings that a query leaves aside where the form is another at least so much more often: half bits.
const SELDOM: u8 = 11;

fn not_seldom(mut readings: Vec<Reading>) -> Vec<Reading> {
    let best = readings.iter().map(|reading| reading.weight).min().unwrap_or(0);
    readings.retain(|reading| reading.weight - best < SELDOM);
    readings
}

impl Forms {
    /// The terms that a word of a query asks for, the likely ones first.
    pub(crate) fn of_query(&self, word: &str, vocabulary: &dyn Vocabulary) -> Vec<Asked> {
        if let Some(ordinal) = ordinal(word) {
            return vec![Asked::likely(ordinal)];
        }
        let (lower, folded) = (lower(word), fold(word));
        let user = self.user_lemmas(word).into_iter().map(Asked::likely);
        let asked = match lower == folded {
            true => self.of_plain_query(word, lower, folded, vocabulary),
            false => self.of_accented_query(word, lower, &folded, vocabulary),
        };
        distinct(user.chain(asked).collect())
    }

    /// A word without accents may be any that is so without them.
    fn of_plain_query(
        &self,
        word: &str,
        lower: String,
        folded: String,
        vocabulary: &dyn Vocabulary,
    ) -> Vec<Asked> {
        let shape = Shape::of(word);
        let readings = match shape {
            Shape::Mixed => Vec::new(),
            _ => self.lexicon.accented(&folded),
        };
        if readings.is_empty() {
            let spellings = vocabulary.spellings(&folded);
            return self.unknown_query(word, lower, &folded, spellings);
        }
        let mut asked = asked(readings, &lower, shape, vocabulary);
        if shape == Shape::Upper && is_stop_word(&folded) {
            // EU and AI are no forms of avoir first.
            asked = asked.into_iter().map(Asked::but_unlikely).collect();
        }
        let guessed: Vec<Asked> = with_other_accents_each(&asked);
        // Names and codes stand in the index whole.
        asked.push(Asked::likely(lower));
        asked.extend(guessed);
        asked
    }

    /// Accents that were typed mean the word that bears them. What texts spell with others or without is
    /// found after it; a spelling that neither the lexicon nor the index has is taken for a slip.
    fn of_accented_query(
        &self,
        word: &str,
        lower: String,
        folded: &str,
        vocabulary: &dyn Vocabulary,
    ) -> Vec<Asked> {
        let known = self.lexicon.exact(&lower);
        let is_known = !known.is_empty();
        let readings = if is_known { known } else { self.lexicon.accented(folded) };
        let mut readings = asked(readings, &lower, Shape::of(word), vocabulary);
        let guessed: Vec<Asked> =
            with_other_accents_each(&readings).into_iter().map(Asked::but_unlikely).collect();
        let mut asked = Vec::new();
        if !is_known {
            let spellings = vocabulary.spellings(folded);
            if spellings.contains(&lower) {
                readings = readings.into_iter().map(Asked::but_unlikely).collect();
            }
            asked = self.unknown_query(word, lower, folded, spellings);
        }
        asked.extend(readings);
        asked.extend(guessed);
        asked
    }

    /// What a word that the lexicon lacks asks for: itself, and the spellings of the index that it may be
    /// without its accents, or with those that capitals leave out.
    fn unknown_query(
        &self,
        word: &str,
        lower: String,
        folded: &str,
        mut spellings: Vec<String>,
    ) -> Vec<Asked> {
        let is_accented = lower != folded;
        spellings.retain(|spelling| *spelling != lower && (!is_accented || spelling == folded));
        let of_spelling = |spelling: String| [self.stems.stem(&spelling), spelling];
        let foreign = foreign_stem(&self.stems, &lower);
        let singular = singular(word, folded);
        let terms = std::iter::once(lower).chain(spellings).flat_map(of_spelling);
        let terms = terms.chain(foreign).chain([singular]);
        let mut asked: Vec<Asked> = terms.map(Asked::likely).collect();
        if is_accented {
            asked.push(Asked::likely(self.stems.stem(folded)).but_unlikely());
        }
        asked
    }

    /// What a word with hyphens asks for.
    pub(crate) fn of_hyphenated_query(
        &self,
        word: &str,
        vocabulary: &dyn Vocabulary,
    ) -> Vec<Asked> {
        let whole = lemmas(likely(self.hyphenated_readings(word)));
        let joined = word.replace('-', "");
        let is_known = !whole.is_empty();
        let whole = self.user_lemmas(word).into_iter().chain(whole).map(Asked::likely);
        let joined = match is_known {
            // What the lexicon has is not stemmed: là-bas is no lab.
            true => vec![Asked::likely(lower(&joined))],
            false => self.of_query(&joined, vocabulary),
        };
        distinct(whole.chain(joined).collect())
    }
}
