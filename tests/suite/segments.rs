//! The same articles give the same answers however the index is cut into segments.

use depeche::{
    Article, ConcordanceOptions, CountOptions, Filters, Grouping, Index, Origin, SearchOptions,
    Searcher, WriterOptions, parse,
};

use crate::support::{articles, indexed_corpus, search};

/// An index by so many threads, with a commit after each so many articles.
fn indexed(
    folder: &std::path::Path,
    articles: &[Article],
    each: usize,
    threads: usize,
) -> Searcher {
    indexed_with(folder, articles, each, WriterOptions { threads, ..WriterOptions::default() })
}

fn indexed_with(
    folder: &std::path::Path,
    articles: &[Article],
    each: usize,
    options: WriterOptions,
) -> Searcher {
    let index = Index::create(folder).unwrap();
    let mut writer = index.writer(options).unwrap();
    for (i, article) in articles.iter().enumerate() {
        writer.put(&mut article.clone(), &Origin::default()).unwrap();
        if (i + 1) % each == 0 {
            writer.commit().unwrap();
        }
    }
    writer.finish().unwrap();
    Searcher::open(folder).unwrap()
}

/// All that can be asked about a query, as text.
fn answers(searcher: &Searcher, query: &str) -> Vec<String> {
    let query = parse(query).unwrap();
    let mut answers = Vec::new();
    let options = SearchOptions { limit: 30, per_article: 3, facets: true, ..Default::default() };
    let results = searcher.search(&query, &options).unwrap();
    answers.extend(results.hits.iter().map(|hit| format!("{:x} {hit:?}", hit.score.to_bits())));
    answers.push(format!("{} {} {:?}", results.passages, results.articles, results.facets));
    let mut line = |line: &depeche::Line| {
        answers.push(format!("{line:?}"));
        Ok(())
    };
    searcher.concordance(&query, &ConcordanceOptions::default(), &mut line).unwrap();
    let options = CountOptions { filters: Filters::default(), by: Grouping::Month };
    answers.push(format!("{:?}", searcher.count(&[query], &options).unwrap()));
    answers
}

#[test]
fn one_segment_or_seven_one_thread_or_many() {
    let (_folder, corpus) = indexed_corpus();
    let all = search(&corpus, "de la le les en un une");
    let mut ids: Vec<&str> = articles(&all);
    ids.sort_unstable();
    let articles: Vec<Article> = ids.iter().map(|id| corpus.article(id).unwrap()).collect();
    let folder = tempfile::tempdir().unwrap();
    let one = indexed(&folder.path().join("one"), &articles, usize::MAX, 1);
    assert_eq!(one.stats().unwrap().segments, 1);
    let many = indexed(&folder.path().join("many"), &articles, 15, 1);
    assert!(many.stats().unwrap().segments > 1);
    let threads = indexed(&folder.path().join("threads"), &articles, 20, 2);
    // The postings of each article wait in a file; of many threads, each may have few files.
    let [files, few_files] = [2, 48].map(|threads| {
        let options = WriterOptions { threads, memory: 1, ..WriterOptions::default() };
        indexed_with(
            &folder.path().join(format!("files-{threads}")),
            &articles,
            usize::MAX,
            options,
        )
    });
    assert_eq!(files.stats().unwrap().segments, 1);
    for query in [
        "accord exclusif OpenAI",
        "\"droit de premier refus\"",
        "~\"droits de refus\" OU invest* PRES/9 million",
        "OpenAI ET capital SAUF \"premier refus\"",
        "\"premier refus\" Microsoft",
        "titre:IA OU date:2025",
    ] {
        let expected = answers(&one, query);
        assert_eq!(answers(&many, query), expected, "{query}");
        for other in [&threads, &files, &few_files] {
            assert_eq!(answers(other, query), expected, "{query}");
        }
    }
}
