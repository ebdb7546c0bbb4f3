//! Text to words: where each word begins and ends in the original bytes.
//!
//! A [`Word`] is the smallest piece that a reader could look for: letters and digits between anything
//! else, with the combining accents and invisible characters inside it. Apostrophes and hyphens end a
//! word, so that a phrase may begin or end anywhere; what belongs together (`10 000`, `start-up`,
//! `aujourd’hui`, `I.A.`) is put together again by [`super::compounds`].

use unicode_normalization::char::is_combining_mark;

use super::fold::fold;
use super::quantities::sign_before;

/// One word: byte offsets into the scanned text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Word {
    pub(crate) fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// Every word of `text`, left to right. Linear in the text; allocates nothing.
pub(crate) fn words(text: &str) -> Words<'_> {
    Words { text, at: 0 }
}

pub(crate) struct Words<'a> {
    text: &'a str,
    at: usize,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let start = self.find_start()?;
        let end = word_end(self.text, start);
        self.at = end;
        Some(Word { start, end })
    }
}

impl Words<'_> {
    fn find_start(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        while at < bytes.len() {
            if bytes[at].is_ascii() {
                if bytes[at].is_ascii_alphanumeric() {
                    return Some(at);
                }
                at += 1;
            } else {
                let c = self.text[at..].chars().next()?;
                if is_word_char(c) {
                    return Some(at);
                }
                at += c.len_utf8();
            }
        }
        None
    }
}

/// Units that follow a number without a space (`18h`, `16Go`, `5nm`), in lower case: case does not count. What
/// could be more than a unit is not here (4K, 5G, 3D, 2e).
const UNITS: &[&str] = &[
    "cm", "fps", "gb", "gbit", "gbps", "ghz", "gib", "gio", "go", "gw", "gwh", "h", "hz", "kb",
    "kbit", "kg", "khz", "kib", "kio", "km", "ko", "kw", "kwh", "mah", "mb", "mbit", "mbps", "md",
    "mds", "mhz", "mib", "min", "mio", "mm", "mo", "mpx", "ms", "mw", "mwh", "nm", "px", "tb",
    "tib", "tio", "to", "twh", "v", "w", "wh",
];
const LONGEST_UNIT: usize = 4;

/// What abbreviates a number before a sign of money (`6M€`), in lower case.
const COUNTS: &[&str] = &["k", "m", "md", "mds", "mrd", "mrds"];

/// Where a number ends that a unit is stuck to, or such a unit that digits follow (`18h30`).
fn unit_boundary(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |from: usize, of: fn(&u8) -> bool| bytes[from..].iter().take_while(|b| of(b)).count();
    let is_end =
        |at: usize| bytes.get(at).is_none_or(|b| b.is_ascii() && !b.is_ascii_alphanumeric());
    let is_unit = |at: usize, length: usize| {
        if length > LONGEST_UNIT {
            return false;
        }
        let unit = text[at..at + length].to_ascii_lowercase();
        if sign_before(&text[at + length..]).is_some() {
            return COUNTS.binary_search(&unit.as_str()).is_ok();
        }
        let is_hour = unit == "h" && run(at + length, u8::is_ascii_digit) == 2;
        UNITS.binary_search(&unit.as_str()).is_ok()
            && is_end(at + length + if is_hour { 2 } else { 0 })
    };
    match run(start, u8::is_ascii_digit) {
        0 => {
            let letters = run(start, u8::is_ascii_alphabetic);
            let is_stuck = start > 0 && bytes[start - 1].is_ascii_digit();
            (is_stuck && is_unit(start, letters)).then_some(start + letters)
        }
        digits => {
            let at = start + digits;
            let letters = run(at, u8::is_ascii_alphabetic);
            (letters > 0 && is_unit(at, letters)).then_some(at)
        }
    }
}

/// The end of the word that begins at `start`: trailing invisible characters are left out.
fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let stuck = bytes[start].is_ascii_digit() || start > 0 && bytes[start - 1].is_ascii_digit();
    if stuck && let Some(end) = unit_boundary(text, start) {
        return end;
    }
    let (mut at, mut end) = (start, start);
    loop {
        // Most letters are ASCII: they need no decoding.
        let letters = ascii_letters(&bytes[at..]);
        if letters > 0 {
            at += letters;
            end = at;
        }
        let Some(c) = text[at..].chars().next().filter(|c| !c.is_ascii()) else { break };
        at += c.len_utf8();
        if is_word_char(c) || is_combining_mark(c) {
            end = at;
        } else if !is_invisible(c) {
            break;
        }
    }
    end
}

/// How many ASCII letters and digits `bytes` begins with: eight at a time, without a branch for each.
fn ascii_letters(bytes: &[u8]) -> usize {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const TOP: u64 = 0x80 * EACH;
    // Sets the top bit of every byte, below 0x80, that is at least `least`.
    let at_least = |bytes: u64, least: u8| bytes + u64::from(0x80 - least) * EACH;
    let mut at = 0;
    while let Some(chunk) = bytes[at..].first_chunk() {
        let chunk = u64::from_le_bytes(*chunk);
        let plain = chunk & !TOP;
        let lower = plain | (0x20 * EACH);
        let letters = at_least(lower, b'a') & !at_least(lower, b'z' + 1);
        let digits = at_least(plain, b'0') & !at_least(plain, b'9' + 1);
        let others = !((letters | digits) & !chunk) & TOP;
        if others != 0 {
            return at + others.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at + bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count()
}

/// Letters and digits. Most need no look into Unicode's tables.
fn is_word_char(c: char) -> bool {
    match c {
        'À'..='ÿ' => c != '×' && c != '÷',
        'Œ' | 'œ' => true,
        '\u{2000}'..='\u{206f}' => false,
        _ => c.is_alphanumeric() && folds_to_letters(c),
    }
}

/// Whether folding makes letters of a letter: not of a vowel sign alone, which leaves nothing, nor of what
/// comes apart into words (¼), nor of apostrophes (ʼ), which Unicode counts among letters.
fn folds_to_letters(c: char) -> bool {
    let folded = fold(c.encode_utf8(&mut [0; 4]));
    !folded.is_empty() && folded.chars().all(|c| c.is_alphanumeric() && !is_apostrophe(c))
}

/// Characters that print nothing and may stand inside a word: soft hyphen, zero-width space and
/// joiners, word joiner, byte order mark.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Every character that people type or print as an apostrophe.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '’' | '‘' | '‛' | 'ʼ' | '´' | '`' | '′' | '＇' | 'ʹ' | 'ʻ' | '\u{92}' | '\u{91}'
    )
}

/// Hyphens that join words; dashes (– —) part them.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{fe63}' | '－')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        words(text).map(|w| w.of(text)).collect()
    }

    #[test]
    fn letters_are_counted_eight_at_a_time_as_one_by_one() {
        for byte in 0..=u8::MAX {
            for before in 0..20 {
                let bytes = [&vec![b'z'; before][..], &[byte], b"9A"].concat();
                let plain = bytes.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
                assert_eq!(ascii_letters(&bytes), plain, "{byte} after {before}");
            }
        }
    }

    #[test]
    fn units_are_sorted() {
        assert!([UNITS, COUNTS].iter().all(|list| list.is_sorted_by(|a, b| a < b)));
    }

    #[test]
    fn words_stand_between_anything_else() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("  …!? ", &[]),
            ("L’équité, d'abord.", &["L", "équité", "d", "abord"]),
            ("lʼÉcole", &["l", "École"]),
            ("start-up à 10\u{202f}000 €", &["start", "up", "à", "10", "000"]),
            ("l’avenir.En décembre", &["l", "avenir", "En", "décembre"]),
            ("C++ et GPT-4o", &["C", "et", "GPT", "4o"]),
            ("coop\u{ad}ération", &["coop\u{ad}ération"]),
            ("fin\u{200b} là", &["fin", "là"]),
            ("e\u{301}tat", &["e\u{301}tat"]),
            ("\u{dd6} a\u{dd6} ﾞ", &["a\u{dd6}"]),
            ("2¼ ŉ m²", &["2", "m²"]),
            ("𝕏 était Ⅻ", &["𝕏", "était", "Ⅻ"]),
            ("à 18h30, 18h et 9h.", &["à", "18", "h", "30", "18", "h", "et", "9", "h"]),
            ("16Go, 5nm, 12V", &["16", "Go", "5", "nm", "12", "V"]),
            ("2to 20H 6M€ 500k$", &["2", "to", "20", "H", "6", "M", "500", "k"]),
            ("6M 500k 3M 5g", &["6M", "500k", "3M", "5g"]),
            (
                "5G 4K 2e 1er x86 18h3 16Gos 3hé",
                &["5G", "4K", "2e", "1er", "x86", "18h3", "16Gos", "3hé"],
            ),
        ];
        for (text, expected) in table {
            assert_eq!(cut(text), *expected, "{text}");
        }
    }
}
