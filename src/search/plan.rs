//! Query to documents: each leaf as it is looked for in titles and bodies, with what its score takes.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::query::{EnableScoring, PhraseQuery, Query as _, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

use super::bm25::{Statistics, Target, Word, max_score};
use super::expand::{Expansion, MAX_EXPANSIONS, MAX_EXPANSIONS_IN_ALL};
use super::ground::Text;
use super::slots::SlotTerms;
use super::{Failure, Searcher};
use crate::article::PartialDate;
use crate::error::Error;
use crate::resolve::{Bag, Leaf, Resolved, Slot, Test};
use crate::spans::Spans;

/// A query ready to run over any segment.
pub(super) enum Plan {
    Leaf(LeafPlan),
    All(Vec<Plan>),
    Any(Vec<Plan>),
    Not(Box<Plan>),
    Rank { must: Box<Plan>, should: LeafPlan },
    Source(String),
    Author(Vec<String>),
    Dates { from: Option<PartialDate>, to: Option<PartialDate> },
}

/// A leaf and its terms.
pub(super) struct LeafPlan {
    /// Equal leaves of a query have the same number.
    pub(super) number: usize,
    pub(super) spans: Spans,
    pub(super) slots: Vec<SlotTerms>,
    pub(super) body: Option<Scoring>,
    pub(super) title: Scoring,
}

/// What the score of a leaf takes in one text.
pub(super) struct Scoring {
    pub(super) target: Target,
    pub(super) statistics: Statistics,
    /// The words, where each of them scores by itself; none where matches of the whole do.
    pub(super) words: Vec<Word>,
    /// The weight of a match of the whole: that of its words together.
    pub(super) idf: f32,
    /// Documents that it may stand in, at most about.
    pub(super) documents: u64,
    /// Times that documents are looked through for how its words stand, at most about.
    comparisons: u64,
    /// What passages gain that hold the bare words in order.
    pub(super) sequences: Vec<Sequence>,
}

/// The whole of the bare words in order: what a passage gains that holds them so.
pub(super) struct Sequence {
    weight: Box<dyn Weight>,
    bonus: Score,
}

/// Times that the passages of an index may all be looked through for how the words of a query stand to one
/// another: nobody relates the commonest words more often, and a second goes a long way.
const MOST_COMPARISONS: u64 = 5;
/// However few the passages are, so many of them.
const LEAST_COMPARISONS: u64 = 200_000;

/// What a match of a word's unlikely reading is worth beside one of the likely.
const UNLIKELY: f32 = 0.25;

/// Makes plans.
pub(super) struct Planner<'a> {
    searcher: &'a Searcher,
    body: Place,
    title: Place,
    /// How many words the truncated ones of the query at hand stand for.
    expansions: Cell<usize>,
    /// The comparisons of its leaves.
    comparisons: Cell<u64>,
    /// Its leaves by number.
    leaves: RefCell<Vec<Leaf>>,
}

/// The fields of one text, and their sizes.
struct Place {
    text: Text,
    exact: Field,
    forms: Field,
    statistics: Statistics,
}

impl<'a> Planner<'a> {
    pub(super) fn new(searcher: &'a Searcher) -> tantivy::Result<Self> {
        let fields = &searcher.fields;
        let [bodies, titles] = searcher.statistics()?;
        let place = |text, exact, forms, statistics| Place { text, exact, forms, statistics };
        Ok(Planner {
            searcher,
            body: place(Text::Body, fields.exact, fields.forms, bodies.clone()),
            title: place(Text::Title, fields.title_exact, fields.title_forms, titles.clone()),
            expansions: Cell::new(0),
            comparisons: Cell::new(0),
            leaves: RefCell::default(),
        })
    }

    /// # Errors
    /// Truncated words that stand for too many, frequent words that are related too often; the index.
    pub(super) fn plan(&self, query: &Resolved) -> Result<Plan, Failure> {
        self.expansions.set(0);
        self.comparisons.set(0);
        self.leaves.borrow_mut().clear();
        let plan = self.part(query)?;
        let most = MOST_COMPARISONS * self.body.statistics.documents;
        let most = most.max(LEAST_COMPARISONS);
        if self.comparisons.get() > most {
            return Err(Error::TooManyComparisons { most }.into());
        }
        Ok(plan)
    }

    fn part(&self, query: &Resolved) -> Result<Plan, Failure> {
        let plans = |queries: &[Resolved]| -> Result<Vec<_>, Failure> {
            queries.iter().map(|query| self.part(query)).collect()
        };
        Ok(match query {
            Resolved::Leaf(leaf) => Plan::Leaf(self.leaf(leaf)?),
            Resolved::All(queries) => Plan::All(plans(queries)?),
            Resolved::Any(queries) => Plan::Any(plans(queries)?),
            Resolved::Not(query) => Plan::Not(Box::new(self.part(query)?)),
            Resolved::Rank { must, should } => {
                Plan::Rank { must: Box::new(self.part(must)?), should: self.leaf(should)? }
            }
            Resolved::Source(name) => Plan::Source(name.clone()),
            Resolved::Author(terms) => Plan::Author(terms.clone()),
            Resolved::Dates { from, to } => Plan::Dates { from: *from, to: *to },
        })
    }

    pub(super) fn leaf(&self, leaf: &Leaf) -> Result<LeafPlan, Failure> {
        let slots = leaf.slots.iter().map(|slot| self.slot(slot)).collect::<Result<Vec<_>, _>>()?;
        let body = match leaf.title_only {
            true => None,
            false => Some(self.scoring(leaf, &slots, &self.body)?),
        };
        let title = self.scoring(leaf, &slots, &self.title)?;
        let comparisons = body.as_ref().unwrap_or(&title).comparisons;
        self.comparisons.set(self.comparisons.get().saturating_add(comparisons));
        Ok(LeafPlan { number: self.number(leaf), spans: leaf.spans.clone(), slots, body, title })
    }

    fn number(&self, leaf: &Leaf) -> usize {
        let mut leaves = self.leaves.borrow_mut();
        leaves.iter().position(|known| known == leaf).unwrap_or_else(|| {
            leaves.push(leaf.clone());
            leaves.len() - 1
        })
    }

    fn slot(&self, slot: &Slot) -> Result<SlotTerms, Failure> {
        let terms = self.searcher.slot_terms(slot)?;
        if matches!(slot.test, Test::Like(_)) {
            self.expansions.set(self.expansions.get() + terms.terms.len());
            if self.expansions.get() > MAX_EXPANSIONS_IN_ALL {
                return Err(Error::TooManyWordsInAll { most: MAX_EXPANSIONS_IN_ALL }.into());
            }
        }
        Ok(terms)
    }

    fn scoring(&self, leaf: &Leaf, slots: &[SlotTerms], place: &Place) -> tantivy::Result<Scoring> {
        let statistics = place.statistics.clone();
        let word = |(slot, terms): (&Slot, &SlotTerms)| self.word(slot, terms, place);
        let words = leaf.slots.iter().zip(slots).map(word).collect::<tantivy::Result<Vec<_>>>()?;
        let field = if slots.iter().any(|slot| slot.of_forms) { place.forms } else { place.exact };
        let target = Target { field, lengths: place.exact };
        let idf = words.iter().map(|word| word.idf).sum();
        let holders: Vec<u64> = words.iter().map(|word| word.documents).collect();
        let documents = leaf.spans.most_documents(&holders);
        // Of bare words, the whole in order is looked for only to rank them.
        let comparisons = match leaf.bag {
            Some(_) => 0,
            None => leaf.spans.comparisons(&holders),
        };
        let (words, sequences) = match &leaf.bag {
            Some(bag) => {
                let words: Vec<Word> = words.into_iter().take(bag.words).collect();
                let sequences = self.sequences(leaf, bag, &words, place)?;
                (words, sequences)
            }
            // A word by itself scores by its frequency; the text is read for its letters alone.
            None if leaf.spans == Spans::Slot(0) && slots[0].writing.is_none() => {
                (words, Vec::new())
            }
            None => (Vec::new(), Vec::new()),
        };
        Ok(Scoring { target, statistics, words, idf, documents, comparisons, sequences })
    }

    /// The words of a slot in bodies and in titles.
    pub(super) fn words(&self, slot: &Slot) -> Result<[Word; 2], Failure> {
        let terms = self.slot(slot)?;
        Ok([self.word(slot, &terms, &self.body)?, self.word(slot, &terms, &self.title)?])
    }

    /// The sizes of bodies and of titles.
    pub(super) fn statistics(&self) -> [Statistics; 2] {
        [self.body.statistics.clone(), self.title.statistics.clone()]
    }

    /// A word's idf is that of its most frequent likely term, or of any where the index has none of these:
    /// the terms of one word mostly stand together.
    fn word(&self, slot: &Slot, terms: &SlotTerms, place: &Place) -> tantivy::Result<Word> {
        if let Some(expansion) = &terms.expansion {
            return Ok(expanded_word(expansion, terms.terms.len(), place));
        }
        let field = if terms.of_forms { place.forms } else { place.exact };
        let likely = |i: usize| slot.forms().get(i).is_none_or(|asked| asked.likely);
        let (mut likely_frequency, mut any_frequency, mut documents) = (0, 0, 0);
        let mut found = vec![Vec::new(); self.searcher.segments.len()];
        for (i, term) in terms.terms.iter().enumerate() {
            let worth = if likely(i) { 1.0 } else { UNLIKELY };
            let mut frequency = 0;
            for (info, found) in self.searcher.term(field, term)?.iter().zip(&mut found) {
                frequency += info.as_ref().map_or(0, |info| u64::from(info.doc_freq));
                found.extend(info.clone().map(|info| (info, worth)));
            }
            documents += frequency;
            any_frequency = frequency.max(any_frequency);
            if likely(i) {
                likely_frequency = frequency.max(likely_frequency);
            }
        }
        let frequency = if likely_frequency > 0 { likely_frequency } else { any_frequency };
        Ok(Word { terms: found, idf: place.statistics.idf(frequency), documents })
    }

    /// Passages that hold the bare words as typed come before all others: they gain as much as any other
    /// passage can have. Those that hold them in this order in other forms gain half of that.
    fn sequences(
        &self,
        leaf: &Leaf,
        bag: &Bag,
        words: &[Word],
        place: &Place,
    ) -> tantivy::Result<Vec<Sequence>> {
        let most: Score = words.iter().map(|word| max_score(word.idf)).sum();
        let exact = leaf.slots[bag.words..].iter().enumerate();
        let exact = exact.filter_map(|(i, slot)| match &slot.test {
            Test::Exact { term, .. } => Some((i, term.as_str())),
            _ => None,
        });
        let forms = bag.forms_sequence.iter().map(|(i, term)| (*i, term.as_str()));
        let mut sequences = Vec::new();
        sequences.extend(self.sequence(place.exact, exact.collect(), most)?);
        sequences.extend(self.sequence(place.forms, forms.collect(), most / 2.0)?);
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
        let schema = self.searcher.engine.schema();
        let weight = query.weight(EnableScoring::disabled_from_schema(schema))?;
        Ok(Some(Sequence { weight, bonus }))
    }
}

impl Searcher {
    /// The sizes of bodies and of titles.
    fn statistics(&self) -> tantivy::Result<&[Statistics; 2]> {
        if let Some(statistics) = self.statistics.get() {
            return Ok(statistics);
        }
        let segments = self.engine.segment_readers();
        let words = |field| -> tantivy::Result<u64> {
            let of_segment = |segment: &SegmentReader| {
                Ok::<_, TantivyError>(segment.inverted_index(field)?.total_num_tokens())
            };
            segments.iter().map(of_segment).sum()
        };
        let passages = segments.iter().map(|s| u64::from(s.max_doc())).sum();
        let articles = self.engine.doc_freq(&Term::from_field_u64(self.fields.ordinal, 0))?;
        let bodies = Statistics::new(passages, words(self.fields.exact)?);
        let titles = Statistics::new(articles, words(self.fields.title_exact)?);
        Ok(self.statistics.get_or_init(|| [bodies, titles]))
    }

    /// The terms that stand for a slot.
    pub(super) fn slot_terms(&self, slot: &Slot) -> Result<SlotTerms, Failure> {
        Ok(match &slot.test {
            Test::Exact { term, writing } => SlotTerms::exact(term.clone(), writing.clone()),
            Test::Forms(asked) => {
                let terms = asked.iter().map(|asked| asked.term.clone()).collect();
                SlotTerms { terms, of_forms: true, writing: None, expansion: None }
            }
            Test::Like(pattern) => {
                let (terms, expansion) = self.expansion(pattern)?;
                if terms.len() > MAX_EXPANSIONS {
                    let (word, found) = (slot.typed.clone(), terms.len());
                    return Err(Error::TooManyWords { word, found, most: MAX_EXPANSIONS }.into());
                }
                let expansion = Some(Arc::new(expansion));
                SlotTerms { terms, of_forms: false, writing: None, expansion }
            }
        })
    }
}

/// The words of an expansion as one: its idf is that of the most frequent.
fn expanded_word(expansion: &Expansion, words: usize, place: &Place) -> Word {
    let by_segment = expansion.of(place.text);
    let mut frequencies = vec![0; words];
    for (word, info) in by_segment.iter().flatten() {
        frequencies[*word] += u64::from(info.doc_freq);
    }
    let with_worth = |found: &Vec<(usize, TermInfo)>| {
        found.iter().map(|(_, info)| (info.clone(), 1.0)).collect()
    };
    Word {
        terms: by_segment.iter().map(with_worth).collect(),
        idf: place.statistics.idf(frequencies.iter().copied().max().unwrap_or(0)),
        documents: frequencies.iter().sum(),
    }
}

impl Plan {
    /// Whether all matches are those of one leaf.
    pub(super) fn is_leaf(&self) -> bool {
        match self {
            Plan::Leaf(_) => true,
            Plan::Rank { must, .. } => must.is_leaf(),
            _ => false,
        }
    }

    /// The terms that a run of it opens.
    pub(super) fn terms(&self) -> usize {
        match self {
            Plan::Leaf(leaf) => leaf.slots.iter().map(|slot| slot.terms.len()).sum(),
            Plan::All(plans) | Plan::Any(plans) => plans.iter().map(Plan::terms).sum(),
            Plan::Not(plan) => plan.terms(),
            Plan::Rank { must, .. } => must.terms(),
            Plan::Source(_) | Plan::Author(_) | Plan::Dates { .. } => 0,
        }
    }

    /// Documents that the parts of a query may stand in, at most about: what a run of it may hold at a time.
    pub(super) fn documents(&self) -> u64 {
        match self {
            Plan::Leaf(leaf) => {
                leaf.title.documents + leaf.body.as_ref().map_or(0, |body| body.documents)
            }
            Plan::All(plans) | Plan::Any(plans) => plans.iter().map(Plan::documents).sum(),
            Plan::Not(plan) => plan.documents(),
            Plan::Rank { must, .. } => must.documents(),
            Plan::Source(_) | Plan::Author(_) | Plan::Dates { .. } => 0,
        }
    }
}

impl LeafPlan {
    /// Whether matches of the whole score, not words of it.
    pub(super) fn scores_matches(&self) -> bool {
        self.title.words.is_empty()
    }

    pub(super) fn scoring(&self, text: Text) -> Option<&Scoring> {
        match text {
            Text::Body => self.body.as_ref(),
            Text::Title => Some(&self.title),
        }
    }
}

impl Sequence {
    /// Adds the bonus to the documents found that hold the words in order.
    pub(super) fn add_to(
        &self,
        found: &mut [(DocId, Score)],
        segment: &SegmentReader,
    ) -> tantivy::Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        let mut scorer = self.weight.scorer(segment, 1.0)?;
        let mut at = 0;
        while scorer.doc() != TERMINATED && at < found.len() {
            let doc = scorer.doc();
            at += found[at..].partition_point(|&(d, _)| d < doc);
            if let Some((_, score)) = found.get_mut(at).filter(|(d, _)| *d == doc) {
                *score += self.bonus;
            }
            scorer.advance();
        }
        Ok(())
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
