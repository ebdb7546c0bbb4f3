//! Runs as TREC writes them.

use std::io::Read;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::lines;
use crate::error::{LineFault, Result};

const FORM: &str = "qid Q0 docid rank score tag";

/// The documents that a system gives for each query, the best first.
#[derive(Clone, Debug, Default)]
pub struct Run {
    queries: FxHashMap<String, Vec<Box<str>>>,
}

impl Run {
    /// Reads a file, gzipped or not.
    ///
    /// # Errors
    /// As [`Run::read`]; and the system's.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(path, lines::open(path)?)
    }

    /// Reads lines of `qid Q0 docid rank score tag`, white space between, in any order; `path` is what
    /// errors name. Documents are ranked as trec_eval does: by their scores as C floats, equal ones by
    /// descending name in the order of bytes; the column of ranks is not looked at.
    ///
    /// # Errors
    /// A line of another form, a score that is no finite number, a document that stands twice for a query;
    /// and the reader's.
    pub fn read(path: &Path, input: impl Read) -> Result<Self> {
        let mut scores: FxHashMap<String, FxHashMap<Box<str>, f32>> = FxHashMap::default();
        lines::each(path, input, |line| {
            let [query, _, document, _, score, _] = lines::columns(line, FORM)?;
            let score = float(score)?;
            if !scores.contains_key(query) {
                scores.insert(query.to_owned(), FxHashMap::default());
            }
            let of_query = scores.get_mut(query);
            match of_query.and_then(|documents| documents.insert(document.into(), score)) {
                Some(_) => {
                    Err(LineFault::Twice { query: query.to_owned(), document: document.to_owned() })
                }
                None => Ok(()),
            }
        })?;
        let ranked = |(query, documents)| (query, ranked(documents));
        Ok(Run { queries: scores.into_iter().map(ranked).collect() })
    }

    /// How many queries have documents.
    pub(super) fn len(&self) -> usize {
        self.queries.len()
    }

    /// The documents of a query, the best first; none where it is not in the run.
    pub(super) fn documents(&self, query: &str) -> Option<&[Box<str>]> {
        self.queries.get(query).map(Vec::as_slice)
    }
}

/// A score as trec_eval holds it.
fn float(text: &str) -> Result<f32, LineFault> {
    let fault = || LineFault::Score { found: text.to_owned() };
    let score =
        text.parse::<f64>().ok().map(|score| score as f32).filter(|score| score.is_finite());
    // Negative zero equals zero.
    score.map(|score| score + 0.0).ok_or_else(fault)
}

fn ranked(documents: FxHashMap<Box<str>, f32>) -> Vec<Box<str>> {
    let mut scored: Vec<(Box<str>, f32)> = documents.into_iter().collect();
    scored.sort_unstable_by(|(a, x), (b, y)| y.total_cmp(x).then_with(|| b.cmp(a)));
    scored.into_iter().map(|(document, _)| document).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Run> {
        Run::read(Path::new("r"), text.as_bytes())
    }

    #[test]
    fn scores_rank_and_not_the_column_of_ranks() {
        let run = read("1\tQ0\ta\t1\t-3e2\tx\r\n2 0 c 7 .5 x\n1 Q0 b 9 -299 x\n1 Q0 d 5 +4 x\n");
        let run = run.unwrap();
        assert_eq!(run.documents("1").unwrap(), ["d".into(), "b".into(), "a".into()]);
        assert_eq!((run.documents("3"), run.len()), (None, 2));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, expected) in [
            (
                "1 Q0 a 1 2\n",
                "r: line 1: `qid Q0 docid rank score tag` is expected, found 5 columns",
            ),
            (
                "1 Q0 a 1 2 x\n1 Q0 b 1 NaN x\n",
                "r: line 2: the score \"NaN\" is not a finite number",
            ),
            ("1 Q0 a 1 1e99 x\n", "r: line 1: the score \"1e99\" is not a finite number"),
            ("1 Q0 a 1 1,5 x\n", "r: line 1: the score \"1,5\" is not a finite number"),
            (
                "1 Q0 a 1 2 x\n2 Q0 a 1 2 x\n\n1 Q0 a 2 1 x\n",
                "r: line 4: the document \"a\" stands twice for the query \"1\"",
            ),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), expected);
        }
    }
}
