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
    /// Two rows of the table of distances (optimal string alignment), each where it is near the diagonal;
    /// how many characters were read, and the last one.
    Rows { row: Band, before: Band, read: usize, last: Option<char> },
}

/// The part of a row of distances that few errors can reach: the first cell is of as many letters fewer than
/// were read, the last of as many more.
type Band = [u8; 2 * MOST_ERRORS + 1];

/// Most typing errors of a word.
const MOST_ERRORS: usize = 2;
/// A distance that no word is within.
const FAR: u8 = u8::MAX - 1;

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

    /// What the words meant begin with, if that is all that is asked of them.
    pub(crate) fn beginning(&self) -> Option<String> {
        let Pattern::Wildcards(signs) = self else { return None };
        let (star, letters) = signs.split_last()?;
        let is_beginning = *star == '*' && !letters.iter().any(|sign| matches!(sign, '*' | '?'));
        is_beginning.then(|| letters.iter().collect())
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
                let cell = |cell| letters(cell, 0, word).map_or(FAR, |letters| letters as u8);
                let row = std::array::from_fn(cell);
                Progress::Rows { row, before: [FAR; _], read: 0, last: None }
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
            (Pattern::Typos { word, errors }, &Progress::Rows { row, before, read, last }) => {
                let next = next_band(word, (row, before), (read, last), c);
                let is_near = next.iter().any(|distance| distance <= errors);
                let progress =
                    || Progress::Rows { row: next, before: row, read: read + 1, last: Some(c) };
                is_near.then(progress)
            }
            _ => None,
        }
    }

    pub(crate) fn accepts(&self, at: &Progress) -> bool {
        match (self, at) {
            (Pattern::Wildcards(signs), Progress::Places(places)) => places >> signs.len() & 1 == 1,
            (Pattern::Typos { word, errors }, Progress::Rows { row, read, .. }) => {
                let whole = (word.len() + MOST_ERRORS).checked_sub(*read);
                whole.and_then(|cell| row.get(cell)).is_some_and(|distance| distance <= errors)
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

/// How many letters of the word a cell stands for, after so many characters read.
fn letters(cell: usize, read: usize, word: &[char]) -> Option<usize> {
    (read + cell).checked_sub(MOST_ERRORS).filter(|&letters| letters <= word.len())
}

/// The next row: a cell's neighbour in the row before has one letter less than the one above it.
fn next_band(
    word: &[char],
    (row, before): (Band, Band),
    (read, last): (usize, Option<char>),
    c: char,
) -> Band {
    let mut next = [FAR; _];
    for cell in 0..next.len() {
        let Some(letters) = letters(cell, read + 1, word) else { continue };
        let inserted = row.get(cell + 1).map_or(FAR, |distance| distance + 1);
        let mut least = inserted;
        if let Some(letter) = letters.checked_sub(1) {
            let omitted = if cell > 0 { next[cell - 1] + 1 } else { FAR };
            let replaced = row[cell] + u8::from(word[letter] != c);
            least = least.min(omitted).min(replaced);
            if letter > 0 && last == Some(word[letter]) && word[letter - 1] == c {
                least = least.min(before[cell] + 1);
            }
        }
        next[cell] = least.min(FAR);
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

    /// The whole table of distances (optimal string alignment).
    fn distance(left: &[char], right: &[char]) -> usize {
        let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
        for i in 0..=left.len() {
            for j in 0..=right.len() {
                table[i][j] = match (i, j) {
                    (0, n) | (n, 0) => n,
                    _ => {
                        let replaced =
                            table[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
                        replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
                    }
                };
                if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                    table[i][j] = table[i][j].min(table[i - 2][j - 2] + 1);
                }
            }
        }
        table[left.len()][right.len()]
    }

    #[test]
    fn typing_errors_are_those_of_the_whole_table() {
        let words: Vec<String> = (0..3_usize.pow(6))
            .map(|n| (0..6).map(|i| ['a', 'b', 'x'][n / 3_usize.pow(i) % 3]).collect::<String>())
            .map(|word| {
                word.split('x').next().unwrap_or_default().to_owned() + &word.replace('x', "")
            })
            .collect();
        for word in ["abab", "aabba", "a", "bababab"] {
            let letters: Vec<char> = word.chars().collect();
            for read in &words {
                let distance = distance(&letters, &read.chars().collect::<Vec<_>>());
                for errors in [1, 2] {
                    let is_meant = Pattern::typos(word, errors).matches(read);
                    assert_eq!(is_meant, distance <= usize::from(errors), "{word} {read} {errors}");
                }
            }
        }
    }
}
