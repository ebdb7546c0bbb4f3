//! Counts on the raw text what makes parsers overflow or crawl, before any of them sees it:
//! elements in elements, attributes in a tag, tags in all.

use super::SkipReason;

/// Real pages nest some dozens of elements.
const MAX_DEPTH: usize = 512;
/// The parser compares each attribute of a tag with those before.
const MAX_ATTRIBUTES: usize = 500;
/// Large real pages have some ten thousand tags.
const MAX_TAGS: usize = 200_000;
/// Readability climbs from each element to those around it: their depths, added up. A large real
/// page has some 50,000 tags at a depth of 30.
const MAX_CLIMB: usize = 15_000_000;
/// The parser copies a text for each character reference in it.
const MAX_REFERENCES: usize = 10_000;

/// Elements without content, or that the next of their kind closes: they never nest by themselves.
const FLAT: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input",
    "link", "meta", "param", "source", "track", "wbr", "p", "li", "dt", "dd", "tr", "td", "th",
    "thead", "tbody", "tfoot", "option", "optgroup", "colgroup", "rp", "rt", "html", "head",
    "body",
];

/// Elements whose content is no markup.
const RAW: &[&str] =
    &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Refuses a page that only an attack looks like.
pub(crate) fn check(html: &str) -> Result<(), SkipReason> {
    let hostile = |what| Err(SkipReason::Hostile { what });
    let (mut depth, mut climb, mut tags) = (0_usize, 0, 0);
    let mut rest = html;
    while let Some((text, after_text)) = rest.split_once('<') {
        has_few_references(text)?;
        rest = after_text;
        // A sign that begins no tag is an error, of which the parser keeps a note.
        tags += 1;
        if tags > MAX_TAGS {
            return hostile("more than 200,000 tags");
        }
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = after(comment, "-->");
            continue;
        }
        let Some(tag) = Tag::read(rest) else { continue };
        rest = &rest[tag.len..];
        let is_flat = FLAT.contains(&tag.name.as_str());
        match (tag.closes, is_flat) {
            (true, false) => depth = depth.saturating_sub(1),
            (false, false) => depth += 1,
            _ => {}
        }
        climb += depth;
        if !tag.closes && RAW.contains(&tag.name.as_str()) {
            rest = at_close(rest, &tag.name);
        }
        if tag.attributes > MAX_ATTRIBUTES {
            return hostile("a tag with more than 500 attributes");
        }
        if climb > MAX_CLIMB {
            return hostile("too many elements deep in others");
        }
        if depth > MAX_DEPTH {
            return hostile("more than 512 elements one in the other");
        }
    }
    has_few_references(rest)
}

fn has_few_references(text: &str) -> Result<(), SkipReason> {
    let many = text.bytes().filter(|byte| *byte == b'&').count() > MAX_REFERENCES;
    let what = "more than 10,000 character references in one text";
    if many { Err(SkipReason::Hostile { what }) } else { Ok(()) }
}

/// From `<` (not included) to `>`.
struct Tag {
    name: String,
    closes: bool,
    attributes: usize,
    len: usize,
}

impl Tag {
    fn read(text: &str) -> Option<Tag> {
        let closes = text.starts_with('/');
        let from = usize::from(closes);
        let bytes = text.as_bytes();
        if !bytes.get(from)?.is_ascii_alphabetic() {
            return None;
        }
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
        let name_len = bytes[from..].iter().position(ends).unwrap_or(bytes.len() - from);
        // No element that matters here has a longer name.
        let name = text.get(from..from + name_len.min(16)).unwrap_or("").to_ascii_lowercase();
        let (attributes, len) = attributes(bytes, from + name_len);
        Some(Tag { name, closes, attributes, len })
    }
}

/// How many attributes follow, at most one more than allowed, and where the tag ends.
fn attributes(bytes: &[u8], mut at: usize) -> (usize, usize) {
    let mut count = 0;
    let mut is_between = true;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'>' => return (count, at),
            b'=' => {
                at += skip_value(&bytes[at..]);
                is_between = true;
            }
            _ if byte.is_ascii_whitespace() || byte == b'/' => is_between = true,
            _ if is_between => {
                count += 1;
                is_between = false;
            }
            _ => {}
        }
    }
    (count, at)
}

/// The length of a value with its quotes; an open one goes to the end, as for a parser.
fn skip_value(bytes: &[u8]) -> usize {
    let space = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let value = &bytes[space..];
    let len = if let Some(quote @ (b'"' | b'\'')) = value.first() {
        value[1..].iter().position(|byte| byte == quote).map(|end| end + 2)
    } else {
        value.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'>')
    };
    space + len.unwrap_or(value.len())
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

/// From the tag that closes this element; without one it ends with the page.
fn at_close<'a>(text: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = text[from..].find("</") {
        let start = from + at + 2;
        let found = text.as_bytes().get(start..start + name.len());
        if found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
            return &text[start - 2..];
        }
        from = start;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_looking_pages_pass() {
        let page = format!(
            "<!DOCTYPE html><html><head><script>if (a<b) '<div>'.repeat(9)</script><title>a < b</title>\
             <body><!-- {} -->{}{}</body>",
            "<div>".repeat(9_000),
            "<p>Un paragraphe<br><img src='a>b' alt=\"<div>\">".repeat(3_000),
            "<div><ul><li>un<li>deux</ul></div>".repeat(3_000),
        );
        assert_eq!(check(&page), Ok(()));
        for odd in
            ["", "<", "</", "<a", "<a b='", "<!--", "<script>", "é<é>", "1 < 2 > <3", "</script"]
        {
            assert_eq!(check(odd), Ok(()), "{odd}");
        }
    }

    #[test]
    fn attacks_are_refused() {
        for (page, what) in [
            ("<div>".repeat(100_000), "512"),
            ("<b><p>".repeat(600), "512"),
            (format!("<a {}>", "b=1 ".repeat(100_000)), "attributes"),
            (format!("<a {}", "b".repeat(9) + &" c".repeat(2_000)), "attributes"),
            ("<br>".repeat(300_000), "tags"),
            ("<".repeat(300_000), "tags"),
            ("<div>".repeat(500) + &"<p>x".repeat(40_000), "deep"),
            ("<p>".to_owned() + &"&eacute;".repeat(30_000), "references"),
        ] {
            let refused = check(&page).unwrap_err().to_string();
            assert!(refused.contains(what), "{refused}");
        }
    }
}
