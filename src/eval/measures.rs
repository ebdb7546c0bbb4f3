//! The measures, as trec_eval 9 computes them from the grades of the ranked documents.

use std::fmt;
use std::str::FromStr;

/// What is measured of a ranking, from 0 to 1; a document is relevant whose grade is above 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Normalised discounted cumulated gain of the first k, or of all: gain = grade, discount =
    /// log2(rank + 1), over that of the best ranking of all that is judged (`ndcg_cut`, `ndcg`).
    Ndcg(Option<usize>),
    /// Average precision: the mean over all relevant documents of the precision at their rank, 0 for those
    /// not found (`map`).
    Map,
    /// One over the rank of the first relevant document, where it is among the first k (`recip_rank`).
    Rr(Option<usize>),
    /// Relevant documents among the first k, over k (`P`).
    Precision(usize),
    /// Relevant documents among the first k, over all relevant ones (`recall`).
    Recall(usize),
}

/// Not the name of a measure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write ndcg@10, ndcg, map, rr@10, rr, p@10 or r@100, with any depth from 1")]
pub struct MeasureError;

impl Measure {
    /// The value of a ranking: the grades of its documents in order (0 where not judged), and those of all
    /// relevant documents, the highest first. 0 where none is relevant.
    pub(super) fn of(self, ranked: &[i64], relevant: &[i64]) -> f64 {
        if relevant.is_empty() {
            return 0.0;
        }
        match self {
            Measure::Ndcg(depth) => dcg(first(ranked, depth)) / dcg(first(relevant, depth)),
            Measure::Map => average_precision(ranked, relevant.len()),
            Measure::Rr(depth) => {
                let rank = first(ranked, depth).iter().position(|grade| *grade > 0);
                rank.map_or(0.0, |before| 1.0 / (before + 1) as f64)
            }
            Measure::Precision(depth) => found(first(ranked, Some(depth))) / depth as f64,
            Measure::Recall(depth) => found(first(ranked, Some(depth))) / relevant.len() as f64,
        }
    }
}

fn first(grades: &[i64], depth: Option<usize>) -> &[i64] {
    &grades[..depth.map_or(grades.len(), |depth| depth.min(grades.len()))]
}

/// Discounted cumulated gain (Järvelin and Kekäläinen 2002) with the discount of Burges et al. (2005).
fn dcg(grades: &[i64]) -> f64 {
    let gains = grades.iter().enumerate().filter(|(_, grade)| **grade > 0);
    gains.map(|(before, grade)| *grade as f64 / (before as f64 + 2.0).log2()).sum()
}

fn average_precision(ranked: &[i64], relevant: usize) -> f64 {
    let ranks = ranked.iter().enumerate().filter(|(_, grade)| **grade > 0);
    let precisions =
        ranks.enumerate().map(|(found, (before, _))| (found + 1) as f64 / (before + 1) as f64);
    precisions.sum::<f64>() / relevant as f64
}

/// How many documents are relevant.
fn found(grades: &[i64]) -> f64 {
    grades.iter().filter(|grade| **grade > 0).count() as f64
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, depth) = match self {
            Measure::Ndcg(depth) => ("ndcg", *depth),
            Measure::Map => ("map", None),
            Measure::Rr(depth) => ("rr", *depth),
            Measure::Precision(depth) => ("p", Some(*depth)),
            Measure::Recall(depth) => ("r", Some(*depth)),
        };
        f.write_str(name)?;
        depth.map_or(Ok(()), |depth| write!(f, "@{depth}"))
    }
}

impl FromStr for Measure {
    type Err = MeasureError;

    /// Reads `ndcg@10`, `map`, `rr`, `p@10`, `r@100` in any case; also `ap`, `mrr`, `precision@10`,
    /// `recall@100`.
    fn from_str(text: &str) -> Result<Self, MeasureError> {
        let text = text.trim().to_ascii_lowercase();
        let (name, depth) = match text.split_once('@') {
            Some((name, depth)) => (name, Some(depth.parse().map_err(|_| MeasureError)?)),
            None => (text.as_str(), None),
        };
        match (name, depth) {
            (_, Some(0)) => Err(MeasureError),
            ("ndcg", depth) => Ok(Measure::Ndcg(depth)),
            ("map" | "ap", None) => Ok(Measure::Map),
            ("rr" | "mrr", depth) => Ok(Measure::Rr(depth)),
            ("p" | "precision", Some(depth)) => Ok(Measure::Precision(depth)),
            ("r" | "recall", Some(depth)) => Ok(Measure::Recall(depth)),
            _ => Err(MeasureError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(value: f64, expected: f64) {
        assert!((value - expected).abs() < 1e-12, "{value} {expected}");
    }

    /// Grades by hand: ranks 2 and 4 relevant of three relevant documents with grades 3, 2, 1.
    #[test]
    fn values_by_hand() {
        let (ranked, relevant) = ([0, 2, -1, 3, 0], [3, 2, 1]);
        let of = |measure: Measure| measure.of(&ranked, &relevant);
        let ideal = 3.0 + 2.0 / 3f64.log2() + 0.5;
        near(of(Measure::Ndcg(None)), (2.0 / 3f64.log2() + 3.0 / 5f64.log2()) / ideal);
        near(of(Measure::Ndcg(Some(10))), of(Measure::Ndcg(None)));
        near(of(Measure::Ndcg(Some(2))), (2.0 / 3f64.log2()) / (3.0 + 2.0 / 3f64.log2()));
        near(of(Measure::Map), (1.0 / 2.0 + 2.0 / 4.0) / 3.0);
        near(of(Measure::Rr(None)), 0.5);
        near(of(Measure::Rr(Some(1))), 0.0);
        near(of(Measure::Precision(4)), 0.5);
        near(of(Measure::Precision(10)), 0.2);
        near(of(Measure::Recall(3)), 1.0 / 3.0);
        near(of(Measure::Recall(100)), 2.0 / 3.0);
    }

    #[test]
    fn nothing_found_or_nothing_relevant_is_zero() {
        for measure in super::super::MEASURES {
            near(measure.of(&[], &[1]), 0.0);
            near(measure.of(&[0, -1], &[1]), 0.0);
            near(measure.of(&[0, -1], &[]), 0.0);
        }
    }

    #[test]
    fn names_read_as_they_are_written() {
        let names = ["ndcg@10", "map", "rr@10", "p@10", "r@100"];
        assert_eq!(super::super::MEASURES.map(|measure| measure.to_string()), names);
        for name in names.iter().chain(&["ndcg", "rr"]) {
            assert_eq!(
                name.parse::<Measure>().map(|measure| measure.to_string()),
                Ok((*name).to_owned())
            );
        }
        assert_eq!("nDCG@5".parse(), Ok(Measure::Ndcg(Some(5))));
        assert_eq!(" Recall@7".parse(), Ok(Measure::Recall(7)));
        for name in ["", "p", "r", "p@0", "map@10", "ndcg@", "ndcg@-1", "ndcg@x", "bpref"] {
            assert_eq!(name.parse::<Measure>(), Err(MeasureError), "{name}");
        }
    }
}
