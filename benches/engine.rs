//! The parts inside one process: analysis, and queries of several kinds.
//!
//! `cargo bench --bench engine`; `DEPECHE_BENCH_CORPUS=file.jsonl.gz` for real text.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench prints its table")]

mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use depeche::{
    Analyzer, ConcordanceOptions, CountOptions, Filters, Grouping, SearchOptions, Searcher, Token,
    fold, parse, passages,
};
use support::{Corpus, raw};
use tantivy::tokenizer::TokenStream;

fn analysis(criterion: &mut Criterion) {
    let corpus = Corpus::text_only();
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10).throughput(Throughput::Bytes(corpus.bytes as u64));
    let analyzer = Analyzer::french();
    group.bench_function("depeche, both fields", |b| {
        b.iter(|| {
            let mut bytes = 0;
            for text in corpus.bodies() {
                analyzer.each_token(text, |token| {
                    bytes += token.exact().map(str::len).sum::<usize>();
                    token.each_form(|term, _, _| bytes += term.len());
                });
            }
            bytes
        });
    });
    let mut peer = raw::analyzer();
    group.bench_function("raw tantivy", |b| {
        b.iter(|| {
            let mut bytes = 0;
            for text in corpus.bodies() {
                let mut stream = peer.token_stream(text);
                while stream.advance() {
                    bytes += stream.token().text.len();
                }
            }
            bytes
        });
    });
    group.bench_function("passages", |b| {
        b.iter(|| corpus.bodies().iter().map(|body| passages(body).len()).sum::<usize>())
    });
    group.finish();
}

fn search(criterion: &mut Criterion) {
    let corpus = Corpus::prepare();
    let searcher = Searcher::open(corpus.ours()).expect("an index");
    let phrases = corpus.phrases(50);
    let mut group = criterion.benchmark_group("search, ten lit passages");
    for (name, mark) in [("phrases", "\""), ("words", "")] {
        let queries: Vec<_> =
            phrases.iter().filter_map(|p| parse(&format!("{mark}{p}{mark}")).ok()).collect();
        group.throughput(Throughput::Elements(queries.len() as u64));
        group.bench_function(name, |b| {
            let options = SearchOptions::default();
            b.iter(|| {
                queries
                    .iter()
                    .map(|q| searcher.search(q, &options).expect("results").passages)
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

/// Phrases found and scored in bodies and titles, without their texts: exact words, words that alternate
/// between both fields, and tantivy's own queries on the words of each field of the same index:
/// `PhraseQuery`, one term a slot, and `RegexPhraseQuery`, the only one with several.
fn phrases(criterion: &mut Criterion) {
    let corpus = Corpus::prepare();
    let searcher = Searcher::open(corpus.ours()).expect("an index");
    let phrases = corpus.phrases(200);
    let mut group = criterion.benchmark_group("phrases, found and scored");
    group.throughput(Throughput::Elements(phrases.len() as u64));
    let mixed = |phrase: &String| {
        let words = phrase.split(' ').enumerate();
        let marked =
            words.map(|(i, word)| if i % 2 == 1 { format!("~{word}") } else { word.into() });
        format!("\"{}\"", marked.collect::<Vec<String>>().join(" "))
    };
    let exact: Vec<String> = phrases.iter().map(|phrase| format!("\"{phrase}\"")).collect();
    for (name, texts) in [("exact", exact), ("mixed", phrases.iter().map(mixed).collect())] {
        let queries: Vec<_> = texts.iter().filter_map(|text| parse(text).ok()).collect();
        let options = SearchOptions { limit: 0, ..SearchOptions::default() };
        let find = |query| searcher.search(query, &options).expect("results").passages;
        group.bench_function(name, |b| b.iter(|| queries.iter().map(find).sum::<usize>()));
    }
    let analyzer = Analyzer::french();
    let form = |word: &str| {
        let form = |token: &Token| token.forms.first().map(|form| form.term.clone());
        analyzer.query_tokens(word).first().and_then(form).unwrap_or_else(|| fold(word))
    };
    let words = |term: &dyn Fn(&str) -> String| -> Vec<Vec<String>> {
        phrases.iter().map(|phrase| phrase.split(' ').map(term).collect()).collect()
    };
    for (field, slots) in [("exact", words(&fold)), ("forms", words(&form))] {
        let title = format!("title_{field}");
        for fields in [vec![field], vec![field, &title]] {
            let peer = raw::Phrases::open(&corpus.ours().join("segments"), &fields);
            let name = format!("PhraseQuery, {}", fields.join(" and "));
            let find = |words: &Vec<String>| peer.passages(words);
            group.bench_function(name, |b| b.iter(|| slots.iter().map(find).sum::<usize>()));
        }
    }
    let peer = raw::Phrases::open(&corpus.ours().join("segments"), &["forms"]);
    let all_forms = |word: &str| -> Vec<String> {
        let tokens = analyzer.query_tokens(word);
        let forms = tokens.iter().take(1).flat_map(|token| &token.forms);
        forms.map(|form| form.term.clone()).collect()
    };
    let slots: Vec<Vec<Vec<String>>> =
        phrases.iter().map(|phrase| phrase.split(' ').map(all_forms).collect()).collect();
    let find = |slots: &Vec<Vec<String>>| peer.passages_of_any(slots);
    group.bench_function("RegexPhraseQuery, forms", |b| {
        b.iter(|| slots.iter().map(find).sum::<usize>());
    });
    group.finish();
}

/// What researchers count and list: a frequent phrase, line by line; a frequent word, month by month.
fn counts(criterion: &mut Criterion) {
    let corpus = Corpus::prepare();
    let searcher = Searcher::open(corpus.ours()).expect("an index");
    let mut group = criterion.benchmark_group("counts");
    let query = |text| [parse(text).expect("a query")];
    for text in ["\"france\"", "entreprise", "\"de la\""] {
        let (queries, filters) = (query(text), Filters::default());
        let options = CountOptions { filters, by: Grouping::Month };
        let count = || searcher.count(&queries, &options).expect("counts").total.counts[0].matches;
        println!("{text}: {} matches", count());
        group.bench_function(format!("by month, {text}"), |b| b.iter(count));
    }
    let [phrase] = query("\"de la\"");
    let options = ConcordanceOptions::default();
    let lines = || searcher.concordance(&phrase, &options, &mut |_| Ok(())).expect("lines").matches;
    group.sample_size(10).throughput(Throughput::Elements(lines()));
    group.bench_function("concordance, a line of \"de la\"", |b| b.iter(lines));
    group.finish();
}

criterion_group!(benches, analysis, search, phrases, counts);
criterion_main!(benches);
