//! What queries are cut from: the words of the articles as they are written.

use depeche::Article;

use super::cyclic;

/// Words that the corpus has too few of.
const ODD: [&str; 14] = [
    "C++",
    "C#",
    ".NET",
    "Node.js",
    "start-up",
    "startup",
    "aujourd'hui",
    "l'équité",
    "10000",
    "17%",
    "USB-C",
    "employé(e)s",
    "I.A.",
    "euros",
];
/// Signs with a meaning inside quotations.
const SIGNS: &[char] =
    &['"', '«', '»', '“', '”', '„', '‟', '＂', '=', '~', '*', '?', '<', '>', '#', '`', '\\', '|'];
/// Capitals that are operators, or that the parser refuses as such of other engines.
const OPERATORS: [&str; 14] = [
    "ET",
    "AND",
    "OU",
    "OR",
    "SAUF",
    "NOT",
    "PRES",
    "PRÈS",
    "PRE\u{300}S",
    "NEAR",
    "AVANT",
    "PRE",
    "ADJ",
    "XOR",
];

pub(super) struct Pool {
    pub(super) articles: Vec<Article>,
    /// Of each article, what stands between white space in the title and in the body.
    pub(super) texts: Vec<[Vec<String>; 2]>,
    /// Every bare word once.
    pub(super) words: Vec<String>,
}

impl Pool {
    pub(super) fn new(articles: &[Article]) -> Self {
        let chunks = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let texts: Vec<[Vec<String>; 2]> = articles
            .iter()
            .map(|a| [chunks(a.title.as_deref().unwrap_or("")), chunks(&a.body)])
            .collect();
        let bare_words = texts.iter().flatten().flatten().filter_map(|chunk| bare(chunk));
        let mut words: Vec<String> = bare_words.chain(ODD).map(str::to_owned).collect();
        words.sort();
        words.dedup();
        Self { articles: articles.to_vec(), texts, words }
    }
}

/// Letters and digits, and the marks that stand on letters.
fn of_a_word(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// A word without what stands around it, if that is one that may be typed bare.
pub(super) fn bare(chunk: &str) -> Option<&str> {
    let word = chunk.trim_matches(|c| !of_a_word(c));
    let inside = |c: char| of_a_word(c) || "'’-.,·".contains(c);
    // Signs at a word's end are not its own, except these.
    let sign = ["C++", "C#", ".NET"].into_iter().find(|sign| chunk == *sign);
    let letters = word.chars().any(char::is_alphanumeric) && word.chars().all(inside);
    sign.or((letters && !OPERATORS.contains(&word)).then_some(word))
}

/// What stands in a text from some place on, as far as it can be quoted: never nothing.
pub(super) fn cut(chunks: &[String], at: usize, length: usize) -> Vec<String> {
    let mut places = (at..at + chunks.len()).map(|at| at % chunks.len());
    let start = places.find(|&place| quotable(&chunks[place])).unwrap_or(0);
    let mut cut: Vec<String> =
        chunks[start..].iter().take(length).take_while(|c| quotable(c)).cloned().collect();
    if cut.is_empty() {
        cut.push("France".into());
    }
    if let Some(first) = cut.first_mut() {
        *first = first.trim_start_matches(|c| !of_a_word(c)).to_owned();
    }
    if let Some(last) = cut.last_mut() {
        *last = last.trim_end_matches(|c| !of_a_word(c)).to_owned();
    }
    cut
}

/// Whether what stands between white space holds letters or digits, and no sign of the language.
fn quotable(chunk: &str) -> bool {
    chunk.contains(char::is_alphanumeric) && !chunk.contains(SIGNS)
}

/// The next bare word from some place on.
pub(super) fn bare_from(chunks: &[String], at: usize) -> &str {
    let mut words = (0..chunks.len()).filter_map(|more| bare(cyclic(chunks, at + more)));
    words.next().unwrap_or("France")
}
