//! Bare words: articles ranked by all that they hold of them, wherever it stands.
//!
//! The score of an article is a sum: BM25F (Robertson and Zaragoza, *The Probabilistic Relevance Framework*,
//! 2009) over all forms in title and body together, BM25 over the title by itself, BM25F over the words as
//! typed, BM25 over pairs of words that follow each other as typed, and what kin words add to each word.
//! Articles that hold the whole as typed come first.

use std::ops::Range;

use serde::Serialize;
use tantivy::DocId;

use super::bm25::{Statistics, Word, max_score, saturated};
use super::kin::{Kin, KinReader};
use super::plan::Planner;
use super::segment::{Articles, Segment};
use super::steps::{Steps, points, steps};
use super::stream::Stream;
use super::typed::{TypedPostings, TypedReader, TypedWord, TypedWords};
use super::{Failure, HitOrder, SearchOptions, Searcher, Unit};
use crate::error::Result;
use crate::query::Query;
use crate::resolve::{Leaf, Resolved, Slot};

/// How bare words are weighed. The defaults are the same for short keywords, questions and headlines: each
/// was chosen on collections of all three, where neighbouring values do nearly as well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Saturation of repeated words: low, since one mention says nearly all in a press article.
    pub k1: f32,
    /// Weight of the article's length, 0 to 1.
    pub b: f32,
    /// What a headline's score is worth beside that of the whole.
    pub title: f32,
    /// What words as typed are worth beside all forms.
    pub exact: f32,
    /// What pairs of words that follow each other as typed are worth.
    pub pairs: f32,
    /// What a mention of a kin word (*construction* of *construire*) counts beside one of the word itself, 0
    /// to 1: little, since it speaks of the same thing only as often as not.
    pub kin: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Weights { k1: 0.6, b: 0.75, title: 0.4, exact: 0.5, pairs: 0.3, kin: 0.2 }
    }
}

/// The score of an article for bare words, as a sum.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ScoreParts {
    /// Of each word, in all forms, in title and body together.
    pub forms: Vec<(String, f32)>,
    /// Of all words in the title by itself.
    pub title: f32,
    /// Of the words as typed.
    pub exact: f32,
    /// Of the words that follow each other as typed.
    pub pairs: f32,
    /// What kin of the words add.
    pub kin: f32,
    /// For the whole as typed.
    pub whole: f32,
}

impl ScoreParts {
    /// The score: what hits bear, rounding aside.
    pub fn total(&self) -> f32 {
        let forms: f32 = self.forms.iter().map(|(_, score)| score).sum();
        forms + self.title + self.exact + self.pairs + self.kin + self.whole
    }
}

impl Searcher {
    /// Why an article has its score, where bare words alone are asked for; none for anything else, and for
    /// an article that the index does not have.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn explain_score(
        &self,
        query: &Query,
        options: &SearchOptions,
        article: &str,
    ) -> Result<Option<ScoreParts>> {
        let parts = || -> Result<Option<ScoreParts>, Failure> {
            let query = self.reader(true).read(query);
            let Some(scorer) = ArticleScorer::of(self, &query, options)? else {
                return Ok(None);
            };
            let Some((segment, doc)) = self.document(article)? else { return Ok(None) };
            Ok(Some(scorer.parts(segment, doc)?))
        };
        self.caught(|| parts().map_err(|failure| self.error(failure)))
    }
}

/// Scores the articles of any segment for one query.
pub(super) struct ArticleScorer<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) words: Vec<BagWord<'a>>,
    slots: &'a [Slot],
    pub(super) typed: TypedWords,
    weights: Weights,
    /// The length factor of an article: for no words, and what each word adds.
    factor: [f32; 2],
    of_bodies: Statistics,
    of_titles: Statistics,
    /// What an article gains that holds the whole as typed: more than any other can have.
    pub(super) whole: Steps,
    /// The words in each segment.
    opened: Vec<Opened>,
}

/// The words in one segment: opened once, copied wherever they are read, which costs far less.
struct Opened {
    body: Vec<Stream>,
    title: Vec<Stream>,
    typed: TypedPostings,
}

/// A word in all its forms.
pub(super) struct BagWord<'a> {
    typed: &'a str,
    pub(super) body: Word,
    pub(super) title: Word,
}

impl<'a> ArticleScorer<'a> {
    /// For bare words alone that rank articles; none for anything else.
    pub(super) fn of(
        searcher: &'a Searcher,
        query: &'a Resolved,
        options: &SearchOptions,
    ) -> Result<Option<Self>, Failure> {
        let Resolved::Leaf(Leaf { slots, title_only: false, bag: Some(bag), .. }) = query else {
            return Ok(None);
        };
        if options.unit != Unit::Article || options.sort != HitOrder::Relevance {
            return Ok(None);
        }
        let planner = Planner::new(searcher)?;
        let word = |slot: &'a Slot| -> Result<BagWord<'a>, Failure> {
            let [body, title] = planner.words(slot)?;
            Ok(BagWord { typed: &slot.typed, body, title })
        };
        let slots = &slots[..bag.words];
        let words = slots.iter().map(word).collect::<Result<Vec<_>, _>>()?;
        let [of_bodies, of_titles] = planner.statistics();
        let typed = TypedWords::new(searcher, &bag.exact, &of_bodies)?;
        let (weights, factor) = (options.weights, factor(searcher, options.weights)?);
        let open = |segment| Opened::open(searcher, segment, &words, &typed);
        let opened = searcher.segments.iter().map(open).collect::<tantivy::Result<_>>()?;
        let mut scorer = ArticleScorer {
            searcher,
            words,
            slots,
            typed,
            weights,
            factor,
            of_bodies,
            of_titles,
            whole: 0,
            opened,
        };
        let titles = scorer.words.iter().map(|word| scorer.most_title(word));
        let forms = scorer.words.iter().map(|word| scorer.most_forms(word));
        let forms: Steps = forms.sum();
        // Kin add to a word what it has not yet of the most that it can give.
        scorer.whole = 1 + titles.sum::<Steps>() + 2 * forms + scorer.most_more();
        Ok(Some(scorer))
    }

    /// The documents of a word in the bodies and in the titles of a segment.
    pub(super) fn streams(&self, segment: &Segment, word: usize) -> [Stream; 2] {
        let Opened { body, title, .. } = &self.opened[segment.number];
        [body[word].clone(), title[word].clone()]
    }

    fn typed_reader(&self, segment: &Segment) -> TypedReader<'_> {
        TypedReader::new(&self.typed, &self.opened[segment.number].typed)
    }

    /// What a word gives, in all forms, that stands so often in the title and body of an article together.
    #[inline]
    pub(super) fn forms_score(&self, word: &BagWord<'_>, count: f32, factor: f32) -> Steps {
        steps(saturated(self.weights.k1, word.body.idf, count, factor))
    }

    /// The most that it can give.
    pub(super) fn most_forms(&self, word: &BagWord<'_>) -> Steps {
        steps(word.body.idf * (self.weights.k1 + 1.0)) + 1
    }

    /// What a word gives that stands so often in a title.
    #[inline]
    pub(super) fn title_score(&self, word: &BagWord<'_>, count: f32, factor: f32) -> Steps {
        steps(self.weights.title * Statistics::saturated(word.title.idf, count, factor))
    }

    /// The most that it can give.
    fn most_title(&self, word: &BagWord<'_>) -> Steps {
        steps(self.weights.title * max_score(word.title.idf)) + 1
    }

    /// The length factors of titles, by length code.
    pub(super) fn title_factors(&self) -> &[f32; 256] {
        &self.of_titles.length_factors
    }

    /// The length factor of an article.
    #[inline]
    pub(super) fn factor(&self, articles: &Articles, article: usize) -> f32 {
        let [none, each] = self.factor;
        none + each * articles.words(article) as f32
    }

    /// The articles of a segment that hold the whole as typed, in order: once for the body, and once for the
    /// title.
    pub(super) fn wholes(&self, segment: &Segment) -> tantivy::Result<Vec<u32>> {
        let articles = segment.articles()?;
        let mut wholes = Vec::new();
        let of_bodies = self.opened[segment.number].typed.wholes(&self.typed);
        let of_titles = self.typed.title_wholes(segment, self.searcher.fields.title_exact)?;
        for docs in [of_bodies, of_titles] {
            let mut of_text: Vec<u32> =
                docs.into_iter().map(|d| articles.number(d) as u32).collect();
            of_text.dedup();
            wholes.append(&mut of_text);
        }
        wholes.sort_unstable();
        Ok(wholes)
    }

    /// The kin of the words.
    pub(super) fn kin(&self) -> tantivy::Result<Vec<Kin>> {
        let idfs = self.words.iter().map(|word| word.body.idf);
        let slots: Vec<_> = self.slots.iter().zip(idfs).collect();
        self.searcher.kin(&slots, self.weights.kin)
    }

    /// What kin add to the articles of some documents, in order.
    pub(super) fn kin_more(
        &self,
        segment: &Segment,
        kin: &[Kin],
        docs: &[DocId],
    ) -> tantivy::Result<Vec<Steps>> {
        let articles = segment.articles()?;
        let mut reader = KinReader::open(self, kin, segment)?;
        let score = |&doc: &DocId| {
            let article = articles.number(doc);
            self.kin_score(&mut reader, articles.docs(article), self.factor(articles, article))
        };
        Ok(docs.iter().map(score).collect())
    }

    /// What the words as typed, and pairs of them, add to the articles of some documents, in order.
    pub(super) fn more(&self, segment: &Segment, docs: &[DocId]) -> tantivy::Result<Vec<Steps>> {
        let articles = segment.articles()?;
        let mut reader = self.typed_reader(segment);
        let score = |&doc: &DocId| {
            let article = articles.number(doc);
            reader.read(articles.docs(article));
            let factor = self.factor(articles, article);
            self.exact_score(&reader, factor) + self.pairs_score(&reader, factor)
        };
        Ok(docs.iter().map(score).collect())
    }

    /// The most that [`ArticleScorer::more`] adds to an article. A word as typed may stand where none of the forms that
    /// are asked for does (*l* of *l’accord*).
    pub(super) fn most_more(&self) -> Steps {
        let Weights { k1, exact, pairs, .. } = self.weights;
        let most = |weight: f32, idf: f32| steps(weight * idf * (k1 + 1.0)) + 1;
        let each = self.typed.weighed().map(|word| most(exact, word.idf));
        let both = self.typed.words.windows(2).map(|pair| most(pairs, self.pair_idf(pair)));
        each.sum::<Steps>() + both.sum::<Steps>()
    }

    /// The passages of each of some articles, given by documents in order and scores, that hold any of the
    /// words: scored by BM25 over all forms, those that hold the whole as typed before the others.
    pub(super) fn passages(
        &self,
        segment: &Segment,
        found: &[(DocId, Steps)],
    ) -> tantivy::Result<Vec<Vec<(DocId, f32)>>> {
        let articles = segment.articles()?;
        let has_whole = |score: Steps| score >= self.whole;
        let any_whole = found.iter().any(|(_, score)| has_whole(*score));
        let mut typed = any_whole.then(|| self.typed_reader(segment));
        let streams = self.opened[segment.number].body.iter().cloned();
        let mut words: Vec<_> = self.words.iter().map(|word| word.body.idf).zip(streams).collect();
        let lengths = segment.reader.get_fieldnorms_reader(self.searcher.fields.exact)?;
        let factors = &self.of_bodies.length_factors;
        let whole = points(self.whole);
        let mut score = |doc: DocId, of_article: Steps| {
            let factor = factors[usize::from(lengths.fieldnorm_id(doc))];
            let mut score = 0.0;
            for (idf, stream) in &mut words {
                score += Statistics::saturated(*idf, stream.count_in(doc..doc + 1), factor);
            }
            let typed = typed.as_mut().filter(|_| has_whole(of_article) && score > 0.0);
            score + if typed.is_some_and(|typed| typed.holds_whole(doc)) { whole } else { 0.0 }
        };
        let passages = |&(doc, of_article): &(DocId, Steps)| {
            let docs = articles.docs(articles.number(doc));
            let scored = docs.map(|doc| (doc, score(doc, of_article)));
            scored.filter(|(_, score)| *score > 0.0).collect::<Vec<_>>()
        };
        Ok(found.iter().map(passages).collect())
    }

    /// The score of the article of a document, term by term.
    fn parts(&self, segment: &Segment, doc: DocId) -> tantivy::Result<ScoreParts> {
        let articles = segment.articles()?;
        let article = articles.number(doc);
        let (docs, factor) = (articles.docs(article), self.factor(articles, article));
        let fields = self.searcher.fields;
        let lengths = segment.reader.get_fieldnorms_reader(fields.title_exact)?;
        let title_factor = self.title_factors()[usize::from(lengths.fieldnorm_id(docs.start))];
        let mut parts = ScoreParts::default();
        for (number, word) in self.words.iter().enumerate() {
            let [mut body, mut title] = self.streams(segment, number);
            let in_title = title.count_in(docs.start..docs.start + 1);
            parts.title += points(self.title_score(word, in_title, title_factor));
            let in_body = body.count_in(docs.clone());
            let score = self.forms_score(word, in_title + in_body, factor);
            parts.forms.push((word.typed.to_owned(), points(score)));
        }
        let mut reader = self.typed_reader(segment);
        reader.read(docs.clone());
        parts.exact = points(self.exact_score(&reader, factor));
        parts.pairs = points(self.pairs_score(&reader, factor));
        let mut kin = KinReader::open(self, &self.kin()?, segment)?;
        parts.kin = points(self.kin_score(&mut kin, docs, factor));
        let wholes = self.wholes(segment)?;
        let wholes = wholes.iter().filter(|&&whole| whole as usize == article);
        parts.whole = wholes.count() as f32 * points(self.whole);
        Ok(parts)
    }

    fn exact_score(&self, reader: &TypedReader<'_>, factor: f32) -> Steps {
        let Weights { k1, exact, .. } = self.weights;
        let score =
            |word: &TypedWord| exact * saturated(k1, word.idf, reader.counts[word.term], factor);
        self.typed.weighed().map(|word| steps(score(word))).sum()
    }

    fn pairs_score(&self, reader: &TypedReader<'_>, factor: f32) -> Steps {
        let Weights { k1, pairs, .. } = self.weights;
        let each = self.typed.words.windows(2).zip(&reader.pairs);
        let score = |(pair, &count): (&[TypedWord], &f32)| {
            steps(pairs * saturated(k1, self.pair_idf(pair), count, factor))
        };
        each.map(score).sum()
    }

    /// What kin words add: the count of a word goes on with theirs, so that they add little where it stands.
    fn kin_score(&self, reader: &mut KinReader, docs: Range<DocId>, factor: f32) -> Steps {
        let added = |(word, [itself, together]): (usize, [f32; 2])| {
            let score = |count| self.forms_score(&self.words[word], count, factor);
            score(together) - score(itself)
        };
        reader.counts(docs).map(added).sum()
    }

    /// Two words are never rarer side by side than if they met by chance, nor than what stands in one passage.
    fn pair_idf(&self, pair: &[TypedWord]) -> f32 {
        (pair[0].idf + pair[1].idf).min(self.of_bodies.idf(1))
    }
}

impl Opened {
    fn open(
        searcher: &Searcher,
        segment: &Segment,
        words: &[BagWord<'_>],
        typed: &TypedWords,
    ) -> tantivy::Result<Self> {
        let fields = searcher.fields;
        let bodies = words.iter().map(|word| &word.body);
        let titles = words.iter().map(|word| &word.title);
        Ok(Opened {
            body: Stream::open_each(segment, fields.forms, bodies)?,
            title: Stream::open_each(segment, fields.title_forms, titles)?,
            typed: typed.open(segment, [fields.exact, fields.title_exact])?,
        })
    }
}

/// The length factor of articles, as a line over their words.
fn factor(searcher: &Searcher, Weights { k1, b, .. }: Weights) -> tantivy::Result<[f32; 2]> {
    let (mut count, mut words) = (0, 0);
    for segment in &searcher.segments {
        let articles = segment.articles()?;
        count += articles.count() as u64;
        words += articles.total_words();
    }
    let average = (words as f32 / count.max(1) as f32).max(1.0);
    Ok([k1 * (1.0 - b), k1 * b / average])
}
