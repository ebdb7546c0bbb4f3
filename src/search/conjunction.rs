//! Several words that an article must all have: the rarest leads, the others are looked up in the articles
//! that it brings. A frequent word costs little beside a rare one.

use std::ops::Range;
use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::{DocId, Score, TERMINATED};

use super::bm25::Statistics;
use super::plan::{LeafPlan, Plan, Scoring};
use super::run::SegmentFound;
use super::segment::Segment;
use super::stream::Stream;
use crate::spans::Spans;

/// The words of a plan that asks for nothing else than all of them, each once.
pub(super) fn all_words(plan: &Plan) -> Option<Vec<&LeafPlan>> {
    let Plan::All(plans) = plan else { return None };
    let mut words: Vec<&LeafPlan> = plans
        .iter()
        .map(|plan| match plan {
            Plan::Leaf(leaf) if is_word(leaf) => Some(leaf),
            _ => None,
        })
        .collect::<Option<_>>()?;
    // The order in which scores are added wherever leaves are.
    words.sort_by_key(|leaf| leaf.number);
    words.dedup_by_key(|leaf| leaf.number);
    Some(words)
}

/// Whether a leaf is one word that scores by its frequency.
fn is_word(leaf: &LeafPlan) -> bool {
    let scorings = leaf.body.iter().chain([&leaf.title]);
    leaf.spans == Spans::Slot(0) && scorings.into_iter().all(|scoring| scoring.words.len() == 1)
}

/// The passages and titles of the articles of a segment that have all of some words.
pub(super) fn find_all(
    segment: &Segment,
    words: &[&LeafPlan],
) -> tantivy::Result<SegmentFound<Score>> {
    let open = |leaf: &&LeafPlan| OpenWord::open(segment, leaf);
    let mut words = words.iter().map(open).collect::<tantivy::Result<Vec<_>>>()?;
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_by_key(|&word| words[word].documents);
    let articles = segment.articles()?;
    let mut found = SegmentFound::default();
    let mut scores = Scores::default();
    let mut next = 0;
    loop {
        let lead = words[order[0]].first_from(next);
        if lead == TERMINATED {
            return Ok(found);
        }
        let docs = articles.docs(articles.number(lead));
        let mut others = order[1..].iter().map(|&word| words[word].first_from(docs.start));
        match others.find(|&doc| doc >= docs.end) {
            Some(TERMINATED) => return Ok(found),
            Some(doc) => next = articles.docs(articles.number(doc)).start,
            None => {
                scores.add_article(&docs, &mut words, &mut found);
                next = docs.end;
            }
        }
    }
}

/// A word in one segment.
struct OpenWord {
    /// Its passages, and its titles.
    texts: Vec<OpenText>,
    documents: u64,
    /// The first document from where it was last looked for.
    first: DocId,
}

struct OpenText {
    stream: Stream,
    is_title: bool,
    idf: f32,
    lengths: FieldNormReader,
    factors: Arc<[f32; 256]>,
}

impl OpenWord {
    fn open(segment: &Segment, leaf: &LeafPlan) -> tantivy::Result<Self> {
        let body = leaf.body.iter().map(|scoring| (scoring, false));
        let texts = body.chain([(&leaf.title, true)]);
        let texts = texts.map(|(scoring, is_title)| OpenText::open(segment, scoring, is_title));
        let documents = leaf.body.iter().chain([&leaf.title]).map(|s| s.words[0].documents).sum();
        Ok(OpenWord { texts: texts.collect::<tantivy::Result<_>>()?, documents, first: 0 })
    }

    /// The first document from `doc` on that has the word.
    fn first_from(&mut self, doc: DocId) -> DocId {
        if self.first < doc || doc == 0 {
            let first = self.texts.iter_mut().map(|text| text.stream.first_from(doc)).min();
            self.first = first.unwrap_or(TERMINATED);
        }
        self.first
    }
}

impl OpenText {
    fn open(segment: &Segment, scoring: &Scoring, is_title: bool) -> tantivy::Result<Self> {
        let word = &scoring.words[0];
        Ok(OpenText {
            stream: Stream::open(segment, scoring.target.field, word)?,
            is_title,
            idf: word.idf,
            lengths: segment.reader.get_fieldnorms_reader(scoring.target.lengths)?,
            factors: Arc::clone(&scoring.statistics.length_factors),
        })
    }

    /// Calls with the score of every document before `end`, from where it stands on.
    fn each_before(&mut self, end: DocId, mut call: impl FnMut(DocId, Score)) {
        let OpenText { stream, idf, lengths, factors, .. } = self;
        stream.each_before(end, |doc, count| {
            let factor = factors[usize::from(lengths.fieldnorm_id(doc))];
            call(doc, Statistics::saturated(*idf, count, factor));
        });
    }
}

/// The scores of the passages of one article, while they are added up; none where no word stands.
#[derive(Default)]
struct Scores {
    passages: Vec<Option<Score>>,
}

impl Scores {
    /// Adds an article that has all words; they stand at its first document with them.
    fn add_article(
        &mut self,
        docs: &Range<DocId>,
        words: &mut [OpenWord],
        found: &mut SegmentFound<Score>,
    ) {
        self.passages.clear();
        self.passages.resize(docs.len(), None);
        let mut title = None;
        for text in words.iter_mut().flat_map(|word| &mut word.texts) {
            let is_title = text.is_title;
            text.each_before(docs.end, |doc, score| {
                let sum = match is_title {
                    true => &mut title,
                    false => &mut self.passages[(doc - docs.start) as usize],
                };
                *sum = Some(sum.map_or(score, |sum| sum + score));
            });
        }
        let passages = docs.clone().zip(&self.passages);
        found.bodies.extend(passages.filter_map(|(doc, score)| Some((doc, (*score)?))));
        found.titles.extend(title.map(|score| (docs.start, score)));
    }
}
