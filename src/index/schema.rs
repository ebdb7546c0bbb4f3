//! The fields of a passage in tantivy. One document is one passage; the first of an article also bears
//! its title.

use tantivy::Term;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing,
    TextOptions,
};

/// The schema names a tokenizer for each field of words. None is registered: `building` reads the texts.
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

/// Parts a term from its number of words, beside one that covers several: no word holds it.
pub(crate) const WIDE: char = '>';

/// Marks the terms of a passage's first and last words, by which phrases are found that run on from one
/// passage into the next.
pub(crate) const FIRST: char = '<';
pub(crate) const LAST: char = '>';

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

    pub(crate) fn id_term(&self, id: &str) -> Term {
        Term::from_field_text(self.id, id)
    }
}
