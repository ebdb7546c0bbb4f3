//! The best articles for bare words, without scoring them all.
//!
//! MaxScore (Turtle and Flood, *Query evaluation: strategies and optimizations*, 1995), over windows of
//! articles: once enough articles are known, a frequent word cannot bring an article among the best by
//! itself, so it is looked up in the articles that the rarer ones bring. Titles, which are short, are always
//! read through.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use tantivy::{DocId, TERMINATED};

use super::articles::{ArticleScorer, BagWord};
use super::place_counts::{PlaceCounts, each_bit};
use super::segment::{Articles, Segment};
use super::steps::Steps;
use super::stream::{Holders, Stream};

/// Articles scored at a time: few at first, since nothing is passed over before the best of them are known.
const FIRST_WINDOW: usize = 256;
const WINDOW: usize = 1024;

/// An article found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scored {
    /// Its first document.
    pub(super) doc: DocId,
    pub(super) score: Steps,
    /// Its passages that hold any of them, where all is counted.
    pub(super) passages: usize,
}

/// The articles of a segment that hold bare words.
pub(super) struct BestArticles<'a> {
    scorer: &'a ArticleScorer<'a>,
    articles: &'a Articles,
    /// Those that give most first.
    words: Vec<OpenWord<'a>>,
    /// What the words from each on give at most, titles aside; nothing after the last.
    rest: Vec<Steps>,
    /// The articles that hold the whole as typed, in order.
    wholes: Vec<u32>,
    window: Window,
    /// Where all is counted: the documents of the window with any word.
    holders: Option<Holders>,
}

/// The articles at hand, by their place among them.
struct Window {
    articles: Range<usize>,
    scores: Vec<Steps>,
    /// A bit for each article found.
    found: Vec<u64>,
    /// How often the word at hand stands in them, and in their documents.
    counts: PlaceCounts,
    document_counts: PlaceCounts,
}

/// Windows that are not in use: every query needs one, and to make one takes longer than to rank few articles.
#[derive(Default)]
pub(super) struct Windows(Mutex<Vec<Window>>);

impl Windows {
    fn take(&self) -> Window {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Gives one back that has been drained.
    fn give_back(&self, window: Window) {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        windows.push(Window { articles: 0..0, ..window });
    }
}

/// A word of the bag in one segment.
struct OpenWord<'a> {
    word: &'a BagWord<'a>,
    body: Stream,
    title: Stream,
    /// The titles of the window that hold it: articles, and how often.
    titles: Vec<(usize, f32)>,
}

impl<'a> BestArticles<'a> {
    /// `counted`: all that is found is wanted, with its passages.
    pub(super) fn open(
        scorer: &'a ArticleScorer<'a>,
        segment: &'a Segment,
        counted: bool,
    ) -> tantivy::Result<Self> {
        let mut words = Vec::with_capacity(scorer.words.len());
        for (number, word) in scorer.words.iter().enumerate() {
            let [body, title] = scorer.streams(segment, number);
            words.push(OpenWord { word, body, title, titles: Vec::new() });
        }
        words.sort_by_key(|open| std::cmp::Reverse(scorer.most_forms(open.word)));
        let mut rest = vec![0];
        for open in words.iter().rev() {
            rest.push(rest[rest.len() - 1] + scorer.most_forms(open.word));
        }
        rest.reverse();
        let window = scorer.searcher.windows.take();
        let (articles, wholes) = (segment.articles()?, scorer.wholes(segment)?);
        let holders = counted.then(Holders::default);
        Ok(BestArticles { scorer, articles, words, rest, wholes, window, holders })
    }

    /// Calls with the articles of one window after the other, in order; each call gives the least score that
    /// is still wanted. Articles below it are passed over, but for those of the call under way.
    pub(super) fn each(
        mut self,
        segment: &Segment,
        mut call: impl FnMut(&[Scored]) -> Steps,
    ) -> tantivy::Result<()> {
        let fields = self.scorer.searcher.fields;
        let lengths = segment.reader.get_fieldnorms_reader(fields.title_exact)?;
        let factors = self.scorer.title_factors();
        let mut least = call(&[]);
        let mut scored = Vec::new();
        let mut size = if self.holders.is_some() { WINDOW } else { FIRST_WINDOW };
        loop {
            let streamed = match self.holders {
                Some(_) => self.words.len(),
                None => self.rest.iter().position(|&rest| rest < least).unwrap_or(self.words.len()),
            };
            let Some(from) = self.next_article(streamed) else { break };
            self.window.articles = from..(from + size).min(self.articles.count());
            size = (2 * size).min(WINDOW);
            self.add_wholes();
            self.add_titles(|doc| factors[usize::from(lengths.fieldnorm_id(doc))]);
            self.add_bodies(streamed);
            self.look_up(streamed, least);
            scored.clear();
            // All that is found is given where it is counted.
            let given = if self.holders.is_some() { 0 } else { least };
            self.window.drain(self.articles, self.holders.as_ref(), given, &mut scored);
            least = call(&scored);
        }
        self.scorer.searcher.windows.give_back(self.window);
        Ok(())
    }

    /// The first article after the window that any of the first words, a title or the whole brings: the next
    /// window begins there.
    fn next_article(&mut self, streamed: usize) -> Option<usize> {
        let end = self.window.articles.end;
        if end == self.articles.count() {
            return None;
        }
        let from = self.articles.docs(end).start;
        let bodies = self.words[..streamed].iter_mut().map(|word| word.body.first_from(from)).min();
        let titles = self.words.iter_mut().map(|word| word.title.first_from(from)).min();
        let first = bodies.into_iter().chain(titles).min().filter(|&doc| doc != TERMINATED);
        let first = first.map(|doc| self.articles.number(doc));
        let whole = self.wholes.partition_point(|&article| (article as usize) < end);
        let whole = self.wholes.get(whole).map(|&article| article as usize);
        first.into_iter().chain(whole).min()
    }

    fn add_wholes(&mut self) {
        let Range { start, end } = self.window.articles;
        let from = self.wholes.partition_point(|&article| (article as usize) < start);
        let to = self.wholes.partition_point(|&article| (article as usize) < end);
        for &article in &self.wholes[from..to] {
            self.window.add(article as usize, self.scorer.whole);
        }
    }

    fn add_titles(&mut self, factor: impl Fn(DocId) -> f32) {
        let end = self.articles.docs(self.window.articles.end - 1).end;
        for OpenWord { word, title, titles, .. } in &mut self.words {
            titles.clear();
            title.each_before(end, |doc, count| {
                let article = self.articles.number(doc);
                titles.push((article, count));
                let score = self.scorer.title_score(word, count, factor(doc));
                self.window.add(article, score);
            });
        }
    }

    /// Reads the first words through: each is counted in the articles of the window, then scored.
    fn add_bodies(&mut self, streamed: usize) {
        let BestArticles { scorer, articles, words, window, holders, .. } = self;
        let (docs, first) = (window.docs(articles), window.articles.start);
        if let Some(holders) = holders {
            holders.clear(&docs);
        }
        // Apart from the window, which is added to while they are drained.
        let mut counts = std::mem::take(&mut window.counts);
        let mut of_documents = std::mem::take(&mut window.document_counts);
        for OpenWord { word, body, titles, .. } in &mut words[..streamed] {
            counts.begin(window.articles.len());
            titles.iter().for_each(|(article, count)| counts.add(article - first, *count));
            body.each_in(&docs, &mut of_documents, |doc, count| {
                if let Some(holders) = holders {
                    holders.add(doc);
                }
                counts.add(articles.number(doc) - first, count);
            });
            counts.drain(|place, count| {
                let article = first + place;
                let factor = scorer.factor(articles, article);
                window.add(article, scorer.forms_score(word, count, factor));
            });
        }
        (window.counts, window.document_counts) = (counts, of_documents);
    }

    /// Looks the other words up in the articles that may still come among the best.
    fn look_up(&mut self, streamed: usize, least: Steps) {
        let BestArticles { scorer, articles, words, window, rest, .. } = self;
        if streamed == words.len() {
            return;
        }
        let mut candidates = window.found();
        for (i, OpenWord { word, body, titles, .. }) in words.iter_mut().enumerate().skip(streamed)
        {
            candidates.retain(|&article| window.score(article) + rest[i] >= least);
            for &article in &candidates {
                let in_title = titles.binary_search_by_key(&article, |(title, _)| *title);
                let in_title = in_title.map_or(0.0, |at| titles[at].1);
                let count = in_title + body.count_in(articles.docs(article));
                if count > 0.0 {
                    let factor = scorer.factor(articles, article);
                    window.add(article, scorer.forms_score(word, count, factor));
                }
            }
        }
    }
}

impl Default for Window {
    fn default() -> Self {
        Window {
            articles: 0..0,
            scores: vec![0; WINDOW],
            found: vec![0; WINDOW / 64],
            counts: PlaceCounts::default(),
            document_counts: PlaceCounts::default(),
        }
    }
}

impl Window {
    fn docs(&self, articles: &Articles) -> Range<DocId> {
        articles.docs(self.articles.start).start..articles.docs(self.articles.end - 1).end
    }

    #[inline]
    fn add(&mut self, article: usize, score: Steps) {
        let place = article - self.articles.start;
        self.scores[place] += score;
        self.found[place / 64] |= 1 << (place % 64);
    }

    fn score(&self, article: usize) -> Steps {
        self.scores[article - self.articles.start]
    }

    fn found(&self) -> Vec<usize> {
        let mut found = Vec::new();
        each_bit(&self.found, |place| found.push(self.articles.start + place));
        found
    }

    /// Gives the articles found whose score is not below the least, and forgets all.
    fn drain(
        &mut self,
        articles: &Articles,
        holders: Option<&Holders>,
        least: Steps,
        scored: &mut Vec<Scored>,
    ) {
        let Window { articles: here, scores, found, .. } = self;
        each_bit(found, |place| {
            let score = std::mem::take(&mut scores[place]);
            if score < least {
                return;
            }
            let docs = articles.docs(here.start + place);
            let count = |holders: &Holders| docs.clone().filter(|&doc| holders.has(doc)).count();
            let passages = holders.map_or(0, count).max(1);
            scored.push(Scored { doc: docs.start, score, passages });
        });
        found.fill(0);
    }
}
