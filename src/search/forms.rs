//! The words of the texts that stand for the words of a query, and how often each does.
//!
//! The index folds accents and case, so that the texts are read: each once, for all words of the query.

use std::collections::BTreeMap;

use tantivy::DocId;
use unicode_normalization::UnicodeNormalization;

use super::ground::{Ground, Text};
use super::plan::Plan;
use super::slots::SlotTerms;
use super::visitor::Each;
use super::windows::Stretch;
use super::{Failure, Searcher};
use crate::analysis::word_spans;
use crate::index::{ArticleReader, StoredArticle};
use crate::spans::{Match, Spans};

/// Words, and how often they stand.
pub(super) type Forms = BTreeMap<String, u64>;

/// Where a word stands: the document and its text, the number of the slot, the positions.
type Place = (DocId, Text, usize, Match);

impl Searcher {
    /// The forms of each slot, of which a plan is made.
    pub(super) fn forms(&self, plan: &Plan, slots: &[SlotTerms]) -> Result<Vec<Forms>, Failure> {
        let mut written = vec![Forms::new(); slots.len()];
        let mut articles = self.text.articles();
        for stretch in self.windows(plan).iter().flatten() {
            let places = self.places_of_slots(stretch, slots)?;
            let segment = &self.segments[stretch.segment];
            let mut read = None;
            for here in places.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let (doc, text, ..) = here[0];
                if segment.reader.is_deleted(doc) {
                    continue;
                }
                let stored = read_once(&mut read, &mut articles, segment.address(doc))?;
                count(text.of(stored, segment.ordinal(doc)), here, &mut written);
            }
        }
        Ok(written.into_iter().map(in_lower_case).collect())
    }

    /// Where the slots stand, in the order of the documents.
    fn places_of_slots(
        &self,
        Stretch { segment, docs }: &Stretch,
        slots: &[SlotTerms],
    ) -> Result<Vec<Place>, Failure> {
        let segment = &self.segments[*segment];
        let mut places = Vec::new();
        for (number, slot) in slots.iter().enumerate() {
            for text in [Text::Title, Text::Body] {
                let ground = Ground { searcher: self, segment, text, docs };
                let mut add = Each::new(|doc, matches: &[Match]| {
                    places.extend(matches.iter().map(|found| (doc, text, number, found.clone())));
                });
                ground.visit(&Spans::Slot(0), std::slice::from_ref(slot), &mut add)?;
            }
        }
        places.sort_by_key(|(doc, text, ..)| (*doc, *text));
        Ok(places)
    }
}

/// The article at an address, kept until another is asked for.
fn read_once<'r>(
    read: &'r mut Option<(u64, StoredArticle)>,
    articles: &mut ArticleReader<'_>,
    address: u64,
) -> Result<&'r StoredArticle, Failure> {
    let kept = read.take().filter(|(last, _)| *last == address);
    let article = match kept {
        Some(kept) => kept,
        None => (address, articles.article(address)?),
    };
    Ok(&read.insert(article).1)
}

/// Counts the words of a text that stand at these places, as they are written.
fn count(text: &str, places: &[Place], written: &mut [Forms]) {
    let words: Vec<_> = word_spans(text).collect();
    for (_, _, slot, found) in places {
        let window = words.get(found.start as usize..found.end as usize).unwrap_or_default();
        let (Some(first), Some(last)) = (window.first(), window.last()) else { continue };
        let form = &text[first.start..last.end];
        match written[*slot].get_mut(form) {
            Some(count) => *count += 1,
            None => _ = written[*slot].insert(form.to_owned(), 1),
        }
    }
}

fn in_lower_case(written: Forms) -> Forms {
    let mut forms = Forms::new();
    for (form, count) in written {
        *forms.entry(form.nfc().collect::<String>().to_lowercase()).or_default() += count;
    }
    forms
}
