//! What articles are counted by: periods, sources, authors.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Debug;

use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::DocId;
use tantivy::columnar::{Column, StrColumn};

use super::segment::Segment;
use crate::analysis::fold_name;
use crate::article::PartialDate;

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Articles of one month.
    Month,
    /// Articles of one year.
    Year,
    /// Articles of one source.
    Source,
    /// Articles signed alike.
    Author,
}

/// The key of the group that each article of a segment belongs to.
enum Keys {
    Period { first: Column<i64>, last: Column<i64>, months: bool },
    Name(Option<StrColumn>),
}

/// Groups of one segment, numbered, until their names are wanted.
pub(super) struct SegmentGroups {
    keys: Keys,
    /// The periods, in the order of their numbers.
    periods: Vec<PartialDate>,
    /// Their numbers, and those of the days that were met; none: no date that the calendar has.
    numbers: FxHashMap<PartialDate, usize>,
    days: FxHashMap<(i64, i64), Option<usize>>,
}

impl SegmentGroups {
    pub(super) fn open(segment: &Segment, by: Grouping) -> tantivy::Result<Self> {
        let columns = segment.reader.fast_fields();
        let keys = match by {
            Grouping::Source => Keys::Name(columns.str("source")?),
            Grouping::Author => Keys::Name(columns.str("author_name")?),
            Grouping::Month | Grouping::Year => Keys::Period {
                first: columns.i64("first_day")?,
                last: columns.i64("last_day")?,
                months: by == Grouping::Month,
            },
        };
        let (numbers, days) = (FxHashMap::default(), FxHashMap::default());
        Ok(SegmentGroups { keys, periods: Vec::new(), numbers, days })
    }

    /// The numbers of the groups of articles, each by any of its documents; none where it is unknown. Read
    /// column by column: twice as fast as document by document.
    pub(super) fn numbers(&mut self, docs: &[DocId]) -> Vec<Option<usize>> {
        let SegmentGroups { keys, periods, numbers, days } = self;
        match keys {
            Keys::Name(names) => {
                let ord = |&doc: &DocId| Some(names.as_ref()?.ords().first(doc)? as usize);
                docs.iter().map(ord).collect()
            }
            Keys::Period { first, last, months } => {
                let days_of = first_values(first, docs).into_iter().zip(first_values(last, docs));
                let mut number = |between: (i64, i64)| {
                    if let Some(number) = days.get(&between) {
                        return *number;
                    }
                    let number = period(between, *months).map(|period| {
                        *numbers.entry(period).or_insert_with(|| {
                            periods.push(period);
                            periods.len() - 1
                        })
                    });
                    days.insert(between, number);
                    number
                };
                days_of.map(|(first, last)| number((first?, last?))).collect()
            }
        }
    }

    /// The name of a group.
    pub(super) fn name(&self, number: usize) -> tantivy::Result<String> {
        match &self.keys {
            Keys::Period { .. } => Ok(self.periods[number].to_string()),
            Keys::Name(names) => {
                let mut name = String::new();
                if let Some(names) = names {
                    names.ord_to_str(number as u64, &mut name)?;
                }
                Ok(name)
            }
        }
    }
}

/// The value of each document, where it has one.
pub(super) fn first_values<T: PartialOrd + Copy + Debug + Send + Sync + 'static>(
    column: &Column<T>,
    docs: &[DocId],
) -> Vec<Option<T>> {
    let mut values = vec![None; docs.len()];
    column.first_vals(docs, &mut values);
    values
}

/// `2024-03`, or `2024` where years are wanted or no more is known.
fn period((first, last): (i64, i64), months: bool) -> Option<PartialDate> {
    let (first, last) = (PartialDate::from_day(first)?, PartialDate::from_day(last)?);
    let is_one_month = (first.year(), first.month()) == (last.year(), last.month());
    let month = first.month().filter(|_| months && is_one_month);
    PartialDate::new(first.year(), month, None)
}

/// Names that differ by case, accents or signs alone (`L’Octet`, `L'Octet`) made one: the one that weighs
/// most is kept.
pub(super) fn with_names_joined<T>(
    named: impl IntoIterator<Item = (Option<String>, T)>,
    weight: impl Fn(&T) -> u64,
    add: impl Fn(&mut T, T),
) -> Vec<(Option<String>, T)> {
    let mut joined: BTreeMap<Option<String>, (Option<String>, u64, T)> = BTreeMap::new();
    for (name, value) in named {
        let weighs = weight(&value);
        match joined.entry(name.as_deref().map(fold_name)) {
            Entry::Vacant(entry) => {
                entry.insert((name, weighs, value));
            }
            Entry::Occupied(mut entry) => {
                let (kept, most, sum) = entry.get_mut();
                if weighs > *most {
                    (*kept, *most) = (name, weighs);
                }
                add(sum, value);
            }
        }
    }
    joined.into_values().map(|(name, _, value)| (name, value)).collect()
}

/// All that a search finds, counted by what its filters can ask for; most articles first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// By source.
    pub source: Vec<Facet>,
    /// By year.
    pub year: Vec<Facet>,
    /// By author.
    pub author: Vec<Facet>,
}

/// What is found of one source, year or author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The source, year or author; none: unknown.
    pub key: Option<String>,
    /// Its articles that match.
    pub articles: u64,
    /// Its passages that match.
    pub passages: u64,
}

/// Articles and passages by key.
type Counted = BTreeMap<Option<String>, (u64, u64)>;

/// Counts what is found, segment by segment.
#[derive(Default)]
pub(super) struct FacetCounter {
    source: Counted,
    year: Counted,
    author: Counted,
}

impl FacetCounter {
    /// Adds articles, each by one of its documents, and their numbers of passages.
    pub(super) fn add_segment(
        &mut self,
        segment: &Segment,
        found: impl Iterator<Item = (DocId, u64)> + Clone,
    ) -> tantivy::Result<()> {
        let facets = [
            (&mut self.source, Grouping::Source),
            (&mut self.year, Grouping::Year),
            (&mut self.author, Grouping::Author),
        ];
        for (counted, by) in facets {
            let mut groups = SegmentGroups::open(segment, by)?;
            let mut numbered: BTreeMap<Option<usize>, (u64, u64)> = BTreeMap::new();
            let docs: Vec<DocId> = found.clone().map(|(doc, _)| doc).collect();
            for (number, (_, passages)) in groups.numbers(&docs).into_iter().zip(found.clone()) {
                let count = numbered.entry(number).or_default();
                *count = (count.0 + 1, count.1 + passages);
            }
            for (number, (articles, passages)) in numbered {
                let name = number.map(|number| groups.name(number)).transpose()?;
                let count = counted.entry(name).or_default();
                *count = (count.0 + articles, count.1 + passages);
            }
        }
        Ok(())
    }

    pub(super) fn facets(&self) -> Facets {
        let facets = |counted: &Counted| {
            let named = counted.iter().map(|(key, count)| (key.clone(), *count));
            let add = |sum: &mut (u64, u64), more: (u64, u64)| {
                *sum = (sum.0 + more.0, sum.1 + more.1);
            };
            let joined = with_names_joined(named, |(articles, _)| *articles, add);
            let facet = |(key, (articles, passages))| Facet { key, articles, passages };
            let mut facets: Vec<Facet> = joined.into_iter().map(facet).collect();
            // Unknown ones last; equal ones stay in the order of their names.
            facets.sort_by_key(|f| (f.key.is_none(), std::cmp::Reverse(f.articles)));
            facets
        };
        let mut year = facets(&self.year);
        // Years in their order, the unknown one last.
        year.sort_by(|a, b| (a.key.is_none(), &a.key).cmp(&(b.key.is_none(), &b.key)));
        Facets { source: facets(&self.source), year, author: facets(&self.author) }
    }
}
