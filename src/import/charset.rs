//! Which characters the bytes of a text are.
//!
//! In this order: valid UTF-8 is UTF-8, whatever is declared (old exports declare Latin-1 and
//! write UTF-8); where sound sequences outnumber the damaged bytes it is UTF-8 with U+FFFD there; then
//! what the document declares; then windows-1252 where all its high bytes make French; then UTF-8
//! where sound sequences are as many as damaged bytes; then what
//! chardetng finds, with the hint that the text is French (without it, it has read French as
//! Big5). A byte order mark was dealt with before.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::SkipReason;

/// The text that the bytes are, unless they are no text.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    declared: Option<&'static Encoding>,
) -> Result<Cow<'a, str>, SkipReason> {
    let text = decode_with(bytes, guess(bytes, declared));
    if is_binary(&text) { Err(SkipReason::Binary) } else { Ok(text) }
}

/// The text of one part of the bytes that a guess was made for.
pub(crate) fn decode_with<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Cow<'a, str> {
    encoding.decode_without_bom_handling(bytes).0
}

/// The encoding of some text.
pub(crate) fn guess(bytes: &[u8], declared: Option<&'static Encoding>) -> &'static Encoding {
    let (sound, damaged) = utf8_sequences(bytes);
    if damaged == 0 || sound > damaged {
        return UTF_8;
    }
    // A page cannot declare itself in ASCII to be UTF-16.
    if let Some(told) = declared.filter(|told| ![UTF_8, UTF_16LE, UTF_16BE].contains(told)) {
        return told;
    }
    if is_french_1252(bytes) {
        return WINDOWS_1252;
    }
    if sound == damaged { UTF_8 } else { detect(bytes) }
}

/// How many characters beyond ASCII are sound UTF-8, and how many places are not.
fn utf8_sequences(bytes: &[u8]) -> (usize, usize) {
    if std::str::from_utf8(bytes).is_ok() {
        return (0, 0);
    }
    let (mut sound, mut damaged) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    (sound, damaged)
}

/// Short records give a detector little to go by; that each high byte is a letter or a sign of
/// French says enough.
fn is_french_1252(bytes: &[u8]) -> bool {
    const FRENCH: &str = "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ«»’‘“”–—…€°·•\u{a0}²§£©®´";
    decode_with(bytes, WINDOWS_1252).chars().all(|c| c.is_ascii() || FRENCH.contains(c))
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(Some(b"fr"), Utf8Detection::Deny)
}

/// A zero byte, or more than one control character in ten.
pub(crate) fn is_binary(text: &str) -> bool {
    let is_odd = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    text.as_bytes().contains(&0)
        || text.as_bytes().iter().filter(|byte| is_odd(byte)).count() > text.len() / 10
}

/// Whether a file begins like a picture or a program rather than like a text: one byte in twenty is
/// a control character. A zero byte in one record of many spoils that record alone.
pub(crate) fn is_binary_file(head: &[u8]) -> bool {
    let head = &head[..head.len().min(1_024)];
    let is_odd = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    head.iter().filter(|byte| is_odd(byte)).count() > head.len() / 20
}

#[cfg(test)]
mod tests {
    use encoding_rs::{ISO_8859_15, WINDOWS_1251};

    use super::*;

    fn cp1252(text: &str) -> Vec<u8> {
        WINDOWS_1252.encode(text).0.into_owned()
    }

    #[test]
    fn the_order_of_evidence() {
        let latin1 = Encoding::for_label(b"ISO-8859-1");
        let cases: [(Vec<u8>, Option<&'static Encoding>, &str); 12] = [
            ("été".into(), None, "été"),
            ("été".into(), latin1, "été"),
            (cp1252("été à l’œuvre"), latin1, "été à l’œuvre"),
            (cp1252("été à l’œuvre"), None, "été à l’œuvre"),
            (cp1252("été"), Some(UTF_8), "été"),
            (cp1252("50 € « déjà »"), Some(UTF_16LE), "50 € « déjà »"),
            (b"30 \xa4".to_vec(), Some(ISO_8859_15), "30 €"),
            (b"\xc3\xa9t\xc3\xa9 \xff \xc3\xa9t\xc3".to_vec(), None, "été \u{fffd} ét\u{fffd}"),
            (b"Un caf\xc3\xa9 \xff de plus".to_vec(), None, "Un café \u{fffd} de plus"),
            (b"L\xe2\x80\x99\xc3\xa9 \xff\xfe".to_vec(), None, "L’é \u{fffd}\u{fffd}"),
            (
                b"L\xe2\x80\x99\xc3\xa9t\xc3\xa9 \x92 \xe9".to_vec(),
                latin1,
                "L’été \u{fffd} \u{fffd}",
            ),
            (cp1252("« la volonté\u{a0}»"), None, "« la volonté\u{a0}»"),
        ];
        for (bytes, declared, expected) in cases {
            assert_eq!(decode(&bytes, declared).unwrap(), expected);
        }
    }

    #[test]
    fn a_few_accents_are_enough() {
        for word in
            ["é", "cœur", "Noël", "ÉTÉ", "là-bas", "maïs", "« où »", "l’été", "sûr", "garçon"]
        {
            assert_eq!(decode(&cp1252(word), None).unwrap(), word);
        }
    }

    #[test]
    fn another_alphabet_is_left_to_the_detector() {
        let russian = "Сегодня в городе прошла большая конференция о новых технологиях.";
        assert_eq!(decode(&WINDOWS_1251.encode(russian).0, None).unwrap(), russian);
    }

    #[test]
    fn what_is_no_text() {
        assert_eq!(decode(b"un\0deux", None), Err(SkipReason::Binary));
        assert_eq!(decode(b"\x01\x02\x03abc", None), Err(SkipReason::Binary));
        assert!(decode(b"une \x1b[1mcouleur\x1b[0m dans un texte", None).is_ok());
    }
}
