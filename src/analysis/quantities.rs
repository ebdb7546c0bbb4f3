//! Numbers, and what stands with them: decimals, thousands, signs, amounts of money, versions, ordinals.

use std::ops::Range;

use super::compounds::{Compound, CompoundTerm, MOST_PARTS, gap_after, run, single};
use super::fold::fold;
use super::words::{Word, is_apostrophe};

/// `10 000`, `1.500.000`, `3,5`, `17.4.1`: one number, thousands joined, decimals after a point. `v3.11` is
/// 3.11, and `Qwen2.5` a word of its own.
pub(super) fn number_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    let word = words[i].of(text);
    let (mut term, first) = match versioned(word) {
        Some(version) => (version.to_owned(), ""),
        None => {
            let number = digits(text, words, i)?;
            (number.to_owned(), number)
        }
    };
    let mut count = 1;
    while count < MOST_PARTS
        && !first.is_empty()
        && let Some(group) = thousands(text, words, i + count - 1, first)
    {
        term.push_str(group);
        count += 1;
    }
    let mut decimals = 0;
    while count < MOST_PARTS
        && let Some(part) = decimal_part(text, words, i + count - 1)
    {
        // 12.03.2024 is a date: its year must be found.
        if part.len() == 4 && decimals == 1 {
            return None;
        }
        term.push('.');
        term.push_str(part);
        count += 1;
        decimals += 1;
    }
    let term = CompoundTerm::Whole(fold(&term));
    (count > 1).then(|| run(words, i, count, term, false))
}

/// A word that ends in digits, as it is read before decimals: less the v of a version.
fn versioned(word: &str) -> Option<&str> {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_both = !letters.is_empty() && letters.len() < word.len();
    if !has_both || !letters.chars().all(char::is_alphabetic) {
        return None;
    }
    Some(if matches!(letters, "v" | "V") { &word[1..] } else { word })
}

pub(super) fn digits<'a>(text: &'a str, words: &[Word], i: usize) -> Option<&'a str> {
    let word = words.get(i)?.of(text);
    word.bytes().all(|b| b.is_ascii_digit()).then_some(word)
}

fn thousands<'a>(text: &'a str, words: &[Word], last: usize, first: &str) -> Option<&'a str> {
    let separator = single(gap_after(text, words, last)?)?;
    let groups = matches!(separator, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '.')
        || is_apostrophe(separator);
    let group = digits(text, words, last + 1)?;
    (groups && first.len() <= 3 && group.len() == 3).then_some(group)
}

/// A term that stands for `count` words, with the decimals of the number that is its last; and the words of
/// both.
pub(super) fn with_decimals(
    text: &str,
    words: &[Word],
    i: usize,
    mut count: usize,
    mut term: String,
) -> (String, usize) {
    while count < MOST_PARTS
        && digits(text, words, i + count - 1).is_some()
        && let Some(part) = decimal_part(text, words, i + count - 1)
    {
        term = term + "." + part;
        count += 1;
    }
    (term, count)
}

fn decimal_part<'a>(text: &'a str, words: &[Word], last: usize) -> Option<&'a str> {
    let separator = single(gap_after(text, words, last)?)?;
    matches!(separator, '.' | ',').then(|| digits(text, words, last + 1))?
}

/// What makes a number a quantity: `40 %`, `10$`, `$10`, `10 euros`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// The number with its sign, as one term: `40%`.
    pub(super) term: String,
    /// The number, with the word that is its sign.
    pub(super) span: Range<usize>,
    /// The sign, where it is one and not a word.
    pub(super) sign: Option<(&'static str, Range<usize>)>,
}

impl Unit {
    /// Whether it is named by one word: `10 euros`.
    pub(super) fn is_of_money(&self) -> bool {
        self.sign.is_none() && self.term.ends_with(['€', '$', '¥'])
    }
}

/// Signs of share and of money, with the words that they stand for.
const SIGNS: &[(&str, &str)] =
    &[("%", "%"), ("‰", "‰"), ("€", "euro"), ("$", "dollar"), ("£", "livre"), ("¥", "yen")];

/// Whether a term is that of a quantity: it ends with its sign.
pub(crate) fn is_quantity(term: &str) -> bool {
    SIGNS.iter().any(|(sign, _)| term.ends_with(sign))
}

/// Whether a term may be found where only a sign stands for it: `€`, `n°`, `Md€`.
pub(crate) fn is_sign_word(term: &str) -> bool {
    SIGNS.iter().any(|(_, named)| *named == term)
        || matches!(term, "numéro" | "milliard" | "million" | "degré")
}

/// The sign of a word of money.
fn sign_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "euro" | "euros" => "€",
        "dollar" | "dollars" => "$",
        "yen" | "yens" => "¥",
        _ => return None,
    })
}

/// The sign that a text begins with, and the word that it stands for.
pub(super) fn sign_before(text: &str) -> Option<(&'static str, &'static str)> {
    SIGNS.iter().copied().find(|(sign, _)| text.starts_with(sign))
}

/// The unit of the number that begins with the word at `i`, itself or as the compound given.
pub(super) fn unit_at(
    text: &str,
    words: &[Word],
    i: usize,
    compound: Option<&Compound>,
) -> Option<Unit> {
    let (number, count, end) = match compound {
        None => (digits(text, words, i)?, 1, words[i].end),
        Some(Compound { term: CompoundTerm::Whole(term), words, end, .. }) => {
            (term.as_str(), *words, *end)
        }
        Some(_) => return None,
    };
    if !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let start = words[i].start;
    let after = &text[end..];
    let space = after.chars().next().filter(|c| c.is_whitespace()).map_or(0, char::len_utf8);
    let at = end + space;
    if let Some((sign, named)) = sign_before(&text[at..]) {
        let place = at..at + sign.len();
        let (term, span) = (format!("{number}{sign}"), start..end);
        return Some(Unit { term, span, sign: Some((named, place)) });
    }
    if let Some((sign, named)) = SIGNS.iter().find(|(sign, _)| text[..start].ends_with(sign)) {
        let place = start - sign.len()..start;
        let (term, span) = (format!("{number}{sign}"), start..end);
        return Some(Unit { term, span, sign: Some((named, place)) });
    }
    let next = words.get(i + count).filter(|next| next.start == at)?;
    let sign = match fold(next.of(text)).as_str() {
        "pour" => {
            let cent = words.get(i + count + 1).filter(|cent| cent.of(text) == "cent")?;
            return Some(Unit { term: format!("{number}%"), span: start..cent.end, sign: None });
        }
        "pourcent" => "%",
        "livre" | "livres" => {
            let sterling = words.get(i + count + 1).filter(|word| word.of(text) == "sterling")?;
            return Some(Unit {
                term: format!("{number}£"),
                span: start..sterling.end,
                sign: None,
            });
        }
        word => sign_of(word)?,
    };
    Some(Unit { term: format!("{number}{sign}"), span: start..next.end, sign: None })
}

/// So much money: `M€`, `Md$`, `millions d’euros`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Amount {
    /// As one term: `million€`.
    pub(super) term: String,
    /// From the number's name to the currency.
    pub(super) span: Range<usize>,
    /// The words that are not there as such: the count, the currency.
    pub(super) stands_for: [Option<&'static str>; 2],
}

/// The amount that the word at `i` begins.
pub(super) fn amount_at(text: &str, words: &[Word], i: usize) -> Option<Amount> {
    let word = words[i];
    // Every name of a count begins so.
    if !word.of(text).starts_with(['m', 'M', 'k', 'K']) {
        return None;
    }
    let after = &text[word.end..];
    if let Some((sign, currency)) = sign_before(after) {
        let count = abbreviated(word.of(text))?;
        let span = word.start..word.end + sign.len();
        let stands_for = [Some(count), Some(currency)];
        return Some(Amount { term: format!("{count}{sign}"), span, stands_for });
    }
    let count = match fold(word.of(text)).as_str() {
        "million" | "millions" => "million",
        "milliard" | "milliards" | "md" | "mds" | "mrd" | "mrds" => "milliard",
        "millier" | "milliers" => "millier",
        _ => return None,
    };
    let of = words.get(i + 1).filter(|of| matches!(of.of(text), "d" | "de"));
    let last = of.map_or(word.end, |of| of.end);
    let before_sign = |c: char| c.is_whitespace() || is_apostrophe(c);
    let rest = text[last..].trim_start_matches(before_sign);
    let amount = |sign: &str, end: usize, currency: Option<&'static str>| Amount {
        term: format!("{count}{sign}"),
        span: word.start..end,
        stands_for: [None, currency],
    };
    if let Some((sign, currency)) = sign_before(rest) {
        return Some(amount(sign, text.len() - rest.len() + sign.len(), Some(currency)));
    }
    let currency = words.get(i + 2).filter(|_| of.is_some())?;
    Some(amount(sign_of(&fold(currency.of(text)))?, currency.end, None))
}

fn abbreviated(count: &str) -> Option<&'static str> {
    Some(match count {
        "Md" | "Mds" | "Mrd" | "Mrds" | "md" | "mds" => "milliard",
        "M" | "m" => "million",
        "k" | "K" => "millier",
        _ => return None,
    })
}

/// Endings of ordinals, folded: `1er`, `2de`, `3ème`.
const ORDINAL_ENDINGS: &[&str] = &[
    "de", "e", "eme", "emes", "er", "ere", "eres", "ers", "es", "ieme", "iemes", "nd", "nde",
    "nds", "re", "res",
];

/// An ordinal in figures by one name: 2e for 2ème, 2nde and 2e; XXIe for XXIème.
pub(super) fn ordinal(word: &str) -> Option<String> {
    let figures = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = &word[..word.len() - figures.len()];
    if !number.is_empty() {
        let is_ordinal = figures.starts_with(char::is_lowercase)
            && ORDINAL_ENDINGS.binary_search(&fold(figures).as_str()).is_ok();
        return is_ordinal.then(|| format!("{number}e"));
    }
    let ending = word.trim_start_matches(['I', 'V', 'X', 'L', 'C']);
    let number = &word[..word.len() - ending.len()];
    let is_ordinal = match number {
        "" | "C" | "L" => false,
        "I" => ending == "er",
        _ => matches!(fold(ending).as_str(), "e" | "eme" | "ieme"),
    };
    (is_ordinal && !ending.starts_with(char::is_uppercase)).then(|| format!("{}e", fold(number)))
}

/// A name and its number, as if they were written together: `HTML 5`, `GPT 3.5`, `Windows 11`.
pub(super) struct Numbered {
    pub(super) term: String,
    pub(super) span: Range<usize>,
    pub(super) words: usize,
}

/// Longest number of a name.
const LONGEST_NUMBER: usize = 5;

/// The name with its number that begins at the word at `i`.
pub(super) fn numbered_at(text: &str, words: &[Word], i: usize) -> Option<Numbered> {
    let number = words.get(i + 1)?.of(text);
    if !number.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    let name = words[i].of(text);
    let is_apart = matches!(gap_after(text, words, i), Some(" " | "\u{a0}" | "\u{202f}"));
    let is_number = number.len() <= LONGEST_NUMBER && ordinal(number).is_none();
    if !is_apart || !is_number || !name.chars().all(char::is_alphabetic) {
        return None;
    }
    let (term, count) = with_decimals(text, words, i, 2, fold(name) + &fold(number));
    let span = words[i].start..words[i + count - 1].end;
    Some(Numbered { term, span, words: count })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::compounds::compound_at;
    use crate::analysis::words::words;

    #[test]
    fn numbers_with_a_sign_are_quantities() {
        let table = [
            ("40 %", Some("40%")),
            ("40%", Some("40%")),
            ("40 pour cent", Some("40%")),
            ("1\u{202f}500,5\u{a0}€", Some("1500.5€")),
            ("10 euros", Some("10€")),
            ("40 personnes", None),
            ("1/2", None),
        ];
        for (text, expected) in table {
            let found: Vec<Word> = words(text).collect();
            let compound = compound_at(text, &found, 0);
            let unit = unit_at(text, &found, 0, compound.as_ref()).map(|unit| unit.term);
            assert_eq!(unit.as_deref(), expected, "{text}");
        }
        let found: Vec<Word> = words("$40").collect();
        let unit = unit_at("$40", &found, 0, None).unwrap();
        assert_eq!((unit.term.as_str(), unit.sign), ("40$", Some(("dollar", 0..1))));
    }

    #[test]
    fn amounts_of_money_have_one_term() {
        for (text, term, end) in [
            ("M€ de", "million€", 4),
            ("Md$", "milliard$", 3),
            ("millions d’euros", "million€", 18),
            ("milliards de dollars", "milliard$", 20),
            ("Mds d'€", "milliard€", 9),
            ("milliards €", "milliard€", 13),
        ] {
            let found: Vec<Word> = words(text).collect();
            let amount = amount_at(text, &found, 0).unwrap();
            assert_eq!((amount.term.as_str(), amount.span), (term, 0..end), "{text}");
        }
        for text in ["M", "millions de gens", "milliards d’", "m de large"] {
            let found: Vec<Word> = words(text).collect();
            assert_eq!(amount_at(text, &found, 0), None, "{text}");
        }
    }

    #[test]
    fn ordinals_have_one_name() {
        for (word, expected) in [
            ("1er", Some("1e")),
            ("1ère", Some("1e")),
            ("2nde", Some("2e")),
            ("3èmes", Some("3e")),
            ("XXIème", Some("xxie")),
            ("XXe", Some("xxe")),
            ("Ier", Some("ie")),
            ("3D", None),
            ("4E", None),
            ("5", None),
            ("Le", None),
            ("Ce", None),
            ("Ver", None),
            ("Vie", None),
            ("Cie", None),
        ] {
            assert_eq!(ordinal(word).as_deref(), expected, "{word}");
        }
    }

    #[test]
    fn names_with_their_numbers() {
        for (text, expected) in [
            ("HTML 5.", Some("html5")),
            ("GPT 3.5 sort", Some("gpt3.5")),
            ("Wi 6E", Some("wi6e")),
            ("Python 3.12.1", Some("python3.12.1")),
            ("Windows  11", None),
            ("GPT-4", None),
            ("Le 2e", None),
            ("An 2024000", None),
        ] {
            let found: Vec<Word> = words(text).collect();
            let numbered = numbered_at(text, &found, 0).map(|numbered| numbered.term);
            assert_eq!(numbered.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn lists_are_sorted() {
        assert!(ORDINAL_ENDINGS.is_sorted_by(|a, b| a < b));
    }
}
