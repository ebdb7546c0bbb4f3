//! SVG, written element by element: coordinates rounded, texts escaped and measured.

use std::borrow::Cow;
use std::fmt::Write;

use crate::render::safe::visible;

/// Where a text stands of its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// The elements of a picture so far.
#[derive(Default)]
pub(super) struct Svg {
    out: String,
}

impl Svg {
    pub(super) fn into_text(self) -> String {
        self.out
    }

    /// Any element or tag, as it is.
    pub(super) fn raw(&mut self, element: &str) {
        self.out.push_str(element);
        self.out.push('\n');
    }

    /// A straight line; `attributes` as they are.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), attributes: &str) {
        let ((x1, y1), (x2, y2)) = ((n(from.0), n(from.1)), (n(to.0), n(to.1)));
        self.raw(&format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {attributes}/>"));
    }

    /// A rectangle from its upper left corner.
    pub(super) fn rect(&mut self, at: (f64, f64), size: (f64, f64), attributes: &str) {
        let ((x, y), (width, height)) = ((n(at.0), n(at.1)), (n(size.0), n(size.1)));
        self.raw(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {attributes}/>"
        ));
    }

    /// A line of text on its base line.
    pub(super) fn text(&mut self, at: (f64, f64), anchor: Anchor, attributes: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let space = if attributes.is_empty() { "" } else { " " };
        let (x, y) = (n(at.0), n(at.1));
        let text = escaped(text);
        self.raw(&format!("<text x=\"{x}\" y=\"{y}\"{anchor}{space}{attributes}>{text}</text>"));
    }
}

/// A coordinate, to a hundredth.
pub(super) fn n(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A text as XML has it, without what XML cannot hold.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// About how wide a text is, in the widest of the usual sans-serif fonts.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let of = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '!' | '|' | '\'' | '’' | ' ' | '\u{a0}'
        | '\u{202f}' => 0.36,
        'f' | 't' | 'r' | '(' | ')' | '-' | '"' | '[' | ']' | '/' => 0.46,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | 'Œ' | 'œ' | '…' | '—' => 1.0,
        c if c.is_uppercase() => 0.74,
        c => 0.64 * unicode_width::UnicodeWidthChar::width(c).unwrap_or(0) as f64,
    };
    text.chars().map(of).sum::<f64>() * size
}

/// The text, or as much of it as fits with `…`.
pub(super) fn fitted(text: &str, size: f64, room: f64) -> Cow<'_, str> {
    if width(text, size) <= room {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", prefix(text, size, room - width("…", size)).trim_end()))
}

/// The text, or its beginning and end with `…` between: names often differ at their ends.
pub(super) fn squeezed(text: &str, size: f64, room: f64) -> Cow<'_, str> {
    if width(text, size) <= room {
        return Cow::Borrowed(text);
    }
    let room = room - width("…", size);
    let start = prefix(text, size, room * 0.65);
    let past = text.char_indices().rev().map(|(at, _)| at);
    let fitting = past.take_while(|&at| width(&text[at..], size) <= room * 0.35);
    let end = &text[fitting.last().unwrap_or(text.len())..];
    Cow::Owned(format!("{}…{}", start.trim_end(), end.trim_start()))
}

/// The longest beginning that fits.
fn prefix(text: &str, size: f64, room: f64) -> &str {
    let mut used = 0.0;
    let past = text.char_indices().find(|(_, c)| {
        used += width(c.encode_utf8(&mut [0; 4]), size);
        used > room
    });
    &text[..past.map_or(text.len(), |(at, _)| at)]
}

/// The text in lines that fit, at most so many; the last is cut.
pub(super) fn broken(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    // Not at the no-break spaces of French typography.
    for word in text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()) {
        let last = lines.len() - 1;
        let joined = format!("{} {word}", lines[last]);
        let joined = joined.trim_start();
        if lines[last].is_empty() || lines.len() == most || width(joined, size) <= room {
            lines[last] = joined.to_owned();
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| fitted(line, size, room).into_owned()).collect()
}

/// The points of a path, joined by straight lines.
pub(super) fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (i, (x, y)) in points.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(path, "{}{} {}", if i == 0 { "M" } else { " L" }, n(*x), n(*y));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_safe_and_fit() {
        assert_eq!(
            escaped("R&D <\"é\"> \u{1b}\u{ffff}"),
            "R&amp;D &lt;&quot;é&quot;&gt; ␛\u{fffd}"
        );
        assert_eq!(fitted("court", 12.0, 100.0), "court");
        assert!(width(&fitted("un nom bien trop long", 12.0, 60.0), 12.0) <= 60.0);
        let name = squeezed("La Gazette fictive du numérique 14", 12.0, 120.0).into_owned();
        assert!(name.starts_with("La Gaz") && name.ends_with("14") && width(&name, 12.0) <= 120.0);
        let lines = broken("un titre bien trop long pour deux lignes", 12.0, 90.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…') && lines.iter().all(|line| width(line, 12.0) <= 90.0));
        assert_eq!(broken("a\u{202f}b c", 12.0, 20.0, 2), ["a\u{202f}b", "c"]);
        assert_eq!((n(1.0), n(0.126), n(-0.001)), ("1".into(), "0.13".into(), "0".into()));
    }
}
