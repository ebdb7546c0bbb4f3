//! Where a leaf of a query stands: the documents of a segment, and its matches in each.

use std::ops::Range;

use tantivy::postings::TermInfo;
use tantivy::schema::Field;
use tantivy::{DocId, Term};

use super::adjacent::Adjacent;
use super::run::Found;
use super::segment::Segment;
use super::slots::{SlotTerms, Source};
use super::stand::Stand;
use super::visitor::Visitor;
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

/// With more terms, none is remembered: all others would be forgotten.
const MOST_REMEMBERED: usize = 48;

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

    /// Whether any word of a slot stands in the segment.
    fn stands(&self, slot: &SlotTerms) -> tantivy::Result<bool> {
        match &slot.expansion {
            Some(expansion) => Ok(!expansion.of(self.text)[self.segment.number].is_empty()),
            None => Ok(!self.infos(self.field(slot), &slot.terms)?.is_empty()),
        }
    }

    /// Where those of some terms stand that the segment has.
    pub(super) fn infos(&self, field: Field, terms: &[String]) -> tantivy::Result<Vec<TermInfo>> {
        let mut infos = Vec::with_capacity(terms.len());
        if terms.len() > MOST_REMEMBERED {
            let inverted = self.segment.reader.inverted_index(field)?;
            for term in terms {
                infos.extend(inverted.get_term_info(&Term::from_field_text(field, term))?);
            }
            return Ok(infos);
        }
        for term in terms {
            infos.extend(self.searcher.term(field, term)?[self.segment.number].clone());
        }
        Ok(infos)
    }

    /// The documents of a slot.
    pub(super) fn open(&self, slot: &SlotTerms) -> tantivy::Result<Source> {
        Source::open(self, self.field(slot), slot)
    }

    /// Shows the documents with matches of a leaf, in order; the matches begin in them, and their positions
    /// are counted from the first word of each.
    ///
    /// # Errors
    /// The text cannot be read, where letters decide.
    pub(super) fn visit(
        self,
        spans: &Spans,
        terms: &[SlotTerms],
        visitor: &mut dyn Visitor,
    ) -> Result<(), Failure> {
        let slots = match spans {
            Spans::Slot(slot) => vec![*slot],
            Spans::Phrase(slots) => slots.clone(),
            _ => return Stand::open(self, spans, terms)?.each(visitor),
        };
        if slots.iter().any(|&slot| terms[slot].writing.is_some()) {
            return Stand::open(self, spans, terms)?.each(visitor);
        }
        // A word that stands nowhere is looked up often: in titles.
        for slot in slots.iter().map(|&slot| &terms[slot]) {
            if !self.stands(slot)? {
                return Ok(());
            }
        }
        let sources = slots.iter().map(|&slot| self.open(&terms[slot]));
        let sources = sources.collect::<tantivy::Result<Vec<_>>>()?;
        let crossing = match self.text {
            Text::Title => Vec::new(),
            Text::Body => self.crossing(&slots, (spans, terms))?,
        };
        Adjacent::new(sources).each(self.docs, crossing, visitor);
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
            let [before_in, after_in] = [before, after].map(|slot| self.field(slot));
            let first = self.infos(after_in, &at_edge(FIRST, after))?;
            if first.is_empty() {
                continue;
            }
            let open = |field, infos| Source::open_documents(self.segment, field, infos);
            let last = self.infos(before_in, &at_edge(LAST, before))?;
            if !last.is_empty() {
                let (mut end, mut begin) = (open(before_in, &last)?, open(after_in, &first)?);
                self.add_crossed(&mut end, &mut begin, &mut crossed);
            }
            // A passage without words ends nothing: what stands before it counts.
            let wordless = self.segment.wordless()?;
            if !wordless.is_empty() {
                let mut begin = open(after_in, &first)?;
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

/// The terms of the passages whose first or last word stands for a slot.
fn at_edge(edge: char, slot: &SlotTerms) -> Vec<String> {
    slot.terms.iter().map(|word| format!("{edge}{word}")).collect()
}
