//! A plan over one segment: which articles it is true of, and what is lit in them.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use tantivy::{DocId, Score, Term};

use super::bm25::score_words;
use super::filter::{Dates, author_documents, source_documents};
use super::floor::Scorer;
use super::ground::{Ground, Text};
use super::plan::{LeafPlan, Plan, Scoring, holders};
use super::segment::Segment;
use super::visitor::{Each, Visitor};
use super::windows::Stretch;
use super::{Failure, Searcher};
use crate::spans::{Match, apart, joined};

/// Documents of one segment in order, with what was found in each.
pub(super) type Found<X> = Vec<(DocId, X)>;

/// What is found in a segment: in the bodies of passages, and in the titles that their first ones bear. An
/// article that is found by nothing of its text is there as a title.
#[derive(Debug)]
pub(super) struct SegmentFound<X> {
    pub(super) bodies: Found<X>,
    pub(super) titles: Found<X>,
}

/// What a leaf gives for a document: a score, or its matches.
pub(super) trait Finding: Default + Sized {
    fn of_leaf(run: &Run<'_>, leaf: &LeafPlan, text: Text) -> Result<Found<Self>, Failure>;
    /// Adds what other leaves give for the same document.
    fn add(&mut self, others: impl IntoIterator<Item = Self>);
    /// Adds to the documents of `found` what bare words that only rank give for them.
    fn add_ranking(
        run: &Run<'_>,
        found: &mut SegmentFound<Self>,
        leaf: &LeafPlan,
    ) -> Result<(), Failure>;
}

/// A run of plans over one segment, or over some of its articles.
pub(super) struct Run<'a> {
    searcher: &'a Searcher,
    pub(super) segment: &'a Segment,
    /// Whole articles. Matches are found in these alone, scores always in the whole segment.
    docs: Range<DocId>,
}

/// What each part of a plan is true of.
enum Node {
    /// The number of the leaf.
    Leaf(usize),
    Fact(Vec<DocId>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// What the leaves of a plan find, by number: each is looked for once, however often it stands in the query.
type Leaves<X> = BTreeMap<usize, FoundLeaf<X>>;

struct FoundLeaf<X> {
    found: SegmentFound<X>,
    /// The first documents of the articles where it is found.
    articles: Vec<DocId>,
    /// Those in which it is lit.
    lit: Vec<DocId>,
}

impl<'a> Run<'a> {
    /// Over a whole segment.
    pub(super) fn whole(searcher: &'a Searcher, segment: &'a Segment) -> Self {
        Run { searcher, segment, docs: 0..segment.reader.max_doc() }
    }

    /// Over some of the articles.
    pub(super) fn over(searcher: &'a Searcher, stretch: &Stretch) -> Self {
        let segment = &searcher.segments[stretch.segment];
        Run { searcher, segment, docs: stretch.docs.clone() }
    }

    pub(super) fn find<X: Finding>(&self, plan: &Plan) -> Result<SegmentFound<X>, Failure> {
        match plan {
            Plan::Leaf(leaf) => self.leaf(leaf),
            Plan::Rank { must, should } => {
                let mut found = self.find(must)?;
                X::add_ranking(self, &mut found, should)?;
                Ok(found)
            }
            // One after the other: they may be many, and none decides on another.
            Plan::Any(plans) if plans.iter().all(Plan::is_leaf) => {
                let mut merged = Merged::default();
                plans
                    .iter()
                    .try_for_each(|plan| self.find(plan).map(|found| merged.push(found)))?;
                Ok(merged.into_one())
            }
            plan => {
                let mut leaves = Leaves::new();
                let node = self.node(plan, &mut leaves)?;
                let articles = self.articles(&node, &leaves)?;
                self.light(&node, &articles, &mut leaves)?;
                Ok(self.completed(self.lit(leaves), articles))
            }
        }
    }

    fn leaf<X: Finding>(&self, leaf: &LeafPlan) -> Result<SegmentFound<X>, Failure> {
        let bodies = match &leaf.body {
            Some(_) => X::of_leaf(self, leaf, Text::Body)?,
            None => Vec::new(),
        };
        Ok(SegmentFound { bodies, titles: X::of_leaf(self, leaf, Text::Title)? })
    }

    fn node<X: Finding>(&self, plan: &Plan, leaves: &mut Leaves<X>) -> Result<Node, Failure> {
        let mut nodes = |plans: &[Plan]| -> Result<Vec<Node>, Failure> {
            plans.iter().map(|plan| self.node(plan, leaves)).collect()
        };
        let (segment, fields) = (&self.segment.reader, self.searcher.fields);
        let of = |docs: Vec<DocId>| {
            let here = docs.into_iter().filter(|doc| self.docs.contains(doc));
            Node::Fact(self.segment.articles_of(here))
        };
        Ok(match plan {
            Plan::Leaf(leaf) => {
                if let Entry::Vacant(new) = leaves.entry(leaf.number) {
                    new.insert(self.found_leaf(leaf)?);
                }
                Node::Leaf(leaf.number)
            }
            Plan::All(plans) => Node::All(nodes(plans)?),
            Plan::Any(plans) => Node::Any(nodes(plans)?),
            Plan::Not(plan) => Node::Not(Box::new(self.node(plan, leaves)?)),
            Plan::Rank { must, .. } => self.node(must, leaves)?,
            Plan::Source(name) => of(source_documents(segment, fields, name)?),
            Plan::Author(words) => of(author_documents(segment, fields, words)?),
            Plan::Dates { from, to } => {
                let dates = Dates::open(segment, *from, *to)?;
                let mut articles = self.all_articles()?;
                articles.retain(|&doc| dates.accept(doc));
                Node::Fact(articles)
            }
        })
    }

    fn found_leaf<X: Finding>(&self, leaf: &LeafPlan) -> Result<FoundLeaf<X>, Failure> {
        let found: SegmentFound<X> = self.leaf(leaf)?;
        let bodies = self.segment.articles_of(found.bodies.iter().map(|(doc, _)| *doc));
        let titles: Vec<DocId> = found.titles.iter().map(|(doc, _)| *doc).collect();
        Ok(FoundLeaf { articles: union(&bodies, &titles), found, lit: Vec::new() })
    }

    /// The first documents of all articles, deleted ones among them.
    pub(super) fn all_articles(&self) -> tantivy::Result<Vec<DocId>> {
        let first = Term::from_field_u64(self.searcher.fields.ordinal, 0);
        let mut articles = holders(&self.segment.reader, &first)?;
        articles.retain(|doc| self.docs.contains(doc));
        Ok(articles)
    }

    /// The first documents of the articles that a part is true of.
    fn articles<X>(&self, node: &Node, leaves: &Leaves<X>) -> tantivy::Result<Vec<DocId>> {
        let each = |nodes: &[Node], join: fn(&[DocId], &[DocId]) -> Vec<DocId>| {
            let mut articles = nodes.iter().map(|node| self.articles(node, leaves));
            let first = articles.next().unwrap_or_else(|| Ok(Vec::new()))?;
            articles.try_fold(first, |found, next| Ok(join(&found, &next?)))
        };
        match node {
            Node::Leaf(number) => {
                Ok(leaves.get(number).map(|leaf| leaf.articles.clone()).unwrap_or_default())
            }
            Node::Fact(articles) => Ok(articles.clone()),
            Node::All(nodes) => each(nodes, intersection),
            Node::Any(nodes) => each(nodes, union),
            Node::Not(node) => Ok(difference(&self.all_articles()?, &self.articles(node, leaves)?)),
        }
    }

    /// Lights what makes the plan true in some articles: nothing of a SAUF, nothing of a failed ET.
    fn light<X: Finding>(
        &self,
        node: &Node,
        articles: &[DocId],
        leaves: &mut Leaves<X>,
    ) -> Result<(), Failure> {
        match node {
            Node::Leaf(number) => {
                if let Some(leaf) = leaves.get_mut(number) {
                    leaf.lit = union(&leaf.lit, articles);
                }
            }
            Node::All(nodes) | Node::Any(nodes) => {
                for node in nodes {
                    let within = intersection(articles, &self.articles(node, leaves)?);
                    self.light(node, &within, leaves)?;
                }
            }
            Node::Fact(_) | Node::Not(_) => {}
        }
        Ok(())
    }

    /// What the leaves find in the articles where they are lit.
    fn lit<X: Finding>(&self, leaves: Leaves<X>) -> SegmentFound<X> {
        let mut merged = Merged::default();
        for FoundLeaf { mut found, lit, .. } in leaves.into_values() {
            let is_lit = |doc: DocId| lit.binary_search(&doc).is_ok();
            found.bodies.retain(|(doc, _)| is_lit(self.segment.first_of_article(*doc)));
            found.titles.retain(|(doc, _)| is_lit(*doc));
            merged.push(found);
        }
        merged.into_one()
    }

    /// With the articles of which nothing is lit.
    fn completed<X: Finding>(
        &self,
        mut found: SegmentFound<X>,
        articles: Vec<DocId>,
    ) -> SegmentFound<X> {
        let bodies = self.segment.articles_of(found.bodies.iter().map(|(doc, _)| *doc));
        let bare = difference(&articles, &bodies).into_iter().map(|doc| (doc, X::default()));
        merge(&mut found.titles, bare.collect());
        found
    }

    /// Calls for every document with matches of a leaf.
    fn each_match(
        &self,
        leaf: &LeafPlan,
        text: Text,
        found: impl FnMut(DocId, &[Match]),
    ) -> Result<(), Failure> {
        self.visit(leaf, text, &mut Each::new(found))
    }

    /// Shows the documents with matches of a leaf.
    pub(super) fn visit(
        &self,
        leaf: &LeafPlan,
        text: Text,
        visitor: &mut dyn Visitor,
    ) -> Result<(), Failure> {
        let Run { searcher, segment, ref docs } = *self;
        Ground { searcher, segment, text, docs }.visit(&leaf.spans, &leaf.slots, visitor)
    }
}

impl Finding for Score {
    fn of_leaf(run: &Run<'_>, leaf: &LeafPlan, text: Text) -> Result<Found<Score>, Failure> {
        let Some(scoring) = leaf.scoring(text) else { return Ok(Vec::new()) };
        let Scoring { target, statistics, words, sequences, .. } = scoring;
        if !words.is_empty() {
            let mut found = score_words(run.segment, *target, words, statistics)?;
            for sequence in sequences {
                sequence.add_to(&mut found, &run.segment.reader)?;
            }
            return Ok(found);
        }
        let scorer = Scorer::open(run.segment, scoring)?;
        let mut found = Vec::new();
        let add = |doc, matches: &[Match]| found.push((doc, scorer.score(doc, matches.len())));
        run.each_match(leaf, text, add)?;
        Ok(found)
    }

    fn add(&mut self, others: impl IntoIterator<Item = Score>) {
        others.into_iter().for_each(|other| *self += other);
    }

    fn add_ranking(
        run: &Run<'_>,
        found: &mut SegmentFound<Score>,
        leaf: &LeafPlan,
    ) -> Result<(), Failure> {
        for (found, text) in [(&mut found.bodies, Text::Body), (&mut found.titles, Text::Title)] {
            if !found.is_empty() {
                add_scores(found, &Score::of_leaf(run, leaf, text)?);
            }
        }
        Ok(())
    }
}

impl Finding for Vec<Match> {
    fn of_leaf(run: &Run<'_>, leaf: &LeafPlan, text: Text) -> Result<Found<Self>, Failure> {
        let mut found = Vec::new();
        let add = |doc, matches: &[Match]| found.push((doc, joined(matches.to_vec())));
        run.each_match(leaf, text, add)?;
        Ok(found)
    }

    fn add(&mut self, others: impl IntoIterator<Item = Self>) {
        others.into_iter().for_each(|other| self.extend(other));
        *self = joined(std::mem::take(self));
    }

    /// Words that only rank are no matches.
    fn add_ranking(_: &Run<'_>, _: &mut SegmentFound<Self>, _: &LeafPlan) -> Result<(), Failure> {
        Ok(())
    }
}

/// How many matches there are, of one leaf.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally(pub(super) u32);

impl Finding for Tally {
    fn of_leaf(run: &Run<'_>, leaf: &LeafPlan, text: Text) -> Result<Found<Self>, Failure> {
        let mut found = Vec::new();
        let add = |doc, matches: &[Match]| found.push((doc, Tally(apart(matches))));
        run.each_match(leaf, text, add)?;
        Ok(found)
    }

    /// Of one leaf there is nothing to add: its documents come once.
    fn add(&mut self, others: impl IntoIterator<Item = Self>) {
        others.into_iter().for_each(|other| self.0 += other.0);
    }

    fn add_ranking(_: &Run<'_>, _: &mut SegmentFound<Self>, _: &LeafPlan) -> Result<(), Failure> {
        Ok(())
    }
}

/// Adds the scores of documents that both hold; keeps those of `found`.
fn add_scores(found: &mut [(DocId, Score)], more: &[(DocId, Score)]) {
    let mut at = 0;
    for (doc, score) in found {
        at += more[at..].partition_point(|&(d, _)| d < *doc);
        if let Some((_, other)) = more.get(at).filter(|(d, _)| d == doc) {
            *score += other;
        }
    }
}

/// What is found one after the other; what falls on the same document is added up once there is much of it.
struct Merged<X> {
    bodies: MergedDocuments<X>,
    titles: MergedDocuments<X>,
}

struct MergedDocuments<X> {
    found: Found<X>,
    /// The length from which it is worth adding up.
    much: usize,
}

/// Findings that are kept side by side before they are first added up.
const MUCH: usize = 1 << 16;

impl<X> Default for Merged<X> {
    fn default() -> Self {
        let none = || MergedDocuments { found: Vec::new(), much: MUCH };
        Merged { bodies: none(), titles: none() }
    }
}

impl<X: Finding> Merged<X> {
    fn push(&mut self, found: SegmentFound<X>) {
        self.bodies.push(found.bodies);
        self.titles.push(found.titles);
    }

    fn into_one(self) -> SegmentFound<X> {
        SegmentFound { bodies: added_up(self.bodies.found), titles: added_up(self.titles.found) }
    }
}

impl<X: Finding> MergedDocuments<X> {
    fn push(&mut self, found: Found<X>) {
        self.found.extend(found);
        if self.found.len() > self.much {
            self.found = added_up(std::mem::take(&mut self.found));
            self.much = MUCH.max(2 * self.found.len());
        }
    }
}

/// Each document once, with the sum of its findings in their order.
fn added_up<X: Finding>(mut found: Found<X>) -> Found<X> {
    found.sort_by_key(|(doc, _)| *doc);
    let mut found = found.into_iter().peekable();
    let mut sums: Found<X> = Vec::new();
    while let Some((doc, mut sum)) = found.next() {
        sum.add(std::iter::from_fn(|| found.next_if(|(next, _)| *next == doc)).map(|(_, x)| x));
        sums.push((doc, sum));
    }
    sums
}

impl<X> Default for SegmentFound<X> {
    fn default() -> Self {
        SegmentFound { bodies: Vec::new(), titles: Vec::new() }
    }
}

fn merge<X: Finding>(into: &mut Found<X>, more: Found<X>) {
    if into.is_empty() {
        *into = more;
        return;
    }
    if more.is_empty() {
        return;
    }
    let mut merged: Found<X> = Vec::with_capacity(into.len() + more.len());
    let (mut left, mut right) =
        (std::mem::take(into).into_iter().peekable(), more.into_iter().peekable());
    while let (Some((a, _)), Some((b, _))) = (left.peek(), right.peek()) {
        let (a, b) = (*a, *b);
        merged.extend(left.next_if(|_| a <= b));
        match (right.next_if(|_| b <= a), merged.last_mut()) {
            (Some((_, finding)), Some((_, found))) if a == b => found.add([finding]),
            (finding, _) => merged.extend(finding),
        }
    }
    merged.extend(left.chain(right));
    *into = merged;
}

fn union(left: &[DocId], right: &[DocId]) -> Vec<DocId> {
    let mut both = [left, right].concat();
    both.sort_unstable();
    both.dedup();
    both
}

fn intersection(left: &[DocId], right: &[DocId]) -> Vec<DocId> {
    left.iter().copied().filter(|doc| right.binary_search(doc).is_ok()).collect()
}

fn difference(left: &[DocId], right: &[DocId]) -> Vec<DocId> {
    left.iter().copied().filter(|doc| right.binary_search(doc).is_err()).collect()
}
