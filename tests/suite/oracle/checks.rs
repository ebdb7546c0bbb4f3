//! The oracle itself, held against examples that anyone can check.

use std::collections::BTreeSet;

use depeche::{Analyzer, Article, Phrase, Piece, Query, TextVocabulary, Within};

use super::generate::Random;
use super::matches::{self, Match};
use super::texts::Span;
use super::{Found, Oracle, Part, terms};

const TITLE: &str = "Fin du refus";
const BODY: &str =
    "Un droit de premier refus. Le droit garde un droit.\n\nDes refus, C++ et une start-up.";

fn article() -> Article {
    Article {
        title: Some(TITLE.into()),
        date: "2024-02".parse().ok(),
        source: Some("L’Octet (fictif)".into()),
        author: Some("Solène Kervadec, Idriss Maurel".into()),
        ..Article::new("a", BODY)
    }
}

fn exact(text: &str) -> Piece {
    Piece::Exact(text.into())
}

fn phrase(pieces: &[Piece], slop: Option<u8>) -> Query {
    Query::Phrase(Phrase { pieces: pieces.to_vec(), slop })
}

fn quoted(text: &str) -> Query {
    phrase(&[exact(text)], None)
}

fn near(left: Query, right: Query, within: Within, ordered: bool) -> Query {
    Query::Near { left: Box::new(left), right: Box::new(right), within, ordered }
}

fn not(query: Query) -> Query {
    Query::Not(Box::new(query))
}

fn title(query: Query) -> Query {
    Query::Title(Box::new(query))
}

/// The text of a part with `[` `]` round each window and `{` `}` round what is lit.
fn marked(text: &str, part: Part, found: &[Found]) -> String {
    let mut signs = Vec::new();
    for one in found.iter().filter(|one| one.part == part) {
        signs.extend([(one.start, 2, '['), (one.end, 1, ']')]);
        signs.extend(one.lit.iter().flat_map(|&(start, end)| [(start, 3, '{'), (end, 0, '}')]));
    }
    signs.sort_unstable();
    let mut marked = text.to_owned();
    signs.iter().rev().for_each(|&(at, _, sign)| marked.insert(at, sign));
    marked
}

/// What is found in the title and in the body; None where the query is not true.
fn read(query: &Query) -> Option<(String, String)> {
    let (articles, analyzer) = ([article()], Analyzer::french());
    let vocabulary = TextVocabulary::new(&analyzer, [BODY]);
    let oracle = Oracle::new(&articles, analyzer, &vocabulary);
    let found = oracle.matches(query);
    let told = || (marked(TITLE, Part::Title, &found), marked(BODY, Part::Body, &found));
    (!oracle.articles(query).is_empty()).then(told)
}

#[track_caller]
fn assert_found(query: &Query, title: &str, body: &str) {
    assert_eq!(read(query), Some((title.to_owned(), body.to_owned())), "{query:?}");
}

#[test]
fn words_are_found_in_all_forms_and_whole() {
    assert_found(
        &Query::Words("droits refuser".into()),
        TITLE,
        "Un [{droit}] de premier refus. Le [{droit}] garde un [{droit}].\n\nDes refus, C++ et une start-up.",
    );
    assert_found(
        &Query::Words("premier refus".into()),
        "Fin du [{refus}]",
        "Un droit de [{premier refus}]. Le droit garde un droit.\n\nDes [{refus}], C++ et une start-up.",
    );
    assert_found(
        &Query::Or(vec![Query::AllWords("fins lune".into()), Query::AllWords("startups".into())]),
        TITLE,
        "Un droit de premier refus. Le droit garde un droit.\n\nDes refus, C++ et une [{start-up}].",
    );
    assert_eq!(read(&Query::AllWords("refus lune".into())), None);
}

#[test]
fn phrases_stand_as_typed() {
    let body = "Un droit de [{premier refus}]. Le droit garde un droit.\n\nDes refus, C++ et une start-up.";
    assert_found(&quoted("PREMIER refus"), TITLE, body);
    assert_found(&phrase(&[exact("premier"), Piece::Forms("refus".into())], None), TITLE, body);
    let pieces =
        [Piece::Pattern("pr?m*".into()), Piece::Fuzzy { word: "reffus".into(), errors: 1 }];
    assert_found(&phrase(&pieces, None), TITLE, body);
    assert_eq!(read(&phrase(&[Piece::Letters("Premier".into())], None)), None);
    assert_found(&phrase(&[Piece::Letters("Fin".into())], None), "[{Fin}] du refus", BODY);
}

#[test]
fn a_loose_phrase_lights_the_shortest_windows() {
    assert_found(
        &phrase(&[exact("droit"), exact("le")], Some(0)),
        TITLE,
        "Un droit de premier refus. [{Le droit}] garde un droit.\n\nDes refus, C++ et une start-up.",
    );
    assert_found(
        &phrase(&[exact("droit"), exact("un"), exact("droit")], Some(1)),
        TITLE,
        "Un droit de premier refus. Le [{droit} garde {un droit}].\n\nDes refus, C++ et une start-up.",
    );
    assert_eq!(read(&phrase(&[exact("droit"), exact("refus")], Some(0))), None);
}

/// Every way to give each slot one of its occurrences.
fn ways(slots: &[&[Span]]) -> Vec<Vec<Span>> {
    let Some((slot, rest)) = slots.split_first() else { return vec![Vec::new()] };
    let with =
        |way: &Vec<Span>| slot.iter().map(|word| [&way[..], &[*word]].concat()).collect::<Vec<_>>();
    ways(rest).iter().flat_map(with).collect()
}

/// The loose phrase to the letter: each window with each way to fill it.
fn every_window(slots: &[&[Span]], slop: usize, end: usize) -> Vec<Match> {
    let windows = (0..end).flat_map(|start| (start + 1..=end).map(move |end| Span { start, end }));
    let within = |a: Span, b: Span| a.start >= b.start && a.end <= b.end;
    let filled = |window: Span| {
        let mut ways = ways(slots);
        ways.retain(|way| way.iter().all(|&word| within(word, window)));
        ways.retain(|way| {
            way.iter().map(|w| w.start).collect::<BTreeSet<_>>().len() == slots.len()
        });
        let lit = ways.iter().flatten().flat_map(|word| word.start..word.end).collect();
        let fits = window.end - window.start <= slots.len() + slop;
        (fits && !ways.is_empty()).then_some(Match { window, lit })
    };
    let filled: Vec<Match> = windows.filter_map(filled).collect();
    let holds_another =
        |one: &Match| filled.iter().any(|m| m.window != one.window && within(m.window, one.window));
    filled.iter().filter(|one| !holds_another(one)).cloned().collect()
}

#[test]
fn a_loose_phrase_is_what_its_definition_says() {
    let random = Random::new(3);
    for _ in 0..500 {
        let word = || {
            let start = random.below(9);
            Span { start, end: start + 1 + random.below(5) / 3 }
        };
        let slot = || (0..1 + random.below(4)).map(|_| word()).collect::<BTreeSet<_>>();
        let slots: Vec<Vec<Span>> =
            (0..1 + random.below(4)).map(|_| slot().into_iter().collect()).collect();
        let slots: Vec<&[Span]> = slots.iter().map(Vec::as_slice).collect();
        let slop = random.below(6);
        let expected = every_window(&slots, slop, 11);
        assert_eq!(matches::with_slop(&slots, slop), expected, "{slots:?} {slop}");
    }
}

#[test]
fn near_is_counted_between_the_windows() {
    let near_words = |words, ordered| {
        near(quoted("refus"), Query::AllWords("droit".into()), Within::Words(words), ordered)
    };
    assert_eq!(read(&near_words(0, false)), None);
    assert_found(
        &near_words(1, false),
        TITLE,
        "Un droit de premier [{refus}. Le {droit}] garde un [{droit}.\n\nDes {refus}], C++ et une start-up.",
    );
    assert_found(
        &near(Query::AllWords("droit".into()), quoted("refus"), Within::Words(2), true),
        TITLE,
        "Un [{droit} de premier {refus}]. Le droit garde un [{droit}.\n\nDes {refus}], C++ et une start-up.",
    );
}

#[test]
fn near_keeps_to_sentences_and_lights_nothing_twice() {
    let droit = || Query::AllWords("droit".into());
    assert_found(
        &near(droit(), droit(), Within::Sentence, false),
        TITLE,
        "Un droit de premier refus. Le [{droit} garde un {droit}].\n\nDes refus, C++ et une start-up.",
    );
    let premier_or_garde = Query::Or(vec![quoted("premier"), quoted("garde")]);
    assert_found(
        &near(near(droit(), quoted("un"), Within::Words(0), false), premier_or_garde, Within::Words(1), false),
        TITLE,
        "[{Un droit} de {premier}] refus. Le droit [{garde} {un droit}].\n\nDes refus, C++ et une start-up."
            .replace("} {", " ")
            .as_str(),
    );
}

#[test]
fn what_is_true_is_lit() {
    let lune = || quoted("lune");
    assert_found(
        &Query::And(vec![Query::AllWords("garder".into()), not(lune())]),
        TITLE,
        "Un droit de premier refus. Le droit [{garde}] un droit.\n\nDes refus, C++ et une start-up.",
    );
    let both = Query::And(vec![quoted("garde"), lune()]);
    assert_found(&Query::Or(vec![both, title(quoted("fin"))]), "[{Fin}] du refus", BODY);
    assert_found(&not(lune()), TITLE, BODY);
    assert_found(&title(not(quoted("garde"))), TITLE, BODY);
    assert_eq!(read(&title(quoted("garde"))), None);
    let rank = Query::Rank { must: Box::new(quoted("fin")), should: "refus".into() };
    assert_found(&rank, "[{Fin}] du refus", BODY);
    assert_found(
        &Query::And(vec![quoted("un droit"), quoted("droit de")]),
        TITLE,
        "[{Un droit de}] premier refus. Le droit garde [{un droit}].\n\nDes refus, C++ et une start-up.",
    );
}

#[test]
fn symbols_tell_words_apart() {
    let cpp = "Un droit de premier refus. Le droit garde un droit.\n\nDes refus, [{C}]++ et une start-up.";
    assert_found(&quoted("C"), TITLE, cpp);
    assert_found(&quoted("c++"), TITLE, cpp);
    assert_eq!(read(&quoted("c#")), None);
}

#[test]
fn what_is_known_of_an_article() {
    let dates =
        |from: &str, to: &str| Query::Dates { from: from.parse().ok(), to: to.parse().ok() };
    for (query, expected) in [
        (Query::Source("l'octet fictif".into()), true),
        (Query::Source("octet".into()), false),
        (Query::Author("kervadec Idriss".into()), true),
        (Query::Author("Solène Idriss".into()), false),
        (dates("2024-02-29", "2025"), true),
        (dates("", "2024-02-01"), true),
        (dates("2024-03", ""), false),
    ] {
        assert_eq!(read(&query).is_some(), expected, "{query:?}");
    }
}

#[test]
fn patterns_and_typing_errors() {
    let letters = |word: &str| word.chars().collect::<Vec<char>>();
    for (pattern, word, fits) in [
        ("m?t", "mot", true),
        ("m?t", "mt", false),
        ("*t*", "mot", true),
        ("mot*", "mot", true),
        ("mot?", "mot", false),
        ("m*t", "moto", false),
    ] {
        assert_eq!(terms::fits(&letters(pattern), &letters(word)), fits, "{pattern} {word}");
    }
    for (left, right, errors) in
        [("mot", "mto", 1), ("ca", "abc", 3), ("mot", "mots", 1), ("", "mot", 3), ("ton", "not", 2)]
    {
        assert_eq!(terms::distance(&letters(left), &letters(right)), errors, "{left} {right}");
    }
}
