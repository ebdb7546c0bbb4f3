//! An index cut into windows of articles in the order of the import: what is found in one fits in memory,
//! however much the whole index has.

use std::ops::Range;

use tantivy::DocId;

use super::Searcher;
use super::plan::Plan;
use super::segment::Segment;

/// Documents found at a time, about: some megabytes of matches.
pub(super) const WINDOW: u64 = 20_000;

/// Whole articles that stand together in a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The number of the segment.
    pub(super) segment: usize,
    pub(super) docs: Range<DocId>,
}

/// With so many terms, windows are twice as wide: each opens them again.
const MANY_TERMS: usize = 100;

impl Searcher {
    /// The windows in which the matches of a plan are found.
    pub(super) fn windows(&self, plan: &Plan) -> Vec<Vec<Stretch>> {
        let times = 1 + (plan.terms() / MANY_TERMS) as u64;
        windows(&self.segments, plan.documents(), self.window.saturating_mul(times))
    }
}

/// Windows, one after the other in the order of the import: enough of them that a query that stands in
/// about `found` documents stands in about `size` of each.
fn windows(segments: &[Segment], found: u64, size: u64) -> Vec<Vec<Stretch>> {
    let whole = |(segment, reader): (usize, &Segment)| {
        let docs = 0..reader.reader.max_doc();
        Stretch { segment, docs }
    };
    let whole: Vec<Stretch> = segments.iter().enumerate().map(whole).collect();
    let count = found / size + 1;
    if count == 1 {
        return vec![whole];
    }
    let address = |stretch: &Stretch, doc: DocId| segments[stretch.segment].address(doc);
    let runs: Vec<Stretch> = whole
        .iter()
        .flat_map(|stretch| {
            let docs = ascending(stretch.docs.clone(), |doc| address(stretch, doc));
            docs.into_iter().map(|docs| Stretch { segment: stretch.segment, docs })
        })
        .collect();
    let ends = runs.iter().map(|run| address(run, run.docs.end - 1) + 1);
    let width = ends.max().unwrap_or(0).div_ceil(count).max(1);
    let window = |number: u64| {
        let part = |run: &Stretch| {
            let until = |limit: u64| first_from(run.docs.clone(), limit, |doc| address(run, doc));
            let docs = until(number * width)..until((number + 1) * width);
            (!docs.is_empty()).then_some(Stretch { segment: run.segment, docs })
        };
        runs.iter().filter_map(part).collect()
    };
    (0..count).map(window).collect()
}

/// The runs of documents whose addresses ascend: merged segments follow each other as they were.
fn ascending(docs: Range<DocId>, address: impl Fn(DocId) -> u64) -> Vec<Range<DocId>> {
    let mut runs: Vec<Range<DocId>> = Vec::new();
    let mut last = 0;
    for doc in docs {
        let next = address(doc);
        match runs.last_mut().filter(|_| last <= next) {
            Some(run) => run.end = doc + 1,
            None => runs.push(doc..doc + 1),
        }
        last = next;
    }
    runs
}

/// The first document with an address from `limit` on.
fn first_from(docs: Range<DocId>, limit: u64, address: impl Fn(DocId) -> u64) -> DocId {
    let (mut low, mut high) = (docs.start, docs.end);
    while low < high {
        let middle = low.midpoint(high);
        if address(middle) < limit { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::import::Input;
    use crate::{
        ConcordanceOptions, CountOptions, Filters, Grouping, Index, IndexingOptions, Searcher,
        WriterOptions, index_inputs, parse,
    };

    /// What concordance and count say of a query.
    fn answers(searcher: &Searcher, query: &str) -> Vec<String> {
        let query = parse(query).unwrap();
        let mut answers = Vec::new();
        let mut line = |line: &crate::Line| {
            answers.push(format!("{line:?}"));
            Ok(())
        };
        let options = ConcordanceOptions::default();
        let total = searcher.concordance(&query, &options, &mut line).unwrap();
        assert_eq!(total.matches, answers.len() as u64);
        answers.push(format!("{total:?}"));
        let options = CountOptions { filters: Filters::default(), by: Grouping::Source };
        answers.push(format!("{:?}", searcher.count(&[query], &options).unwrap()));
        answers
    }

    #[test]
    fn small_windows_change_nothing() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let folder = tempfile::tempdir().unwrap();
        let index = Index::create(&folder.path().join("index")).unwrap();
        // In several runs: several segments, whose addresses overlap or follow each other.
        let options = IndexingOptions {
            writer: WriterOptions { threads: 2, ..WriterOptions::default() },
            ..IndexingOptions::default()
        };
        for part in ["ia", "reseaux", "securite", "societe"] {
            index_inputs(&index, &[Input::Path(corpus.join(part))], &options, &mut |_| ()).unwrap();
        }
        let mut searcher = Searcher::new(&index).unwrap();
        assert!(searcher.segments.len() > 1);
        for query in [
            "\"de la\"",
            "de OU la OU le",
            "entreprise SAUF france",
            "titre:(le OU la) ET date:2020..",
            "le PRES/PHRASE de",
            "ab* OU \"le droit de\"",
            "=La OU ~avoir",
        ] {
            searcher.window = u64::MAX;
            let whole = answers(&searcher, query);
            for size in [1, 7, 50] {
                searcher.window = size;
                assert_eq!(answers(&searcher, query), whole, "{query}, {size} documents");
            }
        }
    }

    #[test]
    fn runs_end_where_addresses_fall() {
        let addresses = [5, 5, 9, 2, 3, 3, 1];
        let runs = ascending(0..7, |doc| addresses[doc as usize]);
        assert_eq!(runs, [0..3, 3..6, 6..7]);
        assert_eq!(first_from(3..6, 3, |doc| addresses[doc as usize]), 4);
        assert_eq!(first_from(3..6, 9, |doc| addresses[doc as usize]), 6);
        assert_eq!(ascending(0..0, |_| 0), []);
    }
}
