//! The peer: tantivy as one would use it in an afternoon, over the same passages.

use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::query::{
    BooleanQuery, EnableScoring, PhraseQuery, Query, RegexPhraseQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::snippet::SnippetGenerator;
use tantivy::tokenizer::{
    Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream,
};
use tantivy::{Index, TantivyDocument, Term, doc};

pub(crate) fn analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(40))
        .filter(LowerCaser)
        .filter(Stemmer::new(Language::French))
        .build()
}

fn open(dir: &Path) -> (Index, Field) {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("fr")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let options = TextOptions::default().set_indexing_options(indexing).set_stored();
    let body = schema.add_text_field("body", options);
    let schema = schema.build();
    let index = match Index::open_in_dir(dir) {
        Ok(index) => index,
        Err(_) => {
            std::fs::create_dir_all(dir).expect("a folder");
            Index::create_in_dir(dir, schema).expect("an empty folder")
        }
    };
    index.tokenizers().register("fr", analyzer());
    (index, body)
}

pub(crate) fn build<'a>(dir: &Path, bodies: impl Iterator<Item = &'a str>) {
    let (index, body) = open(dir);
    let mut writer = index.writer_with_num_threads(2, 192 << 20).expect("a writer");
    for text in bodies {
        for span in depeche::passages(text) {
            writer.add_document(doc!(body => &text[span])).expect("room");
        }
    }
    writer.commit().expect("room");
    writer.wait_merging_threads().expect("room");
}

pub(crate) fn search_and_print(dir: &Path, phrase: &str) {
    let (index, body) = open(dir);
    let reader = index
        .reader_builder()
        .reload_policy(tantivy::ReloadPolicy::Manual)
        .try_into()
        .expect("an index");
    let searcher = tantivy::IndexReader::searcher(&reader);
    let mut analyzer = analyzer();
    let mut stream = analyzer.token_stream(phrase);
    let mut terms = Vec::new();
    while stream.advance() {
        terms.push(Term::from_field_text(body, &stream.token().text));
    }
    let query = PhraseQuery::new(terms);
    let top = searcher.search(&query, &TopDocs::with_limit(10).order_by_score()).expect("a search");
    let snippets = SnippetGenerator::create(&searcher, &query, body).expect("a generator");
    for (score, address) in top {
        let document: TantivyDocument = searcher.doc(address).expect("a document");
        let text = document.get_first(body).and_then(|v| v.as_str()).unwrap_or("");
        println!("{score} {}", snippets.snippet(text).to_html());
    }
}

/// The ten best passages that hold any of some words.
pub(crate) struct Bags {
    searcher: tantivy::Searcher,
    body: Field,
}

impl Bags {
    pub(crate) fn open(dir: &Path) -> Self {
        let (index, body) = open(dir);
        Bags { searcher: index.reader().expect("an index").searcher(), body }
    }

    pub(crate) fn best(&self, words: &str) -> usize {
        let mut analyzer = analyzer();
        let mut stream = analyzer.token_stream(words);
        let mut any: Vec<Box<dyn Query>> = Vec::new();
        while stream.advance() {
            let term = Term::from_field_text(self.body, &stream.token().text);
            any.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
        let query = BooleanQuery::union(any);
        let top = TopDocs::with_limit(10).order_by_score();
        self.searcher.search(&query, &top).expect("a search").len()
    }
}

/// tantivy's phrases over fields of an index of ours.
pub(crate) struct Phrases {
    searcher: tantivy::Searcher,
    fields: Vec<Field>,
}

impl Phrases {
    pub(crate) fn open(dir: &Path, fields: &[&str]) -> Self {
        let index = Index::open_in_dir(dir).expect("an index");
        let field = |name: &&str| index.schema().get_field(name).expect("a field");
        let fields = fields.iter().map(field).collect();
        let searcher = index.reader().expect("an index").searcher();
        Phrases { searcher, fields }
    }

    /// How many passages, of each field, hold the words in order; each is scored.
    pub(crate) fn passages(&self, words: &[String]) -> usize {
        self.fields.iter().map(|&field| self.passages_of(field, words)).sum()
    }

    /// How many passages of the first field hold, in order, a word of each slot.
    pub(crate) fn passages_of_any(&self, slots: &[Vec<String>]) -> usize {
        let escaped = |word: &String| -> String {
            word.chars()
                .flat_map(|c| (!c.is_alphanumeric()).then_some('\\').into_iter().chain([c]))
                .collect()
        };
        let any = |words: &Vec<String>| {
            let words: Vec<String> = words.iter().map(escaped).collect();
            words.join("|")
        };
        self.count(&RegexPhraseQuery::new(self.fields[0], slots.iter().map(any).collect()))
    }

    fn passages_of(&self, field: Field, words: &[String]) -> usize {
        let terms = words.iter().map(|word| Term::from_field_text(field, word)).collect();
        self.count(&PhraseQuery::new(terms))
    }

    fn count(&self, query: &dyn Query) -> usize {
        let scoring = EnableScoring::enabled_from_searcher(&self.searcher);
        let weight = query.weight(scoring).expect("a weight");
        let mut found = Vec::new();
        for segment in self.searcher.segment_readers() {
            weight.for_each(segment, &mut |doc, score| found.push((doc, score))).expect("a search");
        }
        found.len()
    }
}
