//! Query to documents: what each kind of query finds in one segment, and with what score.

use tantivy::query::{EnableScoring, PhraseQuery, Query as _, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::bm25::{Statistics, Target, Word, score_words};
use super::seams::Seams;
use super::segment::Segment;
use crate::analysis::{Analyzer, Asked};
use crate::error::Error;
use crate::index::{Fields, TextReader};
use crate::resolve::{Bag, BagWord, Phrase, Resolved};

/// Documents of one segment in order, each with its score.
pub(super) type Scored = Vec<(DocId, Score)>;

/// Where a plan looks: the bodies of the passages, or the titles that their first passages bear.
#[derive(Clone, Copy)]
pub(super) struct Place {
    exact: Target,
    forms: Target,
    statistics: Statistics,
    /// Whether phrases may cross into the next passage.
    has_seams: bool,
}

impl Place {
    pub(super) fn body(searcher: &tantivy::Searcher, fields: &Fields) -> tantivy::Result<Self> {
        let documents = searcher.segment_readers().iter().map(|s| u64::from(s.max_doc())).sum();
        Place::new(searcher, fields.exact, fields.forms, documents, true)
    }

    pub(super) fn title(searcher: &tantivy::Searcher, fields: &Fields) -> tantivy::Result<Self> {
        let first = Term::from_field_u64(fields.ordinal, 0);
        let articles = searcher.doc_freq(&first)?;
        Place::new(searcher, fields.title_exact, fields.title_forms, articles, false)
    }

    fn new(
        searcher: &tantivy::Searcher,
        exact: Field,
        forms: Field,
        documents: u64,
        has_seams: bool,
    ) -> tantivy::Result<Self> {
        let mut words = 0;
        for segment in searcher.segment_readers() {
            words += segment.inverted_index(exact)?.total_num_tokens();
        }
        let target = |field| Target { field, lengths: exact };
        let statistics = Statistics { documents, words };
        Ok(Place { exact: target(exact), forms: target(forms), statistics, has_seams })
    }
}

/// A query ready to run over any segment.
pub(super) enum Plan {
    Words { words: Vec<Word>, target: Target, statistics: Statistics, sequences: Vec<Sequence> },
    Phrase { weight: Box<dyn Weight>, seams: Option<Seams> },
    All(Vec<Plan>),
    Rank { must: Box<Plan>, should: Box<Plan> },
}

/// The whole of the bare words in order: what a passage gains that holds them so.
pub(super) struct Sequence {
    weight: Box<dyn Weight>,
    bonus: Score,
}

/// What a match of a word's unlikely reading is worth beside one of the likely.
const UNLIKELY: f32 = 0.25;

/// What plans are made with.
pub(super) struct Planner<'a> {
    pub(super) searcher: &'a tantivy::Searcher,
    pub(super) fields: Fields,
}

impl Planner<'_> {
    pub(super) fn plan(&self, query: &Resolved, place: Place) -> tantivy::Result<Plan> {
        Ok(match query {
            Resolved::Words(bag) => self.words(bag, place)?,
            Resolved::Phrase(phrase) => self.phrase(phrase, place)?,
            Resolved::All(queries) => Plan::All(
                queries.iter().map(|q| self.plan(q, place)).collect::<tantivy::Result<_>>()?,
            ),
            Resolved::Rank { must, should } => Plan::Rank {
                must: Box::new(self.plan(must, place)?),
                should: Box::new(self.plan(should, place)?),
            },
        })
    }

    fn words(&self, bag: &Bag, place: Place) -> tantivy::Result<Plan> {
        let word = |word: &BagWord| self.word(&word.terms, place.forms.field, place.statistics);
        let words = bag.words.iter().map(word).collect::<tantivy::Result<Vec<_>>>()?;
        let sequences = self.sequences(bag, &words, place)?;
        Ok(Plan::Words { words, target: place.forms, statistics: place.statistics, sequences })
    }

    /// A word's idf is that of its most frequent likely term, or of any where the index has none of these:
    /// the terms of one word mostly stand together.
    fn word(&self, asked: &[Asked], field: Field, statistics: Statistics) -> tantivy::Result<Word> {
        let (mut likely_frequency, mut any_frequency) = (0, 0);
        let mut terms = Vec::with_capacity(asked.len());
        for Asked { term, likely } in asked {
            let term = Term::from_field_text(field, term);
            let frequency = self.searcher.doc_freq(&term)?;
            any_frequency = frequency.max(any_frequency);
            if *likely {
                likely_frequency = frequency.max(likely_frequency);
            }
            terms.push((term, if *likely { 1.0 } else { UNLIKELY }));
        }
        let frequency = if likely_frequency > 0 { likely_frequency } else { any_frequency };
        Ok(Word { terms, idf: statistics.idf(frequency) })
    }

    /// Passages that hold the bare words as typed come before all others: they gain as much as any other
    /// passage can have. Those that hold them in this order in other forms gain half of that.
    fn sequences(&self, bag: &Bag, words: &[Word], place: Place) -> tantivy::Result<Vec<Sequence>> {
        let most: Score = words.iter().map(Word::max_score).sum();
        let exact = bag.sequence.iter().enumerate().map(|(i, term)| (i, term.as_str()));
        let forms = bag.forms_sequence.iter().map(|(i, term)| (*i, term.as_str()));
        let mut sequences = Vec::new();
        sequences.extend(self.sequence(place.exact.field, exact.collect(), most)?);
        sequences.extend(self.sequence(place.forms.field, forms.collect(), most / 2.0)?);
        Ok(sequences)
    }

    fn sequence(
        &self,
        field: Field,
        terms: Vec<(usize, &str)>,
        bonus: Score,
    ) -> tantivy::Result<Option<Sequence>> {
        if terms.len() < 2 {
            return Ok(None);
        }
        let first = terms[0].0;
        let terms = terms.iter().map(|&(i, term)| (i - first, Term::from_field_text(field, term)));
        let query = PhraseQuery::new_with_offset(terms.collect());
        let schema = self.searcher.schema();
        let weight = query.weight(EnableScoring::disabled_from_schema(schema))?;
        Ok(Some(Sequence { weight, bonus }))
    }

    fn phrase(&self, phrase: &Phrase, place: Place) -> tantivy::Result<Plan> {
        let field = place.exact.field;
        if let [term] = phrase.terms.as_slice() {
            let word = self.word(&[Asked::likely(term.clone())], field, place.statistics)?;
            let (target, statistics) = (place.exact, place.statistics);
            let words = vec![word];
            return Ok(Plan::Words { words, target, statistics, sequences: Vec::new() });
        }
        let slots = phrase.terms.iter().map(|term| Term::from_field_text(field, term)).collect();
        let weight =
            PhraseQuery::new(slots).weight(EnableScoring::enabled_from_searcher(self.searcher))?;
        let seams = place.has_seams.then(|| Seams::new(self.fields, phrase));
        Ok(Plan::Phrase { weight, seams })
    }
}

impl Plan {
    /// What the plan finds in a segment. Deleted documents are among it.
    pub(super) fn run(
        &self,
        segment: &Segment,
        text: &TextReader,
        analyzer: &Analyzer,
    ) -> Result<Scored, Failure> {
        let reader = &segment.reader;
        match self {
            Plan::Words { words, target, statistics, sequences } => {
                let mut found = score_words(reader, *target, words, *statistics)?;
                for sequence in sequences {
                    add_bonus(&mut found, reader, sequence)?;
                }
                Ok(found)
            }
            Plan::Phrase { weight, seams } => {
                let mut found = Vec::new();
                weight.for_each(reader, &mut |doc, score| found.push((doc, score)))?;
                match seams {
                    Some(seams) => seams.add_to(found, segment, text, analyzer),
                    None => Ok(found),
                }
            }
            Plan::All(plans) => {
                let mut each = plans.iter().map(|plan| plan.run(segment, text, analyzer));
                let first = each.next().unwrap_or_else(|| Ok(Vec::new()))?;
                each.try_fold(first, |found, next| Ok(intersection(&found, &next?)))
            }
            Plan::Rank { must, should } => {
                let mut found = must.run(segment, text, analyzer)?;
                if !found.is_empty() {
                    add_scores(&mut found, &should.run(segment, text, analyzer)?);
                }
                Ok(found)
            }
        }
    }
}

/// Why a plan could not be run: the engine, or the text file.
#[derive(Debug)]
pub(super) enum Failure {
    Engine(tantivy::TantivyError),
    Text(Error),
}

impl From<tantivy::TantivyError> for Failure {
    fn from(error: tantivy::TantivyError) -> Self {
        Failure::Engine(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure::Engine(error.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Text(error)
    }
}

fn add_bonus(
    found: &mut Scored,
    segment: &SegmentReader,
    sequence: &Sequence,
) -> tantivy::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let mut scorer = sequence.weight.scorer(segment, 1.0)?;
    let mut at = 0;
    while scorer.doc() != TERMINATED && at < found.len() {
        let doc = scorer.doc();
        at += found[at..].partition_point(|&(d, _)| d < doc);
        if let Some((_, score)) = found.get_mut(at).filter(|(d, _)| *d == doc) {
            *score += sequence.bonus;
        }
        scorer.advance();
    }
    Ok(())
}

/// Documents of both, scores added.
fn intersection(left: &Scored, right: &Scored) -> Scored {
    let mut both = Vec::new();
    let mut at = 0;
    for &(doc, score) in left {
        at += right[at..].partition_point(|&(d, _)| d < doc);
        if let Some((_, other)) = right.get(at).filter(|(d, _)| *d == doc) {
            both.push((doc, score + other));
        }
    }
    both
}

/// Adds the scores of documents that both hold; keeps those of `found`.
fn add_scores(found: &mut Scored, more: &Scored) {
    let mut at = 0;
    for (doc, score) in found {
        at += more[at..].partition_point(|&(d, _)| d < *doc);
        if let Some((_, other)) = more.get(at).filter(|(d, _)| d == doc) {
            *score += other;
        }
    }
}

/// Documents of a segment that hold a term.
pub(super) fn holders(segment: &SegmentReader, term: &Term) -> tantivy::Result<Vec<DocId>> {
    let inverted = segment.inverted_index(term.field())?;
    let mut docs = Vec::new();
    if let Some(mut postings) = inverted.read_postings(term, IndexRecordOption::Basic)? {
        while postings.doc() != TERMINATED {
            docs.push(postings.doc());
            postings.advance();
        }
    }
    Ok(docs)
}
