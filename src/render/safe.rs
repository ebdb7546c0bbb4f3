//! Characters that command a terminal, made visible.

use std::borrow::Cow;

/// Whether a terminal or a reader of lines could be misled by this character: controls (C0, C1, DEL), line
/// and paragraph separators, marks that turn the direction of writing, and invisible tags, which can hide a
/// whole text.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a text has none of them; their first bytes are looked for, which most texts have not.
pub(super) fn is_safe(text: &str) -> bool {
    let may_be = |byte: u8| byte < 0x20 || matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef | 0xf3);
    !text.bytes().any(may_be) || !text.contains(is_unsafe)
}

/// The text with such characters visible: `␛` for ESC, `<U+202E>` for a mark of direction; line ends and
/// tabs become spaces.
///
/// ```
/// assert_eq!(depeche::render::visible("a\u{1b}[2Jb\tc"), "a␛[2Jb c");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    if is_safe(text) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => shown.push(' '),
            '\u{0}'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + c as u32)),
            '\u{7f}' => shown.push('␡'),
            c if is_unsafe(c) => shown.push_str(&format!("<U+{:04X}>", c as u32)),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_commands_is_left() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            assert!(!visible(&c.to_string()).contains(is_unsafe), "{c:?}");
        }
        assert_eq!(visible("é\u{202e}x\u{9b}"), "é<U+202E>x<U+009B>");
        assert_eq!(visible("\u{e0041}"), "<U+E0041>");
    }
}
