//! The query language: every query prints as text that parses to it, and no text makes the parser fail.

use depeche::{
    MAX_DISTANCE, ParseError, PartialDate, Phrase, Piece, Query, Within, parse, parse_lenient,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

/// Bare words, each one, with the signs that belong to it.
const WORDS: &[&str] = &[
    "accord",
    "l'IA",
    "start-up",
    "Été",
    "e\u{301}te\u{301}",
    "C++",
    "C#",
    ".NET",
    "étudiant(e)s",
    "(re)voir",
    "f(x)",
    "-20",
    "+5",
    "2024",
    "40 %",
    "13\"",
    "IA,",
    "n°5",
    "A/B",
    "10:30",
    "et",
    "est-ce?",
    "10^6",
    "http://a.fr/?b=c*",
    "#IA",
    "日本",
    "5 –",
];
/// Words of quotations, as they stand.
const EXACT: &[&str] = &[
    "droit",
    "d’usage",
    "ET",
    "-20",
    "F***",
    "oui !",
    "a:b",
    "(x",
    "l'IA?",
    "b && c",
    "^2",
    "2024..2025",
];
/// Words that may bear a mark.
const MARKED: &[&str] =
    &["refus", "Été", "I.A.", "l'IA", "C++", "f(x", "2024", "e\u{301}te\u{301}"];
const PATTERNS: &[&str] = &["invest*", "*washing", "m?t", "fai??", "e\u{301}ta*", "2*3", "?a*b"];
const FUZZY: &[&str] = &["refus", "OpenAI", "e\u{301}te\u{301}", "2024"];
const NAMES: &[&str] =
    &["Numerama", "Le Monde", "L'Express", "ET", "=x", "20 Minutes", "a*~1", "A. B."];

fn text_of(list: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    select(list).prop_map(str::to_owned)
}

fn one_word() -> impl Strategy<Value = String> + Clone {
    prop_oneof![3 => "[a-zéèœ]{1,9}", 2 => text_of(WORDS)]
}

fn words() -> impl Strategy<Value = String> + Clone {
    vec(one_word(), 1..4).prop_map(|words| words.join(" "))
}

fn piece() -> impl Strategy<Value = Piece> {
    prop_oneof![
        4 => prop_oneof!["[a-zéèœ]{1,9}", text_of(EXACT)].prop_map(Piece::Exact),
        1 => text_of(MARKED).prop_map(Piece::Letters),
        1 => text_of(MARKED).prop_map(Piece::Forms),
        1 => text_of(PATTERNS).prop_map(Piece::Pattern),
        1 => (text_of(FUZZY), 1..=2_u8).prop_map(|(word, errors)| Piece::Fuzzy { word, errors }),
    ]
}

fn phrase() -> impl Strategy<Value = Query> {
    (vec(piece(), 1..5), proptest::option::weighted(0.2, 0..=MAX_DISTANCE)).prop_map(
        |(list, slop)| {
            let mut pieces: Vec<Piece> = Vec::new();
            for piece in list {
                match (pieces.last_mut(), piece) {
                    (Some(Piece::Exact(words)), Piece::Exact(more)) => {
                        *words += &format!(" {more}")
                    }
                    (_, piece) => pieces.push(piece),
                }
            }
            Query::Phrase(Phrase { pieces, slop })
        },
    )
}

fn within() -> impl Strategy<Value = Within> {
    prop_oneof![
        (0..=MAX_DISTANCE).prop_map(Within::Words),
        Just(Within::Sentence),
        Just(Within::Paragraph)
    ]
}

/// What may stand beside `PRES`, and nears of it.
fn near() -> impl Strategy<Value = Query> {
    let leaf = prop_oneof![one_word().prop_map(Query::AllWords), phrase()].boxed();
    leaf.prop_recursive(3, 12, 3, |inner| {
        let operand = prop_oneof![
            2 => inner.clone(),
            1 => vec(inner, 2..4).prop_map(either),
        ];
        (operand.clone(), operand, within(), any::<bool>()).prop_map(
            |(left, right, within, ordered)| Query::Near {
                left: Box::new(left),
                right: Box::new(right),
                within,
                ordered,
            },
        )
    })
    .prop_filter("a near", |query| matches!(query, Query::Near { .. }))
}

fn date() -> impl Strategy<Value = PartialDate> {
    (1900..2100_i16, proptest::option::of((1..=12_i8, proptest::option::of(1..=28_i8))))
        .prop_filter_map("a date", |(year, rest)| {
            let (month, day) = rest.map_or((None, None), |(month, day)| (Some(month), day));
            PartialDate::new(year, month, day)
        })
}

fn dates() -> impl Strategy<Value = Query> {
    let bound = || proptest::option::of(date());
    let range = (bound(), bound()).prop_filter_map("a range", |(from, to)| match (from, to) {
        (None, None) => None,
        (Some(a), Some(b)) if a.first_day() > b.last_day() => {
            Some(Query::Dates { from: Some(b), to: Some(a) })
        }
        (from, to) => Some(Query::Dates { from, to }),
    });
    prop_oneof![range, date().prop_map(|date| Query::Dates { from: Some(date), to: Some(date) })]
}

fn both(list: Vec<Query>) -> Query {
    let flat = |query| if let Query::And(inner) = query { inner } else { vec![query] };
    Query::And(list.into_iter().flat_map(flat).collect())
}

fn either(list: Vec<Query>) -> Query {
    let flat = |query| if let Query::Or(inner) = query { inner } else { vec![query] };
    Query::Or(list.into_iter().flat_map(flat).collect())
}

/// Several bare words are excluded only as alternatives or as a phrase.
fn not(query: Query) -> Query {
    Query::Not(Box::new(match query {
        Query::AllWords(words) if words.split(' ').count() > 1 => {
            Query::Phrase(Phrase { pieces: vec![Piece::Exact("droit".to_owned())], slop: None })
        }
        other => other,
    }))
}

/// Operands of ET, OU and SAUF made of these leaves.
fn operand(leaf: BoxedStrategy<Query>) -> BoxedStrategy<Query> {
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 2..5).prop_map(both),
            vec(inner.clone(), 2..5).prop_map(either),
            inner.prop_map(not),
        ]
    });
    tree.boxed()
}

/// Queries of every kind, such as [`parse`] makes them.
pub(crate) fn query_generator() -> impl Strategy<Value = Query> {
    let text = prop_oneof![2 => words().prop_map(Query::AllWords), 2 => phrase(), 1 => near()];
    let text = text.boxed();
    let field = prop_oneof![
        operand(text.clone()).prop_map(|query| Query::Title(Box::new(query))),
        text_of(NAMES).prop_map(Query::Source),
        text_of(NAMES).prop_map(Query::Author),
        dates(),
    ];
    let inner = operand(prop_oneof![3 => text, 1 => field].boxed());
    let is_excluded = |query: &Query| match query {
        Query::Not(_) => true,
        Query::And(list) => list.iter().all(|query| matches!(query, Query::Not(_))),
        _ => false,
    };
    let must = inner.clone().prop_filter("required", move |query| !is_excluded(query));
    prop_oneof![
        1 => words().prop_map(Query::Words),
        4 => inner.clone(),
        2 => (must, words())
            .prop_map(|(must, should)| Query::Rank { must: Box::new(must), should }),
        1 => (words(), vec(inner.prop_map(not), 1..4)).prop_map(|(words, mut list)| {
            list.insert(0, Query::Words(words));
            Query::And(list)
        }),
    ]
}

/// Queries as people type them, and headlines as they paste them.
const TYPED: &[&str] = &[
    "accord exclusif",
    "médaille d'or",
    "\"droit de premier refus\"",
    "« droit de premier refus » Microsoft",
    "robot ET jouet",
    "robot OU jouet SAUF chat",
    "robot SAUF (robot OU jouet)",
    "a NOT b AND c OR d",
    "invest* ET placement*",
    "m?t",
    "*washing",
    "refus~1 OU refis~2",
    "\"premier refus\"~5",
    "\"~droit de =Premier refus\"~3",
    "=Été",
    "~refus",
    "~\"droits de refus\"",
    "=«Le Monde»",
    "droit PRES/5 refus",
    "(droit OU loi) AVANT/3 \"premier refus\"",
    "IA PRES/PHRASE emploi PRES/PARAGRAPHE loi",
    "titre:IA",
    "titre:(IA OU \"intelligence artificielle\") OpenAI",
    "source:\"Le Monde\" date:2024..2025",
    "source:(Numerama OU \"Le Monde\") ET IA",
    "auteur:Dupont SAUF date:..2023-05-01",
    "+OpenAI -Musk accord",
    "-(a OU b) c",
    "IA -\"a b\" -titre:x",
    "google ET NON facebook",
    "'vie privée' ‘b c’",
    "a NEAR b XOR c /5 d",
    "\"a\" ~5 titre=x goo$ --x ==y –z",
    "(a OU (b ET (c SAUF d)))",
    "SAUF SAUF a",
    "((a) b) c",
    "+(a b) +(2024) c",
    "étudiant(e)s (re)voir f(x)",
    "écran 13\" mat",
    "e\u{301}tat l’e\u{301}*",
    "日本 🎉 fête",
    "40 % de 10 €, 5 – 10",
    "C++ C# .NET 24/7 A/B R&D n°5",
    "L'IA va-t-elle nous remplacer ?",
    "«Nous sommes prêt·e·s», dit-il : +5 % !",
    "Microsoft/OpenAI – l’accord (très) exclusif…",
    "foo:bar",
    "titre: x",
    "date:>2024",
    "title:[a TO b]",
    "mot^2",
    "mot~",
    "a && b || c",
    "a NEAR5 b w/3 c",
    "droit auteur PRES/5 IA",
    "x SAUF robot jouet",
    "(a",
    "a)",
    "\"a",
    "()",
    "\"\"",
    "ET a OU",
    "l'invest*",
    "http://www.lemonde.fr/a?b=c*d~1",
];
const SIGNS: &[&str] = &[
    " ET ",
    " OU ",
    " SAUF ",
    "PRES/5",
    " PRES/5 ",
    " AVANT/S ",
    "(",
    ")",
    "\"",
    "«",
    "»",
    "“",
    "-",
    "+",
    "=",
    "~",
    "*",
    "?",
    "~1",
    "^2",
    ":",
    "titre:",
    "source:",
    "date:2024",
    "..",
    " ",
    "\u{a0}",
    "\u{301}",
    "\u{200b}",
    "é",
    "🎉",
    "\0",
    "/",
    "%",
    " – ",
    ",",
    "'",
    "!",
    "&&",
    "[a TO b]",
    "SAUF",
    "NON ",
    " NEAR ",
    " /5",
    "‘",
    "’",
    "–",
    "−",
    "$",
    "2",
    "\n",
    "\u{202e}",
    ".",
];

/// A small generator of numbers (xorshift), the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

fn mutated(numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = TYPED[numbers.below(TYPED.len())].chars().collect();
    if numbers.below(4) == 0 {
        chars.push(' ');
        chars.extend(TYPED[numbers.below(TYPED.len())].chars());
    }
    for _ in 0..numbers.below(6) {
        let at = numbers.below(chars.len().max(1)).min(chars.len());
        let end = (at + 1 + numbers.below(4)).min(chars.len());
        match numbers.below(5) {
            0 => drop(chars.drain(at..end)),
            1 => {
                let piece = chars[at..end].to_vec();
                chars.splice(at..at, piece);
            }
            2 if end > at => chars.swap(at, end - 1),
            _ => drop(chars.splice(at..at, SIGNS[numbers.below(SIGNS.len())].chars())),
        }
    }
    chars.into_iter().collect()
}

/// Any characters at all, or nothing but signs.
fn random(numbers: &mut Numbers) -> String {
    let length = numbers.below(40);
    if numbers.below(2) == 0 {
        return (0..length).map(|_| SIGNS[numbers.below(SIGNS.len())]).collect();
    }
    let char = |_| char::from_u32(numbers.below(0x3000) as u32).unwrap_or('a');
    (0..length).map(char).collect()
}

fn can_be_shown(text: &str, error: &ParseError) {
    assert!(text.get(error.span.clone()).is_some(), "{text:?}: {error:?}");
    assert!(!error.to_string().is_empty());
}

fn holds(text: &str, is_long: bool) {
    let read = parse(text);
    match &read {
        Ok(query) => {
            let printed = query.to_string();
            assert_eq!(parse(&printed).as_ref(), Ok(query), "{text:?} printed as {printed:?}");
        }
        Err(error) => can_be_shown(text, error),
    }
    if !is_long {
        return;
    }
    let lenient = parse_lenient(text);
    lenient.errors.iter().for_each(|error| can_be_shown(text, error));
    match read {
        Ok(query) => assert_eq!((lenient.query, lenient.errors), (Some(query), vec![])),
        Err(error) => {
            assert!(lenient.errors.contains(&error) || lenient.errors.len() > 7, "{text:?}")
        }
    }
}

#[test]
fn no_text_makes_the_parser_fail() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for i in 0..200_000 {
        let text = if i % 4 == 0 { random(&mut numbers) } else { mutated(&mut numbers) };
        holds(&text, true);
    }
}

#[test]
fn every_cut_of_a_typed_query_is_read_or_refused() {
    for text in TYPED {
        for (at, _) in text.char_indices() {
            holds(&text[..at], true);
            holds(&text[at..], true);
        }
    }
}

#[test]
fn long_texts_of_one_piece_are_read_or_refused() {
    let pieces = TYPED.iter().chain(SIGNS).copied();
    for piece in pieces.chain([
        "f(", "a(b)", "(e)s", "a~1", "=a", "\"a\"", "[", "{a ", "a:b", "!a", "x^", "f(\"", "..",
        "é*",
    ]) {
        for text in [
            piece.repeat(16_000 / piece.len()),
            format!("a{piece} ").repeat(15_000 / (piece.len() + 2)),
        ] {
            holds(&text, true);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn a_query_prints_as_text_that_parses_to_it(query in query_generator()) {
        prop_assert_eq!(parse(&query.to_string()), Ok(query));
    }

    #[test]
    fn what_parses_prints_as_text_that_parses_to_the_same(text in "[a-c ()\"«»~=+*?:/^!é\u{301}1-9-]{0,30}|\\PC{0,30}") {
        holds(&text, true);
    }
}
