//! What a query asks of an index, term by term, for people who wonder what was found.

use serde::Serialize;
use tantivy::Term;
use tantivy::schema::Field;

use super::Searcher;
use crate::analysis::Asked;
pub use crate::analysis::Kind;
use crate::query::Query;
use crate::resolve::{BagWord, Resolved};

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
    /// Exactly these words in this order.
    Phrase {
        /// Folded: accents, case and typography are forgiven.
        words: Vec<String>,
    },
    /// Each of these is required.
    All {
        /// At least two.
        queries: Vec<ExplainedQuery>,
    },
    /// What is required, and what only raises the rank.
    Rank {
        /// Decides what is found.
        must: Box<ExplainedQuery>,
        /// Decides nothing but the order.
        should: Box<ExplainedQuery>,
    },
}

/// A bare word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AskedWord {
    /// As it was typed.
    pub word: String,
    /// What it asks for, alternatives of one another; terms that the index has not are left out.
    pub terms: Vec<AskedTerm>,
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

impl Searcher {
    /// What a query asks of this index.
    pub fn explain(&self, query: &Query) -> ExplainedQuery {
        self.explained(&self.resolved(query))
    }

    fn explained(&self, query: &Resolved) -> ExplainedQuery {
        match query {
            Resolved::Words(bag) => ExplainedQuery::Words {
                words: bag.words.iter().map(|word| self.asked_word(word)).collect(),
                stop_words: bag.stop_words.clone(),
            },
            Resolved::Phrase(phrase) => ExplainedQuery::Phrase { words: phrase.terms.clone() },
            Resolved::All(queries) => ExplainedQuery::All {
                queries: queries.iter().map(|query| self.explained(query)).collect(),
            },
            Resolved::Rank { must, should } => ExplainedQuery::Rank {
                must: Box::new(self.explained(must)),
                should: Box::new(self.explained(should)),
            },
        }
    }

    fn asked_word(&self, word: &BagWord) -> AskedWord {
        let known = |asked: &Asked| {
            // Titles count where the texts have it not.
            let passages = match self.passages_with(self.fields.forms, &asked.term) {
                0 => self.passages_with(self.fields.title_forms, &asked.term),
                passages => passages,
            };
            let (kind, term) = asked.unmarked();
            (passages > 0).then(|| AskedTerm {
                term: term.to_owned(),
                kind,
                likely: asked.likely,
                passages,
            })
        };
        AskedWord { word: word.typed.clone(), terms: word.terms.iter().filter_map(known).collect() }
    }

    /// How many passages hold a term; none where the index cannot be read, which searching it says.
    pub(super) fn passages_with(&self, field: Field, term: &str) -> u64 {
        self.engine.doc_freq(&Term::from_field_text(field, term)).unwrap_or(0)
    }
}
