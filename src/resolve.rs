//! A query read by the analysis: the words that it asks for, and how they must stand. Searching and
//! highlighting both follow it, so that what is lit is what was found.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use crate::analysis::{Analyzer, Asked, AskedMemory, Token, Vocabulary};
use crate::article::PartialDate;
use crate::pattern::Pattern;
use crate::query::{Phrase, Piece, Query};
use crate::spans::Spans;

/// A query whose words have become terms. Truth is that of an article.
#[derive(Clone, Debug)]
pub(crate) enum Resolved {
    /// Something that stands in a text, or does not.
    Leaf(Leaf),
    All(Vec<Resolved>),
    Any(Vec<Resolved>),
    Not(Box<Resolved>),
    /// What is required, and what only raises the rank.
    Rank {
        must: Box<Resolved>,
        should: Leaf,
    },
    Source(String),
    /// The exact terms of a name.
    Author(Vec<String>),
    Dates {
        from: Option<PartialDate>,
        to: Option<PartialDate>,
    },
}

/// What is looked for in a text, the title or the body each by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Leaf {
    /// The words, numbered.
    pub(crate) slots: Vec<Slot>,
    /// How they must stand.
    pub(crate) spans: Spans,
    /// Not in the body.
    pub(crate) title_only: bool,
    /// What ranks bare words besides; none for anything else.
    pub(crate) bag: Option<Bag>,
}

/// Bare words: the slots of their leaf are the words, then the exact words of the whole in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bag {
    /// How many slots are words of the bag.
    pub(crate) words: usize,
    /// The stop words left out, as typed.
    pub(crate) stop_words: Vec<String>,
    /// The words as typed, in order.
    pub(crate) exact: Vec<ExactWord>,
    /// The first term of all forms of each word that has one, with its position.
    pub(crate) forms_sequence: Vec<(usize, String)>,
}

/// A word as typed, by its exact term.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExactWord {
    pub(crate) term: String,
    /// Whether it counts by itself: no stop word, unless there is nothing else.
    pub(crate) is_weighed: bool,
}

/// One word that is looked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slot {
    /// As it was typed.
    pub(crate) typed: String,
    pub(crate) test: Test,
}

/// Which words of a text stand for a slot.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Test {
    /// Those with this exact term, written as demanded.
    Exact { term: String, writing: Option<Writing> },
    /// Those with one of these terms of all forms, the likely ones first.
    Forms(Vec<Asked>),
    /// Those whose exact term is meant.
    Like(Pattern),
}

/// How a word must be written: what the exact term forgives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// With these letters (NFC).
    Letters(String),
    /// With this sign after it (`40 %`), or before it (`$40`).
    Sign { sign: char, before: bool },
}

/// Signs that a number in quotation marks must have if they were typed, and the one of `n°`.
const SIGNS: &[char] = &['%', '‰', '€', '$', '£', '¥'];
const DEGREE: char = '°';

impl Writing {
    /// What a typed word demands besides its exact term.
    fn of_typed(text: &str, word: &Range<usize>) -> Option<Self> {
        let (before, after) = (&text[..word.start], &text[word.end..]);
        let is_number = text[word.clone()].chars().all(char::is_numeric);
        if !is_number {
            return after
                .starts_with(DEGREE)
                .then_some(Writing::Sign { sign: DEGREE, before: false });
        }
        let sign = |c: Option<char>, before| {
            c.filter(|c| SIGNS.contains(c)).map(|sign| Writing::Sign { sign, before })
        };
        let next = after.trim_start_matches(char::is_whitespace).chars().next();
        sign(next, false).or_else(|| sign(before.chars().next_back(), true))
    }

    /// Whether a word of a text is written so.
    pub(crate) fn holds(&self, text: &str, word: &Range<usize>) -> bool {
        match self {
            Writing::Letters(letters) => text[word.clone()].nfc().eq(letters.chars()),
            Writing::Sign { sign, before: true } => {
                text[..word.start].trim_end_matches(char::is_whitespace).ends_with(*sign)
            }
            Writing::Sign { sign, before: false } => {
                text[word.end..].trim_start_matches(char::is_whitespace).starts_with(*sign)
            }
        }
    }
}

/// How a query is read.
pub(crate) struct Reader<'a> {
    pub(crate) analyzer: &'a Analyzer,
    pub(crate) vocabulary: &'a dyn Vocabulary,
    /// What its words asked for before, if that is remembered.
    pub(crate) memory: Option<&'a dyn AskedMemory>,
    /// Whether what a bare word hardly means is found too, after the rest. Where nothing is ranked, and
    /// beside operators, it is not.
    pub(crate) ranked: bool,
}

impl Reader<'_> {
    pub(crate) fn read(&self, query: &Query) -> Resolved {
        self.read_in(query, false)
    }

    fn read_in(&self, query: &Query, title_only: bool) -> Resolved {
        let read = |query: &Query| self.read_in(query, title_only);
        match query {
            Query::Words(text) => Resolved::Leaf(self.bag(text)),
            Query::AllWords(text) => self.all_words(text, title_only),
            Query::Phrase(_) | Query::Near { .. } => {
                let mut slots = Vec::new();
                let spans = self.spans(query, &mut slots);
                Resolved::Leaf(Leaf { slots, spans, title_only, bag: None })
            }
            Query::And(queries) => Resolved::All(distinct(queries).map(read).collect()),
            Query::Or(queries) => Resolved::Any(distinct(queries).map(read).collect()),
            Query::Not(query) => Resolved::Not(Box::new(read(query))),
            Query::Rank { must, should } => {
                Resolved::Rank { must: Box::new(read(must)), should: self.bag(should) }
            }
            Query::Title(query) => self.read_in(query, true),
            Query::Source(name) => Resolved::Source(name.clone()),
            Query::Author(name) => Resolved::Author(author_terms(self.analyzer, name)),
            Query::Dates { from, to } => Resolved::Dates { from: *from, to: *to },
        }
    }

    fn tokens(&self, text: &str) -> Vec<Token> {
        self.analyzer.query_tokens_remembered(text, self.vocabulary, self.memory)
    }

    /// Any of the words; where the whole stands as it was typed, all of it.
    fn bag(&self, text: &str) -> Leaf {
        let tokens = self.tokens(text);
        let (mut slots, stop_words) = self.words(text, &tokens);
        let words = slots.len();
        let mut spans: Vec<Spans> = (0..words).map(Spans::Slot).collect();
        // In free words l’équité asks for équité: the article before the first word is no part of it.
        let first = tokens.iter().position(|t| !t.clitic).unwrap_or(0);
        let sequence = &tokens[first.min(tokens.len())..];
        if sequence.len() > 1 {
            let exact = sequence.iter().map(|token| exact_slot(text, token));
            spans.push(add_phrase(&mut slots, exact.collect()));
        }
        let only_stop_words = tokens.iter().all(|t| t.stop_word);
        let exact_word = |token: &Token| {
            let is_weighed = !token.clitic && (only_stop_words || !token.stop_word);
            ExactWord { term: exact_term(token), is_weighed }
        };
        let exact = sequence.iter().map(exact_word).collect();
        let first_form = |token: &Token| Some((token.position, token.forms.first()?.term.clone()));
        let forms_sequence = tokens.iter().filter_map(first_form).collect();
        let bag = Some(Bag { words, stop_words, exact, forms_sequence });
        Leaf { slots, spans: Spans::Any(spans), title_only: false, bag }
    }

    fn all_words(&self, text: &str, title_only: bool) -> Resolved {
        let tokens = self.tokens(text);
        let leaf = |slot: Slot| {
            let slots = vec![slot];
            Resolved::Leaf(Leaf { slots, spans: Spans::Slot(0), title_only, bag: None })
        };
        let strict = Reader { ranked: false, ..*self };
        let mut leaves: Vec<Resolved> =
            strict.words(text, &tokens).0.into_iter().map(leaf).collect();
        match leaves.len() {
            // What the analysis cuts into no word stands nowhere.
            0 => Resolved::Any(leaves),
            1 => leaves.remove(0),
            _ => Resolved::All(leaves),
        }
    }

    /// A slot for each word, stop words aside unless there is nothing else; and these stop words.
    fn words(&self, text: &str, tokens: &[Token]) -> (Vec<Slot>, Vec<String>) {
        let only_stop_words = tokens.iter().all(|t| t.stop_word);
        let is_left_out = |token: &&Token| !only_stop_words && token.stop_word;
        let mut slots: Vec<Slot> = Vec::new();
        for token in tokens.iter().filter(|token| !is_left_out(token)) {
            let Some(slot) = self.forms_slot(text, token) else { continue };
            if slots.iter().all(|known| known.forms() != slot.forms()) {
                slots.push(slot);
            }
        }
        let left_out = tokens.iter().filter(is_left_out).filter(|token| !token.forms.is_empty());
        let typed = |token: &Token| text[token.offsets.clone()].to_owned();
        (slots, left_out.map(typed).collect())
    }

    /// The slot of a word in all its forms, if it has any.
    fn forms_slot(&self, text: &str, token: &Token) -> Option<Slot> {
        let form = token.forms.first()?;
        let is_asked = |asked: &Asked| self.ranked || asked.likely;
        let asked = token.forms.iter().map(Asked::from).filter(is_asked).collect();
        Some(Slot { typed: text[form.offsets.clone()].to_owned(), test: Test::Forms(asked) })
    }

    /// The relation of a phrase or of near words; their words are added to the slots.
    fn spans(&self, query: &Query, slots: &mut Vec<Slot>) -> Spans {
        match query {
            Query::Phrase(Phrase { pieces, slop }) => {
                let words: Vec<Slot> = pieces
                    .iter()
                    .enumerate()
                    .flat_map(|(i, piece)| self.piece(piece, i == 0))
                    .collect();
                match slop {
                    Some(others) => {
                        let (from, count) = (slots.len(), words.len());
                        slots.extend(words);
                        let slots: Vec<usize> = (from..from + count).collect();
                        match slots.is_empty() {
                            true => Spans::Any(Vec::new()),
                            false => Spans::Loose { slots, others: u32::from(*others) },
                        }
                    }
                    None => add_phrase(slots, words),
                }
            }
            Query::AllWords(text) => {
                let word = self.piece(&Piece::Forms(text.clone()), true);
                add_phrase(slots, word)
            }
            Query::Near { left, right, within, ordered } => {
                let (left, right) = (self.spans(left, slots), self.spans(right, slots));
                let (left, right) = (Box::new(left), Box::new(right));
                Spans::Near { left, right, within: *within, ordered: *ordered }
            }
            Query::Or(queries) => {
                Spans::Any(distinct(queries).map(|query| self.spans(query, slots)).collect())
            }
            // The parser lets nothing else stand near anything: this finds nothing.
            _ => Spans::Any(Vec::new()),
        }
    }

    /// The slots of a piece of a phrase, one after the other.
    fn piece(&self, piece: &Piece, is_first: bool) -> Vec<Slot> {
        let like = |typed: String, pattern| vec![Slot { typed, test: Test::Like(pattern) }];
        match piece {
            Piece::Exact(text) => {
                let tokens = self.analyzer.phrase_tokens(text);
                tokens.iter().map(|token| exact_slot(text, token)).collect()
            }
            Piece::Letters(text) => {
                let tokens = self.analyzer.phrase_tokens(text);
                tokens.iter().map(|token| letters_slot(text, token)).collect()
            }
            Piece::Forms(text) => self.forms_slots(text, is_first),
            Piece::Pattern(text) => like(text.clone(), Pattern::wildcards(text)),
            Piece::Fuzzy { word, errors } => {
                like(format!("{word}~{errors}"), Pattern::typos(word, *errors))
            }
        }
    }

    /// A word in all its forms: the article tied to it counts as it stands, but at the start of a phrase,
    /// where it is no part of it.
    fn forms_slots(&self, text: &str, is_first: bool) -> Vec<Slot> {
        let strict = Reader { ranked: false, ..*self };
        let tokens = self.tokens(text);
        let mut slots = Vec::new();
        for token in &tokens {
            match strict.forms_slot(text, token) {
                Some(slot) => slots.push(slot),
                None if token.clitic && !(is_first && slots.is_empty()) => {
                    slots.push(exact_slot(text, token));
                }
                None => {}
            }
        }
        match slots.is_empty() {
            true => tokens.iter().map(|token| exact_slot(text, token)).collect(),
            false => slots,
        }
    }
}

impl Slot {
    /// Its terms of all forms.
    pub(crate) fn forms(&self) -> &[Asked] {
        match &self.test {
            Test::Forms(asked) => asked,
            _ => &[],
        }
    }
}

impl Resolved {
    pub(crate) fn leaf(&self) -> Option<&Leaf> {
        match self {
            Resolved::Leaf(leaf) => Some(leaf),
            _ => None,
        }
    }

    /// All its leaves, those that only rank and those of a SAUF among them.
    pub(crate) fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Resolved::Leaf(leaf) => vec![leaf],
            Resolved::All(each) | Resolved::Any(each) => {
                each.iter().flat_map(Resolved::leaves).collect()
            }
            Resolved::Not(query) => query.leaves(),
            Resolved::Rank { must, should } => {
                let mut leaves = must.leaves();
                leaves.push(should);
                leaves
            }
            Resolved::Source(_) | Resolved::Author(_) | Resolved::Dates { .. } => Vec::new(),
        }
    }

    /// Whether its truth takes more of an article than one passage or title.
    pub(crate) fn is_simple(&self) -> bool {
        match self {
            Resolved::Leaf(_) => true,
            Resolved::Rank { must, .. } => must.is_simple(),
            Resolved::Any(each) => each.iter().all(Resolved::is_simple),
            _ => false,
        }
    }
}

/// Each query once: `a OU a` is `a`.
fn distinct(queries: &[Query]) -> impl Iterator<Item = &Query> {
    queries.iter().enumerate().filter(|(i, query)| !queries[..*i].contains(query)).map(|(_, q)| q)
}

/// Adds the words as slots that stand one after the other.
fn add_phrase(slots: &mut Vec<Slot>, words: Vec<Slot>) -> Spans {
    let (from, count) = (slots.len(), words.len());
    slots.extend(words);
    match count {
        // What the analysis cuts into no word stands nowhere.
        0 => Spans::Any(Vec::new()),
        1 => Spans::Slot(from),
        _ => Spans::Phrase((from..from + count).collect()),
    }
}

fn exact_slot(text: &str, token: &Token) -> Slot {
    let writing = match token.symbol {
        Some(_) => None,
        None => Writing::of_typed(text, &token.offsets),
    };
    let word = &text[token.offsets.clone()];
    let typed = match (&token.symbol, &writing) {
        (Some(symbol), _) => symbol.clone(),
        (None, Some(Writing::Sign { sign, before: true })) => format!("{sign}{word}"),
        (None, Some(Writing::Sign { sign, .. })) if *sign == DEGREE => format!("{word}{sign}"),
        (None, Some(Writing::Sign { sign, .. })) => format!("{word}\u{a0}{sign}"),
        _ => word.to_owned(),
    };
    Slot { typed, test: Test::Exact { term: exact_term(token), writing } }
}

fn letters_slot(text: &str, token: &Token) -> Slot {
    let typed = text[token.offsets.clone()].to_owned();
    let writing = Some(Writing::Letters(typed.nfc().collect()));
    Slot { typed, test: Test::Exact { term: exact_term(token), writing } }
}

/// A symbol that was typed counts.
fn exact_term(token: &Token) -> String {
    token.symbol.clone().unwrap_or_else(|| token.exact.clone())
}

/// The exact terms of a name, in order.
pub(crate) fn author_terms(analyzer: &Analyzer, name: &str) -> Vec<String> {
    analyzer.phrase_tokens(name).iter().map(exact_term).collect()
}
