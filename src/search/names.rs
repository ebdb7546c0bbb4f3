//! Sources and authors that a query names and the index does not have, with the nearest that it has.

use std::collections::BTreeSet;

use serde::Serialize;

use super::filter::{author_documents, source_documents};
use super::segment::Segment;
use super::{Failure, Filters, Searcher};
use crate::analysis::fold_name;
use crate::error::Result;
use crate::query::Query;
use crate::resolve::{Resolved, author_terms};

/// Most names that are proposed instead of one.
const MOST_PROPOSED: usize = 3;
/// How alike a proposal is to what was typed, at least (Jaro and Winkler's similarity, 0 to 1).
const ALIKE: f64 = 0.85;

/// A name that no article bears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownName {
    /// Of what.
    pub field: NameField,
    /// As it was typed; an author's is folded.
    pub name: String,
    /// Names of the index that are like it, the nearest first; none where nothing is.
    pub nearest: Vec<String>,
}

/// What a name is the name of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameField {
    /// A source: the whole name counts.
    Source,
    /// An author: words of the signature, in order.
    Author,
}

impl Searcher {
    /// The sources and authors that queries or their filters name and no article bears.
    ///
    /// # Errors
    /// The index is damaged or cannot be read.
    pub fn unknown_names(&self, queries: &[Query], filters: &Filters) -> Result<Vec<UnknownName>> {
        self.caught(|| self.unknown(queries, filters))
    }

    fn unknown(&self, queries: &[Query], filters: &Filters) -> Result<Vec<UnknownName>> {
        let mut names = BTreeSet::new();
        for query in queries {
            add_names(&self.reader(false).read(query), &mut names);
        }
        names.extend(filters.source.iter().map(|name| (NameField::Source, name.clone())));
        names.extend(filters.author.iter().map(|name| (NameField::Author, name.clone())));
        let mut unknown = Vec::new();
        for (field, name) in names {
            if !self.is_borne(field, &name).map_err(|e| self.error(e))? {
                let nearest = self.nearest(field, &name).map_err(|e| self.error(e))?;
                unknown.push(UnknownName { field, name, nearest });
            }
        }
        Ok(unknown)
    }

    fn is_borne(&self, field: NameField, name: &str) -> std::result::Result<bool, Failure> {
        for Segment { reader, .. } in &self.segments {
            let docs = match field {
                NameField::Source => source_documents(reader, self.fields, name)?,
                NameField::Author => {
                    author_documents(reader, self.fields, &author_terms(&self.analyzer, name))?
                }
            };
            if docs.into_iter().any(|doc| !reader.is_deleted(doc)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn nearest(&self, field: NameField, name: &str) -> std::result::Result<Vec<String>, Failure> {
        let asked = fold_name(name);
        let mut near: Vec<(f64, String)> = Vec::new();
        let column = match field {
            NameField::Source => "source",
            NameField::Author => "author_name",
        };
        let mut known = BTreeSet::new();
        for segment in &self.segments {
            let Some(names) = segment.reader.fast_fields().str(column)? else { continue };
            for ord in 0..names.num_terms() as u64 {
                let mut name = String::new();
                names.ord_to_str(ord, &mut name)?;
                let folded = fold_name(&name);
                if known.insert(folded.clone()) {
                    let likeness = match field {
                        NameField::Source => likeness(&asked, &folded),
                        NameField::Author => likeness_of_part(&asked, &folded),
                    };
                    near.extend((likeness >= ALIKE).then_some((likeness, name)));
                }
            }
        }
        near.sort_by(|(a, left), (b, right)| b.total_cmp(a).then_with(|| left.cmp(right)));
        near.truncate(MOST_PROPOSED);
        Ok(near.into_iter().map(|(_, name)| name).collect())
    }
}

/// From 0 to 1; a name that holds the other in whole words is nearly the same, and so is one that is written
/// without its spaces.
fn likeness(asked: &str, known: &str) -> f64 {
    let padded = |text: &str| format!(" {text} ");
    let together = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let holds = |outer: &str, inner: &str| padded(outer).contains(&padded(inner));
    if together(asked) == together(known) {
        return 1.0;
    }
    if holds(known, asked) || holds(asked, known) {
        return 0.99;
    }
    strsim::jaro_winkler(asked, known)
}

/// The same for the words of a signature that are most like those asked for.
fn likeness_of_part(asked: &str, known: &str) -> f64 {
    let words: Vec<&str> = known.split(' ').collect();
    let count = asked.split(' ').count().min(words.len());
    let parts = words.windows(count).map(|part| likeness(asked, &part.join(" ")));
    parts.fold(0.0, f64::max)
}

fn add_names(query: &Resolved, names: &mut BTreeSet<(NameField, String)>) {
    match query {
        Resolved::Source(name) => {
            names.insert((NameField::Source, name.clone()));
        }
        Resolved::Author(terms) => {
            names.insert((NameField::Author, terms.join(" ")));
        }
        Resolved::All(each) | Resolved::Any(each) => {
            each.iter().for_each(|query| add_names(query, names));
        }
        Resolved::Not(query) => add_names(query, names),
        Resolved::Rank { must, .. } => add_names(must, names),
        Resolved::Leaf(_) | Resolved::Dates { .. } => (),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_by_their_words_and_letters() {
        for (asked, known) in [
            ("lemonde", "le monde"),
            ("monde", "le monde"),
            ("l'octet du jour", "l'octet"),
            ("le mnode", "le monde"),
        ] {
            assert!(likeness(asked, known) >= ALIKE, "{asked} {known}");
        }
        assert!(likeness_of_part("gobllet", "fabien goblet") >= ALIKE);
        for (asked, known) in
            [("figaro", "le monde"), ("la croix", "le parisien"), ("", "le monde")]
        {
            assert!(likeness(asked, known) < ALIKE, "{asked} {known}");
        }
    }
}
