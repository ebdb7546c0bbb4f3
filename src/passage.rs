//! Article to passages: whole paragraphs where they fit, whole sentences otherwise, about 120 words.

use std::ops::Range;

/// Words that a passage aims at.
pub const PASSAGE_WORDS: usize = 120;
/// A paragraph up to this many words is one passage.
const LONGEST_PARAGRAPH: usize = 180;
/// A sentence longer than this is cut between words: it is a list, a table or no text at all.
const LONGEST_SENTENCE: usize = 300;
/// No passage has more bytes: a list without spaces, a page of signs. Ordinary text stays far below.
const LONGEST_PASSAGE: usize = 8 * 1024;
/// A quotation that closes within this many bytes is not cut inside.
const LONGEST_QUOTATION: usize = 800;

/// Abbreviations whose dot ends no sentence, in lower case. A single capital (initials) counts as one.
const ABBREVIATIONS: &[&str] = &[
    "al", "apr", "art", "av", "bd", "cf", "chap", "co", "corp", "déc", "dir", "dr", "éd", "env",
    "ex", "fév", "févr", "fig", "hab", "ibid", "inc", "janv", "jr", "juil", "ltd", "max", "me",
    "mgr", "min", "mlle", "mm", "mme", "mmes", "mr", "mrs", "nb", "no", "nos", "nov", "obs", "oct",
    "op", "p", "pp", "pr", "prof", "réf", "sept", "st", "ste", "tél", "trad", "univ", "vol", "vs",
];

/// Bytes before a dot that are looked at.
const LONGEST_ABBREVIATION: usize = 8;

/// A unit of text that is never cut: its bytes (white space after it included) and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    span: Range<usize>,
    words: usize,
}

impl Piece {
    /// Whether a paragraph is one passage at most.
    fn is_short(&self) -> bool {
        self.words <= LONGEST_PARAGRAPH && self.span.len() <= LONGEST_PASSAGE
    }

    /// Whether a passage may hold this and the next.
    fn has_room_for(&self, next: &Piece) -> bool {
        self.span.len() + next.span.len() <= LONGEST_PASSAGE
    }

    fn add(&mut self, next: &Piece) {
        self.span.end = next.span.end;
        self.words += next.words;
    }
}

/// The passages of an article's body, as byte ranges that tile it: joined, they are the body.
/// An empty body has none. Linear in the body.
///
/// ```
/// let body = "Un premier paragraphe.\n\nUn second.";
/// let spans = depeche::passages(body);
/// assert_eq!(spans, [0..body.len()]);
/// ```
pub fn passages(body: &str) -> Vec<Range<usize>> {
    let mut builder = Builder::default();
    for paragraph in paragraphs(body) {
        match paragraph.is_short() {
            true => builder.push(paragraph),
            false => builder.push_long(pieces(body, &sentences_within(body, paragraph.span))),
        }
    }
    builder.finish()
}

/// The parts of a body, found in one go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outline {
    /// As [`passages`] gives them.
    pub(crate) passages: Vec<Range<usize>>,
    /// As [`paragraph_starts`].
    pub(crate) paragraphs: Vec<usize>,
    /// As [`sentence_starts`].
    pub(crate) sentences: Vec<usize>,
}

impl Outline {
    pub(crate) fn of(body: &str) -> Self {
        let (mut outline, mut builder) = (Outline::default(), Builder::default());
        for paragraph in paragraphs(body) {
            let sentences = sentences_within(body, paragraph.span.clone());
            outline.paragraphs.push(paragraph.span.start);
            outline.sentences.extend(sentences.iter().map(|sentence| sentence.start));
            match paragraph.is_short() {
                true => builder.push(paragraph),
                false => builder.push_long(pieces(body, &sentences)),
            }
        }
        outline.passages = builder.finish();
        outline
    }
}

/// Where the paragraphs of a body begin: bytes, in order.
pub fn paragraph_starts(body: &str) -> Vec<usize> {
    paragraphs(body).into_iter().map(|paragraph| paragraph.span.start).collect()
}

/// Where the sentences of a body begin: bytes, in order; a paragraph begins a sentence.
///
/// ```
/// assert_eq!(depeche::sentence_starts("Oui. Non ! M. Dupont rit."), [0, 5, 11]);
/// ```
pub fn sentence_starts(body: &str) -> Vec<usize> {
    let of_paragraph = |paragraph: Piece| sentences_within(body, paragraph.span);
    let sentences = paragraphs(body).into_iter().flat_map(of_paragraph);
    sentences.map(|sentence| sentence.start).collect()
}

#[derive(Default)]
struct Builder {
    done: Vec<Range<usize>>,
    open: Option<Piece>,
}

impl Builder {
    /// Adds a paragraph to the open passage where both fit, else begins the next with it.
    fn push(&mut self, piece: Piece) {
        match &mut self.open {
            Some(open) if fits(open.words, piece.words) && open.has_room_for(&piece) => {
                open.add(&piece);
            }
            _ => {
                self.close();
                self.open = Some(piece);
            }
        }
    }

    /// Adds the sentences of a long paragraph, in parts of about equal length.
    fn push_long(&mut self, sentences: Vec<Piece>) {
        // What stood open is a heading or a short paragraph: it stays with what it introduces.
        let heading = self.open.as_ref().map_or(0, |open| open.words);
        if heading > PASSAGE_WORDS / 4 {
            self.close();
        }
        let total: usize = sentences.iter().map(|s| s.words).sum();
        let parts = total.div_ceil(PASSAGE_WORDS + PASSAGE_WORDS / 4).max(1);
        let target = total.div_ceil(parts);
        for sentence in sentences {
            let is_full = |open: &Piece| {
                let enough = open.words > 0 && open.words + sentence.words / 2 > target;
                enough || !open.has_room_for(&sentence)
            };
            if self.open.as_ref().is_some_and(is_full) {
                self.close();
            }
            match &mut self.open {
                Some(open) => open.add(&sentence),
                None => self.open = Some(sentence),
            }
        }
        self.close();
    }

    fn close(&mut self) {
        self.done.extend(self.open.take().map(|open| open.span));
    }

    fn finish(mut self) -> Vec<Range<usize>> {
        self.close();
        self.done
    }
}

/// Whether two pieces make a passage nearer to the aim than the first alone.
fn fits(open: usize, next: usize) -> bool {
    let joined = open + next;
    joined <= PASSAGE_WORDS || (open < PASSAGE_WORDS / 2 && joined <= LONGEST_PARAGRAPH)
}

/// Paragraphs end at a blank line; text without any, at its line ends (see [`line_ends_sentence`]).
fn paragraphs(body: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut lines = body.split_inclusive('\n').peekable();
    let mut at = 0;
    let has_blank_lines = body.split('\n').skip(1).any(|line| line.trim().is_empty());
    while let Some(line) = lines.next() {
        at += line.len();
        let ends = match lines.peek() {
            None => true,
            // Blank lines after a paragraph belong to it.
            Some(next) if next.trim().is_empty() => false,
            Some(next) if has_blank_lines => line.trim().is_empty() && !next.trim().is_empty(),
            Some(next) => line_ends_sentence(line, next),
        };
        if ends {
            pieces.push(Piece { span: start..at, words: count_words(&body[start..at]) });
            start = at;
        }
    }
    pieces
}

/// A line end inside a paragraph parts sentences unless the text was wrapped there: the next line
/// begins with a small letter, or this one stops without a mark at a usual wrapping width.
fn line_ends_sentence(line: &str, next: &str) -> bool {
    let (line, next) = (line.trim(), next.trim_start());
    let continues =
        next.starts_with(char::is_lowercase) || line.ends_with([',', '-', '(', '’', '\'']);
    let wrapped = (50..=100).contains(&line.chars().count())
        && !line.ends_with(['.', '!', '?', '…', '»', '"', '”', ':', ';', ')']);
    !continues && !wrapped
}

/// The words of a text as white space parts them: only lengths are weighed with it.
fn count_words(text: &str) -> usize {
    let (mut words, mut is_counted) = (0, false);
    for (at, byte) in text.bytes().enumerate() {
        // The later bytes of a character say nothing.
        if byte.is_ascii() || byte >= 0xc0 {
            let [is_space, is_alphanumeric] = match byte.is_ascii() {
                true => [matches!(byte, b'\t'..=b'\r' | b' '), byte.is_ascii_alphanumeric()],
                false => text[at..].chars().next().map_or([false; 2], |c| {
                    [c.is_whitespace(), !is_counted && c.is_alphanumeric()]
                }),
            };
            words += usize::from(is_alphanumeric && !is_counted);
            is_counted = !is_space && (is_counted || is_alphanumeric);
        }
    }
    words
}

/// The sentences of a paragraph, in bytes of the body.
fn sentences_within(body: &str, paragraph: Range<usize>) -> Vec<Range<usize>> {
    let start = paragraph.start;
    let mut found = sentences(&body[paragraph]);
    found.iter_mut().for_each(|sentence| *sentence = start + sentence.start..start + sentence.end);
    found
}

/// The sentences of a paragraph as pieces; endless ones are cut between words.
fn pieces(body: &str, sentences: &[Range<usize>]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for sentence in sentences {
        let (sentence, words) = (sentence.clone(), count_words(&body[sentence.clone()]));
        if words <= LONGEST_SENTENCE && sentence.len() <= LONGEST_PASSAGE {
            pieces.push(Piece { span: sentence, words });
        } else {
            cut_between_words(body, sentence, &mut pieces);
        }
    }
    pieces
}

fn cut_between_words(body: &str, span: Range<usize>, pieces: &mut Vec<Piece>) {
    let mut open = Piece { span: span.start..span.start, words: 0 };
    let chunks = body[span].split_inclusive(char::is_whitespace);
    for chunk in chunks.flat_map(slices) {
        let end = open.span.end;
        let words = usize::from(chunk.chars().any(char::is_alphanumeric));
        let next = Piece { span: end..end + chunk.len(), words };
        if open.words >= PASSAGE_WORDS || !open.has_room_for(&next) {
            pieces.push(std::mem::replace(&mut open, next));
        } else {
            open.add(&next);
        }
    }
    pieces.push(open);
}

/// A chunk without white space in slices that a passage can hold, cut after a sign where there is one.
fn slices(chunk: &str) -> impl Iterator<Item = &str> {
    let mut rest = chunk;
    std::iter::from_fn(move || {
        let mut len = rest.floor_char_boundary(LONGEST_PASSAGE);
        if len < rest.len() {
            let sign = rest[..len].char_indices().rfind(|(_, c)| !c.is_alphanumeric());
            len = sign.map_or(len, |(at, c)| at + c.len_utf8());
        }
        let slice;
        (slice, rest) = rest.split_at(len);
        (!slice.is_empty()).then_some(slice)
    })
}

/// The sentences of a text, as byte ranges that tile it; the white space after one belongs to it.
///
/// A sentence ends at `.`, `!`, `?` or `…`, with the quotes and brackets that close it, where white
/// space and something other than a small letter follow; at a line end that does not wrap; and at a
/// full stop glued to the next sentence (`l’avenir.En décembre`). Not after an abbreviation or an
/// initial, and not inside « » that close again soon.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut quoted_until = 0;
    let mut quotations = Quotations::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found_at) = bytes[at..].iter().position(|&byte| may_end_sentence(byte)) {
        at += found_at;
        let Some(c) = text[at..].chars().next() else { break };
        // A run of marks is looked at once: !!!!! must not cost its square.
        let next = if is_mark(c) { skip(text, at, is_mark) } else { at + c.len_utf8() };
        let end = match c {
            '«' => {
                quoted_until = quotations.end(text, at).unwrap_or(quoted_until);
                None
            }
            _ if at < quoted_until => None,
            c if is_mark(c) => sentence_end(text, at, next),
            '\n' => line_end(text, start, next),
            // A sentence that a quotation closes ends after it: « Oui. » Puis…
            '»' => closing_quote_end(text, at, next),
            _ => None,
        };
        at = end.unwrap_or(next);
        if let Some(end) = end {
            found.push(start..end);
            start = end;
        }
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

/// Finds where quotations close, looking at each byte of the text once however many open.
#[derive(Default)]
struct Quotations {
    next_close: Option<usize>,
    exhausted: bool,
}

impl Quotations {
    /// The byte of the `»` that closes the quotation opened at `open`, if it is near.
    fn end(&mut self, text: &str, open: usize) -> Option<usize> {
        if !self.exhausted && self.next_close.is_none_or(|close| close < open) {
            self.next_close = text[open..].find('»').map(|i| open + i);
            self.exhausted = self.next_close.is_none();
        }
        self.next_close.filter(|&close| close > open && close - open <= LONGEST_QUOTATION)
    }
}

/// Whether a character that begins with the byte may have to do with the end of a sentence: a mark, a line
/// end, « and », among others.
fn may_end_sentence(byte: u8) -> bool {
    matches!(byte, b'.' | b'!' | b'?' | b'\n' | 0xc2 | 0xe2)
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…')
}

/// After the marks at `at..next`: the end of the sentence with its closing signs and white space.
fn sentence_end(text: &str, at: usize, next: usize) -> Option<usize> {
    let after_closing = skip_closing(text, next);
    let is_single_dot = &text[at..next] == ".";
    if is_single_dot && is_abbreviation(&text[..at]) {
        return None;
    }
    let after_space = skip(text, after_closing, char::is_whitespace);
    if after_space == text.len() {
        return Some(after_space);
    }
    if after_space > after_closing {
        let begins = text[after_space..].chars().next()?;
        return (!begins.is_lowercase() && !matches!(begins, ',' | ';' | ':'))
            .then_some(after_space);
    }
    (is_single_dot && is_glued(text, at, next)).then_some(next)
}

fn skip(text: &str, from: usize, mut accepts: impl FnMut(char) -> bool) -> usize {
    text[from..].find(|c| !accepts(c)).map_or(text.len(), |i| from + i)
}

/// Skips quotes and brackets that close, with the no-break space that stands before `»`.
fn skip_closing(text: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        let after_space = skip(text, at, |c| matches!(c, '\u{a0}' | '\u{202f}' | ' '));
        let rest = &text[after_space..];
        if rest.starts_with('»') {
            at = after_space + '»'.len_utf8();
        } else if text[at..].starts_with(['"', '”', ')', ']', '’', '\'']) {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        } else {
            return at;
        }
    }
}

fn closing_quote_end(text: &str, at: usize, next: usize) -> Option<usize> {
    let before = text[..at].trim_end();
    let after_space = skip(text, next, char::is_whitespace);
    let begins = text[after_space..].chars().next()?;
    let ends = before.ends_with(['.', '!', '?', '…']) && after_space > next;
    (ends && (begins.is_uppercase() || begins == '«')).then_some(after_space)
}

/// Whether the dot after `before` belongs to an abbreviation or an initial.
fn is_abbreviation(before: &str) -> bool {
    let near = before.floor_char_boundary(before.len().saturating_sub(LONGEST_ABBREVIATION));
    let last = before[near..].rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or("");
    let is_initial = last.chars().count() == 1 && last.chars().all(char::is_uppercase);
    is_initial
        || (last.len() < LONGEST_ABBREVIATION
            && ABBREVIATIONS.contains(&last.to_lowercase().as_str()))
}

/// `l’avenir.En décembre`: a small word, a dot, and a capital followed by a small letter, a space or an
/// apostrophe. `Node.js`, `lemonde.fr` and `ASP.NET` are none.
fn is_glued(text: &str, at: usize, next: usize) -> bool {
    let mut before = text[..at].chars().rev();
    let small_before = before.by_ref().take(2).filter(|c| c.is_lowercase() || *c == '»').count()
        == 2
        || text[..at].ends_with(['»', ')']);
    let mut after = text[next..].chars();
    let capital = after.next().is_some_and(char::is_uppercase);
    let follows = after.next().is_some_and(|c| c.is_lowercase() || matches!(c, ' ' | '’' | '\''));
    small_before && capital && follows
}

/// The end of a sentence at a line end: always at a blank line, else where the line was not wrapped.
fn line_end(text: &str, start: usize, next: usize) -> Option<usize> {
    let line_start = text[start..next - 1].rfind('\n').map_or(start, |i| start + i + 1);
    let line = &text[line_start..next - 1];
    if line.trim().is_empty() {
        return None;
    }
    let after_space = skip(text, next, char::is_whitespace);
    if after_space == text.len() {
        return None;
    }
    let blank = text[next..after_space].contains('\n');
    let next_line = text[after_space..].lines().next().unwrap_or("");
    (blank || line_ends_sentence(line, next_line)).then_some(after_space)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|span| text[span].trim_end()).collect()
    }

    #[test]
    fn sentences_of_french() {
        let table: &[(&str, &[&str])] = &[
            ("Oui. Non ! Quoi ? Bien… Fin", &["Oui.", "Non !", "Quoi ?", "Bien…", "Fin"]),
            (
                "M. Dupont et Mme. Martin, p. 12, art. 6.",
                &["M. Dupont et Mme. Martin, p. 12, art. 6."],
            ),
            (
                "Né en 50 av. J.-C. à Rome. Puis rien.",
                &["Né en 50 av. J.-C. à Rome.", "Puis rien."],
            ),
            ("Il dit « Oui. Non. » Puis il part.", &["Il dit « Oui. Non. »", "Puis il part."]),
            ("C’est l’avenir.En décembre, fin.", &["C’est l’avenir.", "En décembre, fin."]),
            ("Voir Node.js et lemonde.fr. Bien", &["Voir Node.js et lemonde.fr.", "Bien"]),
            ("Il hésite... puis part. « Bien ! »", &["Il hésite... puis part.", "« Bien ! »"]),
            ("Le prix (3.5 M€). L’offre.", &["Le prix (3.5 M€).", "L’offre."]),
            ("Titre\n\nTexte court", &["Titre", "Texte court"]),
            ("une ligne\nqui se suit", &["une ligne\nqui se suit"]),
            ("etc. Et puis, etc., rien", &["etc.", "Et puis, etc., rien"]),
            ("", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(cut(text), *expected, "{text}");
        }
    }

    #[test]
    fn words_are_counted_between_any_white_space() {
        let of_chars = |text: &str| -> usize {
            text.split(char::is_whitespace).filter(|w| w.contains(char::is_alphanumeric)).count()
        };
        for c in '\0'..='\u{3100}' {
            for text in [format!("é{c}a"), format!("{c}"), format!("-{c}b {c}{c}")] {
                assert_eq!(count_words(&text), of_chars(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn short_paragraphs_share_a_passage_and_long_ones_are_cut_at_sentences() {
        let short = "Un deux trois quatre.\n\n".repeat(10);
        assert_eq!(passages(&short).len(), 1);
        let long = "Une phrase de dix mots qui se répète sans cesse ici. ".repeat(60);
        let spans = passages(&long);
        assert!((4..=6).contains(&spans.len()), "{}", spans.len());
        assert!(spans.iter().all(|s| long[s.clone()].trim_end().ends_with('.')));
    }

    #[test]
    fn a_text_without_sentences_is_cut_between_words() {
        let list = "mot ".repeat(5_000);
        let spans = passages(&list);
        assert!(spans.len() > 30);
        assert!(spans.iter().all(|s| count_words(&list[s.clone()]) <= LONGEST_SENTENCE));
    }

    #[test]
    fn an_outline_is_what_each_part_is() {
        let long = "Une phrase de dix mots qui se répète sans cesse ici. ".repeat(60);
        let mixed = format!("Titre\n\nUn mot. Deux…\n\n{long}\n\n« Oui. Non. » Puis rien.\nFin.");
        for body in ["", "Un mot", &mixed, &"mot ".repeat(5_000)] {
            let outline = Outline::of(body);
            assert_eq!(outline.passages, passages(body), "{body}");
            assert_eq!(outline.paragraphs, paragraph_starts(body), "{body}");
            assert_eq!(outline.sentences, sentence_starts(body), "{body}");
        }
    }

    #[test]
    fn odd_texts_cost_linear_time() {
        for odd in ["« ", "!", ".)", "\n", "a.", ". ", "» ", "\n\u{a0}"] {
            assert_tiled(&odd.repeat(200_000));
        }
    }

    /// Passages, joined, are the body, and none is too long to be read or stored.
    fn assert_tiled(body: &str) {
        let mut end = 0;
        for span in passages(body) {
            assert_eq!(span.start, end);
            assert!(span.end > end && body.is_char_boundary(span.end));
            assert!(span.len() <= LONGEST_PASSAGE, "{}", span.len());
            end = span.end;
        }
        assert_eq!(end, body.len());
    }

    #[test]
    fn no_passage_is_endless() {
        let words = "mot ".repeat(200);
        for body in [
            "a,".repeat(500_000),
            "é".repeat(500_000),
            "漢".repeat(100_000) + "\n\n" + &"𝒳".repeat(100_000),
            words.clone() + &"— ".repeat(750_000),
            "— ".repeat(750_000) + "\n\n" + &words,
            words.clone() + &"—".repeat(750_000) + &words,
            "— — —.\n\n".repeat(100_000),
            "— — —. ".repeat(100_000) + &words,
            format!("Titre\n\n{}", "— ".repeat(4_090)),
        ] {
            assert_tiled(&body);
        }
        let list = "deux,".repeat(5_000);
        assert!(passages(&list).iter().all(|span| list[span.clone()].ends_with(',')));
    }
}
