//! HTML to its tree, within limits.
//!
//! What makes parsers overflow or crawl is counted where it cannot be mistaken: in what the parser
//! has built. It is fed tag by tag, and left alone once a limit is passed. Only attributes are counted
//! on the raw text, since the parser compares each with those before it has the tag.

use std::cell::{Cell, RefCell};

use dom_query::{Document, NodeId};
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{CommentToken, DoctypeToken, ParseError};
use html5ever::tokenizer::{
    StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{Tracer, TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, TokenizerResult};

use super::SkipReason;

/// Real pages nest some dozens of elements.
const MAX_DEPTH: usize = 512;
/// The parser compares each attribute of a tag with those before.
const MAX_ATTRIBUTES: usize = 500;
/// Large real pages have some ten thousand tags.
const MAX_TAGS: usize = 200_000;
/// All attributes of a page: a real one has some five in a tag.
const MAX_ALL_ATTRIBUTES: usize = 1_000_000;
/// Elements and texts. One tag makes many elements where formatting was left open.
const MAX_NODES: usize = 500_000;
/// Readability climbs from each element to those around it: their depths, added up. A large real
/// page has some 50,000 tags at a depth of 30.
const MAX_CLIMB: usize = 15_000_000;
/// The parser copies a text for each character reference in it.
const MAX_REFERENCES: usize = 10_000;

const TOO_DEEP: &str = "more than 512 elements one in the other";
const TOO_MANY_ATTRIBUTES: &str = "a tag with more than 500 attributes";
const TOO_MANY_TAGS: &str = "more than 200,000 tags";
const TOO_MANY_NODES: &str = "more than 500,000 elements and texts";
const TOO_MANY_IN_ALL: &str = "more than 1,000,000 attributes";
const TOO_FAR_DOWN: &str = "too many elements deep in others";
const TOO_MANY_REFERENCES: &str = "more than 10,000 character references in one text";

/// The tree of a page, unless only an attack looks like it.
pub(crate) fn parse(html: &str) -> Result<Document, SkipReason> {
    parsed(html).map_err(|what| SkipReason::Hostile { what })
}

/// What a page has too much of.
type Excess = &'static str;

fn parsed(html: &str) -> Result<Document, Excess> {
    let mut parser = Parser::new(html.strip_prefix('\u{feff}').unwrap_or(html));
    parser.read_all()?;
    parser.tokenizer.end();
    let document = parser.tokenizer.sink.builder.sink;
    is_flat(&document)?;
    Ok(document)
}

/// Feeds the parser up to places where it is known how it reads on.
struct Parser<'a> {
    /// What it was not fed yet.
    rest: &'a str,
    whole: StrTendril,
    tokenizer: Tokenizer<Watched>,
    queue: BufferQueue,
    /// Bytes of raw elements looked through for what may be a closing tag.
    searched: usize,
}

impl<'a> Parser<'a> {
    fn new(html: &'a str) -> Self {
        // Text that begins a piece may be a mark like that of the byte order.
        let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
        Parser {
            rest: html,
            whole: StrTendril::from(html),
            tokenizer: Tokenizer::new(Watched::new(), options),
            queue: BufferQueue::default(),
            searched: 0,
        }
    }

    fn read_all(&mut self) -> Result<(), Excess> {
        let mut signs = 0;
        while let Some(text) = self.rest.find('<') {
            has_few_references(&self.rest[..text])?;
            self.feed(text);
            // A sign that begins no tag still is work.
            signs += 1;
            at_most(signs, MAX_TAGS, TOO_MANY_TAGS)?;
            self.feed_markup()?;
            self.tokenizer.sink.excess()?;
        }
        has_few_references(self.rest)?;
        self.feed(self.rest.len());
        self.tokenizer.sink.excess()
    }

    /// From the sign `<`: a tag or comment, or as much as is surely text.
    fn feed_markup(&mut self) -> Result<(), Excess> {
        let inside = &self.rest[1..];
        let sink = &self.tokenizer.sink;
        let reads = sink.reads.borrow().clone();
        match reads {
            Reads::Text => self.feed(self.rest.len()),
            Reads::Raw(name) => {
                if is_tag(self.rest, "</", &name) {
                    self.check_raw_end(name.len() + 1)?;
                }
                self.feed(1);
            }
            Reads::Markup if inside.starts_with("![CDATA[") && sink.is_foreign() => {
                self.feed(self.rest.find("]]>").map_or(self.rest.len(), |end| end + 3));
            }
            Reads::Markup if inside.starts_with("/>") => self.feed(3),
            Reads::Markup => {
                if let Some(name) = tag_name(inside) {
                    at_most(
                        Attributes::read(inside, name).count,
                        MAX_ATTRIBUTES,
                        TOO_MANY_ATTRIBUTES,
                    )?;
                    self.feed_token();
                } else if inside.starts_with(['!', '?', '/']) {
                    self.feed_token();
                } else {
                    self.feed(1);
                }
            }
        }
        Ok(())
    }

    /// A closing tag in a script may be a part of it: then what it seems to span is no tag, and the
    /// next one must be looked at too.
    fn check_raw_end(&mut self, name: usize) -> Result<(), Excess> {
        let attributes = Attributes::read(&self.rest[1..], name);
        self.searched += attributes.end;
        at_most(self.searched, 8 * self.whole.len(), TOO_MANY_TAGS)?;
        at_most(attributes.count, MAX_ATTRIBUTES, TOO_MANY_ATTRIBUTES)
    }

    /// Feeds up to each `>` until the parser has the tag or comment whole.
    fn feed_token(&mut self) {
        let before = self.tokenizer.sink.tokens.get();
        while self.tokenizer.sink.tokens.get() == before && !self.rest.is_empty() {
            self.feed(self.rest.find('>').map_or(self.rest.len(), |end| end + 1));
        }
    }

    fn feed(&mut self, len: usize) {
        let at = self.whole.len() - self.rest.len();
        let fits = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        self.queue.push_back(self.whole.subtendril(fits(at), fits(len)));
        self.rest = &self.rest[len..];
        while !matches!(self.tokenizer.feed(&self.queue), TokenizerResult::Done) {}
    }
}

/// How the parser takes the next `<`.
#[derive(Clone)]
enum Reads {
    Markup,
    /// Text until this element is closed.
    Raw(LocalName),
    /// Text to the end.
    Text,
}

/// The tree builder, and what it has built.
struct Watched {
    builder: TreeBuilder<NodeId, Document>,
    reads: RefCell<Reads>,
    /// Tags, comments and document types so far.
    tokens: Cell<usize>,
    attributes: Cell<usize>,
    /// Those of `html` and `body`, which all go to one element.
    root_attributes: Cell<usize>,
    /// Elements that the parser goes through at each tag.
    open: Cell<usize>,
}

impl Watched {
    fn new() -> Self {
        let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        Watched {
            builder: TreeBuilder::new(Document::default(), options),
            reads: RefCell::new(Reads::Markup),
            tokens: Cell::new(0),
            attributes: Cell::new(0),
            root_attributes: Cell::new(0),
            open: Cell::new(0),
        }
    }

    fn excess(&self) -> Result<(), Excess> {
        // Formatting elements are counted twice.
        at_most(self.open.get(), 2 * MAX_DEPTH, TOO_DEEP)?;
        at_most(self.builder.sink.tree.len(), MAX_NODES, TOO_MANY_NODES)?;
        at_most(self.root_attributes.get(), 2 * MAX_ATTRIBUTES, TOO_MANY_ATTRIBUTES)?;
        at_most(self.attributes.get(), MAX_ALL_ATTRIBUTES, TOO_MANY_IN_ALL)
    }

    fn is_foreign(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }

    fn count(&self, tag: &Tag) {
        let add = |to: &Cell<usize>| to.set(to.get() + tag.attrs.len());
        add(&self.attributes);
        if tag.kind == StartTag && matches!(&*tag.name, "html" | "body") {
            add(&self.root_attributes);
        }
    }

    fn take_tag(&self, tag: Tag, line: u64) -> TokenSinkResult<NodeId> {
        self.count(&tag);
        let name = tag.name.clone();
        let result = self.builder.process_token(TagToken(tag), line);
        self.reads.replace(match &result {
            TokenSinkResult::RawData(_) => Reads::Raw(name),
            TokenSinkResult::Plaintext => Reads::Text,
            _ => Reads::Markup,
        });
        self.open.set(0);
        self.builder.trace_handles(self);
        result
    }
}

impl TokenSink for Watched {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        let is_counted = matches!(token, TagToken(_) | CommentToken(_) | DoctypeToken(_));
        self.tokens.set(self.tokens.get() + usize::from(is_counted));
        match token {
            // Nobody reads them, and there may be one for each character.
            ParseError(_) => TokenSinkResult::Continue,
            TagToken(tag) => self.take_tag(tag, line),
            token => self.builder.process_token(token, line),
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.is_foreign()
    }
}

impl Tracer for Watched {
    type Handle = NodeId;

    fn trace_handle(&self, _: &NodeId) {
        self.open.set(self.open.get() + 1);
    }
}

fn at_most(count: usize, most: usize, what: Excess) -> Result<(), Excess> {
    if count > most { Err(what) } else { Ok(()) }
}

/// Whether the finished tree is of a depth that can be climbed.
fn is_flat(document: &Document) -> Result<(), Excess> {
    let tree = &document.tree;
    let mut climb = 0;
    for node in tree.descendant_ids_of_it(&tree.root().id) {
        let depth = tree.ancestor_ids_of_it(&node, None).count();
        climb += depth;
        // Besides the document, html and body.
        at_most(depth, MAX_DEPTH + 3, TOO_DEEP)?;
        at_most(climb, MAX_CLIMB, TOO_FAR_DOWN)?;
    }
    Ok(())
}

fn has_few_references(text: &str) -> Result<(), Excess> {
    let count = text.bytes().filter(|byte| *byte == b'&').count();
    at_most(count, MAX_REFERENCES, TOO_MANY_REFERENCES)
}

/// How many bytes the name of the tag has that begins here, after `<`, with its slash.
fn tag_name(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let from = usize::from(text.starts_with('/'));
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    bytes.get(from).filter(|byte| byte.is_ascii_alphabetic())?;
    let len = bytes[from..].iter().position(ends);
    Some(len.map_or(bytes.len(), |len| from + len))
}

/// What follows the name of a tag: how many attributes (counted no further than the limit), and
/// where it ends.
struct Attributes {
    count: usize,
    end: usize,
}

impl Attributes {
    fn read(text: &str, mut at: usize) -> Attributes {
        let (bytes, mut count) = (text.as_bytes(), 0);
        // Whether the next sign begins a name, and whether `=` follows one: else it begins one too.
        let (mut is_between, mut is_named) = (true, false);
        while let Some(&byte) = bytes.get(at).filter(|_| count <= MAX_ATTRIBUTES) {
            at += 1;
            match byte {
                b'>' => break,
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
        }
        Attributes { count, end: at }
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

    fn check(page: &str) -> Result<(), Excess> {
        parsed(page).map(drop)
    }

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

    /// Formatting that was left open, and that the parser opens again in each block.
    fn opened_again(elements: usize, blocks: usize) -> String {
        let open: String = (0..elements).map(|n| format!("<i x={n}>")).collect();
        format!("<div>{open}</div>{}", "<div>x</div>".repeat(blocks))
    }

    #[test]
    fn attacks_are_refused() {
        for (page, what) in [
            ("<div>".repeat(100_000), "512"),
            ((format!("<td>{}<table>", "<li>".repeat(30))).repeat(2_000), "512"),
            (opened_again(400, 20_000), "elements and texts"),
            ((0..600).map(|n| format!("<body a{}=1 b{n}=1>", 2 * n)).collect(), "attributes"),
            (format!("<script></script{}", " a".repeat(600)), "attributes"),
            ("<svg><![CDATA[<a b=\"]]>".to_owned() + &"<g>".repeat(600), "512"),
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
            let refused = check(&page).expect_err(&page[..page.len().min(60)]);
            assert!(refused.contains(what), "{refused}");
        }
    }

    /// Pieces of a page, among them all that two readers could take differently.
    fn pieces(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let pieces = "<div> </div> <span> </span> <p> </p> <b> </b> <li> </li> <dd> </dd> <table> </table> \
            <td> </td> <tr> <caption> </caption> <svg> </svg> <g> </g> <g/> <title> </title> <desc> </desc> \
            <math> <mi> </mi> <annotation-xml> <script> </script> <style> </style> <textarea> </textarea> \
            <template> </template> <!-- --> <!--> --!> <!x > </> </1> <?x> <![CDATA[ ]]> <select> </select> \
            <option> <a> </a> <nobr> <i\tx=1> <font\ty=2> <object> <button> <frameset> <plaintext> <html> <body> \
            </br> <a=\"> <a\tb=' </script\ta=\" ' x &amp; &lt \u{feff} \r\n é 1<2";
        let mut pieces: Vec<String> =
            pieces.split(' ').filter(|piece| !piece.is_empty()).map(str::to_owned).collect();
        let many = |count: usize| (0..count).map(|n| format!(" a{n}=1")).collect::<String>();
        pieces.extend([format!("<x{}>", many(400)), format!("<x{}", many(600))]);
        // Often one, sometimes many: what closes may be far from what it closes.
        let times = prop_oneof![Just(1_usize), Just(1), Just(30)];
        let piece =
            (proptest::sample::select(pieces), times).prop_map(|(p, times)| p.repeat(times));
        proptest::collection::vec(piece, count).prop_map(|pieces| pieces.concat())
    }

    /// The depth of a tree, and the attributes of the element that has most.
    fn measures(document: &Document) -> (usize, usize) {
        let mut open = vec![(document.root(), 0)];
        let (mut deepest, mut most) = (0, 0);
        while let Some((node, depth)) = open.pop() {
            deepest = deepest.max(depth);
            let is_root = node.node_name().is_some_and(|name| matches!(&*name, "html" | "body"));
            most = most.max(if is_root { 0 } else { node.attrs().len() });
            open.extend(node.children().into_iter().map(|child| (child, depth + 1)));
        }
        (deepest, most)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

        #[test]
        fn what_passes_is_the_tree_of_the_page_and_within_limits(start in pieces(0..4), unit in pieces(1..6)) {
            for len in [1, 40_000] {
                let page = format!("{start}{}", unit.repeat(1 + len / unit.len()));
                if let Ok(document) = parsed(&page) {
                    let (depth, attributes) = measures(&document);
                    prop_assert!(depth <= MAX_DEPTH + 3, "{unit}");
                    prop_assert!(attributes <= MAX_ATTRIBUTES, "{unit}");
                    prop_assert_eq!(document.html(), Document::from(page.strip_prefix('\u{feff}').unwrap_or(&page)).html());
                }
            }
        }
    }
}
