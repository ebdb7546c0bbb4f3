//! Words that belong together: acronyms, symbols, hyphenated and inclusive writing; numbers by
//! [`super::quantities`].
//!
//! Every word keeps its own position. A compound adds one term at the position of its first word, so
//! that `start-up` meets `startup` and `10 000` meets `10000`, while a phrase may still begin or end at
//! any word. Where the parts mean nothing alone (`000`, `hui`), the field of forms leaves them out.

use super::fold::{fold, fold_into};
use super::quantities::{digits, number_at, with_decimals};
use super::words::{Word, is_apostrophe, is_hyphen};

/// A run of words, beginning with the one asked about, that also reads as one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Compound {
    /// How many words it covers, at least one.
    pub(crate) words: usize,
    /// Its bytes, symbols included (`.NET`, `C++`).
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) term: CompoundTerm,
    /// Whether its words keep their own forms beside the compound's.
    pub(crate) keeps_parts: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CompoundTerm {
    /// Indexed as it stands: numbers, acronyms.
    Whole(String),
    /// Indexed as it stands, in the field of exact words too: C++ is no C.
    Symbol(String),
    /// A word like others.
    Word(String),
    /// Words with hyphens between them: a word like others once they are joined.
    Hyphenated(String),
}

/// Most words read as one: it bounds the time that a run of them takes.
pub(super) const MOST_PARTS: usize = 8;

/// First words of what an apostrophe does not part.
const WHOLE_WITH_APOSTROPHE: &[&str] = &["aujourd", "entr", "grand", "presqu", "prud", "quelqu"];

/// Words that a vowel shortens before an apostrophe.
const ELIDED: &[&str] = &[
    "c", "d", "j", "jusqu", "l", "lorsqu", "m", "n", "presqu", "puisqu", "qu", "quelqu", "quoiqu",
    "s", "t",
];

/// What follows a verb after a hyphen (`répond-elle`): no compound.
const CLITICS: &[&str] = &[
    "ce", "ci", "elle", "elles", "en", "il", "ils", "je", "la", "le", "les", "leur", "lui", "moi",
    "nous", "on", "t", "toi", "tu", "vous", "y",
];

/// Pronouns that a hyphen makes one with -ci and -là.
const DEMONSTRATIVES: &[&str] = &["celle", "celles", "celui", "ceux"];

/// Words that a dot shortens.
const ABBREVIATIONS: &[&str] =
    &["Dr", "M", "MM", "Me", "Mgr", "Pr", "St", "Ste", "cf", "chap", "etc", "ex", "fig", "pp"];

const LONGEST_ABBREVIATION: usize = 4;

/// Endings that inclusive writing sets apart (`salarié·e·s`, `développeur-euse-s`).
const INCLUSIVE_ENDINGS: &[&str] = &[
    "e", "ere", "eres", "es", "esse", "esses", "euse", "euses", "fe", "fes", "ice", "ices", "ne",
    "nes", "rice", "rices", "s", "se", "ses", "te", "tes", "trice", "trices", "ve", "ves", "x",
];

/// Whether nothing around a word could make it more than itself: most words are found so at a glance.
// Called for every word.
#[inline(always)]
pub(crate) fn is_plain(text: &str, word: Word) -> bool {
    let bytes = text.as_bytes();
    let is_blank = |byte: u8| matches!(byte, b' ' | b',' | b'\n' | b';' | b':' | b')' | b'"');
    let after = bytes.get(word.end).copied().unwrap_or(b' ');
    let ends_sentence = after == b'.'
        && word.end - word.start > LONGEST_ABBREVIATION
        && bytes.get(word.end + 1).is_none_or(u8::is_ascii_whitespace);
    let before = &bytes[..word.start];
    let is_apart = before.last().is_none_or(|b| matches!(b, b' ' | b'\n' | b'\'' | b'(' | b'"'))
        || before.ends_with("’".as_bytes());
    let has_number = bytes.get(word.end + 1).is_some_and(u8::is_ascii_digit);
    // Millions and milliards may be of euros.
    let may_count = matches!(
        word.of(text).as_bytes(),
        [b'm' | b'M', b'i', b'l', b'l', b'i', ..] | [b'm' | b'M', b'd' | b'r', ..]
    );
    (is_blank(after) || ends_sentence)
        && is_apart
        && !has_number
        && !may_count
        && !bytes[word.start].is_ascii_digit()
}

/// Whether the word at `i` leans on the one beside it: `l’` of `l’équité`, `t` and `elle` of `a-t-elle`.
pub(crate) fn is_clitic(text: &str, words: &[Word], i: usize) -> bool {
    is_elided(text, words, i) || is_enclitic(text, words, i)
}

/// The last words of a run with hyphens, as far as they are clitics.
fn is_enclitic(text: &str, words: &[Word], i: usize) -> bool {
    let is_clitic = |i: usize| is_one_of(words[i].of(text), CLITICS, 5);
    if !is_tied(text, words, i) || !is_clitic(i) || is_rendezvous(text, words, i - 1) {
        return false;
    }
    let tied = (i + 1..words.len()).take(MOST_PARTS).take_while(|&next| is_tied(text, words, next));
    tied.into_iter().all(is_clitic)
}

/// Whether a word is, once folded, one of some short ones in their order, of so many bytes at most.
fn is_one_of(word: &str, folded: &[&str], longest: usize) -> bool {
    match word.len() <= longest {
        false => false,
        true if word.is_ascii() => folded.iter().any(|known| known.eq_ignore_ascii_case(word)),
        true => folded.binary_search(&fold(word).as_str()).is_ok(),
    }
}

/// A noun that ends like an imperative.
fn is_rendezvous(text: &str, words: &[Word], i: usize) -> bool {
    let is =
        |i: usize, folded: &str| words.get(i).is_some_and(|word| fold(word.of(text)) == folded);
    is(i, "rendez") && is(i + 1, "vous")
}

/// Whether the word at `i` is shortened before an apostrophe: `l’` of `l’équité`.
fn is_elided(text: &str, words: &[Word], i: usize) -> bool {
    gap_after(text, words, i).is_some_and(is_apostrophe_gap)
        && is_one_of(words[i].of(text), ELIDED, 7)
}

/// `'` alone, or followed by the space that careless typing leaves.
fn is_apostrophe_gap(gap: &str) -> bool {
    let mut chars = gap.chars();
    chars.next().is_some_and(is_apostrophe) && matches!(chars.as_str(), "" | " " | "\u{a0}")
}

/// The compound that begins with the word at `i`, if there is one.
pub(crate) fn compound_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    if let Some(symbol) = symbol_at(text, words[i])
        .or_else(|| degree_at(text, words[i]))
        .or_else(|| numero_at(text, words, i))
    {
        return Some(symbol);
    }
    if text.as_bytes().get(words[i].end) == Some(&b'.')
        && let Some(compound) = dotted_at(text, words, i)
    {
        return Some(compound);
    }
    // Most words are followed by a space and a letter: leave at once.
    let gap = gap_after(text, words, i)?;
    match gap.chars().next()? {
        c if is_hyphen(c) => inclusive_at(text, words, i).or_else(|| hyphenated_at(text, words, i)),
        '.' => inclusive_at(text, words, i),
        '·' | '•' | '‧' | '⋅' | '∙' | '(' => inclusive_at(text, words, i),
        c if is_apostrophe(c) => {
            number_at(text, words, i).or_else(|| with_apostrophe_at(text, words, i))
        }
        ',' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' => number_at(text, words, i),
        _ => None,
    }
}

/// `°C`: the sign is part of the unit.
fn degree_at(text: &str, word: Word) -> Option<Compound> {
    let is_unit = matches!(word.of(text), "C" | "F") && text[..word.start].ends_with('°');
    is_unit.then(|| Compound {
        words: 1,
        start: word.start - '°'.len_utf8(),
        end: word.end,
        term: CompoundTerm::Whole(format!("°{}", fold(word.of(text)))),
        keeps_parts: false,
    })
}

/// `n° 5`, `nº 5`, `No 5`.
fn numero_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    let word = words[i];
    let sign = match word.of(text) {
        "n" | "N" if text[word.end..].starts_with('°') => '°'.len_utf8(),
        "nº" | "Nº" => 0,
        "no" | "No" | "NO" if gap_after(text, words, i) == Some(" ") => {
            digits(text, words, i + 1).map(|_| 0)?
        }
        _ => return None,
    };
    let term = CompoundTerm::Word("numéro".to_owned());
    let (start, end) = (word.start, word.end + sign);
    Some(Compound { words: 1, start, end, term, keeps_parts: false })
}

/// What a dot follows: a number, an acronym, an abbreviation.
fn dotted_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    let abbreviation = || {
        let word = words[i].of(text);
        ABBREVIATIONS.binary_search(&word).is_ok().then(|| Compound {
            words: 1,
            start: words[i].start,
            end: words[i].end + 1,
            term: CompoundTerm::Whole(fold(word)),
            keeps_parts: false,
        })
    };
    number_at(text, words, i).or_else(|| acronym_at(text, words, i)).or_else(abbreviation)
}

/// Whether a word is of an address, a handle or a tag: `paris.fr`, `@paris`, `#paris`.
pub(crate) fn is_in_address(text: &str, word: Word) -> bool {
    let mut before = text[..word.start].chars().rev();
    let mut after = text[word.end..].chars();
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit());
    match (before.next(), after.next()) {
        (Some('@' | '#'), _) => true,
        (Some('.' | '/'), _) if before.next().is_some_and(|c| c.is_alphanumeric() || c == '/') => {
            true
        }
        (_, Some('.' | '@' | '/')) => goes_on(after.next()),
        _ => false,
    }
}

/// Whether a hyphen ties the word at `i` to the one before it.
pub(crate) fn is_tied(text: &str, words: &[Word], i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|before| gap_after(text, words, before));
    before.and_then(single).is_some_and(is_hyphen)
}

pub(super) fn gap_after<'a>(text: &'a str, words: &[Word], i: usize) -> Option<&'a str> {
    let next = words.get(i + 1)?;
    Some(&text[words[i].end..next.start])
}

pub(super) fn single(gap: &str) -> Option<char> {
    let mut chars = gap.chars();
    chars.next().filter(|_| chars.as_str().is_empty())
}

pub(super) fn run(
    words: &[Word],
    i: usize,
    count: usize,
    term: CompoundTerm,
    keeps_parts: bool,
) -> Compound {
    let (start, end) = (words[i].start, words[i + count - 1].end);
    Compound { words: count, start, end, term, keeps_parts }
}

/// `C++`, `C#`, `Canal+`, `.NET`: the symbol is part of the name.
pub(crate) fn symbol_at(text: &str, word: Word) -> Option<Compound> {
    let after = &text.as_bytes()[word.end..];
    let symbol = match after.first() {
        Some(b'+') if after.starts_with(b"++") => 2,
        Some(b'+') if word.end - word.start > 1 => 1,
        Some(b'#') if word.end - word.start == 1 => 1,
        _ => return dotted_name_at(text, word),
    };
    let rest = text[word.end + symbol..].chars().next();
    if rest.is_some_and(char::is_alphanumeric) || !word.of(text).chars().all(char::is_alphabetic) {
        return None;
    }
    let term = fold(word.of(text)) + &text[word.end..word.end + symbol];
    let (start, end) = (word.start, word.end + symbol);
    Some(Compound { words: 1, start, end, term: CompoundTerm::Symbol(term), keeps_parts: true })
}

fn dotted_name_at(text: &str, word: Word) -> Option<Compound> {
    let before = text[..word.start].strip_suffix('.')?;
    let opens =
        before.chars().next_back().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '«'));
    let name = word.of(text);
    let in_one_case = name.bytes().all(|b| b.is_ascii_uppercase())
        || name.bytes().all(|b| b.is_ascii_lowercase());
    if !opens || name.len() < 2 || !in_one_case {
        return None;
    }
    let term = CompoundTerm::Symbol(format!(".{}", fold(name)));
    Some(Compound { words: 1, start: word.start - 1, end: word.end, term, keeps_parts: true })
}

/// `I.A.`, `U.S.A.`, `s.n.c.f.`, `P.-D.G.`: single letters with a dot and no space between them.
fn acronym_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    let is_letter = |w: &Word| single(w.of(text)).is_some_and(char::is_alphabetic);
    let mut count = 1;
    while count < MOST_PARTS
        && words.get(i + count - 1).is_some_and(is_letter)
        && matches!(gap_after(text, words, i + count - 1), Some("." | ".-"))
        && words.get(i + count).is_some_and(is_letter)
    {
        count += 1;
    }
    if count == 1 {
        return None;
    }
    let mut joined = String::with_capacity(count);
    words[i..i + count].iter().for_each(|word| fold_into(word.of(text), &mut joined));
    Some(run(words, i, count, CompoundTerm::Whole(joined), false))
}

/// `aujourd’hui`, `quelqu’un`, `O’Reilly`.
fn with_apostrophe_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    let (first, next) = (words[i].of(text), words[i + 1].of(text));
    single(gap_after(text, words, i)?)?;
    let head = fold(first);
    let tail = fold(next);
    let whole = match head.as_str() {
        "quelqu" => tail.starts_with("un"),
        "presqu" => tail.starts_with("ile"),
        "o" => next.len() > 2,
        head => WHOLE_WITH_APOSTROPHE.binary_search(&head).is_ok(),
    };
    let term = CompoundTerm::Word(format!("{}{}", first.to_lowercase(), next.to_lowercase()));
    whole.then(|| run(words, i, 2, term, false))
}

/// `start-up` is also `startup`, `GPT-3.5` is `gpt3.5`; the parts stay.
fn hyphenated_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    let mut count = 1;
    while count < MOST_PARTS
        && gap_after(text, words, i + count - 1).and_then(single).is_some_and(is_hyphen)
    {
        count += 1;
    }
    if count == 1 {
        return None;
    }
    let has_clitic = is_one_of(words[i + count - 1].of(text), CLITICS, 5);
    let is_pronoun = || is_one_of(words[i].of(text), DEMONSTRATIVES, 6);
    if has_clitic && !is_pronoun() && !is_rendezvous(text, words, i) {
        return None;
    }
    let parts: Vec<&str> = words[i..i + count].iter().map(|w| w.of(text)).collect();
    let (whole, count) = with_decimals(text, words, i, count, parts.join("-"));
    Some(run(words, i, count, CompoundTerm::Hyphenated(whole), true))
}

/// `utilisateur·rice·s`, `salarié(e)s`, `étudiant.e.s`, `étudiant-e-s`: read as the first word.
fn inclusive_at(text: &str, words: &[Word], i: usize) -> Option<Compound> {
    if words[i].end - words[i].start < 3 {
        return None;
    }
    let mut count = 1;
    while count < MOST_PARTS
        && let Some(gap) = gap_after(text, words, i + count - 1)
    {
        let next = words[i + count].of(text);
        let joins = match gap {
            "(" => text[words[i + count].end..].starts_with(')'),
            ")" => count > 1,
            // fin.Se and prix.fe are no endings.
            "." => next != "fe" && next.len() < 5 && next.starts_with(char::is_lowercase),
            gap => single(gap)
                .is_some_and(|c| matches!(c, '·' | '•' | '‧' | '⋅' | '∙') || is_hyphen(c)),
        };
        if !joins || INCLUSIVE_ENDINGS.binary_search(&fold(next).as_str()).is_err() {
            break;
        }
        count += 1;
    }
    let term = CompoundTerm::Word(words[i].of(text).to_owned());
    let mut compound = (count > 1).then(|| run(words, i, count, term, false))?;
    if text[words[i].end..].starts_with('(') && text[compound.end..].starts_with(')') {
        compound.end += 1;
    }
    Some(compound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::words::words;

    fn first(text: &str) -> Option<(String, String, bool)> {
        let found: Vec<Word> = words(text).collect();
        let i = (0..found.len()).find(|&i| !is_elided(text, &found, i))?;
        let compound = compound_at(text, &found, i)?;
        let lit = text[compound.start..compound.end].to_owned();
        let (CompoundTerm::Whole(term)
        | CompoundTerm::Symbol(term)
        | CompoundTerm::Word(term)
        | CompoundTerm::Hyphenated(term)) = compound.term;
        Some((lit, term, compound.keeps_parts))
    }

    #[test]
    fn what_belongs_together_is_one_term() {
        let table = [
            ("10 000 euros", "10 000", "10000", false),
            ("1\u{202f}500\u{202f}000", "1\u{202f}500\u{202f}000", "1500000", false),
            ("100.000 vues", "100.000", "100000", false),
            ("3,5 %", "3,5", "3.5", false),
            ("17.4.1 corrige", "17.4.1", "17.4.1", false),
            ("1 500,5", "1 500,5", "1500.5", false),
            ("start-ups", "start-ups", "start-ups", true),
            ("GPT-4 sort", "GPT-4", "GPT-4", true),
            ("I.A. forte", "I.A", "ia", false),
            ("l’I.A.", "I.A", "ia", false),
            ("aujourd’hui", "aujourd’hui", "aujourdhui", false),
            ("O'Reilly", "O'Reilly", "oreilly", false),
            ("utilisateur·rice·s", "utilisateur·rice·s", "utilisateur", false),
            ("salarié(e)s", "salarié(e)s", "salarié", false),
            ("salarié(e) de", "salarié(e)", "salarié", false),
            ("développeur-euse-s", "développeur-euse-s", "développeur", false),
            ("C++ et C", "C++", "c++", true),
            (".NET 8", ".NET", ".net", true),
            ("M. Dupont", "M.", "m", false),
            ("etc.", "etc.", "etc", false),
            ("°C", "°C", "°c", false),
            ("celle-ci", "celle-ci", "celle-ci", true),
            ("Canal+ diffuse", "Canal+", "canal+", true),
        ];
        for (text, lit, term, keeps_parts) in table {
            assert_eq!(first(text), Some((lit.into(), term.into(), keeps_parts)), "{text}");
        }
    }

    #[test]
    fn what_does_not_belong_together_is_left_apart() {
        for text in
            ["répond-elle", "2024 100", "12.03.2024", "l’avenir", "A. B", "fin.En", "a+b", "10, 20"]
        {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn lists_are_sorted() {
        for list in [
            WHOLE_WITH_APOSTROPHE,
            ELIDED,
            CLITICS,
            DEMONSTRATIVES,
            ABBREVIATIONS,
            INCLUSIVE_ENDINGS,
        ] {
            assert!(list.is_sorted_by(|a, b| a < b), "{list:?}");
        }
    }
}
