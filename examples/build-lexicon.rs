//! Builds the lexicon of French forms from a hunspell dictionary:
//!
//! ```text
//! cargo run --release --example build-lexicon -- fr.aff fr.dic src/analysis/lexicon/french.fst
//! ```
//!
//! The dictionary is Dicollecte's, "toutes variantes" (Debian's package `hunspell-fr-comprehensive`, 7.0),
//! whose entries bear their part of speech. The same input gives the same bytes. See the notice beside the
//! file for its licence.

#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers"
)]

#[path = "../src/analysis/lexicon/format.rs"]
mod format;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use format::{Class, entry};
use unicode_normalization::UnicodeNormalization;

/// Plurals that the dictionary lists as words of their own,
/// and the words that they are plurals of.
const IRREGULAR: &[(&str, &str)] = &[
    ("yeux", "œil"),
    ("cieux", "ciel"),
    ("aïeux", "aïeul"),
    ("messieurs", "monsieur"),
    ("mesdames", "madame"),
    ("mesdemoiselles", "mademoiselle"),
    ("nouvel", "nouveau"),
    ("cet", "ce"),
    ("aux", "au"),
];

/// Lemmas that the reform of 1990 would make equal to another word.
const NOT_REFORMED: &[&str] = &["sur", "mur", "du", "jeune", "cru", "recru", "fut", "peche"];

type Rows = BTreeMap<(String, String), Class>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [aff, dic, out] = arguments.as_slice() else {
        return Err("usage: build-lexicon fr.aff fr.dic OUT".into());
    };
    let affixes = Affixes::read(&std::fs::read_to_string(aff)?);
    let rows = expand(&std::fs::read_to_string(dic)?, &affixes);
    let rows = with_one_spelling(rows);
    let entries: BTreeSet<Vec<u8>> =
        rows.iter().filter_map(|((form, lemma), class)| entry(form, lemma, *class)).collect();
    let forms: BTreeSet<&str> = rows.keys().map(|(form, _)| form.as_str()).collect();
    let mut set = fst::SetBuilder::memory();
    for entry in &entries {
        set.insert(entry)?;
    }
    let bytes = set.into_inner()?;
    std::fs::write(out, &bytes)?;
    println!("{} forms, {} readings, {} bytes", forms.len(), entries.len(), bytes.len());
    Ok(())
}

/// The suffix rules of an affix file, by flag.
struct Affixes(BTreeMap<String, Vec<Suffix>>);

struct Suffix {
    strip: String,
    add: String,
    flags: Vec<String>,
    condition: Vec<Letters>,
    tags: Vec<String>,
}

/// One place of a condition: any letter, one of these, none of these.
enum Letters {
    Any,
    Of(Vec<char>),
    NotOf(Vec<char>),
}

impl Affixes {
    fn read(text: &str) -> Self {
        let mut affixes: BTreeMap<String, Vec<Suffix>> = BTreeMap::new();
        for line in text.lines() {
            let parts: Vec<&str> = line.split_whitespace().collect();
            if let ["SFX", flag, strip, add, condition, tags @ ..] = parts.as_slice() {
                let (add, flags) = add.split_once('/').unwrap_or((add, ""));
                let empty = |text: &str| if text == "0" { String::new() } else { text.to_owned() };
                affixes.entry((*flag).to_owned()).or_default().push(Suffix {
                    strip: empty(strip),
                    add: empty(add),
                    flags: long_flags(flags),
                    condition: letters(condition),
                    tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
                });
            }
        }
        Affixes(affixes)
    }

    fn of(&self, flag: &str) -> &[Suffix] {
        self.0.get(flag).map_or(&[], Vec::as_slice)
    }
}

impl Suffix {
    fn applied(&self, word: &str) -> Option<String> {
        let stem = word.strip_suffix(&self.strip)?;
        let mut ends = word.chars().rev();
        let holds = self.condition.iter().rev().all(|letters| match (letters, ends.next()) {
            (_, None) => false,
            (Letters::Any, Some(_)) => true,
            (Letters::Of(set), Some(c)) => set.contains(&c),
            (Letters::NotOf(set), Some(c)) => !set.contains(&c),
        });
        holds.then(|| format!("{stem}{}", self.add))
    }
}

/// Flags of two characters each (`FLAG long`).
fn long_flags(text: &str) -> Vec<String> {
    text.chars().collect::<Vec<_>>().chunks(2).map(|pair| pair.iter().collect()).collect()
}

fn letters(condition: &str) -> Vec<Letters> {
    let mut places = Vec::new();
    let mut chars = condition.chars();
    while let Some(c) = chars.next() {
        places.push(match c {
            '.' => Letters::Any,
            '[' => {
                let set: Vec<char> = chars.by_ref().take_while(|&c| c != ']').collect();
                match set.split_first() {
                    Some(('^', rest)) => Letters::NotOf(rest.to_vec()),
                    _ => Letters::Of(set),
                }
            }
            c => Letters::Of(vec![c]),
        });
    }
    // A condition of one dot is no condition.
    if condition == "." { Vec::new() } else { places }
}

/// Every form of every entry, with its lemma and class.
fn expand(dictionary: &str, affixes: &Affixes) -> Rows {
    let mut rows = Rows::new();
    for line in dictionary.lines().skip(1) {
        let mut parts = line.split_whitespace();
        let Some(head) = parts.next() else { continue };
        let (word, flags) = head.split_once('/').unwrap_or((head, ""));
        let flags = long_flags(flags);
        let (stems, tags): (Vec<&str>, Vec<&str>) = parts.partition(|tag| tag.starts_with("st:"));
        let lemma = stems.first().map_or(word, |stem| &stem[3..]);
        let has = |flag: &str| flags.iter().any(|f| f == flag);
        if has("{}") {
            continue;
        }
        if !has("()") {
            add(&mut rows, word, lemma, &tags);
        }
        for suffix in flags.iter().flat_map(|flag| affixes.of(flag)) {
            let Some(form) = suffix.applied(word) else { continue };
            let own = suffix.tags.iter().map(String::as_str);
            let tags: Vec<&str> = tags.iter().copied().chain(own).collect();
            add(&mut rows, &form, lemma, &tags);
            for second in suffix.flags.iter().flat_map(|flag| affixes.of(flag)) {
                let Some(form) = second.applied(&form) else { continue };
                let own = second.tags.iter().map(String::as_str);
                let tags: Vec<&str> = tags.iter().copied().chain(own).collect();
                add(&mut rows, &form, lemma, &tags);
            }
        }
    }
    rows
}

fn add(rows: &mut Rows, form: &str, lemma: &str, tags: &[&str]) {
    let is_word = |c: char| c.is_alphabetic() || c == '-';
    if form.chars().count() < 2 || !form.chars().all(is_word) {
        return;
    }
    let (mut class, rare) = class(form, tags);
    let lower = |word: &str| word.nfc().collect::<String>().to_lowercase();
    let irregular = IRREGULAR.iter().find(|(plural, _)| *plural == form);
    let lemma = irregular.map_or_else(|| lower(lemma), |(_, lemma)| (*lemma).to_owned());
    let key = (lower(form), lemma);
    // A form is rare if all that it may be is.
    match rows.get(&key) {
        Some(known) => {
            let both_rare = rare && known.is(Class::RARE);
            class = Class(class.and(*known).0 & !Class::RARE.0);
            if both_rare {
                class = class.and(Class::RARE);
            }
        }
        None if rare => class = class.and(Class::RARE),
        None => {}
    }
    rows.insert(key, class);
}

fn class(form: &str, tags: &[&str]) -> (Class, bool) {
    let has = |tag: &str| tags.contains(&tag);
    let is_verb = tags.iter().any(|tag| {
        tag.strip_prefix("po:v").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    if is_verb {
        let past = has("po:ipsi") && (has("po:1pl") || has("po:2pl"));
        let rare = past || has("po:simp") || has("po:1isg") || has("po:1jsg") && !has("po:ppas");
        let class = if has("po:ppas") { Class::PARTICIPLE } else { Class::VERB };
        return (class, rare);
    }
    let is_name = ["po:npr", "po:prn", "po:patr"].iter().any(|tag| has(tag))
        || form.chars().any(char::is_uppercase);
    let is_noun = has("po:nom") || has("po:adj");
    let is_grammar = !is_name && (!is_noun || has("po:mg") || has("po:adv"));
    let mut class = Class::default();
    for (is, bit) in
        [(is_name, Class::NAME), (is_noun && !is_name, Class::NOUN), (is_grammar, Class::GRAMMAR)]
    {
        if is {
            class = class.and(bit);
        }
    }
    (class, false)
}

/// Lemmas that differ by the spelling of 1990 only become one, the older: évènement is événement, connaitre
/// is connaître.
fn with_one_spelling(rows: Rows) -> Rows {
    let lemmas: BTreeSet<String> = rows.keys().map(|(_, lemma)| lemma.clone()).collect();
    let forms = forms_by_lemma(&rows);
    let mut older = BTreeMap::new();
    for lemma in &lemmas {
        for reformed in reformed(lemma) {
            let both = forms.get(lemma.as_str()).zip(forms.get(reformed.as_str()));
            // Two words that happen to be so spelt have other forms.
            if both.is_some_and(|(a, b)| a == b) && !NOT_REFORMED.contains(&reformed.as_str()) {
                older.insert(reformed, lemma.clone());
            }
        }
    }
    let mut merged = Rows::new();
    for ((form, lemma), class) in rows {
        let lemma = older.get(&lemma).cloned().unwrap_or(lemma);
        let known = merged.entry((form, lemma)).or_insert(class);
        *known = known.and(class);
    }
    merged
}

/// Number of forms and classes of each lemma: a fingerprint of its paradigm.
fn forms_by_lemma(rows: &Rows) -> BTreeMap<&str, BTreeMap<u8, usize>> {
    let mut forms: BTreeMap<&str, BTreeMap<u8, usize>> = BTreeMap::new();
    for ((_, lemma), class) in rows {
        *forms.entry(lemma).or_default().entry(class.0).or_default() += 1;
    }
    forms
}

/// How the reform may spell a word: without the circumflex on i and u, è for é, and a few of their own.
fn reformed(lemma: &str) -> Vec<String> {
    let mut spellings = Vec::new();
    for (i, c) in lemma.char_indices() {
        let other = match c {
            'î' => "i",
            'û' => "u",
            'é' => "è",
            _ => continue,
        };
        let end = i + c.len_utf8();
        spellings.push(format!("{}{other}{}", &lemma[..i], &lemma[end..]));
    }
    if lemma == "oignon" {
        spellings.push("ognon".to_owned());
    }
    spellings
}
