//! What holds for any text.

use depeche::{Analyzer, fold, highlight, parse, passages, snippet};
use proptest::prelude::*;

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tokens_stand_on_character_boundaries_in_order(text in text()) {
        let tokens = Analyzer::french().tokens(&text);
        let mut end = 0;
        for (i, token) in tokens.iter().enumerate() {
            prop_assert_eq!(token.position, i);
            prop_assert!(token.offsets.start >= end && text.get(token.offsets.clone()).is_some());
            prop_assert!(token.forms.iter().all(|f| text.get(f.offsets.clone()).is_some()));
            end = token.offsets.end;
        }
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
    fn a_query_without_accents_lights_what_the_accented_one_does(word in "[a-zéèêàçôûî]{1,12}") {
        let analyzer = Analyzer::french();
        let (accented, folded) = (parse(&word).unwrap(), parse(&fold(&word)).unwrap());
        prop_assert_eq!(highlight(&accented, &analyzer, &word), highlight(&folded, &analyzer, &word));
    }
}
