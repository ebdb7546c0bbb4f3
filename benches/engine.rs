//! The parts inside one process: analysis, and queries of several kinds.
//!
//! `cargo bench --bench engine`; `DEPECHE_BENCH_CORPUS=file.jsonl.gz` for real text.

#![allow(missing_docs, clippy::print_stdout, reason = "a bench prints its table")]

mod support;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use depeche::{Analyzer, Index, Origin, SearchOptions, Searcher, WriterOptions, parse, passages};
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

fn indexing(criterion: &mut Criterion) {
    let corpus = Corpus::text_only();
    let articles = corpus.as_articles();
    let mut group = criterion.benchmark_group("indexing");
    group.sample_size(10).throughput(Throughput::Bytes(corpus.bytes as u64));
    group.bench_function("depeche, 1 thread", |b| {
        b.iter_batched(
            || (tempfile::tempdir().expect("a folder"), articles.clone()),
            |(dir, articles)| {
                let index = Index::create(&dir.path().join("index")).expect("an empty folder");
                let options = WriterOptions { threads: 1, ..WriterOptions::default() };
                let mut writer = index.writer(options).expect("a writer");
                for mut article in articles {
                    writer.put(&mut article, &Origin::default()).expect("room");
                }
                writer.finish().expect("room");
            },
            BatchSize::PerIteration,
        );
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

criterion_group!(benches, analysis, indexing, search);
criterion_main!(benches);
