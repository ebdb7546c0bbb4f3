//! Where a leaf of a query stands: the documents of a segment, and its matches in each.

use std::ops::Range;

use tantivy::DocId;
use tantivy::schema::Field;

use super::adjacent::Adjacent;
use super::run::Found;
use super::segment::Segment;
use super::slots::{SlotTerms, Source};
use super::stand::Stand;
use super::{Failure, Searcher};
use crate::index::{FIRST, LAST, StoredArticle};
use crate::spans::{Match, Spans};

/// Which text of the articles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Text {
    Title,
    Body,
}

impl Text {
    /// The headline, or a passage.
    pub(super) fn of(self, stored: &StoredArticle, ordinal: usize) -> &str {
        let StoredArticle { article, passages, .. } = stored;
        match self {
            Text::Title => article.title.as_deref().unwrap_or(""),
            Text::Body => &article.body[passages.get(ordinal).cloned().unwrap_or_default()],
        }
    }
}

/// Where a leaf is looked for: one text of the articles of one segment.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) segment: &'a Segment,
    pub(super) text: Text,
    /// Whole articles.
    pub(super) docs: &'a Range<DocId>,
}

impl Ground<'_> {
    fn field(&self, slot: &SlotTerms) -> Field {
        let fields = &self.searcher.fields;
        match (self.text, slot.of_forms) {
            (Text::Body, false) => fields.exact,
            (Text::Body, true) => fields.forms,
            (Text::Title, false) => fields.title_exact,
            (Text::Title, true) => fields.title_forms,
        }
    }

    /// The documents of a slot.
    pub(super) fn open(&self, slot: &SlotTerms) -> tantivy::Result<Source> {
        Source::open(self, self.field(slot), slot)
    }

    /// Calls for every document with matches of a leaf, in order; the matches begin in it, and their
    /// positions are counted from its first word.
    ///
    /// # Errors
    /// The text cannot be read, where letters decide.
    pub(super) fn each_match(
        self,
        spans: &Spans,
        terms: &[SlotTerms],
        found: &mut dyn FnMut(DocId, &[Match]),
    ) -> Result<(), Failure> {
        let slots = match spans {
            Spans::Slot(slot) => vec![*slot],
            Spans::Phrase(slots) => slots.clone(),
            _ => return Stand::open(self, spans, terms)?.each(found),
        };
        if slots.iter().any(|&slot| terms[slot].writing.is_some()) {
            return Stand::open(self, spans, terms)?.each(found);
        }
        let mut sources = Vec::with_capacity(slots.len());
        for slot in slots.iter().map(|&slot| &terms[slot]) {
            let source = self.open(slot)?;
            // A word that stands nowhere is looked up often: in titles.
            if source.is_empty() {
                return Ok(());
            }
            sources.push(source);
        }
        let crossing = match self.text {
            Text::Title => Vec::new(),
            Text::Body => self.crossing(&slots, (spans, terms))?,
        };
        Adjacent::new(sources).each(self.docs, crossing, found);
        Ok(())
    }

    /// The matches of a phrase that begin in one passage and end in a later one.
    fn crossing(
        &self,
        slots: &[usize],
        (spans, terms): (&Spans, &[SlotTerms]),
    ) -> Result<Found<Vec<Match>>, Failure> {
        let mut crossed = Vec::new();
        for pair in slots.windows(2) {
            let (before, after) = (&terms[pair[0]], &terms[pair[1]]);
            let mut begin = self.with_edge(FIRST, after)?;
            if begin.is_empty() {
                continue;
            }
            let mut end = self.with_edge(LAST, before)?;
            self.add_crossed(&mut end, &mut begin, &mut crossed);
            // A passage without words ends nothing: what stands before it counts.
            let wordless = self.segment.wordless()?;
            if !wordless.is_empty() {
                let mut begin = self.with_edge(FIRST, after)?;
                let next = wordless.iter().map(|doc| doc + 1).filter(|doc| self.docs.contains(doc));
                crossed.extend(next.filter(|&doc| begin.seek(doc) == doc));
            }
        }
        if crossed.is_empty() {
            return Ok(Vec::new());
        }
        crossed.sort_unstable();
        crossed.dedup();
        Stand::open(*self, spans, terms)?.crossing(&crossed)
    }

    /// The documents whose first or last word stands for a slot.
    fn with_edge(&self, edge: char, slot: &SlotTerms) -> tantivy::Result<Source> {
        let mark = |word: &String| format!("{edge}{word}");
        let marked = SlotTerms {
            terms: slot.terms.iter().map(mark).collect(),
            of_forms: false,
            writing: None,
        };
        Source::open(self, self.field(slot), &marked)
    }

    /// Adds the documents of `begin` that come right after one of `end`.
    fn add_crossed(&self, end: &mut Source, begin: &mut Source, crossed: &mut Vec<DocId>) {
        let ends_lead = end.cost() <= begin.cost();
        let (lead, other) = if ends_lead { (end, begin) } else { (begin, end) };
        let mut doc = lead.seek(self.docs.start);
        while doc < self.docs.end {
            let neighbour = if ends_lead { Some(doc + 1) } else { doc.checked_sub(1) };
            if neighbour.is_some_and(|neighbour| other.seek(neighbour) == neighbour) {
                crossed.push(if ends_lead { doc + 1 } else { doc });
            }
            doc = lead.after(doc);
        }
    }
}
