//! What becomes of a text: passages, sentences, tokens, highlights, snippets, what is printed of it.

use std::ops::Range;

use depeche::render::{JsonFormatter, visible};
use depeche::{
    Analyzer, UserForms, highlight, paragraph_starts, parse, parse_plain, passages,
    sentence_starts, snippet,
};
use serde::Serialize;

use super::{Target, seeds};

pub(super) fn target() -> Target {
    let analyzer = Analyzer::french();
    let case = move |bytes: &[u8]| case(&analyzer, &String::from_utf8_lossy(bytes));
    Target { name: "text", seeds: seeds(SEEDS), tokens: TOKENS, case: Box::new(case) }
}

/// The first line is also a query.
fn case(analyzer: &Analyzer, text: &str) {
    cuts(text);
    words(analyzer, text);
    is_printed(text);
    forms(text);
    let (first, body) = text.split_once('\n').unwrap_or(("accord", text));
    let queries = [parse(first), parse_plain(first)];
    for query in queries.iter().flatten() {
        let lit = highlight(query, analyzer, body);
        are_apart(body, &lit);
        are_apart(body, &snippet(body, &lit));
    }
}

/// Passages are the text; sentences and paragraphs begin at characters.
fn cuts(text: &str) {
    let cut = passages(text);
    are_apart(text, &cut);
    let joined: String = cut.iter().map(|span| &text[span.clone()]).collect();
    assert_eq!(joined, text, "passages tile the text");
    for starts in [sentence_starts(text), paragraph_starts(text)] {
        assert!(starts.is_sorted(), "{starts:?}");
        assert!(starts.iter().all(|start| text.is_char_boundary(*start)), "{starts:?}");
    }
}

fn words(analyzer: &Analyzer, text: &str) {
    let mut last = 0;
    analyzer.each_token(text, |token| {
        assert!(text.get(token.offsets()).is_some(), "{:?}", token.offsets());
        assert!(token.position() >= last, "positions go back");
        last = token.position();
    });
    analyzer.query_tokens(text);
}

fn are_apart(text: &str, spans: &[Range<usize>]) {
    assert!(spans.iter().all(|span| text.get(span.clone()).is_some()), "{spans:?}");
    assert!(spans.is_sorted_by(|a, b| a.end <= b.start), "{spans:?}");
}

/// Nothing that commands a terminal is left, and JSON says what it was given.
fn is_printed(text: &str) {
    let shown = visible(text);
    assert!(!shown.contains(|c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c)));
    let mut json = Vec::new();
    text.serialize(&mut serde_json::Serializer::with_formatter(&mut json, JsonFormatter)).unwrap();
    assert!(!json.iter().any(u8::is_ascii_control), "a control character in JSON");
    assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
}

/// What is kept of a user's forms reads as it was.
fn forms(text: &str) {
    if let Ok(forms) = UserForms::parse(text) {
        let again = UserForms::parse(&forms.to_tsv()).map(|forms| forms.to_tsv());
        assert_eq!(again, Ok(forms.to_tsv()));
    }
}

const SEEDS: &[&str] = &[
    "droit de premier refus\nMicrosoft garde un droit de premier refus, dit M. Dupont. « Non. »\n\nIl part.",
    "~\"accord exclusif\"\nL’accord exclusif vaut 10 000 € (13 Md€), soit +40 % en 18h30 : c’est GPT-4o !",
    "scrollait\tscroller\nX\ttwitter\n# rien\nstart-up\tstartup",
    "OpenAI PRES/5 capital\nutilisateur·rice·s, étudiant(e)s, C++, .NET, v3.11, I.A., http://a.fr/?b=c",
    "invest*\nE\u{301}TAT, état, œuvre, aujourd'hui, Aix-en-Provence, 2ème, n° 5, 日本語の新聞 👩‍👩‍👧",
];

const TOKENS: &[&str] = &[
    "\n",
    "\n\n",
    "\r\n",
    ". ",
    " ! ",
    "… ",
    "« ",
    " »",
    "’",
    "'",
    "-",
    "\u{2011}",
    "·",
    "\u{a0}",
    "\u{202f}",
    "\u{301}",
    "\u{200b}",
    "\u{ad}",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}[2J",
    "\0",
    "10 000",
    "1,5",
    "%",
    "€",
    " Md€",
    "$",
    "°C",
    "n°",
    "v3.",
    "18h",
    "GPT-4",
    "C++",
    ".NET",
    "I.A.",
    "M. ",
    "œ",
    "É",
    "ß",
    "ﬁ",
    "𝔘",
    "日本",
    "🎉",
    "\t",
    "~\"",
    "\"",
    "*",
    " ET ",
    " PRES/3 ",
    "titre:",
    "pour cent",
    "milliards",
    "euros",
    "/",
];
