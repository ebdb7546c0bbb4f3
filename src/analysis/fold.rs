//! One spelling for a word however it is typed: case, accents, ligatures, width.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::words::is_invisible;

/// The word in lower case without accents, ligatures taken apart (`Œuvre` → `oeuvre`), full width and
/// other compatibility forms made plain (NFKD), invisible characters gone.
///
/// ```
/// assert_eq!(depeche::fold("CŒUR"), "coeur");
/// assert_eq!(depeche::fold("E\u{301}tat"), "etat");
/// ```
pub fn fold(word: &str) -> String {
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    folded
}

/// How names (of sources) are compared: folded, their words a space apart whatever signs part them.
pub(crate) fn fold_name(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Appends the folded word.
pub(crate) fn fold_into(word: &str, folded: &mut String) {
    for c in word.chars() {
        match common(c) {
            Some(plain) => folded.push(plain),
            None => fold_any(c, folded),
        }
    }
}

/// What most words are made of, without a look into Unicode's tables.
fn common(c: char) -> Option<char> {
    Some(match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        'à' | 'â' | 'À' | 'Â' => 'a',
        'ç' | 'Ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => 'e',
        'î' | 'ï' | 'Î' | 'Ï' => 'i',
        'ô' | 'ö' | 'Ô' | 'Ö' => 'o',
        'ù' | 'û' | 'ü' | 'Ù' | 'Û' | 'Ü' => 'u',
        _ => return None,
    })
}

fn fold_any(c: char, folded: &mut String) {
    let kept = |c: &char| !is_combining_mark(*c) && !is_invisible(*c);
    // Lower case comes last too: some compatibility forms (𝕏, ™) come apart into capitals.
    for c in std::iter::once(c).nfkd().filter(kept) {
        for lower in c.to_lowercase().filter(|&c| !is_combining_mark(c)) {
            push_plain(folded, lower);
        }
    }
}

/// Unicode leaves these letters whole, readers do not.
fn push_plain(folded: &mut String, c: char) {
    match c {
        'œ' => folded.push_str("oe"),
        'æ' => folded.push_str("ae"),
        'ß' => folded.push_str("ss"),
        'ø' => folded.push('o'),
        'đ' | 'ð' => folded.push('d'),
        'ł' => folded.push('l'),
        'ı' => folded.push('i'),
        _ => folded.push(c),
    }
}

/// The word in lower case with its accents, in NFC, invisible characters gone: what the stemmer reads.
pub(crate) fn lower(word: &str) -> String {
    // Below the first combining mark all is in NFC.
    if word.chars().all(|c| c < '\u{300}' && !is_invisible(c)) {
        let mut lower = String::with_capacity(word.len());
        for c in word.chars() {
            match c.is_ascii() {
                true => lower.push(c.to_ascii_lowercase()),
                false => lower.extend(c.to_lowercase()),
            }
        }
        return lower;
    }
    word.nfc().filter(|&c| !is_invisible(c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_all() {
        let table = [
            ("ÉTÉ", "ete"),
            ("e\u{301}te\u{301}", "ete"),
            ("Œuvres", "oeuvres"),
            ("ex æquo", "ex aequo"),
            ("Straße", "strasse"),
            ("ﬁn", "fin"),
            ("ＧＰＴ", "gpt"),
            ("coop\u{ad}ération", "cooperation"),
            ("İstanbul", "istanbul"),
            ("m²", "m2"),
        ];
        for (word, expected) in table {
            assert_eq!(fold(word), expected, "{word}");
        }
    }

    #[test]
    fn common_letters_are_folded_as_unicode_folds_them() {
        for c in '\0'..='\u{2fff}' {
            let mut folded = String::new();
            fold_any(c, &mut folded);
            assert!(common(c).is_none_or(|plain| plain.to_string() == folded), "{c:?}");
        }
    }

    #[test]
    fn what_bears_no_marks_is_lowered_as_any_other() {
        let all = |word: &str| -> String {
            word.nfc().filter(|&c| !is_invisible(c)).flat_map(char::to_lowercase).collect()
        };
        for c in '\0'..='\u{2fff}' {
            let word = format!("É{c}t");
            assert_eq!(lower(&word), all(&word), "{c:?}");
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for word in ["ÇA", "Œ", "𝕏", "ŉ", "ǅ", "K", "ﬃ", "ϓ"] {
            assert_eq!(fold(&fold(word)), fold(word), "{word}");
        }
    }
}
