//! Which documents a search may find at all: source, author, dates.

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, Term};

use super::SearchOptions;
use super::plan::holders;
use crate::analysis::Analyzer;
use crate::index::{Fields, source_key};

/// The filters of one search over one segment.
pub(super) struct Filter {
    /// Documents of the sources asked for, in order.
    sources: Option<Vec<DocId>>,
    authors: Option<Vec<DocId>>,
    dates: Option<Dates>,
}

struct Dates {
    first: Column<i64>,
    last: Column<i64>,
    from: i64,
    to: i64,
}

impl Filter {
    pub(super) fn new(
        options: &SearchOptions,
        segment: &SegmentReader,
        fields: Fields,
        analyzer: &Analyzer,
    ) -> tantivy::Result<Self> {
        let source = |name: &String| {
            holders(segment, &Term::from_field_text(fields.source_key, &source_key(name)))
        };
        let author = |name: &String| author_documents(segment, fields, analyzer, name);
        let dates = match (options.from, options.to) {
            (None, None) => None,
            (from, to) => Some(Dates {
                first: segment.fast_fields().i64("first_day")?,
                last: segment.fast_fields().i64("last_day")?,
                from: from.map_or(i64::MIN, |date| date.first_day()),
                to: to.map_or(i64::MAX, |date| date.last_day()),
            }),
        };
        Ok(Filter {
            sources: any_of(&options.source, source)?,
            authors: any_of(&options.author, author)?,
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
    /// A date known to the month or year is accepted if any of its days is: nothing that may be meant is
    /// lost. Without a date, nothing tells.
    fn accept(&self, doc: DocId) -> bool {
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

/// Articles whose signature holds these words in order.
fn author_documents(
    segment: &SegmentReader,
    fields: Fields,
    analyzer: &Analyzer,
    name: &str,
) -> tantivy::Result<Vec<DocId>> {
    let tokens = analyzer.query_tokens(name);
    let mut terms: Vec<Term> =
        tokens.iter().map(|token| Term::from_field_text(fields.author, &token.exact)).collect();
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
