//! The ranking against the judgments of the sample corpus: a floor under it, not a target.

use std::collections::BTreeMap;

use crate::support::{articles, corpus, indexed_corpus, search};

/// The least mean nDCG at 10 over the topics; the ranking had 0.004 more when this was written.
const FLOOR: f64 = 0.885;

type Judgments = BTreeMap<String, BTreeMap<String, f64>>;

fn judgments() -> Judgments {
    let mut judgments = Judgments::new();
    for line in std::fs::read_to_string(corpus().join("qrels.txt")).unwrap().lines() {
        let [topic, _, article, grade] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let of_topic = judgments.entry(topic.to_owned()).or_default();
        of_topic.insert(article.to_owned(), grade.parse().unwrap());
    }
    judgments
}

/// Järvelin and Kekäläinen's discounted cumulated gain of the first ten, with gains 2^grade - 1.
fn dcg(grades: impl Iterator<Item = f64>) -> f64 {
    let gain = |(i, grade): (usize, f64)| (grade.exp2() - 1.0) / (i as f64 + 2.0).log2();
    grades.take(10).enumerate().map(gain).sum()
}

#[test]
fn judged_articles_come_first() {
    let (_folder, searcher) = indexed_corpus();
    let judgments = judgments();
    let topics = std::fs::read_to_string(corpus().join("topics.tsv")).unwrap();
    let mut scores = Vec::new();
    for (topic, query) in topics.lines().filter_map(|line| line.split_once('\t')) {
        let grades = &judgments[topic];
        for article in grades.keys() {
            assert!(searcher.article(article).is_ok(), "{topic}: no article {article}");
        }
        let results = search(&searcher, query);
        let found = articles(&results).into_iter().map(|id| grades.get(id).copied().unwrap_or(0.0));
        let mut ideal: Vec<f64> = grades.values().copied().collect();
        ideal.sort_by(|a, b| b.total_cmp(a));
        scores.push(dcg(found) / dcg(ideal.into_iter()));
    }
    let mean = scores.iter().sum::<f64>() / scores.len() as f64;
    assert_eq!(scores.len(), 40);
    assert!(mean >= FLOOR, "mean nDCG@10 {mean:.4}");
}
