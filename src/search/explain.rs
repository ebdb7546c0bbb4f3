//! What a query asks of an index, word by word, for people who wonder what was found.

use serde::Serialize;

use super::forms::Forms;
use super::plan::Planner;
use super::slots::SlotTerms;
use super::{Failure, Searcher};
use crate::analysis::Asked;
pub use crate::analysis::Kind;
use crate::article::PartialDate;
use crate::error::Result;
use crate::pattern::Pattern;
use crate::query::{Phrase, Query, Within};
use crate::resolve::{Leaf, Reader, Resolved, Slot, Test, Writing};

/// A query as it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ExplainedQuery {
    /// Bare words: any of them makes a hit.
    Words {
        /// Those that are searched.
        words: Vec<AskedWord>,
        /// Those that are too frequent to be.
        stop_words: Vec<String>,
    },
    /// Bare words, each of them required.
    AllWords {
        /// Those that are searched.
        words: Vec<AskedWord>,
    },
    /// These words in this order; or near each other.
    Phrase {
        /// At least one.
        words: Vec<AskedWord>,
        /// At most so many other words among them, in any order.
        #[serde(skip_serializing_if = "Option::is_none")]
        others: Option<u8>,
    },
    /// Two things near each other.
    Near {
        /// The one.
        left: Box<ExplainedQuery>,
        /// The other.
        right: Box<ExplainedQuery>,
        /// At most so many words between them; none: a sentence or paragraph decides.
        #[serde(skip_serializing_if = "Option::is_none")]
        words: Option<u8>,
        /// `sentence`, `paragraph`.
        #[serde(skip_serializing_if = "Option::is_none")]
        same: Option<&'static str>,
        /// Whether the left comes first.
        ordered: bool,
    },
    /// Each of these is required, in one article.
    All {
        /// At least two.
        queries: Vec<ExplainedQuery>,
    },
    /// At least one of these is required.
    Any {
        /// At least two.
        queries: Vec<ExplainedQuery>,
    },
    /// Articles that this does not match.
    Not {
        /// What must not be.
        query: Box<ExplainedQuery>,
    },
    /// What is required, and what only raises the rank.
    Rank {
        /// Decides what is found.
        must: Box<ExplainedQuery>,
        /// Decides nothing but the order.
        should: Box<ExplainedQuery>,
    },
    /// In the title only.
    Title {
        /// What must stand there.
        query: Box<ExplainedQuery>,
    },
    /// Articles of a source.
    Source {
        /// Its name.
        name: String,
    },
    /// Articles signed so.
    Author {
        /// The words of the name.
        name: String,
    },
    /// Articles published between these, each included whole.
    Dates {
        /// The first; none: any.
        from: Option<PartialDate>,
        /// The last; none: any.
        to: Option<PartialDate>,
    },
}

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskedWord {
    /// As it was typed.
    pub word: String,
    /// How it is taken.
    pub sense: Sense,
    /// The terms of all forms that it asks for, alternatives of one another; those that the index has not
    /// are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<AskedTerm>,
    /// How often it stands in the index, by itself.
    pub matches: u64,
    /// The words of the index that stand for it, in lower case, most frequent first.
    pub forms: Vec<FoundForm>,
}

/// How a word is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// This word; accents and case forgiven.
    Exact,
    /// This word letter for letter.
    Letters,
    /// This word in all its forms.
    Forms,
    /// Every word that begins or goes on so.
    Truncated,
    /// This word and those that are a typing error away.
    Typos,
}

/// A term of the field of all forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskedTerm {
    /// The lemma, the stem, or the word itself.
    pub term: String,
    /// What it stands for.
    pub kind: Kind,
    /// Whether the word rather means this; the others are found after it.
    pub likely: bool,
    /// How many passages hold it.
    pub passages: u64,
}

/// A word of the texts that stands for a word of a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundForm {
    /// In lower case, with its accents.
    pub form: String,
    /// How often.
    pub matches: u64,
}

impl Searcher {
    /// What a query asks of this index; `ranked` as a search asks it, otherwise as a count does. Every
    /// match of its words is looked up in the texts.
    ///
    /// # Errors
    /// A truncated word stands for too many; the index is damaged or cannot be read.
    pub fn explain(&self, query: &Query, ranked: bool) -> Result<ExplainedQuery> {
        self.caught(|| self.explained(query, ranked).map_err(|failure| self.error(failure)))
    }

    fn explained(&self, query: &Query, ranked: bool) -> Result<ExplainedQuery, Failure> {
        let reader = self.reader(ranked);
        // What a search would refuse is not explained at length.
        let plan = Planner::new(self)?.plan(&reader.read(query))?;
        let mut explaining = Explaining { searcher: self, reader, slots: Vec::new() };
        let mut explained = explaining.query(query)?;
        let mut slots: Vec<SlotTerms> = Vec::new();
        let mut numbers = Vec::new();
        for slot in explaining.slots {
            let known = slots.iter().position(|known| *known == slot);
            numbers.push(known.unwrap_or(slots.len()));
            if known.is_none() {
                slots.push(slot);
            }
        }
        let forms = self.forms(&plan, &slots)?;
        let each = explained.words_mut().into_iter().zip(numbers);
        each.for_each(|(word, number)| word.set_forms(&forms[number]));
        Ok(explained)
    }
}

impl ExplainedQuery {
    /// The words, in the order of the query.
    fn words_mut(&mut self) -> Vec<&mut AskedWord> {
        match self {
            ExplainedQuery::Words { words, .. }
            | ExplainedQuery::AllWords { words }
            | ExplainedQuery::Phrase { words, .. } => words.iter_mut().collect(),
            ExplainedQuery::Near { left, right, .. } => {
                [left.words_mut(), right.words_mut()].into_iter().flatten().collect()
            }
            ExplainedQuery::All { queries } | ExplainedQuery::Any { queries } => {
                queries.iter_mut().flat_map(ExplainedQuery::words_mut).collect()
            }
            ExplainedQuery::Not { query } | ExplainedQuery::Title { query } => query.words_mut(),
            ExplainedQuery::Rank { must, should } => {
                [must.words_mut(), should.words_mut()].into_iter().flatten().collect()
            }
            ExplainedQuery::Source { .. }
            | ExplainedQuery::Author { .. }
            | ExplainedQuery::Dates { .. } => Vec::new(),
        }
    }
}

impl AskedWord {
    fn set_forms(&mut self, forms: &Forms) {
        self.matches = forms.values().sum();
        let forms = forms.iter();
        self.forms =
            forms.map(|(form, &matches)| FoundForm { form: form.clone(), matches }).collect();
        self.forms.sort_by_key(|form| std::cmp::Reverse(form.matches));
    }
}

struct Explaining<'a> {
    searcher: &'a Searcher,
    reader: Reader<'a>,
    /// Of the words met, in order.
    slots: Vec<SlotTerms>,
}

impl Explaining<'_> {
    fn query(&mut self, query: &Query) -> Result<ExplainedQuery, Failure> {
        let mut boxed = |query: &Query| self.query(query).map(Box::new);
        Ok(match query {
            Query::Words(_) | Query::AllWords(_) | Query::Phrase(_) => self.leaf(query)?,
            Query::Near { left, right, within, ordered } => ExplainedQuery::Near {
                left: boxed(left)?,
                right: boxed(right)?,
                words: match within {
                    Within::Words(n) => Some(*n),
                    _ => None,
                },
                same: match within {
                    Within::Words(_) => None,
                    Within::Sentence => Some("sentence"),
                    Within::Paragraph => Some("paragraph"),
                },
                ordered: *ordered,
            },
            Query::And(queries) => ExplainedQuery::All { queries: self.each(queries)? },
            Query::Or(queries) => ExplainedQuery::Any { queries: self.each(queries)? },
            Query::Not(query) => ExplainedQuery::Not { query: boxed(query)? },
            Query::Rank { must, should } => ExplainedQuery::Rank {
                must: boxed(must)?,
                should: boxed(&Query::Words(should.clone()))?,
            },
            Query::Title(query) => ExplainedQuery::Title { query: boxed(query)? },
            Query::Source(name) => ExplainedQuery::Source { name: name.clone() },
            Query::Author(name) => ExplainedQuery::Author { name: name.clone() },
            Query::Dates { from, to } => ExplainedQuery::Dates { from: *from, to: *to },
        })
    }

    fn each(&mut self, queries: &[Query]) -> Result<Vec<ExplainedQuery>, Failure> {
        queries.iter().map(|query| self.query(query)).collect()
    }

    fn leaf(&mut self, query: &Query) -> Result<ExplainedQuery, Failure> {
        let resolved = self.reader.read(query);
        let leaves: Vec<&Leaf> = match &resolved {
            Resolved::Leaf(leaf) => vec![leaf],
            Resolved::All(each) => each.iter().filter_map(Resolved::leaf).collect(),
            _ => Vec::new(),
        };
        let bag = leaves.first().and_then(|leaf| leaf.bag.as_ref());
        let slots = leaves.iter().flat_map(|leaf| &leaf.slots);
        let count = bag.map_or(usize::MAX, |bag| bag.words);
        let words = slots.take(count).map(|slot| self.word(slot)).collect::<Result<Vec<_>, _>>()?;
        Ok(match (query, bag) {
            (_, Some(bag)) => ExplainedQuery::Words { words, stop_words: bag.stop_words.clone() },
            (Query::Phrase(Phrase { slop, .. }), _) => {
                ExplainedQuery::Phrase { words, others: *slop }
            }
            _ => ExplainedQuery::AllWords { words },
        })
    }

    fn word(&mut self, slot: &Slot) -> Result<AskedWord, Failure> {
        let sense = match &slot.test {
            Test::Exact { writing: Some(Writing::Letters(_)), .. } => Sense::Letters,
            Test::Exact { .. } => Sense::Exact,
            Test::Forms(_) => Sense::Forms,
            Test::Like(Pattern::Wildcards(_)) => Sense::Truncated,
            Test::Like(Pattern::Typos { .. }) => Sense::Typos,
        };
        self.slots.push(self.searcher.slot_terms(slot)?);
        let terms = slot.forms().iter().filter_map(|asked| self.term(asked)).collect();
        // The texts tell the forms of all words together, in the end.
        let (matches, forms) = (0, Vec::new());
        Ok(AskedWord { word: slot.typed.clone(), sense, terms, matches, forms })
    }

    fn term(&self, asked: &Asked) -> Option<AskedTerm> {
        let Searcher { fields, .. } = self.searcher;
        // Titles count where the texts have it not.
        let passages = match self.searcher.passages_with(fields.forms, &asked.term) {
            0 => self.searcher.passages_with(fields.title_forms, &asked.term),
            passages => passages,
        };
        let (kind, term) = asked.unmarked();
        let likely = asked.likely;
        (passages > 0).then(|| AskedTerm { term: term.to_owned(), kind, likely, passages })
    }
}
