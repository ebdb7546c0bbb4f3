//! Builds the lexicon of French forms from a hunspell dictionary:
//!
//! ```text
//! cargo run --release --example build-lexicon -- fr.aff fr.dic src/analysis/lexicon TEXT...
//! ```
//!
//! It writes `french.fst`, the forms, and `neighbours.rs`, what the words beside a form say of it; both learn
//! from the articles in the files TEXT, in any format that depeche reads.
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
use std::ops::Range;
use std::sync::LazyLock;

use depeche::Analyzer;
use depeche::import::{ImportOptions, InputFile, read_file};
use format::{CAPITAL, CLASSES, Class, STOP, entry, kind, parting};
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
    ("amours", "amour"),
    ("bonshommes", "bonhomme"),
    ("délices", "délice"),
    ("finaux", "final"),
    ("municipales", "municipal"),
    ("murs", "mur"),
    ("orgues", "orgue"),
    ("pascaux", "pascal"),
    ("gentilshommes", "gentilhomme"),
    ("cet", "ce"),
    ("cette", "ce"),
    ("ces", "ce"),
    ("tous", "tout"),
    ("toute", "tout"),
    ("toutes", "tout"),
    ("aux", "au"),
];

/// Lemmas that the reform of 1990 would make equal to another word.
const NOT_REFORMED: &[&str] = &["sur", "mur", "du", "jeune", "cru", "recru", "fut", "peche"];

/// Words that hardly ever are the form that they could be: fois is not the plural of foi.
const SELDOM_FORMS: &[(&str, &str)] = &[
    ("fois", "foi"),
    ("vers", "ver"),
    ("cours", "cour"),
    ("sens", "sen"),
    ("fils", "fil"),
    ("frais", "frai"),
    ("fonds", "fond"),
    ("lis", "li"),
    ("pis", "pi"),
    ("point", "poindre"),
    ("plus", "plaire"),
    ("plus", "pleuvoir"),
];

/// Words that the dictionary lacks and that would be taken for others without their accents, and
/// abbreviations that texts hold as words.
const ADDED: &[(&str, &str)] = &[
    ("email", "email"),
    ("emails", "email"),
    ("km", "kilomètre"),
    ("kg", "kilogramme"),
    ("cm", "centimètre"),
    ("mm", "millimètre"),
    ("md", "milliard"),
    ("mds", "milliard"),
    ("mrd", "milliard"),
    ("mrds", "milliard"),
    ("mme", "madame"),
    ("mmes", "madame"),
];

/// Feminine nouns that the dictionary holds for the feminine of another word only.
const FEMININE_NOUNS: &[&str] = &[
    "alternative",
    "amicale",
    "balayeuse",
    "cafetière",
    "calculatrice",
    "capitale",
    "carrière",
    "centrale",
    "commune",
    "composante",
    "diagonale",
    "directive",
    "dominante",
    "droite",
    "défensive",
    "faucheuse",
    "filiale",
    "fondue",
    "gouvernante",
    "génératrice",
    "initiale",
    "mandarine",
    "marinière",
    "matinale",
    "mitrailleuse",
    "moissonneuse",
    "morale",
    "moyenne",
    "mutuelle",
    "médiane",
    "nouvelle",
    "patente",
    "perceuse",
    "plaine",
    "ponceuse",
    "portière",
    "première",
    "ronde",
    "rétrospective",
    "sablière",
    "seconde",
    "soupière",
    "spirale",
    "tabatière",
    "tangente",
    "terminale",
    "théière",
    "tondeuse",
    "tronçonneuse",
    "veilleuse",
];

type Rows = BTreeMap<(String, String), Class>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [aff, dic, out, texts @ ..] = arguments.as_slice() else {
        return Err("usage: build-lexicon fr.aff fr.dic FOLDER TEXT...".into());
    };
    let affixes = Affixes::read(&std::fs::read_to_string(aff)?);
    let rows = expand(&std::fs::read_to_string(dic)?, &affixes);
    let rows = with_one_spelling(rows);
    let rows = with_grammatical_words(with_nouns_of_their_own(rows));
    let learnt = learn(&rows, texts);
    std::fs::write(format!("{out}/neighbours.rs"), learnt.neighbours_source())?;
    let encoded = |((form, lemma), class): (&(String, String), &Class)| {
        entry(form, lemma, *class, learnt.weight(form, *class))
    };
    let entries: BTreeSet<Vec<u8>> = rows.iter().filter_map(encoded).collect();
    let forms: BTreeSet<&str> = rows.keys().map(|(form, _)| form.as_str()).collect();
    let mut set = fst::SetBuilder::memory();
    for entry in &entries {
        set.insert(entry)?;
    }
    let bytes = set.into_inner()?;
    std::fs::write(format!("{out}/french.fst"), &bytes)?;
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
    for (form, lemma) in ADDED {
        add(&mut rows, form, lemma, &["po:nom"]);
    }
    for noun in FEMININE_NOUNS {
        add(&mut rows, noun, noun, &["po:nom"]);
        add(&mut rows, &format!("{noun}s"), noun, &["po:nom"]);
    }
    rows
}

fn add(rows: &mut Rows, form: &str, lemma: &str, tags: &[&str]) {
    let is_word = |c: char| c.is_alphabetic() || c == '-';
    let is_word_of_one = (form, lemma) == ("a", "avoir") || ["à", "y", "ô"].contains(&form);
    let is_letter = form.chars().count() < 2 && !is_word_of_one;
    if is_letter || !form.chars().all(is_word) {
        return;
    }
    let (mut class, rare) = class(form, tags);
    let rare = rare || SELDOM_FORMS.contains(&(form, lemma));
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
        let class = match (has("po:ppas"), has("po:infi")) {
            (true, _) => Class::PARTICIPLE,
            (_, true) => Class::INFINITIVE,
            _ => Class::VERB,
        };
        return (class, rare);
    }
    let is_name = ["po:npr", "po:prn", "po:patr"].iter().any(|tag| has(tag))
        || form.chars().any(char::is_uppercase);
    let is_noun = has("po:nom") || has("po:adj");
    let is_grammar = !is_name && (!is_noun || has("po:mg") || has("po:adv"));
    let mut class = Class::default();
    for (is, bit) in [
        (is_name, Class::NAME),
        (has("po:nom") && !is_name, Class::NOUN),
        (has("po:adj") && !is_name, Class::ADJECTIVE),
        (is_grammar, Class::GRAMMAR),
    ] {
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

/// A form that is a noun of its own (nouvelle, droite) is of the other word the adjective only.
fn with_nouns_of_their_own(mut rows: Rows) -> Rows {
    let is_lemma = |(form, lemma): &(String, String)| form == lemma;
    let adjectives: BTreeSet<&str> = rows
        .iter()
        .filter(|(key, class)| !is_lemma(key) && class.is(Class::ADJECTIVE))
        .map(|((form, _), _)| form.as_str())
        .collect();
    let own: BTreeSet<String> = rows
        .iter()
        .filter(|(key, class)| is_lemma(key) && class.is(Class::NOUN))
        .map(|((form, _), _)| form.clone())
        .filter(|form| adjectives.contains(form.as_str()))
        .collect();
    let forms: BTreeSet<String> = rows
        .keys()
        .filter(|(_, lemma)| own.contains(lemma))
        .map(|(form, _)| form.clone())
        .collect();
    for ((form, lemma), class) in &mut rows {
        if !own.contains(lemma) && forms.contains(form) && class.is(Class::ADJECTIVE) {
            *class = class.without(Class::NOUN);
        }
    }
    rows
}

/// A grammatical word is hardly ever the plural that it could be: mais is not the plural of mai.
fn with_grammatical_words(mut rows: Rows) -> Rows {
    let grammatical: BTreeSet<String> = rows
        .iter()
        .filter(|((form, lemma), class)| form == lemma && class.is(Class::GRAMMAR))
        .map(|((form, _), _)| form.clone())
        .collect();
    for ((form, lemma), class) in &mut rows {
        let is_plural = form.strip_suffix(['s', 'x']) == Some(lemma);
        if is_plural && grammatical.contains(form) && !class.is(Class::GRAMMAR) {
            *class = class.and(Class::RARE);
        }
    }
    rows
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

/// Words that are neighbours of their own, by frequency: grammatical words, auxiliaries, short words.
const MOST_NEIGHBOURS: usize = 400;
/// Rounds of expectation and maximisation.
const ROUNDS: usize = 3;
/// Occurrences below which nothing is said of a form.
const LEAST_SEEN: f64 = 10.0;

/// What text says of the classes of ambiguous forms.
#[derive(Default)]
struct Learnt {
    /// For each neighbour, counts beside each class: on its left, on its right.
    counts: BTreeMap<String, [[f64; CLASSES]; 2]>,
    /// For each ambiguous form, how often it is of each class.
    forms: BTreeMap<String, [f64; CLASSES]>,
}

/// An occurrence of a form: the classes that it may have, and what stands on either side.
struct Seen {
    form: u32,
    classes: Class,
    beside: [u32; 2],
}

/// Learns from forms of one class alone what stands beside each class, then, by expectation and
/// maximisation, what ambiguous forms mostly are.
fn learn(rows: &Rows, texts: &[String]) -> Learnt {
    let bodies = bodies(texts);
    let lexicon = Lexicon::new(rows, &bodies);
    let (mut names, mut forms) = (Names::default(), Names::default());
    let mut seen = Vec::new();
    for body in &bodies {
        let words = words(body);
        for i in 0..words.len() {
            let word = &body[words[i].clone()];
            let class = lexicon.classes.get(word).copied().unwrap_or_default();
            let decided = Class::DECIDED.iter().filter(|c| class.is(**c)).count();
            if decided == 0 || class.is(Class::GRAMMAR) {
                continue;
            }
            let form = if decided > 1 { forms.number(word) } else { u32::MAX };
            let beside = lexicon.beside(body, &words, i).map(|name| names.number(&name));
            seen.push(Seen { form, classes: class, beside });
        }
    }
    println!("{} occurrences learnt from", seen.len());
    expectation_maximisation(&seen, &names, &forms)
}

/// The texts of the articles in some files.
fn bodies(texts: &[String]) -> Vec<String> {
    let mut bodies = Vec::new();
    for path in texts {
        let file = InputFile { path: path.into(), name: path.clone() };
        read_file(&file, &ImportOptions::default(), &mut |record| {
            bodies.extend(record.result.ok().map(|draft| draft.body));
            std::ops::ControlFlow::Continue(())
        });
    }
    bodies
}

/// Where each word of a text stands.
fn words(text: &str) -> Vec<Range<usize>> {
    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::french);
    ANALYZER.tokens(text).into_iter().map(|token| token.offsets).collect()
}

/// What is looked up while text is read.
struct Lexicon<'a> {
    /// All that a form may be.
    classes: BTreeMap<&'a str, Class>,
    /// Words that are neighbours of their own.
    neighbours: BTreeSet<String>,
}

impl<'a> Lexicon<'a> {
    fn new(rows: &'a Rows, bodies: &[String]) -> Self {
        let mut classes: BTreeMap<&str, Class> = BTreeMap::new();
        let mut auxiliaries = BTreeSet::new();
        for ((form, lemma), class) in rows {
            let known = classes.entry(form).or_default();
            *known = known.and(*class);
            if lemma == "être" || lemma == "avoir" {
                auxiliaries.insert(form.as_str());
            }
        }
        let is_neighbour = |word: &str| {
            let is_grammar = classes.get(word).is_some_and(|class| class.is(Class::GRAMMAR));
            word.chars().all(char::is_alphabetic)
                && (is_grammar || auxiliaries.contains(word) || word.chars().count() <= 2)
        };
        let mut frequencies: BTreeMap<String, usize> = BTreeMap::new();
        for body in bodies {
            for word in words(body) {
                *frequencies.entry(body[word].to_lowercase()).or_default() += 1;
            }
        }
        let mut frequent: Vec<_> =
            frequencies.into_iter().filter(|(word, _)| is_neighbour(word)).collect();
        frequent.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), word.clone()));
        let neighbours = frequent.into_iter().take(MOST_NEIGHBOURS).map(|(word, _)| word);
        Lexicon { classes, neighbours: neighbours.collect() }
    }

    /// What stands on the left and on the right of the word at `i`.
    fn beside(&self, text: &str, words: &[Range<usize>], i: usize) -> [String; 2] {
        let name = |gap: &str, word: &Range<usize>| {
            parting(gap).map_or_else(|| self.neighbour(&text[word.clone()]), str::to_owned)
        };
        let left = i.checked_sub(1).map(|l| name(&text[words[l].end..words[i].start], &words[l]));
        let right = words.get(i + 1).map(|next| name(&text[words[i].end..next.start], next));
        [left, right].map(|name| name.unwrap_or_else(|| STOP.to_owned()))
    }

    fn neighbour(&self, word: &str) -> String {
        let lower = word.to_lowercase();
        if self.neighbours.contains(&lower) {
            lower
        } else if word.starts_with(char::is_uppercase) {
            CAPITAL.to_owned()
        } else {
            kind(self.classes.get(lower.as_str()).copied().unwrap_or_default())
        }
    }
}

/// Strings numbered in the order in which they came.
#[derive(Default)]
struct Names {
    numbers: BTreeMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

fn expectation_maximisation(seen: &[Seen], names: &Names, forms: &Names) -> Learnt {
    let mut counts = vec![[[0.0_f64; CLASSES]; 2]; names.numbers.len()];
    let mut shares = vec![[0.0_f64; CLASSES]; forms.numbers.len()];
    for round in 0..=ROUNDS {
        let mut next_counts = vec![[[0.0; CLASSES]; 2]; counts.len()];
        let mut next_shares = vec![[0.0; CLASSES]; shares.len()];
        let totals: [f64; CLASSES] = std::array::from_fn(|c| counts.iter().map(|n| n[0][c]).sum());
        for Seen { form, classes, beside } in seen {
            let may_be = |c: usize| classes.is(Class::DECIDED[c]);
            let mut likely = [0.0; CLASSES];
            for (c, likely) in likely.iter_mut().enumerate().filter(|(c, _)| may_be(*c)) {
                let chance = |side: usize| {
                    (counts[beside[side] as usize][side][c] + 0.5)
                        / (totals[c] + counts.len() as f64)
                };
                let share = shares.get(*form as usize).map_or(1.0, |shares| shares[c] + 1.0);
                *likely = share * chance(0) * chance(1);
            }
            // The first round knows nothing but the forms of one class.
            if round == 0 && *form != u32::MAX {
                continue;
            }
            let sum: f64 = likely.iter().sum();
            for c in 0..CLASSES {
                let part = likely[c] / sum;
                next_counts[beside[0] as usize][0][c] += part;
                next_counts[beside[1] as usize][1][c] += part;
                if let Some(share) = next_shares.get_mut(*form as usize) {
                    share[c] += part;
                }
            }
        }
        (counts, shares) = (next_counts, next_shares);
    }
    let named = |names: &Names| names.numbers.clone().into_iter();
    Learnt {
        counts: named(names).map(|(name, i)| (name, counts[i as usize])).collect(),
        forms: named(forms).map(|(form, i)| (form, shares[i as usize])).collect(),
    }
}

impl Learnt {
    /// How seldom a form is of a class, in half bits.
    fn weight(&self, form: &str, class: Class) -> u8 {
        let Some(shares) = self.forms.get(form) else { return 0 };
        let total: f64 = shares.iter().sum();
        let most = shares.iter().copied().fold(0.0, f64::max);
        let own = (0..CLASSES)
            .filter(|&c| class.is(Class::DECIDED[c]))
            .map(|c| shares[c])
            .fold(0.0, f64::max);
        if total < LEAST_SEEN || !Class::DECIDED.iter().any(|c| class.is(*c)) {
            return 0;
        }
        (-2.0 * ((own + 0.5) / (most + 0.5)).log2()).round().clamp(0.0, 15.0) as u8
    }

    /// The table as Rust: for each neighbour and class the eighths of a bit that it speaks for it.
    fn neighbours_source(&self) -> String {
        let mut source = String::from(
            "//! What the words beside a form say of its class. Written by `examples/build-lexicon.rs`.\n\n\
             /// A neighbour, and how it speaks for noun, adjective, verb, infinitive and participle: when it\n\
             /// stands on the left, when it stands on the right. Eighths of a bit. Sorted.\n\
             #[rustfmt::skip]\n\
             pub(crate) static NEIGHBOURS: &[(&str, [i8; 5], [i8; 5])] = &[\n",
        );
        let total = |side: usize, c: usize| self.counts.values().map(|n| n[side][c]).sum::<f64>();
        let totals: [[f64; CLASSES]; 2] =
            std::array::from_fn(|s| std::array::from_fn(|c| total(s, c)));
        let size = self.counts.len() as f64;
        for (name, counts) in &self.counts {
            let bits = |side: usize| -> Vec<i8> {
                let chance = |c: usize| (counts[side][c] + 0.5) / (totals[side][c] + size);
                let mean = (0..CLASSES).map(|c| chance(c).log2()).sum::<f64>() / CLASSES as f64;
                (0..CLASSES)
                    .map(|c| (8.0 * (chance(c).log2() - mean)).round().clamp(-127.0, 127.0) as i8)
                    .collect()
            };
            source += &format!("    ({name:?}, {:?}, {:?}),\n", bits(0), bits(1));
        }
        source + "];\n"
    }
}
