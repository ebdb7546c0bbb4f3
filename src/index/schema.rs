//! The fields of a passage in tantivy. One document is one passage; the first of an article also bears
//! its title.

use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, NumericOptions, STRING, Schema, TextFieldIndexing,
    TextOptions,
};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{TantivyDocument, Term};

use super::tokenizers::FieldTokenizer;
use crate::analysis::{Analyzer, Terms, fold};
use crate::article::Article;

const EXACT: &str = "exact";
const FORMS: &str = "forms";

#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// The article's identifier; its order decides between equal scores.
    pub(crate) id: Field,
    /// Words as they stand, folded; and all their forms, on the same positions.
    pub(crate) exact: Field,
    pub(crate) forms: Field,
    pub(crate) title_exact: Field,
    pub(crate) title_forms: Field,
    /// The last word of the passage and the first of the next: phrases that cross are found by it.
    pub(crate) seam: Field,
    /// The source as printed (for counts), and folded (for filters).
    pub(crate) source: Field,
    pub(crate) source_key: Field,
    pub(crate) author: Field,
    /// The article's record in the text file.
    pub(crate) address: Field,
    /// The passage's place in its article, from 0.
    pub(crate) ordinal: Field,
    /// The first and the last day that the date may mean, since 1970-01-01; absent without a date.
    pub(crate) first_day: Field,
    pub(crate) last_day: Field,
    /// Words of the passage.
    pub(crate) words: Field,
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
            title_exact: schema.add_text_field("title_exact", words(EXACT)),
            title_forms: schema.add_text_field("title_forms", words(FORMS)),
            seam: schema.add_text_field("seam", STRING),
            source: schema.add_text_field("source", TextOptions::default().set_fast("raw")),
            source_key: schema.add_text_field("source_key", STRING),
            author: schema.add_text_field("author", words(EXACT)),
            address: schema.add_u64_field("address", number()),
            ordinal: schema.add_u64_field("ordinal", number() | INDEXED),
            first_day: schema.add_i64_field("first_day", number()),
            last_day: schema.add_i64_field("last_day", number()),
            words: schema.add_u64_field("words", number()),
        };
        (schema.build(), fields)
    }

    pub(crate) fn register_tokenizers(manager: &TokenizerManager, analyzer: &Analyzer) {
        manager.register(EXACT, FieldTokenizer::new(analyzer, Terms::Exact));
        manager.register(FORMS, FieldTokenizer::new(analyzer, Terms::Forms));
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
        if let (0, Some(title)) = (passage.ordinal, &article.title) {
            document.add_text(self.title_exact, title);
            document.add_text(self.title_forms, title);
        }
        if let Some(seam) = &passage.seam {
            document.add_text(self.seam, seam);
        }
        if let Some(source) = &article.source {
            document.add_text(self.source, source);
            document.add_text(self.source_key, source_key(source));
        }
        if let Some(author) = &article.author {
            document.add_text(self.author, author);
        }
        document.add_u64(self.address, address);
        document.add_u64(self.ordinal, passage.ordinal as u64);
        document.add_u64(self.words, passage.words as u64);
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
    pub(crate) words: usize,
    pub(crate) seam: Option<String>,
}

/// How a source is compared: folded, its words a space apart.
pub(crate) fn source_key(source: &str) -> String {
    fold(source).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The term under which a passage that ends with `last` and is followed by `first` is found.
pub(crate) fn seam_term(last: &str, first: &str) -> String {
    format!("{last} {first}")
}
