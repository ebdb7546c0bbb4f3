//! A quoted phrase finds what a plain scan of the text finds, and lights just that.

use std::collections::BTreeSet;

use depeche::fold;

use crate::support::{articles, indexed, indexed_corpus, lit, search};

/// The folded words of a text with one space around each: a phrase is found in it by plain search.
fn scan(text: &str) -> String {
    let mut words = String::from(" ");
    for word in text.split(|c: char| !c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c))
    {
        if !word.is_empty() {
            words.push_str(&fold(word));
            words.push(' ');
        }
    }
    words
}

#[test]
fn phrases_drawn_from_the_corpus_are_found_where_a_scan_finds_them() {
    let (_folder, searcher) = indexed_corpus();
    let all = search(&searcher, "de la le les en un une");
    let texts: Vec<_> = articles(&all)
        .into_iter()
        .map(|id| searcher.article(id).unwrap())
        .map(|a| (a.id.clone(), scan(&a.body), scan(a.title.as_deref().unwrap_or(""))))
        .collect();
    assert_eq!(texts.len(), 66);
    let mut seed = 7_u64;
    let mut draw = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    for _ in 0..300 {
        let words: Vec<&str> = texts[draw(texts.len())].1.split_whitespace().collect();
        let (len, at) = (2 + draw(5), draw(words.len() - 8));
        let phrase = words[at..at + len].join(" ");
        let padded = format!(" {phrase} ");
        let holds = |t: &&(String, String, String)| t.1.contains(&padded) || t.2.contains(&padded);
        let expected: BTreeSet<&str> = texts.iter().filter(holds).map(|t| t.0.as_str()).collect();
        let results = search(&searcher, &format!("\"{phrase}\""));
        let found: BTreeSet<&str> = articles(&results).into_iter().collect();
        assert_eq!(found, expected, "{phrase}");
        for hit in &results.hits {
            assert!(!hit.matches.is_empty() || !hit.title_matches.is_empty(), "{phrase}");
            for words in lit(hit) {
                assert_eq!(scan(words), padded, "{phrase}");
            }
        }
    }
}

#[test]
fn the_phrase_of_the_affair() {
    let (_folder, searcher) = indexed_corpus();
    let straight = search(&searcher, "\"droit de premier refus\"");
    assert_eq!(straight.articles, 5);
    for other in ["« droit de premier refus »", "\"DROIT DE PREMIER REFUS\""] {
        assert_eq!(search(&searcher, other).hits, straight.hits, "{other}");
    }
    assert_eq!(search(&searcher, "\"droit du premier refus\"").articles, 0);
}

#[test]
fn a_phrase_across_passages_is_found_once_and_shown_whole() {
    let sentence = "Cette phrase compte exactement dix mots pour remplir le texte. ";
    let text = format!("{}Fin du premier\n\nPassage suivant. {sentence}", sentence.repeat(60));
    let (_folder, searcher) = indexed(&[("a.txt", &text)]);
    let results = search(&searcher, "\"premier passage suivant\"");
    assert_eq!((results.articles, results.passages), (1, 1));
    assert_eq!(lit(&results.hits[0]), ["premier\n\nPassage suivant"]);
}

#[test]
fn words_as_typed_come_before_words_scattered() {
    let scattered =
        "Le refus, premier ou second, est un droit ; droit, refus, premier, droit, refus.";
    let (_folder, searcher) = indexed(&[
        ("a.txt", scattered),
        ("b.txt", "Long texte sur un droit de premier refus de plus."),
    ]);
    let results = search(&searcher, "droits de premier refus");
    assert_eq!(articles(&results), ["b", "a"]);
}

#[test]
fn accents_elisions_and_compounds_are_forgiven_and_lit_exactly() {
    let (_folder, searcher) = indexed(&[(
        "a.txt",
        "Sur l’équité d'une start-up. ETAT et E\u{301}tat. 10\u{202f}000 euros.",
    )]);
    for (query, expected) in [
        ("equite", vec!["équité"]),
        ("l'équité", vec!["équité"]),
        ("startup", vec!["start-up"]),
        ("état", vec!["ETAT", "E\u{301}tat"]),
        ("10000", vec!["10\u{202f}000"]),
        ("\"10 000 euros\"", vec!["10\u{202f}000 euros"]),
    ] {
        let results = search(&searcher, query);
        assert_eq!(lit(&results.hits[0]), expected, "{query}");
    }
}

#[test]
fn a_number_in_quotation_marks_keeps_its_sign() {
    let text = "Soit 40 % des 40 ans, 40\u{a0}%, $40 et 40 dollars. Le n° 5 et le n 5.";
    let (_folder, searcher) = indexed(&[("a.txt", text)]);
    for (query, expected) in [
        ("\"40 %\"", vec!["40 %", "40\u{a0}%"]),
        ("\"40% des\"", vec!["40 % des"]),
        ("\"$40\"", vec!["$40"]),
        ("\"40 ans\"", vec!["40 ans"]),
        ("\"n° 5\"", vec!["n° 5"]),
    ] {
        let results = search(&searcher, query);
        assert_eq!(lit(&results.hits[0]), expected, "{query}");
    }
}

#[test]
fn what_is_no_word_is_nowhere_and_panics_nobody() {
    let (_folder, searcher) = indexed(&[("a.txt", "Un chat boit du lait. ½ litre, ¼ de plus.")]);
    for query in
        ["½", "\"½\"", "=¼", "~¼ chat", "titre:\"½\"", "lait ET (\"½\" OU \"¼\")", "\"½ ¼\"~3"]
    {
        let Ok(query) = depeche::parse(query) else { continue };
        searcher.search(&query, &depeche::SearchOptions::default()).unwrap();
        searcher.explain(&query, false).unwrap();
    }
}

#[test]
fn a_phrase_runs_on_after_a_compound() {
    let sentence = "Cette phrase compte exactement dix mots pour remplir le texte. ";
    let text = format!("{}Une start-up\n\nFrançaise elle est. {sentence}", sentence.repeat(60));
    let (_folder, searcher) = indexed(&[("a.txt", &text)]);
    let results = search(&searcher, "~\"startup française\"");
    assert_eq!(lit(&results.hits[0]), ["start-up\n\nFrançaise"]);
}

#[test]
fn a_word_with_two_terms_at_its_place_is_one_word() {
    let (_folder, searcher) = indexed(&[("a.txt", "Le noyau GNU/Linux est ici.")]);
    for query in ["\"~linux ~linux\"~0", "\"linux linux\"~3", "~linux PRES/3 ~linux"] {
        assert_eq!(search(&searcher, query).passages, 0, "{query}");
    }
    assert_eq!(lit(&search(&searcher, "\"~noyau ~linux\"~3").hits[0]), ["noyau", "Linux"]);
}

#[test]
fn sentences_of_a_long_article_are_read_once() {
    let text = "Le chat voit un chien et la souris du roi. ".repeat(4_000);
    let (_folder, searcher) = indexed(&[("a.txt", &text)]);
    let query = depeche::parse("=chat PRES/PHRASE =souris").unwrap();
    let options = depeche::ConcordanceOptions::default();
    let found = searcher.concordance(&query, &options, &mut |_| Ok(())).unwrap();
    assert_eq!(found.matches, 4_000);
}

#[test]
fn articles_by_their_dates() {
    let articles_of_three = "{\"id\":\"a\",\"date\":\"2025-01-02\",\"body\":\"Un accord.\"}\n\
        {\"id\":\"b\",\"date\":\"2020-03-04\",\"body\":\"Un accord.\"}\n\
        {\"id\":\"c\",\"body\":\"Un accord sans date.\"}\n";
    let (_folder, searcher) = indexed(&[("a.jsonl", articles_of_three)]);
    let query = depeche::parse("accord").unwrap();
    let found = |sort| {
        let options = depeche::SearchOptions { sort, facets: true, ..Default::default() };
        let results = searcher.search(&query, &options).unwrap();
        let years = results.facets.as_ref().unwrap().year.iter().map(|f| f.key.clone());
        let years: Vec<_> = years.collect();
        assert_eq!(years, [Some("2020".to_owned()), Some("2025".to_owned()), None]);
        articles(&results).join("")
    };
    assert_eq!(found(depeche::HitOrder::Date), "abc");
    assert_eq!(found(depeche::HitOrder::Oldest), "bac");
}

/// Chains of the commonest words, each near the next.
fn chains(count: usize) -> String {
    let words = ["de", "la", "le", "et", "les"];
    let chain = |distance: usize| {
        let words: Vec<&str> = (0..41).map(|i| words[i % words.len()]).collect();
        format!("({})", words.join(&format!(" PRES/{distance} ")))
    };
    (1..=count).map(chain).collect::<Vec<_>>().join(" OU ")
}

#[test]
fn frequent_words_related_over_and_over_are_refused_before_they_run() {
    let (_folder, searcher) = indexed_corpus();
    let asked = |text: &str| {
        let query = depeche::parse(text).unwrap();
        let searched = searcher.search(&query, &depeche::SearchOptions::default());
        let explained = searcher.explain(&query, true).map(|_| ());
        assert_eq!(
            explained.map_err(|e| e.to_string()),
            searched.as_ref().map(|_| ()).map_err(|e| e.to_string())
        );
        searched.map(|_| ())
    };
    assert!(asked(&chains(2)).is_ok());
    let refused = asked(&chains(24)).unwrap_err();
    assert!(matches!(refused, depeche::Error::TooManyComparisons { .. }), "{refused}");
    // Bare words, however many and frequent, are ranked.
    assert!(asked(&"de la le et les ".repeat(200)).is_ok());
}

#[test]
fn what_stands_twice_in_a_query_is_found_once() {
    let (_folder, searcher) = indexed_corpus();
    let counted = |text: &str| {
        let query = depeche::parse(text).unwrap();
        let by = depeche::Grouping::Year;
        let options = depeche::CountOptions { filters: depeche::Filters::default(), by };
        searcher.count(&[query], &options).unwrap().total.counts[0].matches
    };
    let once = counted("(accord OU zorglub) ET droit");
    assert!(once > 0);
    assert_eq!(counted("(accord OU zorglub) ET (droit OU accord) ET droit"), once);
}
