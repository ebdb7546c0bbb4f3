//! Which documents a search may find at all: source, author, dates.

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, Term};

use super::plan::holders;
use crate::analysis::{Analyzer, fold_name};
use crate::article::PartialDate;
use crate::index::Fields;
use crate::resolve::author_terms;

/// Where something is looked for; without any of them, everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Only these sources; case, accents and spacing are forgiven. None: all.
    pub source: Vec<String>,
    /// Only articles signed with these words, in order. None: all.
    pub author: Vec<String>,
    /// Only articles that may have been published on or after the first day of this date.
    pub from: Option<PartialDate>,
    /// Only articles that may have been published on or before the last day of this date.
    pub to: Option<PartialDate>,
}

/// The filters of one search over one segment.
pub(super) struct Filter {
    /// Documents of the sources asked for, in order.
    sources: Option<Vec<DocId>>,
    authors: Option<Vec<DocId>>,
    dates: Option<Dates>,
}

pub(super) struct Dates {
    first: Column<i64>,
    last: Column<i64>,
    from: i64,
    to: i64,
}

impl Filter {
    pub(super) fn new(
        filters: &Filters,
        segment: &SegmentReader,
        fields: Fields,
        analyzer: &Analyzer,
    ) -> tantivy::Result<Self> {
        let source = |name: &String| source_documents(segment, fields, name);
        let author =
            |name: &String| author_documents(segment, fields, &author_terms(analyzer, name));
        let dates = match (filters.from, filters.to) {
            (None, None) => None,
            (from, to) => Some(Dates::open(segment, from, to)?),
        };
        Ok(Filter {
            sources: any_of(&filters.source, source)?,
            authors: any_of(&filters.author, author)?,
            dates,
        })
    }

    pub(super) fn accepts(&self, doc: DocId) -> bool {
        let listed = |docs: &Option<Vec<DocId>>| {
            docs.as_ref().is_none_or(|docs| docs.binary_search(&doc).is_ok())
        };
        listed(&self.sources)
            && listed(&self.authors)
            && self.dates.as_ref().is_none_or(|d| d.accept(doc))
    }
}

impl Dates {
    pub(super) fn open(
        segment: &SegmentReader,
        from: Option<PartialDate>,
        to: Option<PartialDate>,
    ) -> tantivy::Result<Self> {
        Ok(Dates {
            first: segment.fast_fields().i64("first_day")?,
            last: segment.fast_fields().i64("last_day")?,
            from: from.map_or(i64::MIN, PartialDate::first_day),
            to: to.map_or(i64::MAX, PartialDate::last_day),
        })
    }

    /// A date known to the month or year is accepted if any of its days is: nothing that may be meant is
    /// lost. Without a date, nothing tells.
    pub(super) fn accept(&self, doc: DocId) -> bool {
        match (self.first.first(doc), self.last.first(doc)) {
            (Some(first), Some(last)) => last >= self.from && first <= self.to,
            _ => false,
        }
    }
}

/// The documents of any of the names, or no restriction where none is asked for.
fn any_of(
    names: &[String],
    documents: impl FnMut(&String) -> tantivy::Result<Vec<DocId>>,
) -> tantivy::Result<Option<Vec<DocId>>> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut all = names.iter().map(documents).collect::<tantivy::Result<Vec<_>>>()?.concat();
    all.sort_unstable();
    all.dedup();
    Ok(Some(all))
}

/// Articles of a source.
pub(super) fn source_documents(
    segment: &SegmentReader,
    fields: Fields,
    name: &str,
) -> tantivy::Result<Vec<DocId>> {
    holders(segment, &Term::from_field_text(fields.source_key, &fold_name(name)))
}

/// Articles whose signature holds these words in order.
pub(super) fn author_documents(
    segment: &SegmentReader,
    fields: Fields,
    words: &[String],
) -> tantivy::Result<Vec<DocId>> {
    let term = |word: &String| Term::from_field_text(fields.author, word);
    let mut terms: Vec<Term> = words.iter().map(term).collect();
    let scoring = EnableScoring::disabled_from_schema(segment.schema());
    let weight = match terms.len() {
        0 => return Ok(Vec::new()),
        1 => TermQuery::new(terms.remove(0), IndexRecordOption::Basic).weight(scoring)?,
        _ => PhraseQuery::new(terms).weight(scoring)?,
    };
    let mut docs = Vec::new();
    weight.for_each_no_score(segment, &mut |found| docs.extend_from_slice(found))?;
    Ok(docs)
}
