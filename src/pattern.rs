//! Words that a query leaves partly open: truncated (`invest*`, `m?t`), or with typing errors (`mot~1`).
//!
//! A pattern is read one character after the other, so that a dictionary of words is searched without
//! looking at those whose beginnings already exclude them.

use crate::analysis::fold;

/// Most characters of a folded pattern: folding may double those that were typed.
const MOST_CHARACTERS: usize = 127;

/// A pattern over folded words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// `*` stands for any letters or none, `?` for one.
    Wildcards(Vec<char>),
    /// Within so many insertions, deletions, replacements and exchanges of neighbours.
    Typos { word: Vec<char>, errors: u8 },
}

/// How far a word has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// The places of the pattern that are reached, a bit each.
    Places(u128),
    /// Two rows of the table of distances (optimal string alignment), and the last character.
    Rows { row: Vec<u8>, before: Vec<u8>, last: Option<char> },
}

impl Pattern {
    pub(crate) fn wildcards(text: &str) -> Self {
        let mut signs: Vec<char> = fold(text).chars().collect();
        signs.dedup_by(|a, b| *a == '*' && *b == '*');
        signs.truncate(MOST_CHARACTERS);
        Pattern::Wildcards(signs)
    }

    pub(crate) fn typos(word: &str, errors: u8) -> Self {
        Pattern::Typos { word: fold(word).chars().take(MOST_CHARACTERS).collect(), errors }
    }

    /// Whether an exact term of a text is one of those meant: terms that bear signs are none.
    pub(crate) fn matches_word(&self, term: &str) -> bool {
        is_word(term) && self.matches(term)
    }

    /// Whether a folded word is one of those meant.
    fn matches(&self, word: &str) -> bool {
        let progress = word.chars().try_fold(self.start(), |at, c| self.step(&at, c));
        progress.is_some_and(|at| self.accepts(&at))
    }

    pub(crate) fn start(&self) -> Progress {
        match self {
            Pattern::Wildcards(signs) => Progress::Places(past_stars(signs, 1)),
            Pattern::Typos { word, .. } => {
                let row = (0..=word.len()).map(|n| n as u8).collect();
                Progress::Rows { row, before: Vec::new(), last: None }
            }
        }
    }

    /// The next character; none if no word that goes on so is meant.
    pub(crate) fn step(&self, at: &Progress, c: char) -> Option<Progress> {
        match (self, at) {
            (Pattern::Wildcards(signs), Progress::Places(places)) => {
                let mut next = 0;
                for (i, &sign) in signs.iter().enumerate().filter(|(i, _)| places >> i & 1 == 1) {
                    match sign {
                        '*' => next |= 1 << i,
                        _ if sign == '?' || sign == c => next |= 1 << (i + 1),
                        _ => {}
                    }
                }
                (next != 0).then(|| Progress::Places(past_stars(signs, next)))
            }
            (Pattern::Typos { word, errors }, Progress::Rows { row, before, last }) => {
                let next = next_row(word, row, before, *last, c);
                let is_near = next.iter().any(|distance| distance <= errors);
                is_near.then(|| Progress::Rows { row: next, before: row.clone(), last: Some(c) })
            }
            _ => None,
        }
    }

    pub(crate) fn accepts(&self, at: &Progress) -> bool {
        match (self, at) {
            (Pattern::Wildcards(signs), Progress::Places(places)) => places >> signs.len() & 1 == 1,
            (Pattern::Typos { errors, .. }, Progress::Rows { row, .. }) => {
                row.last().is_some_and(|distance| distance <= errors)
            }
            _ => false,
        }
    }
}

/// Whether an exact term is a word, and no symbol (`c++`).
pub(crate) fn is_word(term: &str) -> bool {
    term.chars().all(char::is_alphanumeric)
}

/// A star may stand for nothing: what follows it is reached with it.
fn past_stars(signs: &[char], mut places: u128) -> u128 {
    for (i, sign) in signs.iter().enumerate() {
        if *sign == '*' && places >> i & 1 == 1 {
            places |= 1 << (i + 1);
        }
    }
    places
}

fn next_row(word: &[char], row: &[u8], before: &[u8], last: Option<char>, c: char) -> Vec<u8> {
    let mut next = Vec::with_capacity(row.len());
    next.push(row[0].saturating_add(1));
    for (i, &letter) in word.iter().enumerate() {
        let replaced = row[i] + u8::from(letter != c);
        let mut least = replaced.min(row[i + 1].saturating_add(1)).min(next[i] + 1);
        let is_exchange = i > 0 && last == Some(letter) && word[i - 1] == c;
        if let Some(distance) = before.get(i.wrapping_sub(1)).filter(|_| is_exchange) {
            least = least.min(distance + 1);
        }
        next.push(least);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards() {
        let table = [
            ("invest*", "invest", true),
            ("invest*", "investissement", true),
            ("invest*", "inves", false),
            ("m?t", "mot", true),
            ("m?t", "mt", false),
            ("*isation", "numerisation", true),
            ("n*sation", "numerisation", true),
            ("n**sation", "nation", false),
            ("Équ*", "equite", true),
            ("*a*b*", "xxaxxbxx", true),
        ];
        for (pattern, word, expected) in table {
            assert_eq!(Pattern::wildcards(pattern).matches(word), expected, "{pattern} {word}");
        }
    }

    #[test]
    fn typing_errors() {
        let table = [
            ("mot", 1, "mot", true),
            ("mot", 1, "mots", true),
            ("mot", 1, "mto", true),
            ("mot", 1, "lots", false),
            ("mot", 2, "lots", true),
            ("équité", 1, "equite", true),
            ("microsoft", 1, "mircosoft", true),
            ("microsoft", 2, "mircosotf", true),
        ];
        for (pattern, errors, word, expected) in table {
            assert_eq!(Pattern::typos(pattern, errors).matches(word), expected, "{pattern} {word}");
        }
    }
}
