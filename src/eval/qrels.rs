//! Judgments as TREC writes them.

use std::io::Read;
use std::path::Path;

use rustc_hash::FxHashMap;

use super::lines;
use crate::error::{Error, LineFault, Result};

const FORM: &str = "qid 0 docid rel";

/// Which documents are relevant to which queries, and how much.
#[derive(Clone, Debug, Default)]
pub struct Qrels {
    /// In the order in which the file first names them.
    pub(super) queries: Vec<Judged>,
}

/// The judgments of one query.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    pub(super) query: String,
    /// The grade of every document judged; relevant are those above 0.
    pub(super) grades: FxHashMap<Box<str>, i64>,
    /// The grades of the relevant documents, the highest first.
    pub(super) relevant: Vec<i64>,
}

impl Qrels {
    /// Reads a file, gzipped or not.
    ///
    /// # Errors
    /// As [`Qrels::read`]; and the system's.
    pub fn open(path: &Path) -> Result<Self> {
        Self::read(path, lines::open(path)?)
    }

    /// Reads lines of `qid 0 docid rel`, white space between; `path` is what errors name.
    ///
    /// # Errors
    /// A line of another form, a relevance that is no integer, a document judged twice for a query, no
    /// judgment at all; and the reader's.
    pub fn read(path: &Path, input: impl Read) -> Result<Self> {
        let mut qrels = Qrels::default();
        let mut places: FxHashMap<String, usize> = FxHashMap::default();
        lines::each(path, input, |line| {
            let [query, _, document, grade] = lines::columns(line, FORM)?;
            let number = grade.parse().ok();
            let grade = number.ok_or_else(|| LineFault::Relevance { found: grade.to_owned() })?;
            let place = *places.entry(query.to_owned()).or_insert(qrels.queries.len());
            if place == qrels.queries.len() {
                qrels.queries.push(Judged { query: query.to_owned(), ..Judged::default() });
            }
            qrels.queries[place].push(document, grade)
        })?;
        if qrels.queries.is_empty() {
            return Err(Error::NoJudgments { path: path.to_path_buf() });
        }
        qrels.queries.iter_mut().for_each(|judged| judged.relevant.sort_by(|a, b| b.cmp(a)));
        Ok(qrels)
    }
}

impl Judged {
    fn push(&mut self, document: &str, grade: i64) -> Result<(), LineFault> {
        if self.grades.insert(document.into(), grade).is_some() {
            let query = self.query.clone();
            return Err(LineFault::Twice { query, document: document.to_owned() });
        }
        if grade > 0 {
            self.relevant.push(grade);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Qrels> {
        Qrels::read(Path::new("q"), text.as_bytes())
    }

    #[test]
    fn queries_keep_their_order_and_only_positive_grades_are_relevant() {
        let qrels = read("\u{feff}2 0 a 1\r\n1\t0\tb\t-2\r\n\r\n2 0 c 3\r\n2 0 d 0\r\n").unwrap();
        let names: Vec<&str> = qrels.queries.iter().map(|judged| judged.query.as_str()).collect();
        assert_eq!(names, ["2", "1"]);
        assert_eq!(qrels.queries[0].relevant, [3, 1]);
        assert!(qrels.queries[1].relevant.is_empty());
        assert_eq!(qrels.queries[1].grades.get("b"), Some(&-2));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, expected) in [
            ("1 0 a\n", "q: line 1: `qid 0 docid rel` is expected, found 3 columns"),
            ("1 0 a 1\n\n1 0 b 1.5\n", "q: line 3: the relevance \"1.5\" is not an integer"),
            (
                "1 0 a 1\n1 0 a 1\n",
                "q: line 2: the document \"a\" stands twice for the query \"1\"",
            ),
            ("\n \n", "q: there is no judgment in it"),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), expected);
        }
    }
}
