//! The best articles so far, while segments are read: those that may be among the best are kept.

use std::cmp::Reverse;

use tantivy::DocId;

use super::best::Scored;
use super::segment::Segment;
use super::steps::Steps;
use super::{Failure, Searcher};

/// The best articles so far.
pub(super) struct Shortlist<'a> {
    searcher: &'a Searcher,
    /// How many are wanted.
    keep: usize,
    /// At times twice as many, or more with the score of the last.
    listed: Vec<Listed>,
    least: Steps,
}

/// An article and its segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    pub(super) segment: usize,
    pub(super) article: Scored,
    /// The block in which it is looked at closely, once all are listed.
    pub(super) block: usize,
}

impl Listed {
    /// Its segment, and its first document there.
    pub(super) fn place(&self) -> (usize, DocId) {
        (self.segment, self.article.doc)
    }
}

impl<'a> Shortlist<'a> {
    pub(super) fn new(searcher: &'a Searcher, keep: usize) -> Self {
        Shortlist { searcher, keep, listed: Vec::new(), least: 0 }
    }

    /// Articles with a lower score are not among the best.
    pub(super) fn least(&self) -> Steps {
        self.least
    }

    /// Whether it is worth shortening: a few more than wanted cost less.
    pub(super) fn is_long(&self) -> bool {
        self.listed.len() > self.keep.saturating_add(self.keep / 4)
    }

    pub(super) fn add(&mut self, segment: &Segment, article: Scored) -> Result<(), Failure> {
        if article.score < self.least || self.keep == 0 {
            return Ok(());
        }
        self.listed.push(Listed { segment: segment.number, article, block: 0 });
        match self.listed.len() >= self.keep.saturating_mul(2) {
            true => self.shorten(),
            false => Ok(()),
        }
    }

    /// Brings it to its length: the higher the least score, the more is passed over.
    pub(super) fn shorten(&mut self) -> Result<(), Failure> {
        if self.listed.len() <= self.keep || self.keep == 0 {
            return Ok(());
        }
        let mut scores: Vec<Steps> = self.listed.iter().map(|l| l.article.score).collect();
        self.least = *scores.select_nth_unstable_by_key(self.keep - 1, |&score| Reverse(score)).1;
        let least = self.least;
        self.listed.retain(|listed| listed.article.score >= least);
        if self.listed.len() > self.keep {
            // Too many have the score of the last: identifiers decide.
            let above = |listed: &Listed| listed.article.score > least;
            let mut equal: Vec<Listed> = self.listed.extract_if(.., |l| !above(l)).collect();
            self.searcher.sort_by_id(&mut equal, Listed::place)?;
            equal.truncate(self.keep - self.listed.len());
            self.listed.extend(equal);
        }
        Ok(())
    }

    /// The best, in no order.
    pub(super) fn into_best(mut self) -> Result<Vec<Listed>, Failure> {
        self.shorten()?;
        Ok(self.listed)
    }
}
