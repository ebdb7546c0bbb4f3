//! What the tests share: indexes over the sample corpus and over small folders.

use std::path::{Path, PathBuf};

use depeche::import::Input;
use depeche::{
    Hit, Index, IndexingOptions, Report, Results, SearchOptions, Searcher, index_inputs, parse,
};

pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// Indexes paths into `dir`, created where it is missing; the report, and where records were skipped.
pub(crate) fn index(dir: &Path, inputs: &[PathBuf], prune: bool) -> (Report, Vec<String>) {
    let index = if Index::exists(dir) { Index::open(dir) } else { Index::create(dir) }.unwrap();
    let inputs: Vec<Input> = inputs.iter().cloned().map(Input::from).collect();
    let options = IndexingOptions { prune, ..IndexingOptions::default() };
    let mut skips = Vec::new();
    let report = index_inputs(&index, &inputs, &options, &mut |event| {
        if let depeche::Event::Skipped(skipped) = event {
            let name =
                skipped.place.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            skips.push(format!(
                "{name}:{} {}",
                skipped.place.line.unwrap_or(0),
                skipped.reason.key()
            ));
        }
    });
    let report = report.unwrap();
    assert_eq!(
        report.read,
        report.added + report.replaced + report.unchanged + report.skipped,
        "the counts add up"
    );
    (report, skips)
}

/// An index of the sample corpus, in a folder that lives as long as it is searched.
pub(crate) fn indexed_corpus() -> (tempfile::TempDir, Searcher) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("index");
    let (report, skips) = index(&dir, &[corpus()], false);
    assert_eq!((report.added, skips), (66, Vec::new()));
    let searcher = Searcher::open(&dir).unwrap();
    (folder, searcher)
}

/// A folder with these files and an index of it.
pub(crate) fn indexed(files: &[(&str, &str)]) -> (tempfile::TempDir, Searcher) {
    let folder = tempfile::tempdir().unwrap();
    let articles = folder.path().join("articles");
    std::fs::create_dir(&articles).unwrap();
    for (name, text) in files {
        std::fs::write(articles.join(name), text).unwrap();
    }
    let dir = folder.path().join("index");
    index(&dir, &[articles], false);
    let searcher = Searcher::open(&dir).unwrap();
    (folder, searcher)
}

pub(crate) fn search(searcher: &Searcher, query: &str) -> Results {
    let options = SearchOptions { limit: 1_000, per_article: 100, ..SearchOptions::default() };
    searcher.search(&parse(query).unwrap(), &options).unwrap()
}

pub(crate) fn articles(results: &Results) -> Vec<&str> {
    let mut ids: Vec<&str> = results.hits.iter().map(|hit| hit.article.as_str()).collect();
    ids.dedup();
    ids
}

/// The lit words of a hit's passage.
pub(crate) fn lit(hit: &Hit) -> Vec<&str> {
    let start = hit.passage.start;
    hit.matches.iter().map(|m| &hit.passage.text[m.start - start..m.end - start]).collect()
}
