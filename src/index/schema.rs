//! The fields of a passage in tantivy. One document is one passage; the first of an article also bears
//! its title.

use std::fmt::Write;
use std::ops::Range;

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{TantivyDocument, Term};

use super::backlog::Backlog;
use super::tokenizers::{BoundsTokenizer, FieldTokenizer, TextField};
use crate::analysis::{Analyzer, fold_name, word_spans};
use crate::article::Article;
use crate::passage::Outline;

const EXACT: &str = "exact";
const FORMS: &str = "forms";
const TITLE_EXACT: &str = "title_exact";
const TITLE_FORMS: &str = "title_forms";
const AUTHOR: &str = "author";
const BOUNDS: &str = "bounds";

/// The terms of the field `bounds`.
pub(crate) const SENTENCE: char = 's';
pub(crate) const PARAGRAPH: char = 'p';
/// At a passage that has no word at all.
pub(crate) const WORDLESS: char = 'w';

#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The article's identifier; its order decides between equal scores.
    pub(crate) id: Field,
    /// Words as they stand, folded; and all their forms, on the same positions.
    pub(crate) exact: Field,
    pub(crate) forms: Field,
    pub(crate) title_exact: Field,
    pub(crate) title_forms: Field,
    /// The positions of the words that begin sentences and paragraphs.
    pub(crate) bounds: Field,
    /// The source as printed (for counts), and folded (for filters).
    pub(crate) source: Field,
    pub(crate) source_key: Field,
    /// The words of the signature (for filters), and the signature as printed (for counts).
    pub(crate) author: Field,
    pub(crate) author_name: Field,
    /// The article's record in the text file.
    pub(crate) address: Field,
    /// The passage's place in its article, from 0.
    pub(crate) ordinal: Field,
    /// The first and the last day that the date may mean, since 1970-01-01; absent without a date.
    pub(crate) first_day: Field,
    pub(crate) last_day: Field,
    /// Words of the passage: their positions continue in the next one of the article.
    pub(crate) words: Field,
    /// Words of the article, title and body, at its first passage.
    pub(crate) article_words: Field,
}

impl Fields {
    pub(crate) fn build() -> (Schema, Fields) {
        let mut schema = Schema::builder();
        let words = |tokenizer| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions);
            TextOptions::default().set_indexing_options(indexing)
        };
        let number = || NumericOptions::default().set_fast();
        let fields = Fields {
            id: schema.add_text_field("id", STRING | FAST),
            exact: schema.add_text_field("exact", words(EXACT)),
            forms: schema.add_text_field("forms", words(FORMS)),
            title_exact: schema.add_text_field("title_exact", words(TITLE_EXACT)),
            title_forms: schema.add_text_field("title_forms", words(TITLE_FORMS)),
            bounds: schema.add_text_field("bounds", words(BOUNDS)),
            source: schema.add_text_field("source", TextOptions::default().set_fast("raw")),
            source_key: schema.add_text_field("source_key", STRING),
            author: schema.add_text_field("author", words(AUTHOR)),
            author_name: schema
                .add_text_field("author_name", TextOptions::default().set_fast("raw")),
            address: schema.add_u64_field("address", number()),
            ordinal: schema.add_u64_field("ordinal", number() | INDEXED),
            first_day: schema.add_i64_field("first_day", number()),
            last_day: schema.add_i64_field("last_day", number()),
            words: schema.add_u64_field("words", number()),
            article_words: schema.add_u64_field("article_words", number()),
        };
        (schema.build(), fields)
    }

    pub(super) fn register_tokenizers(
        manager: &TokenizerManager,
        analyzer: &Analyzer,
        backlog: &Backlog,
    ) {
        let exact = FieldTokenizer::of_passages(analyzer, TextField::Exact);
        manager.register(EXACT, exact.telling(backlog));
        manager.register(FORMS, FieldTokenizer::of_passages(analyzer, TextField::Forms));
        manager.register(TITLE_EXACT, FieldTokenizer::new(analyzer, TextField::Exact));
        manager.register(TITLE_FORMS, FieldTokenizer::new(analyzer, TextField::Forms));
        manager.register(AUTHOR, FieldTokenizer::new(analyzer, TextField::ExactAlone));
        manager.register(BOUNDS, BoundsTokenizer::default());
    }

    pub(crate) fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.id, id)
    }

    /// The document of one passage.
    pub(crate) fn document(
        &self,
        article: &Article,
        address: u64,
        passage: &PassageFields<'_>,
    ) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_text(self.id, &article.id);
        document.add_text(self.exact, passage.text);
        document.add_text(self.forms, passage.text);
        document.add_text(self.bounds, &passage.words.bounds);
        if let Some(words) = passage.article_words {
            document.add_u64(self.article_words, words as u64);
        }
        if let (0, Some(title)) = (passage.ordinal, &article.title) {
            document.add_text(self.title_exact, title);
            document.add_text(self.title_forms, title);
        }
        if let Some(source) = &article.source {
            document.add_text(self.source, source);
            document.add_text(self.source_key, fold_name(source));
        }
        if let Some(author) = &article.author {
            document.add_text(self.author, author);
            document.add_text(self.author_name, author);
        }
        document.add_u64(self.address, address);
        document.add_u64(self.ordinal, passage.ordinal as u64);
        document.add_u64(self.words, passage.words.count as u64);
        if let Some(date) = article.date {
            document.add_i64(self.first_day, date.first_day());
            document.add_i64(self.last_day, date.last_day());
        }
        document
    }
}

/// What a passage's document holds beside its article's fields.
pub(crate) struct PassageFields<'a> {
    pub(crate) ordinal: usize,
    pub(crate) text: &'a str,
    pub(crate) words: &'a PassageWords,
    /// Of the whole article; with its first passage only.
    pub(crate) article_words: Option<usize>,
}

/// The words of a passage, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PassageWords {
    pub(crate) count: usize,
    /// The field `bounds`: of each word that begins a sentence or a paragraph, the term and the position.
    pub(crate) bounds: String,
}

impl PassageWords {
    /// The words of each passage of a body.
    pub(crate) fn of_each(body: &str, outline: &Outline) -> Vec<Self> {
        let mut starts = [
            (SENTENCE, Starts::new(&outline.sentences)),
            (PARAGRAPH, Starts::new(&outline.paragraphs)),
        ];
        let words = |passage: &Range<usize>| {
            let mut words = PassageWords::default();
            for word in word_spans(&body[passage.clone()]) {
                for (term, starts) in &mut starts {
                    if starts.has_one_up_to(passage.start + word.start) {
                        // Writing to a String cannot fail.
                        let _ = write!(words.bounds, "{term}{} ", words.count);
                    }
                }
                words.count += 1;
            }
            if words.count == 0 {
                words.bounds = format!("{WORDLESS}0");
            }
            words
        };
        outline.passages.iter().map(words).collect()
    }
}

/// Bytes where something begins, passed one after the other.
struct Starts<'a> {
    offsets: std::slice::Iter<'a, usize>,
    next: Option<usize>,
}

impl<'a> Starts<'a> {
    fn new(offsets: &'a [usize]) -> Self {
        let mut offsets = offsets.iter();
        Starts { next: offsets.next().copied(), offsets }
    }

    /// Whether something begins after the word before and not after this one.
    fn has_one_up_to(&mut self, word: usize) -> bool {
        let mut found = false;
        while self.next.is_some_and(|start| start <= word) {
            found = true;
            self.next = self.offsets.next().copied();
        }
        found
    }
}
