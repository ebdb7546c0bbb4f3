//! Queries drawn over the whole language from the words of the articles.

mod pool;
mod random;
mod terms;

use std::cell::Cell;

use depeche::{Article, PartialDate, Phrase, Piece, Query, Within};

use self::pool::Pool;
pub(crate) use self::random::Random;

/// How deep operators are nested.
const DEPTH: usize = 4;

pub(crate) struct Generator {
    pool: Pool,
}

/// One query in the making: its words come mostly from one article.
struct Draft<'a> {
    pool: &'a Pool,
    random: Random,
    /// The article that it is about.
    article: usize,
    /// Inside `titre:`, where no other field stands.
    in_title: Cell<bool>,
}

impl Generator {
    pub(crate) fn new(articles: &[Article]) -> Self {
        Self { pool: Pool::new(articles) }
    }

    /// The query of a seed: always the same.
    pub(crate) fn query(&self, seed: u64) -> Query {
        let random = Random::new(seed);
        let article = random.below(self.pool.articles.len());
        Draft { pool: &self.pool, random, article, in_title: Cell::new(false) }.outermost()
    }
}

impl Draft<'_> {
    fn outermost(&self) -> Query {
        match self.random.below(10) {
            0 => Query::Words(self.bare_words(5)),
            1 => {
                let mut all = vec![Query::Words(self.bare_words(4))];
                all.extend((0..=self.random.below(2)).map(|_| self.not(1)));
                Query::And(all)
            }
            2 | 3 => self.ranked(),
            _ => self.operand(DEPTH),
        }
    }

    fn ranked(&self) -> Query {
        let excludes = |query: &Query| matches!(query, Query::Not(_));
        let must = match self.operand(DEPTH - 1) {
            Query::And(all) if all.iter().all(excludes) => self.leaf(),
            Query::Not(_) => self.leaf(),
            must => must,
        };
        Query::Rank { must: Box::new(must), should: self.bare_words(3) }
    }

    /// What may stand beside `ET` and `OU`.
    fn operand(&self, depth: usize) -> Query {
        if depth == 0 {
            return self.leaf();
        }
        match self.random.below(20) {
            0..4 => and(self.several(depth)),
            4..8 => or(self.several(depth)),
            8 => self.not(depth - 1),
            9..13 => self.near(depth.min(2)),
            13 => self.title(depth),
            14 => self.field(),
            _ => self.leaf(),
        }
    }

    fn several(&self, depth: usize) -> Vec<Query> {
        (0..2 + self.random.below(2)).map(|_| self.operand(depth - 1)).collect()
    }

    /// More than one bare word cannot be excluded without brackets and `OU`.
    fn not(&self, depth: usize) -> Query {
        let query = match self.operand(depth) {
            Query::AllWords(_) => Query::AllWords(self.bare_words(1)),
            query => query,
        };
        Query::Not(Box::new(query))
    }

    fn title(&self, depth: usize) -> Query {
        if self.in_title.replace(true) {
            return self.leaf();
        }
        let query = if self.random.one_in(2) { self.leaf() } else { self.operand(depth - 1) };
        self.in_title.set(false);
        Query::Title(Box::new(query))
    }

    fn field(&self) -> Query {
        let article = &self.pool.articles[self.some_article()];
        let drawn = match self.random.below(3) {
            _ if self.in_title.get() => None,
            0 => article.source.as_deref().map(|name| Query::Source(self.respelt(name))),
            1 => article.author.as_deref().map(|name| Query::Author(self.some_names(name))),
            _ => article.date.map(|date| self.dates(date)),
        };
        drawn.unwrap_or_else(|| self.leaf())
    }

    /// Names of an author that stand side by side.
    fn some_names(&self, author: &str) -> String {
        let names: Vec<&str> = author.split_whitespace().filter_map(pool::bare).collect();
        let start = self.random.below(names.len());
        let end = start + 1 + self.random.below(names.len() - start);
        self.respelt(&names[start..end].join(" "))
    }

    fn dates(&self, date: PartialDate) -> Query {
        let year = |more: i16| PartialDate::new(date.year() + more, None, None);
        let (from, to) = match self.random.below(7) {
            0 => (year(0), year(0)),
            1 => {
                let month = PartialDate::new(date.year(), date.month(), None);
                (month, month)
            }
            2 => (Some(date), Some(date)),
            3 => (Some(date), None),
            4 => (None, year(-1)),
            5 => (Some(date), year(2)),
            _ => (year(-1), Some(date)),
        };
        Query::Dates { from, to }
    }

    fn leaf(&self) -> Query {
        match self.random.below(12) {
            0..3 => Query::AllWords(self.bare_words(1)),
            3 => Query::AllWords(self.bare_words(3)),
            4..7 => self.phrase(),
            7 => self.loose_phrase(),
            8 => self.near(1),
            _ => self.marked_word(),
        }
    }

    fn marked_word(&self) -> Query {
        let (chunks, at) = self.site();
        Query::Phrase(Phrase { pieces: vec![self.marked(chunks, at)], slop: None })
    }

    /// A near whose operands stand, as drawn, near each other.
    fn near(&self, depth: usize) -> Query {
        let (chunks, at) = self.site();
        self.near_at(chunks, at, depth)
    }

    fn near_at(&self, chunks: &[String], at: usize, depth: usize) -> Query {
        let (mut left, mut right) = (at, at + 1 + self.random.below(8));
        if self.random.one_in(4) {
            std::mem::swap(&mut left, &mut right);
        }
        let ordered = self.random.one_in(3);
        let within = match self.random.below(6) {
            0 | 1 => Within::Sentence,
            2 => Within::Paragraph,
            3 if self.random.one_in(4) => Within::Words(100),
            _ => Within::Words(u8::try_from(self.random.below(13)).unwrap()),
        };
        let [left, right] = [left, right].map(|at| Box::new(self.near_operand(chunks, at, depth)));
        Query::Near { left, right, within, ordered }
    }

    fn near_operand(&self, chunks: &[String], at: usize, depth: usize) -> Query {
        match self.random.below(10) {
            0 | 1 if depth > 0 => self.near_at(chunks, at, depth - 1),
            2 | 3 if depth > 0 => or((0..2 + self.random.below(2))
                .map(|more| self.near_operand(chunks, at + 3 * more, depth - 1))
                .collect()),
            4 | 5 => self.phrase_at(chunks, at, 3),
            6 | 7 => {
                let pieces = vec![self.marked(chunks, at)];
                Query::Phrase(Phrase { pieces, slop: None })
            }
            _ => Query::AllWords(self.single_word(chunks, at)),
        }
    }

    /// A word that is one word to the analysis too.
    fn single_word(&self, chunks: &[String], at: usize) -> String {
        let letters = |word: &&str| word.chars().all(char::is_alphabetic);
        let mut words = (0..chunks.len()).filter_map(|more| pool::bare(cyclic(chunks, at + more)));
        self.respelt(words.find(letters).unwrap_or("France"))
    }

    fn phrase(&self) -> Query {
        let (chunks, at) = self.site();
        let longest = if self.random.one_in(8) { 12 } else { 5 };
        self.phrase_at(chunks, at, longest)
    }

    fn phrase_at(&self, chunks: &[String], at: usize, longest: usize) -> Query {
        let cut = pool::cut(chunks, at, 1 + self.random.below(longest));
        let plain = self.random.one_in(2);
        let mut pieces: Vec<Piece> = (0..cut.len())
            .map(|i| {
                let exact = plain || self.random.one_in(2);
                if exact { Piece::Exact(cut[i].clone()) } else { self.marked(&cut, i) }
            })
            .collect();
        if self.random.one_in(6) {
            self.random.shuffle(&mut pieces);
        }
        Query::Phrase(Phrase { pieces: one_text(pieces), slop: None })
    }

    /// Words from one place, in any order, with or without room enough for those left out.
    fn loose_phrase(&self) -> Query {
        let (chunks, at) = self.site();
        let cut = pool::cut(chunks, at, 2 + self.random.below(7));
        let mut pieces = Vec::new();
        for i in 0..cut.len() {
            let first_or_lucky = pieces.is_empty() || self.random.one_in(2);
            if first_or_lucky && pieces.len() < 4 {
                let exact = Piece::Exact(pool::bare(&cut[i]).unwrap_or(&cut[i]).to_owned());
                pieces.push(if self.random.one_in(2) { exact } else { self.marked(&cut, i) });
            }
        }
        if self.random.one_in(2) {
            self.random.shuffle(&mut pieces);
        }
        let slop = if self.random.one_in(20) { 100 } else { self.random.below(10) };
        Query::Phrase(Phrase { pieces: one_text(pieces), slop: u8::try_from(slop).ok() })
    }

    /// A place in a text: mostly of the article that the query is about.
    fn site(&self) -> (&[String], usize) {
        let texts = &self.pool.texts[self.some_article()];
        let title = (self.in_title.get() || self.random.one_in(12)) && !texts[0].is_empty();
        let chunks = &texts[usize::from(!title)];
        (chunks, self.random.below(chunks.len()))
    }

    fn some_article(&self) -> usize {
        match self.random.one_in(5) {
            true => self.random.below(self.pool.articles.len()),
            false => self.article,
        }
    }
}

/// Something round a list, from an index that may lie beyond its end.
fn cyclic(chunks: &[String], at: usize) -> &str {
    &chunks[at % chunks.len()]
}

/// None of them an `And`.
fn and(queries: Vec<Query>) -> Query {
    let flat = queries.into_iter().flat_map(|query| match query {
        Query::And(all) => all,
        query => vec![query],
    });
    Query::And(flat.collect())
}

/// None of them an `Or`.
fn or(queries: Vec<Query>) -> Query {
    let flat = queries.into_iter().flat_map(|query| match query {
        Query::Or(any) => any,
        query => vec![query],
    });
    Query::Or(flat.collect())
}

/// Words as they stand side by side are one piece.
fn one_text(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Exact(text)), Piece::Exact(more)) => {
                text.push(' ');
                text.push_str(&more);
            }
            (_, piece) => joined.push(piece),
        }
    }
    joined
}
