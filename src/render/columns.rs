//! Texts in columns: one line, cut and filled to a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::safe::visible;

/// What stands where text is cut.
pub(super) const CUT: &str = "…";

/// The text on one line, safe to print: runs of white space are one space, at its ends too.
pub(super) fn one_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (i, piece) in visible(text).split(char::is_whitespace).enumerate() {
        if i > 0 && !shown.ends_with(' ') {
            shown.push(' ');
        }
        shown.push_str(piece);
    }
    shown
}

/// The text in at most so many columns: its beginning, then `…` where it is longer.
pub(super) fn beginning(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    format!("{}{CUT}", prefix(text, room.saturating_sub(1)))
}

/// The text in at most so many columns: its end, after `…` where it is longer.
pub(super) fn ending(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    format!("{CUT}{}", suffix(text, room.saturating_sub(1)))
}

/// The longest beginning that fits.
pub(super) fn prefix(text: &str, room: usize) -> &str {
    let mut width = 0;
    let past = text.char_indices().find(|(_, c)| {
        width += c.width().unwrap_or(0);
        width > room
    });
    let mut kept = &text[..past.map_or(text.len(), |(at, _)| at)];
    // A sequence of characters may be wider than they are one by one.
    while kept.width() > room {
        kept = &kept[..kept.floor_char_boundary(kept.len() - 1)];
    }
    kept
}

/// The longest end that fits; it does not begin within a character.
fn suffix(text: &str, room: usize) -> &str {
    let mut width = 0;
    let fitting = text.char_indices().rev().take_while(|(_, c)| {
        width += c.width().unwrap_or(0);
        width <= room
    });
    let start = fitting.last().map_or(text.len(), |(at, _)| at);
    let mut kept = text[start..].trim_start_matches(|c: char| c.width() == Some(0));
    while kept.width() > room {
        kept = &kept[kept.ceil_char_boundary(1)..];
    }
    kept
}

/// Spaces on the left, up to a width.
pub(super) fn to_the_right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// Spaces on the right, up to a width.
pub(super) fn to_the_left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters_and_never_too_wide() {
        assert_eq!(beginning("Le Fil fictif", 6), "Le Fi…");
        assert_eq!(ending("Le Fil fictif", 6), "…ictif");
        assert_eq!(ending("e\u{301}a", 2), "e\u{301}a");
        assert_eq!(ending("be\u{301}a", 2), "…a");
        assert_eq!(beginning("日本語", 4), "日…");
        for text in ["日本語の新聞", "e\u{301}te\u{301}", "👩‍👩‍👧 ❤\u{fe0f} x", "abc"]
        {
            for room in 1..14 {
                assert!(beginning(text, room).width() <= room, "{text} {room}");
                assert!(ending(text, room).width() <= room, "{text} {room}");
            }
        }
    }

    #[test]
    fn white_space_is_one_space() {
        assert_eq!(one_line(" a \r\n\n b\u{202f}: \u{1b}c"), " a b : ␛c");
    }
}
