//! Classes of characters that the grammar is made of.

/// A letter or a digit. Unicode counts some apostrophes among letters.
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, 'ʼ' | 'ʹ' | 'ʻ')
}

/// What may stand inside one word: letters, digits, combining accents, characters that print nothing.
pub(super) fn is_word_char(c: char) -> bool {
    is_letter(c) || is_combining(c) || is_invisible(c)
}

/// Accents typed apart from their letter.
pub(super) fn is_combining(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Soft hyphen, zero-width space and joiners, word joiner, byte order mark.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// White space, or what a paste leaves of it.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Every mark that may open or close a quotation.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '«' | '»' | '“' | '”' | '„' | '＂')
}

/// The marks that close the quotation that `c` opens after `before`, if it opens one. A straight quote
/// inside a word (13" screens) opens none.
pub(super) fn closing_quotes(before: Option<char>, c: char) -> Option<&'static [char]> {
    match c {
        '«' => Some(&['»']),
        '“' | '„' => Some(&['”', '"', '“']),
        '"' | '”' | '＂' if !before.is_some_and(is_word_char) => Some(&['"', '”', '＂']),
        _ => None,
    }
}

/// Whether anything in the text could be looked for.
pub(super) fn has_word(text: &str) -> bool {
    text.contains(is_letter)
}

/// How many words a text holds; `l'IA` is two.
pub(super) fn count_words(text: &str) -> usize {
    text.split(|c| !is_word_char(c)).filter(|word| has_word(word)).count()
}

/// Whether these bare words are one: letters between white space, with signs that belong to them.
pub(super) fn is_one_word(words: &str) -> bool {
    words.split(' ').filter(|word| has_word(word)).count() == 1
}

/// The first and the last of several words that stand between single quotation marks. An apostrophe
/// inside a word is none.
pub(super) fn single_quotes(words: &[&str]) -> Option<(usize, usize)> {
    const MARKS: [(char, &[char]); 3] = [('\'', &['\'']), ('‘', &['’', '\'']), ('‹', &['›'])];
    let mut open = [None; MARKS.len()];
    for (i, word) in words.iter().enumerate() {
        let ends = |c: char| matches!(c, ',' | ';' | ':' | '.' | '!' | '?' | '…' | ')' | ']');
        let word = word.trim_start_matches(['(', '[', '+', '-', '=', '~']).trim_end_matches(ends);
        for ((mark, closing), open) in MARKS.iter().zip(&mut open) {
            let opens = word.strip_prefix(*mark).is_some_and(|w| first(w).is_some_and(is_letter));
            let closes = word.strip_suffix(*closing).and_then(last).is_some_and(is_word_char);
            if let (Some(from), true, false) = (*open, closes, opens) {
                return Some((from, i));
            }
            if opens && !closes && first(&word[mark.len_utf8()..]).is_some_and(char::is_alphabetic)
            {
                open.get_or_insert(i);
            }
        }
    }
    None
}

pub(super) fn first(text: &str) -> Option<char> {
    text.chars().next()
}

pub(super) fn last(text: &str) -> Option<char> {
    text.chars().next_back()
}
