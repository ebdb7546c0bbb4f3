//! What holds for any text.

use std::sync::LazyLock;

use depeche::{Analyzer, SearchOptions, fold, highlight, parse, passages, snippet};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::support::indexed_corpus;

/// French-looking text with what breaks scanners: quotes, elisions, numbers, combining marks.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "l’",
        "d'",
        "équité",
        "E\u{301}TAT",
        "start-up",
        " ",
        " ",
        " ",
        "\n",
        "\n\n",
        ". ",
        ".",
        "10 000",
        "18h30",
        "16Go",
        "40 %",
        "°C",
        "-t-il",
        "ex-",
        "celle-ci",
        "13 Md€",
        "3,5",
        "I.A.",
        "C++",
        "« ",
        " »",
        "\"",
        "M. ",
        "…",
        "œuvre",
        "utilisateur·rice·s",
        "(e)s",
        "\u{ad}",
        "\u{200b}",
        "𝕏",
        "\u{202e}",
        "a",
    ]);
    prop_oneof![prop::collection::vec(piece, 0..60).prop_map(|p| p.concat()), any::<String>()]
}

/// The distinct words of the sample articles that have an accent.
fn words() -> &'static [String] {
    static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let (_folder, searcher) = indexed_corpus();
        let all = parse("\"de\"").unwrap();
        let options = SearchOptions { limit: usize::MAX, ..SearchOptions::default() };
        let hits = searcher.search(&all, &options).unwrap().hits;
        let bodies = hits.iter().map(|hit| searcher.article(&hit.article).unwrap().body);
        let analyzer = Analyzer::french();
        let mut words: Vec<String> = bodies
            .flat_map(|body| {
                let tokens = analyzer.tokens(&body);
                tokens.into_iter().map(|token| body[token.offsets].to_owned()).collect::<Vec<_>>()
            })
            .filter(|word| fold(word) != word.to_lowercase())
            .collect();
        words.sort();
        words.dedup();
        words
    });
    &WORDS
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn tokens_stand_on_character_boundaries_in_order(text in text()) {
        let tokens = Analyzer::french().tokens(&text);
        let mut end = 0;
        for (i, token) in tokens.iter().enumerate() {
            prop_assert_eq!(token.position, i);
            prop_assert!(token.offsets.start >= end && text.get(token.offsets.clone()).is_some());
            prop_assert!(token.forms.iter().all(|f| text.get(f.offsets.clone()).is_some()));
            prop_assert!(!token.exact.is_empty());
            end = token.offsets.end;
        }
    }

    #[test]
    fn analysing_again_gives_the_same(text in text(), other in text()) {
        let analyzer = Analyzer::french();
        let first = (analyzer.tokens(&text), analyzer.query_tokens(&text));
        analyzer.tokens(&other);
        prop_assert_eq!(&first, &(analyzer.tokens(&text), analyzer.query_tokens(&text)));
    }

    #[test]
    fn a_folded_phrase_is_the_same_phrase(text in text(), start in 0_usize..20, length in 1_usize..6) {
        let words: Vec<String> = Analyzer::french().tokens(&text).into_iter().skip(start).take(length).map(|token| text[token.offsets].to_owned()).collect();
        let (Ok(query), Ok(folded)) = (
            parse(&format!("\"{}\"", words.join(" "))),
            parse(&format!("\"{}\"", fold(&words.join(" ")))),
        ) else { return Ok(()) };
        let analyzer = Analyzer::french();
        prop_assert_eq!(highlight(&query, &analyzer, &text), highlight(&folded, &analyzer, &text));
    }

    #[test]
    fn passages_tile_the_body(text in text()) {
        let spans = passages(&text);
        let joined: String = spans.iter().map(|span| &text[span.clone()]).collect();
        prop_assert_eq!(joined, text);
    }

    #[test]
    fn a_query_prints_as_text_that_parses_to_itself(text in text()) {
        if let Ok(query) = parse(&text) {
            prop_assert_eq!(parse(&query.to_string()), Ok(query));
        }
    }

    #[test]
    fn matches_are_sorted_apart_and_inside(text in text(), query in text()) {
        let Ok(query) = parse(&query) else { return Ok(()) };
        let spans = highlight(&query, &Analyzer::french(), &text);
        prop_assert!(spans.windows(2).all(|w| w[0].end <= w[1].start));
        prop_assert!(spans.iter().all(|span| !span.is_empty() && text.get(span.clone()).is_some()));
        prop_assert!(snippet(&text, &spans).iter().all(|span| text.get(span.clone()).is_some()));
    }

    #[test]
    fn a_word_of_the_corpus_is_found_without_its_accents(at in any::<prop::sample::Index>()) {
        let word = at.get(words());
        let analyzer = Analyzer::french();
        let query = |text: &str| parse(text).unwrap();
        let capital: String = match word.chars().next() {
            Some(first) => first.to_uppercase().chain(word.chars().skip(1)).collect(),
            None => String::new(),
        };
        let plain = |text: &str| text.chars().map(|c| match fold(&c.to_string()) {
            folded if c.is_uppercase() => folded.to_uppercase(),
            folded => folded,
        }).collect::<String>();
        let first = |text: &str| fold(text).chars().next();
        for text in words().iter().filter(|text| first(text) == first(word)) {
            let lit = |query| !highlight(&query, &analyzer, text).is_empty();
            for word in [word, &capital] {
                let (accented, folded) = (query(word), query(&plain(word)));
                prop_assert!(!lit(accented) || lit(folded), "{word} / {text}");
            }
        }
    }

    #[test]
    fn a_query_without_accents_lights_what_the_accented_one_does(word in "[a-zéèêàçôûî]{1,12}") {
        let analyzer = Analyzer::french();
        let (accented, folded) = (parse(&word).unwrap(), parse(&fold(&word)).unwrap());
        prop_assert_eq!(highlight(&accented, &analyzer, &word), highlight(&folded, &analyzer, &word));
    }
}
