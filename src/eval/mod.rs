//! Runs against judgments, measured as trec_eval defines it, ties included, and compared with one another.
//!
//! ```
//! use std::path::Path;
//! use depeche::eval::{Evaluation, Measure, Qrels, Run};
//!
//! let qrels = Qrels::read(Path::new("qrels"), "1 0 a 1\n1 0 b 0\n".as_bytes())?;
//! let run = Run::read(Path::new("run"), "1 Q0 b 1 2.5 x\n1 Q0 a 2 1.5 x\n".as_bytes())?;
//! let evaluation = Evaluation::new(&qrels, &run, &[Measure::Rr(None)]);
//! assert_eq!(evaluation.means(), Some(vec![0.5]));
//! # Ok::<(), depeche::Error>(())
//! ```

mod compare;
mod lines;
mod measures;
mod qrels;
mod run;

use rustc_hash::FxHashMap;

pub use compare::{Comparison, EXACT, PERMUTATIONS, compare};
pub use measures::{Measure, MeasureError};
pub use qrels::Qrels;
pub use run::Run;

/// What is measured where nothing else is asked for.
pub const MEASURES: [Measure; 5] = [
    Measure::Ndcg(Some(10)),
    Measure::Map,
    Measure::Rr(Some(10)),
    Measure::Precision(10),
    Measure::Recall(100),
];

/// One query of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Its identifier in the judgments.
    pub query: String,
    /// Whether the run has documents for it; where not, all values are 0.
    pub answered: bool,
    /// Whether a document is judged relevant; where none is, all values are 0.
    pub answerable: bool,
    /// From 0 to 1, one for each measure.
    pub values: Vec<f64>,
}

/// A run measured on the queries of the judgments, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Every query that counts in the means.
    pub queries: Vec<Measured>,
    /// How many queries of the judgments the run lacks.
    pub unanswered: usize,
    /// How many queries of the run have no judgments: they are left out.
    pub unjudged: usize,
}

impl Evaluation {
    /// Measures a run on all queries of the judgments (`trec_eval -c`): those that it lacks count 0.
    #[must_use]
    pub fn new(qrels: &Qrels, run: &Run, measures: &[Measure]) -> Self {
        let measured = |judged: &qrels::Judged| {
            let documents = run.documents(&judged.query);
            let ranked: Vec<i64> = documents
                .unwrap_or_default()
                .iter()
                .map(|document| judged.grades.get(document).copied().unwrap_or(0))
                .collect();
            let value = |measure: &Measure| measure.of(&ranked, &judged.relevant);
            Measured {
                query: judged.query.clone(),
                answered: documents.is_some(),
                answerable: !judged.relevant.is_empty(),
                values: measures.iter().map(value).collect(),
            }
        };
        let queries: Vec<Measured> = qrels.queries.iter().map(measured).collect();
        let unanswered = queries.iter().filter(|query| !query.answered).count();
        let unjudged = run.len() - (queries.len() - unanswered);
        Evaluation { queries, unanswered, unjudged }
    }

    /// Leaves out the queries that the run lacks, as trec_eval does without `-c`.
    pub fn keep_answered(&mut self) {
        self.queries.retain(|query| query.answered);
    }

    /// The mean of each measure over the queries; none without queries.
    #[must_use]
    pub fn means(&self) -> Option<Vec<f64>> {
        let first = self.queries.first()?;
        let mean = |measure: usize| {
            let values = self.queries.iter().filter_map(|query| query.values.get(measure));
            values.sum::<f64>() / self.queries.len() as f64
        };
        Some((0..first.values.len()).map(mean).collect())
    }

    /// How much better this run is than another on the queries of both, a comparison for each measure;
    /// none where they share no query.
    #[must_use]
    pub fn against(&self, other: &Evaluation) -> Option<Vec<Comparison>> {
        let others: FxHashMap<&str, &Measured> =
            other.queries.iter().map(|query| (query.query.as_str(), query)).collect();
        let pairs: Vec<(&Measured, &Measured)> = self
            .queries
            .iter()
            .filter_map(|query| Some((query, *others.get(query.query.as_str())?)))
            .collect();
        let (first, _) = pairs.first()?;
        let comparison = |measure: usize| {
            let difference = |(a, b): &(&Measured, &Measured)| {
                Some(a.values.get(measure)? - b.values.get(measure)?)
            };
            compare(&pairs.iter().filter_map(difference).collect::<Vec<f64>>())
        };
        (0..first.values.len()).map(comparison).collect()
    }
}

/// Several runs measured on the same judgments, the first the one that others are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluations {
    /// What was measured.
    pub measures: Vec<Measure>,
    /// The runs as given.
    pub runs: Vec<NamedEvaluation>,
}

/// One of several runs.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedEvaluation {
    /// What it is called.
    pub name: String,
    /// Its values.
    pub evaluation: Evaluation,
    /// For each measure, how it compares with the first run; none for that one itself.
    pub against: Option<Vec<Comparison>>,
}

impl Evaluations {
    /// No run yet.
    #[must_use]
    pub fn new(measures: &[Measure]) -> Self {
        Evaluations { measures: measures.to_vec(), runs: Vec::new() }
    }

    /// Adds a run, compared with the first.
    pub fn push(&mut self, name: String, evaluation: Evaluation) {
        let against = self.runs.first().and_then(|first| evaluation.against(&first.evaluation));
        self.runs.push(NamedEvaluation { name, evaluation, against });
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn evaluation(qrels: &str, run: &str, measures: &[Measure]) -> Evaluation {
        let qrels = Qrels::read(Path::new("q"), qrels.as_bytes()).unwrap();
        Evaluation::new(&qrels, &Run::read(Path::new("r"), run.as_bytes()).unwrap(), measures)
    }

    #[test]
    fn queries_that_a_run_lacks_count_nothing_unless_left_out() {
        let qrels = "2 0 a 1\n1 0 b 1\n3 0 c 0\n";
        let run = "1 Q0 b 1 1 x\n3 Q0 c 1 1 x\n9 Q0 b 1 1 x\n8 Q0 b 1 1 x\n";
        let mut all = evaluation(qrels, run, &[Measure::Map, Measure::Precision(1)]);
        assert_eq!((all.unanswered, all.unjudged), (1, 2));
        let names: Vec<&str> = all.queries.iter().map(|query| query.query.as_str()).collect();
        assert_eq!(names, ["2", "1", "3"]);
        assert_eq!(all.means(), Some(vec![1.0 / 3.0; 2]));
        let answerable: Vec<bool> = all.queries.iter().map(|query| query.answerable).collect();
        assert_eq!(answerable, [true, true, false]);
        all.keep_answered();
        assert_eq!(all.means(), Some(vec![0.5; 2]));
        let mut none = evaluation(qrels, "", &[Measure::Map]);
        assert_eq!((none.means(), none.unanswered), (Some(vec![0.0]), 3));
        none.keep_answered();
        assert_eq!((none.means(), none.against(&all)), (None, None));
    }

    /// Scores that are one number for a C float, and equal ones, by descending name.
    #[test]
    fn equal_scores_come_in_descending_order_of_their_names() {
        let qrels = "1 0 a 1\n";
        let of = |run: &str| evaluation(qrels, run, &[Measure::Rr(None)]).means().unwrap()[0];
        assert_eq!(of("1 Q0 a 1 2 x\n1 Q0 b 2 2 x\n1 Q0 B 3 2 x\n"), 0.5);
        assert_eq!(of("1 Q0 a 1 1.00000001 x\n1 Q0 b 2 1.0 x\n"), 0.5);
        assert_eq!(of("1 Q0 a 2 1.000001 x\n1 Q0 b 1 1.0 x\n"), 1.0);
        assert_eq!(of("1 Q0 a 1 0.0 x\n1 Q0 b 2 -0.0 x\n"), 0.5);
        assert_eq!(of("1 Q0 a 1 -1 x\n1 Q0 é 2 -1 x\n1 Q0 z 3 -1 x\n"), 1.0 / 3.0);
    }

    #[test]
    fn later_runs_are_compared_with_the_first_on_the_queries_of_both() {
        let qrels = "1 0 a 1\n2 0 a 1\n3 0 a 1\n";
        let measures = [Measure::Rr(None)];
        let mut runs = Evaluations::new(&measures);
        for (name, run) in [
            ("x", "1 Q0 b 1 2 x\n1 Q0 a 2 1 x\n2 Q0 b 1 2 x\n2 Q0 a 2 1 x\n"),
            ("y", "1 Q0 a 1 1 y\n2 Q0 a 1 1 y\n3 Q0 a 1 1 y\n"),
        ] {
            let mut evaluation = evaluation(qrels, run, &measures);
            evaluation.keep_answered();
            runs.push(name.to_owned(), evaluation);
        }
        assert_eq!(runs.runs[0].against, None);
        let expected = Comparison { queries: 2, difference: 0.5, p: 0.5 };
        assert_eq!(runs.runs[1].against, Some(vec![expected]));
    }
}
