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
    if word.is_ascii() {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        return folded;
    }
    // Lower case comes last too: some compatibility forms (𝕏, ™) come apart into capitals.
    for c in word.nfkd().filter(|&c| !is_combining_mark(c) && !is_invisible(c)) {
        for lower in c.to_lowercase().filter(|&c| !is_combining_mark(c)) {
            push_plain(&mut folded, lower);
        }
    }
    folded
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
    fn folding_twice_changes_nothing() {
        for word in ["ÇA", "Œ", "𝕏", "ŉ", "ǅ", "K", "ﬃ", "ϓ"] {
            assert_eq!(fold(&fold(word)), fold(word), "{word}");
        }
    }
}
