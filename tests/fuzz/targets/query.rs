//! The query parser: strict, lenient, plain.

use depeche::{ParseError, parse, parse_lenient, parse_plain};

use super::{Target, seeds};

pub(super) fn target() -> Target {
    Target { name: "query", seeds: seeds(SEEDS), tokens: TOKENS, case: Box::new(case) }
}

fn case(bytes: &[u8]) {
    let text = &String::from_utf8_lossy(bytes);
    let read = parse(text);
    match &read {
        Ok(query) => prints(query),
        Err(error) => can_be_shown(text, error),
    }
    let lenient = parse_lenient(text);
    lenient.query.iter().for_each(prints);
    lenient.errors.iter().for_each(|error| can_be_shown(text, error));
    match read {
        Ok(query) => assert_eq!((lenient.query, lenient.errors), (Some(query), vec![])),
        Err(_) => assert!(!lenient.errors.is_empty(), "lenient tells nothing"),
    }
    match parse_plain(text) {
        Ok(query) => prints(&query),
        Err(error) => can_be_shown(text, &error),
    }
}

/// A query prints as text that parses to it.
fn prints(query: &depeche::Query) {
    let printed = query.to_string();
    assert_eq!(parse(&printed).as_ref(), Ok(query), "printed as {printed:?}");
}

/// The place of an error is text of the query, and what is said of it fits on a line.
fn can_be_shown(text: &str, error: &ParseError) {
    assert!(text.get(error.span.clone()).is_some(), "{error:?} is not within the text");
    let told = error.to_string();
    assert!(!told.is_empty() && told.chars().count() < 600, "{told}");
}

const SEEDS: &[&str] = &[
    "accord exclusif",
    "médaille d'or",
    "« droit de premier refus » Microsoft",
    "robot ET jouet OU chat SAUF (a OU b)",
    "invest* ET m?t ET *washing",
    "refus~1 OU \"premier refus\"~5",
    "\"~droit de =Premier ref*\"~3",
    "~\"droits de refus\" =«Le Monde»",
    "(droit OU loi) AVANT/3 \"premier refus\"",
    "IA PRES/PHRASE emploi PRES/PARAGRAPHE loi",
    "titre:(IA OU \"intelligence artificielle\") OpenAI",
    "source:(Numerama OU \"Le Monde\") auteur:Dupont",
    "date:2024-12..2025 SAUF date:..2023-05-01",
    "+OpenAI -Musk accord -(a OU b)",
    "étudiant(e)s (re)voir f(x) 13\" 40 % C++ A/B",
    "a && b || c NEAR5 d title:[a TO b] mot^2 'x' --y",
];

/// Words and signs that mean something in a query.
pub(crate) const TOKENS: &[&str] = &[
    " ET ",
    " OU ",
    " SAUF ",
    " AND ",
    " OR ",
    " NOT ",
    " PRES/5 ",
    " AVANT/S ",
    " NEAR/SENTENCE ",
    "PRE/0",
    "PRES/PARAGRAPHE",
    "(",
    ")",
    "((((",
    "))))",
    "\"",
    "«",
    "»",
    "“",
    "”",
    "-",
    "+",
    "=",
    "~",
    "*",
    "?",
    "~1",
    "~2",
    "~100",
    "^2",
    ":",
    "titre:",
    "source:",
    "auteur:",
    "date:",
    "date:2024",
    "..",
    "2025-03",
    " ",
    "\u{a0}",
    "\u{301}",
    "\u{200b}",
    "é",
    "œ",
    "🎉",
    "\0",
    "/",
    "%",
    " – ",
    ",",
    "'",
    "’",
    "!",
    "&&",
    "||",
    "[a TO b]",
    "NON ",
    "$",
    "\n",
    "\t",
    "\u{202e}",
    ".",
    "C++",
    "start-up",
    "日本",
    "SAUF SAUF ",
    "a PRES/2 ",
    "€",
    "10 000",
    "°",
    "\u{feff}",
    "{",
    "}",
    "#",
    "\\",
];
