//! A corpus written several times over, with altered words, so that the dictionary grows as it does with real text:
//! about as the power .55 of the length (Heaps).

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use depeche::import::Draft;
use serde_json::json;

use super::draw::Draw;
use super::each_draft_of;

/// How the number of different words grows with the length of a text, and which share of them stand in it once.
const HEAPS: f64 = 0.55;
const ONCE: f64 = 0.5;
/// What makes another word of one.
const ENDINGS: [&str; 16] = [
    "", "bo", "cla", "du", "fren", "gol", "hix", "jam", "kor", "lup", "miv", "nor", "pel", "quor",
    "rus", "tav",
];

/// The corpus, to be written several times over.
pub(crate) struct Repeated {
    drafts: Vec<Draft>,
    /// In how many articles each word stands.
    articles: HashMap<String, usize>,
}

impl Repeated {
    pub(crate) fn read(path: &Path) -> Self {
        let (mut drafts, mut articles) = (Vec::new(), HashMap::new());
        each_draft_of(path, &mut |draft| {
            let mut words: Vec<&str> = words(&draft.body).collect();
            words.sort_unstable();
            words.dedup();
            words.iter().for_each(|word| *articles.entry((*word).to_owned()).or_default() += 1);
            drafts.push(draft);
        });
        Repeated { drafts, articles }
    }

    /// Writes it so many times; gives the bytes of text.
    pub(crate) fn write(&self, path: &Path, times: usize) -> usize {
        let mut file = BufWriter::new(File::create(path).expect("room"));
        let (mut draw, mut bytes) = (Draw::new(), 0);
        for copy in 0..times {
            for (number, draft) in self.drafts.iter().enumerate() {
                let body = self.altered(&draft.body, copy, &mut draw);
                bytes += body.len();
                let date = draft.date.map(|date| date.to_string());
                let article = json!({
                    "id": format!("{copy}-{number}"), "title": draft.title, "source": draft.source,
                    "date": date, "body": body,
                });
                writeln!(file, "{article}").expect("room");
            }
        }
        bytes
    }

    /// The text with some of the words changed that stand in one article alone.
    fn altered(&self, text: &str, copy: usize, draw: &mut Draw) -> String {
        if copy == 0 {
            return text.to_owned();
        }
        let changed = (HEAPS * (copy as f64).powf(HEAPS - 1.0) / ONCE).min(1.0);
        let mut altered = String::with_capacity(text.len() + text.len() / 16);
        for part in text.split_inclusive(|c: char| !c.is_alphabetic()) {
            let word = part.trim_end_matches(|c: char| !c.is_alphabetic());
            let is_rare = self.articles.get(word) == Some(&1);
            let is_changed = is_rare && (draw.below(1_000) as f64) < changed * 1_000.0;
            altered.push_str(word);
            altered.push_str(if is_changed { ENDINGS[copy % ENDINGS.len()] } else { "" });
            altered.push_str(&part[word.len()..]);
        }
        altered
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 3)
}
