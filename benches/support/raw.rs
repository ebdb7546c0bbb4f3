//! The peer: tantivy as one would use it in an afternoon, over the same passages.

use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::query::{
    BooleanQuery, EnableScoring, PhraseQuery, Query, RegexPhraseQuery, RegexQuery, TermQuery,
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

/// Indexes the corpus, as fast as so many threads can; an index that is there stays as it is.
pub(crate) fn build(dir: &Path, threads: usize) {
    if dir.is_dir() {
        return;
    }
    let (index, body) = open(dir);
    let mut writer = index.writer_with_num_threads(threads, 192 << 20).expect("a writer");
    super::each_draft(&mut |draft| {
        for span in depeche::passages(&draft.body) {
            writer.add_document(doc!(body => &draft.body[span])).expect("room");
        }
    });
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
    let peer = Peer { searcher: tantivy::IndexReader::searcher(&reader), body };
    peer.lit(&Asked::Phrase { words: phrase.to_owned(), slop: 0 }, &mut |text| println!("{text}"));
}

/// What is asked of the peer; words are analysed as its texts are.
pub(crate) enum Asked {
    Any(String),
    All(String),
    Phrase { words: String, slop: u32 },
    Prefix(String),
}

/// An index of the peer, open.
#[derive(Clone)]
pub(crate) struct Peer {
    searcher: tantivy::Searcher,
    body: Field,
}

impl Peer {
    pub(crate) fn open(dir: &Path) -> Self {
        let (index, body) = open(dir);
        Peer { searcher: index.reader().expect("an index").searcher(), body }
    }

    /// The ten best passages: how many there are, ten at most.
    pub(crate) fn best(&self, asked: &Asked) -> usize {
        self.top(self.query(asked).as_ref()).len()
    }

    /// The ten best passages, lit.
    pub(crate) fn lit(&self, asked: &Asked, call: &mut dyn FnMut(String)) {
        let query = self.query(asked);
        let snippets = SnippetGenerator::create(&self.searcher, query.as_ref(), self.body);
        let snippets = snippets.expect("a generator");
        for (score, address) in self.top(query.as_ref()) {
            let document: TantivyDocument = self.searcher.doc(address).expect("a document");
            let text = document.get_first(self.body).and_then(|v| v.as_str()).unwrap_or("");
            call(format!("{score} {}", snippets.snippet(text).to_html()));
        }
    }

    /// Passages that hold a word.
    pub(crate) fn documents(&self, word: &str) -> usize {
        let frequency = |term: &Term| self.searcher.doc_freq(term).expect("an index") as usize;
        self.terms(word).iter().map(frequency).max().unwrap_or(0)
    }

    fn top(&self, query: &dyn Query) -> Vec<(f32, tantivy::DocAddress)> {
        let top = TopDocs::with_limit(10).order_by_score();
        self.searcher.search(query, &top).expect("a search")
    }

    fn query(&self, asked: &Asked) -> Box<dyn Query> {
        let word = |term| -> Box<dyn Query> {
            Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
        };
        match asked {
            Asked::Any(words) => {
                Box::new(BooleanQuery::union(self.terms(words).into_iter().map(word).collect()))
            }
            Asked::All(words) => Box::new(BooleanQuery::intersection(
                self.terms(words).into_iter().map(word).collect(),
            )),
            Asked::Phrase { words, slop } => {
                let mut terms = self.terms(words);
                if terms.len() == 1 {
                    return word(terms.remove(0));
                }
                let terms = terms.into_iter().enumerate().collect();
                Box::new(PhraseQuery::new_with_offset_and_slop(terms, *slop))
            }
            Asked::Prefix(beginning) => {
                let pattern = format!("{beginning}.*");
                Box::new(RegexQuery::from_pattern(&pattern, self.body).expect("a pattern"))
            }
        }
    }

    fn terms(&self, text: &str) -> Vec<Term> {
        let mut analyzer = analyzer();
        let mut stream = analyzer.token_stream(text);
        let mut terms = Vec::new();
        while stream.advance() {
            terms.push(Term::from_field_text(self.body, &stream.token().text));
        }
        terms
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
