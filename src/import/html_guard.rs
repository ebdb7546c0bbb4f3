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

/// Elements without content, and those of which a page has one.
const EMPTY: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input",
    "link", "meta", "param", "source", "track", "wbr", "html", "head", "body",
];

/// Elements that the next of their kind closes: they never nest by themselves.
const CLOSED_BY_NEXT: &[&str] =
    &["p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup"];

/// Elements whose closing tag closes all that is open in them, unless `WALLS` stand between.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "button", "center", "details", "dialog", "dir",
    "div", "dl", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "listing", "main", "menu", "nav", "ol", "pre", "search", "section",
    "summary", "ul",
];

/// Blocks out of which no closing tag of another reaches.
const WALLS: &[&str] =
    &["table", "template", "object", "applet", "marquee", "caption", "select", "frameset"];

/// Elements that, left open, the parser opens again in those that follow.
const FORMATTING: &[&str] = &[
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// Elements whose content is no markup, except in svg and math.
const RAW: &[&str] =
    &["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

/// Elements that no svg or math can hold: for the parser they end it.
#[rustfmt::skip]
const BREAK_OUT: &[&str] = &[
    "b", "big", "blockquote", "body", "br", "center", "code", "dd", "div", "dl", "dt", "em",
    "embed", "font", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i", "img", "li", "listing",
    "menu", "meta", "nobr", "ol", "p", "pre", "ruby", "s", "small", "span", "strong", "strike",
    "sub", "sup", "table", "tt", "u", "ul", "var",
];

/// Elements of svg and math that may hold HTML.
const HOLD_HTML: &[&str] =
    &["foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext", "annotation-xml"];

/// Refuses a page that only an attack looks like.
pub(crate) fn check(html: &str) -> Result<(), SkipReason> {
    let hostile = |what| Err(SkipReason::Hostile { what });
    let (mut climb, mut tags) = (0, 0);
    let mut nesting = Nesting::default();
    // Closing tags before this byte may be text.
    let mut cdata_end = 0;
    let mut rest = html;
    while let Some((text, after_text)) = rest.split_once('<') {
        has_few_references(text)?;
        rest = after_text;
        // A sign that begins no tag is an error, of which the parser keeps a note.
        tags += 1;
        if tags > MAX_TAGS {
            return hostile("more than 200,000 tags");
        }
        let at = html.len() - rest.len();
        if at >= cdata_end && !nesting.is_html() && rest.starts_with("![CDATA[") {
            cdata_end = rest.find("]]>").map_or(usize::MAX, |end| at + end);
        }
        let Some(tag) = Tag::read(rest) else {
            rest = after_no_tag(rest);
            continue;
        };
        rest = &rest[tag.len..];
        if !tag.closes {
            if nesting.reads_raw(&tag.name) {
                rest = at_close(rest, &tag.name);
            }
            nesting.open(&tag);
        } else if at >= cdata_end {
            nesting.close(&tag.name);
        }
        climb += nesting.depth;
        if tag.attributes > MAX_ATTRIBUTES {
            return hostile("a tag with more than 500 attributes");
        }
        if climb > MAX_CLIMB {
            return hostile("too many elements deep in others");
        }
        if nesting.depth > MAX_DEPTH {
            return hostile("more than 512 elements one in the other");
        }
    }
    has_few_references(rest)
}

/// Which elements are open. The depth may be more than the parser’s, never much less: a closing tag
/// that the parser might ignore lowers nothing.
#[derive(Default)]
struct Nesting {
    open: Vec<Open>,
    depth: usize,
    /// The place of the outermost open svg or math.
    foreign: Option<usize>,
    /// Whether it is unsure, since some broken svg, what is HTML.
    lost: bool,
}

struct Open {
    name: String,
    /// Whether it counts in the depth: not where the next of its kind closes it.
    counts: bool,
}

impl Nesting {
    fn is_html(&self) -> bool {
        self.foreign.is_none() && !self.lost
    }

    fn reads_raw(&self, name: &str) -> bool {
        self.is_html() && RAW.contains(&name)
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name.as_str();
        // Among frames the parser ignores what would be raw.
        self.lost |= name == "frameset";
        let breaks_out = BREAK_OUT.contains(&name);
        if self.foreign.is_some() && (breaks_out || self.is_in_html_holder()) {
            self.lost = true;
        }
        if self.foreign.is_some() && !self.lost && tag.is_empty {
            return;
        }
        let is_flat = self.is_html() || breaks_out;
        if is_flat && EMPTY.contains(&name) {
            return;
        }
        let counts = !(is_flat && CLOSED_BY_NEXT.contains(&name)) || self.nests_in_list(name);
        if !counts {
            self.forget_sibling(name);
        }
        if matches!(name, "svg" | "math") {
            self.foreign.get_or_insert(self.open.len());
        }
        self.depth += usize::from(counts);
        self.open.push(Open { name: tag.name.clone(), counts });
    }

    fn is_in_html_holder(&self) -> bool {
        self.open.last().is_some_and(|open| HOLD_HTML.contains(&open.name.as_str()))
    }

    /// The last elements that do not count: what may be open beside the next.
    fn siblings(&self) -> usize {
        self.open.iter().rposition(|open| open.counts).map_or(0, |at| at + 1)
    }

    /// `li` closes no `dd`, nor `dd` an `li`: by turns they nest.
    fn nests_in_list(&self, name: &str) -> bool {
        let has = |names: &[&str]| {
            self.open[self.siblings()..].iter().any(|open| names.contains(&open.name.as_str()))
        };
        match name {
            "li" => has(&["dd", "dt"]),
            "dd" | "dt" => has(&["li"]),
            _ => false,
        }
    }

    fn forget_sibling(&mut self, name: &str) {
        let from = self.siblings();
        if let Some(at) = self.open[from..].iter().position(|open| open.name == name) {
            self.open.remove(from + at);
        }
    }

    fn close(&mut self, name: &str) {
        let found = self.open.iter().rposition(|open| open.name == name);
        if self.foreign.is_some_and(|root| found.is_none_or(|at| at < root)) {
            self.lost = true;
        }
        let Some(at) = found else { return };
        let above = &self.open[at + 1..];
        let holds = |stops: fn(&Open) -> bool| above.iter().any(stops);
        if self.lost {
            if above.is_empty() {
                self.close_all(at);
            }
        } else if self.foreign.is_some() {
            self.close_all(at);
        } else if !self.open[at].counts {
            if !holds(|open| open.counts) {
                self.open.remove(at);
            }
        } else if name == "form" || FORMATTING.contains(&name) {
            if holds(Open::is_special) {
                // It alone is closed; with elements between, the parser may put it in them.
                self.depth -= usize::from(!holds(|open| open.counts));
                self.open.remove(at);
            } else {
                self.close_all(at);
            }
        } else if BLOCKS.contains(&name) || WALLS.contains(&name) {
            if !holds(Open::is_wall) {
                self.close_all(at);
            }
        } else if !holds(Open::is_special) {
            self.close_all(at);
        }
    }

    /// Closes this element and all in it; what the parser opens again still counts.
    fn close_all(&mut self, at: usize) {
        let reopened = |open: &Open| FORMATTING.contains(&open.name.as_str());
        let inside = self.open[at + 1..].iter().filter(|open| open.counts && !reopened(open));
        self.depth -= inside.count() + usize::from(self.open[at].counts);
        self.open.truncate(at);
        self.foreign = self.foreign.filter(|&root| root < at);
    }
}

impl Open {
    fn is_wall(&self) -> bool {
        WALLS.contains(&self.name.as_str())
    }

    /// Whether no closing tag of an ordinary element reaches out of this one.
    fn is_special(&self) -> bool {
        let name = self.name.as_str();
        let is_other = matches!(name, "form" | "noscript" | "plaintext" | "keygen");
        !self.counts || is_other || self.is_wall() || BLOCKS.contains(&name)
    }
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
    /// Whether it ends in `/>`, which counts in svg and math alone.
    is_empty: bool,
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
        let name = text.get(from..from + name_len).unwrap_or("").to_ascii_lowercase();
        let attributes = Attributes::read(bytes, from + name_len);
        let Attributes { count, is_empty, end } = attributes;
        Some(Tag { name, closes, is_empty, attributes: count, len: end })
    }
}

/// What follows the name of a tag: how many attributes, whether it ends in `/>`, and where.
struct Attributes {
    count: usize,
    is_empty: bool,
    end: usize,
}

impl Attributes {
    fn read(bytes: &[u8], mut at: usize) -> Attributes {
        let (mut count, mut is_empty) = (0, false);
        // Whether the next sign begins a name, and whether `=` follows one: else it begins one too.
        let (mut is_between, mut is_named) = (true, false);
        while let Some(&byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'>' => return Attributes { count, is_empty, end: at },
                b'=' if is_named => {
                    at += skip_value(&bytes[at..]);
                    (is_between, is_named) = (true, false);
                }
                b'/' => (is_between, is_named) = (true, false),
                _ if byte.is_ascii_whitespace() => is_between = true,
                _ if is_between => {
                    count += 1;
                    (is_between, is_named) = (false, true);
                }
                _ => {}
            }
            is_empty = byte == b'/';
        }
        Attributes { count, is_empty, end: at }
    }
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

/// After a sign `<` that begins no tag: after the comment that it begins, if it does.
fn after_no_tag(text: &str) -> &str {
    let end = match text.strip_prefix("!--") {
        Some(comment) => {
            // `<!-->` and `<!--->` are whole comments, and `--!>` ends one.
            let ends = |before: &str| {
                matches!(before, "" | "-") || before.ends_with("--") || before.ends_with("--!")
            };
            comment.match_indices('>').find(|(at, _)| ends(&comment[..*at])).map(|(at, _)| at + 4)
        }
        None if text.starts_with(['!', '?', '/']) => text.find('>').map(|at| at + 1),
        None => Some(0),
    };
    end.map_or("", |end| &text[end..])
}

/// From the tag that closes this element; without one it ends with the page.
fn at_close<'a>(text: &'a str, name: &str) -> &'a str {
    let mut script = (name == "script").then_some(Script::Plain);
    for (at, sign) in text.match_indices(['<', '>']) {
        let here = &text[at..];
        if sign == "<" && is_tag(here, "</", name) {
            match script {
                Some(Script::Nested) => script = Some(Script::Comment),
                _ => return here,
            }
        }
        script = match script {
            Some(Script::Plain) if here.starts_with("<!--") => Some(Script::Comment),
            Some(Script::Comment) if is_tag(here, "<", name) => Some(Script::Nested),
            Some(_) if sign == ">" && text[..at].ends_with("--") => Some(Script::Plain),
            other => other,
        };
    }
    ""
}

/// In a script a comment may hold a script, whose closing tag is not that of the first.
#[derive(Clone, Copy)]
enum Script {
    Plain,
    Comment,
    Nested,
}

fn is_tag(text: &str, sign: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    let end = sign.len() + name.len();
    let named = bytes.get(sign.len()..end).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
    let ends = bytes.get(end).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
    text.starts_with(sign) && named && ends
}

#[cfg(test)]
mod tests {
    use dom_query::Document;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    #[test]
    fn real_looking_pages_pass() {
        let page = format!(
            "<!DOCTYPE html><html><head><script>if (a<b) '<div>'.repeat(9)</script><title>a < b</title>\
             <body><!-- {} -->{}{}</body>",
            "<div>".repeat(9_000),
            "<p>Un paragraphe<br><img src='a>b' alt=\"<div>\">".repeat(3_000),
            "<div><ul><li>un<li>deux</ul></div>".repeat(3_000)
                + &"<svg><title>a</title><path/><g><path></g></svg><input>".repeat(3_000),
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
            ("<!-->".to_owned() + &"<div>".repeat(100_000), "512"),
            ("<!--->".to_owned() + &"<div>".repeat(100_000), "512"),
            ("<!-- --!>".to_owned() + &"<div>".repeat(100_000), "512"),
            ("<div></x>".repeat(50_000), "512"),
            ("<svg><title>".to_owned() + &"<div>".repeat(100_000), "512"),
            ("<svg>".to_owned() + &"<td>".repeat(100_000), "512"),
            ("<svg><div>".to_owned() + &"<x/>".repeat(100_000), "512"),
            ("<span><div></span></div>".repeat(20_000), "512"),
            ("<span><p></span></p>".repeat(20_000), "512"),
            (("<x>".repeat(50) + "<div>" + &"</x>".repeat(50)).repeat(400), "512"),
            ("<span><b><p></b></span></p>".repeat(20_000), "512"),
            ("<div><table><td></div></table>".repeat(20_000), "512"),
            ("<li><dd>".repeat(20_000), "512"),
            ("<div><!x</div>>".repeat(20_000), "512"),
            ("<x><script><!--<script></script></x>--></script>".repeat(20_000), "512"),
            ("<frameset><style>".repeat(20_000), "512"),
            ("<a =\">".to_owned() + &"<div>".repeat(100_000), "512"),
        ] {
            let refused = check(&page).unwrap_err().to_string();
            assert!(refused.contains(what), "{refused}");
        }
    }

    /// Pieces of a page, among them all that the guard and the parser could read differently.
    fn pieces(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let pieces = "<div> </div> <span> </span> <p> </p> <b> </b> <li> </li> <dd> </dd> <table> </table> \
            <td> </td> <svg> </svg> <g> </g> <g/> <title> </title> <desc> </desc> <math> <mi> </mi> \
            <script> </script> <style> </style> <!-- --> <!--> --!> <!x > <![CDATA[ ]]> <select> \
            <option> <a> </a> <frameset> </br> <a=\"> <a\tb=' ' x";
        let pieces: Vec<&str> = pieces.split(' ').filter(|piece| !piece.is_empty()).collect();
        // Often one, sometimes many: what closes may be far from what it closes.
        let times = prop_oneof![Just(1_usize), Just(1), Just(30)];
        let piece =
            (proptest::sample::select(pieces), times).prop_map(|(p, times)| p.repeat(times));
        proptest::collection::vec(piece, count).prop_map(|pieces| pieces.concat())
    }

    fn depth(document: &Document) -> usize {
        let mut open = vec![(document.root(), 0)];
        let mut deepest = 0;
        while let Some((node, depth)) = open.pop() {
            deepest = deepest.max(depth);
            open.extend(node.children().into_iter().map(|child| (child, depth + 1)));
        }
        deepest
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn what_passes_is_not_deep_for_the_parser(start in pieces(0..4), unit in pieces(1..6)) {
            let page = start + &unit.repeat(1 + 60_000 / unit.len());
            if check(&page).is_ok() {
                prop_assert!(depth(&Document::from(page)) < 2_000, "{unit}");
            }
        }
    }
}
