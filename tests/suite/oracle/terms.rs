//! Where the words of a query stand, each by the rule of its mark.

use std::rc::Rc;

use depeche::{Phrase, Piece, Token, fold};
use unicode_normalization::UnicodeNormalization;

use super::texts::{Places, Span};
use super::{Oracle, Part};

/// Of each text, where a word of the query stands.
pub(super) type Occurrences = Rc<Vec<Vec<Span>>>;

impl Oracle<'_> {
    /// The words that a phrase asks for one after the other.
    pub(super) fn slots(&self, phrase: &Phrase) -> Vec<Occurrences> {
        let pieces = phrase.pieces.iter().enumerate();
        pieces.flat_map(|(i, piece)| self.slots_of(piece, i == 0)).collect()
    }

    fn slots_of(&self, piece: &Piece, is_first: bool) -> Vec<Occurrences> {
        match piece {
            Piece::Exact(text) => self.exact_words(text),
            Piece::Letters(text) => self.words_letter_for_letter(text),
            Piece::Forms(text) => self.forms_in_a_phrase(text, is_first),
            Piece::Pattern(pattern) => vec![self.pattern(pattern)],
            Piece::Fuzzy { word, errors } => vec![self.fuzzy(word, usize::from(*errors))],
        }
    }

    /// The whole text of bare words as a phrase; none where it is a single word.
    pub(super) fn whole(&self, text: &str) -> Option<Vec<Occurrences>> {
        let tokens = self.analyzer.query_tokens(text);
        let words: Vec<_> = tokens.iter().skip_while(|token| token.clitic).collect();
        (words.len() > 1).then(|| words.iter().map(|token| self.exact_word(text, token)).collect())
    }

    fn exact_words(&self, text: &str) -> Vec<Occurrences> {
        self.analyzer.query_tokens(text).iter().map(|token| self.exact_word(text, token)).collect()
    }

    /// A word in quotation marks; a number with the sign that was typed beside it.
    fn exact_word(&self, text: &str, token: &Token) -> Occurrences {
        let mut places = self.exact_places(asked(token));
        if token.symbol.is_none()
            && let Some(sign) = sign_of(text, token)
        {
            places.retain(|&(text, span)| {
                let part = if text.is_multiple_of(2) { Part::Title } else { Part::Body };
                sign_of(self.source(text / 2, part), &self.texts[text].tokens[span.start])
                    == Some(sign)
            });
        }
        self.gathered(places)
    }

    fn exact_places(&self, term: &str) -> Places {
        let (words, symbols) = (self.index.words.get(term), self.index.symbols.get(term));
        words.into_iter().chain(symbols).flatten().copied().collect()
    }

    fn words_letter_for_letter(&self, text: &str) -> Vec<Occurrences> {
        let slot = |token: &Token| {
            let typed: String = text[token.offsets.clone()].nfc().collect();
            let mut places = self.exact_places(asked(token));
            places.retain(|&(text, span)| self.typed(text, span.start).nfc().eq(typed.chars()));
            self.gathered(places)
        };
        self.analyzer.query_tokens(text).iter().map(slot).collect()
    }

    /// How a word is written.
    fn typed(&self, text: usize, position: usize) -> &str {
        let part = if text.is_multiple_of(2) { Part::Title } else { Part::Body };
        &self.source(text / 2, part)[self.texts[text].tokens[position].offsets.clone()]
    }

    /// The words of a text that have forms.
    pub(super) fn words_in_all_forms(&self, text: &str) -> Vec<Word> {
        let tokens = self.analyzer.query_tokens_in(text, self.vocabulary);
        let words = tokens.iter().filter(|token| !token.clitic && !token.forms.is_empty());
        words
            .map(|token| Word { stop: token.stop_word, occurrences: self.any_form(token) })
            .collect()
    }

    /// A word of a phrase in all its forms: what an apostrophe or a hyphen ties to it counts as it stands,
    /// but before the first word.
    fn forms_in_a_phrase(&self, text: &str, is_first: bool) -> Vec<Occurrences> {
        let tokens = self.analyzer.query_tokens_in(text, self.vocabulary);
        let leading = tokens.iter().take_while(|token| token.clitic).count();
        let skipped = if is_first { leading } else { 0 };
        let words = tokens[skipped..].iter().filter(|t| t.clitic || !t.forms.is_empty());
        let word = |token: &Token| match token.clitic {
            true => self.exact_word(text, token),
            false => self.any_form(token),
        };
        words.map(word).collect()
    }

    /// The same, stop words left out unless there is nothing else.
    pub(super) fn words_that_count(&self, text: &str) -> Vec<Occurrences> {
        let words = self.words_in_all_forms(text);
        let only_stop_words = words.iter().all(|word| word.stop);
        let words = words.into_iter().filter(|word| only_stop_words || !word.stop);
        words.map(|word| word.occurrences).collect()
    }

    fn any_form(&self, token: &Token) -> Occurrences {
        let likely = token.forms.iter().filter(|form| form.likely);
        let places = likely.filter_map(|form| self.index.forms.get(&form.term));
        self.gathered(places.flatten().copied().collect())
    }

    fn pattern(&self, pattern: &str) -> Occurrences {
        let folded: Vec<char> = folded_pattern(pattern).chars().collect();
        self.words_like(pattern, |word| fits(&folded, word))
    }

    fn fuzzy(&self, word: &str, errors: usize) -> Occurrences {
        let folded: Vec<char> = fold(word).chars().collect();
        let near = |word: &[char]| {
            word.len().abs_diff(folded.len()) <= errors && distance(&folded, word) <= errors
        };
        self.words_like(&format!("{word}~{errors}"), near)
    }

    /// Where the words stand that please; remembered under a name.
    fn words_like(&self, name: &str, pleases: impl Fn(&[char]) -> bool) -> Occurrences {
        if let Some(known) = self.memory.borrow().get(name) {
            return Rc::clone(known);
        }
        let words = self.index.letters.iter().filter(|(_, letters)| pleases(letters));
        let places = words.flat_map(|(word, _)| self.index.words[word].iter().copied()).collect();
        let occurrences = self.gathered(places);
        self.memory.borrow_mut().insert(name.to_owned(), Rc::clone(&occurrences));
        occurrences
    }

    fn gathered(&self, places: Places) -> Occurrences {
        let mut gathered = vec![Vec::new(); self.texts.len()];
        places.into_iter().for_each(|(text, span)| gathered[text].push(span));
        for spans in &mut gathered {
            spans.sort_unstable();
            spans.dedup();
        }
        Rc::new(gathered)
    }
}

/// A word of a query in all its forms.
pub(super) struct Word {
    stop: bool,
    occurrences: Occurrences,
}

/// What a word of a quotation asks for.
fn asked(token: &Token) -> &str {
    token.symbol.as_ref().unwrap_or(&token.exact)
}

/// The letters between the signs, folded.
fn folded_pattern(pattern: &str) -> String {
    let parts = pattern.split_inclusive(['*', '?']).map(|part| {
        let letters = part.trim_end_matches(['*', '?']);
        fold(letters) + &part[letters.len()..]
    });
    parts.collect()
}

/// Whether a word is one that a pattern stands for.
pub(super) fn fits(pattern: &[char], word: &[char]) -> bool {
    match (pattern, word) {
        ([], _) => word.is_empty(),
        (['*', rest @ ..], _) => (0..=word.len()).any(|letters| fits(rest, &word[letters..])),
        ([sign, rest @ ..], [letter, letters @ ..]) => {
            (*sign == '?' || sign == letter) && fits(rest, letters)
        }
        _ => false,
    }
}

/// How many typing errors lie between two words: letters put in, left out, mistaken, two swapped; none
/// is mended twice.
pub(super) fn distance(left: &[char], right: &[char]) -> usize {
    let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
    for i in 0..=left.len() {
        for j in 0..=right.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let mistaken = usize::from(left[i - 1] != right[j - 1]);
                let least = (table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                let least = least.min(table[i - 1][j - 1] + mistaken);
                let swapped =
                    i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                if swapped { least.min(table[i - 2][j - 2] + 1) } else { least }
            };
        }
    }
    table[left.len()][right.len()]
}

/// The sign beside a number: after it, a space between or not, else directly before it; and the one of `n°`.
fn sign_of(text: &str, token: &Token) -> Option<char> {
    let is_money = |c: &char| "%‰€$£¥".contains(*c);
    let after = &text[token.offsets.end..];
    if !text[token.offsets.clone()].chars().all(char::is_numeric) {
        return after.chars().next().filter(|c| *c == '°');
    }
    let next = after.trim_start().chars().next().filter(is_money);
    next.or_else(|| text[..token.offsets.start].chars().next_back().filter(is_money))
}
