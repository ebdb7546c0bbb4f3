//! Bare words rank articles: what the score says, and what comes first.

use depeche::{SearchOptions, Unit, Weights, parse};

use crate::support::{articles, indexed, indexed_corpus, lit, search};

#[test]
fn the_parts_of_a_score_add_up_to_it() {
    let (_folder, searcher) = indexed_corpus();
    let options = SearchOptions { limit: 20, ..SearchOptions::default() };
    for text in [
        "accord exclusif",
        "Que devient l’alliance d’OpenAI et de Microsoft ?",
        "centres de données",
    ] {
        let query = parse(text).unwrap();
        for hit in searcher.search(&query, &options).unwrap().hits {
            let parts = searcher.explain_score(&query, &options, &hit.article).unwrap().unwrap();
            assert!((parts.total() - hit.score).abs() < 0.001, "{text}: {parts:?} {}", hit.score);
        }
    }
    let phrase = parse("\"accord exclusif\"").unwrap();
    assert_eq!(
        searcher.explain_score(&phrase, &options, "ia/openai-restructuration").unwrap(),
        None
    );
}

#[test]
fn an_article_that_speaks_of_it_in_several_passages_comes_first() {
    let other =
        "Une phrase entière parle ici de tout autre chose, longuement et sans détour. ".repeat(12);
    let often = format!(
        "Le satellite brille. {other} Le satellite tourne. {other} Un satellite tombe. {other}"
    );
    let once = format!("Le satellite brille. {other} {other} {other}");
    let (_folder, searcher) = indexed(&[("once.txt", &once), ("often.txt", &often)]);
    assert_eq!(articles(&search(&searcher, "satellite"))[0], "often");
}

#[test]
fn the_whole_as_typed_comes_first() {
    let apart = "La mise à jour est libre, la demeure aussi. Mise, mise, demeure, demeure.";
    let (_folder, searcher) = indexed(&[
        ("a.txt", apart),
        ("b.txt", "Après une longue attente, une mise en demeure est partie vers lui."),
    ]);
    assert_eq!(articles(&search(&searcher, "mise en demeure"))[0], "b");
}

#[test]
fn kin_words_raise_an_article_but_find_and_light_nothing() {
    let (_folder, searcher) = indexed(&[
        ("a.txt", "La municipalité veut un pont ; sa peinture va durer longtemps, dit-elle."),
        ("b.txt", "La municipalité veut un pont ; sa construction va durer longtemps, dit-elle."),
        ("c.txt", "Une construction voisine."),
        ("d.txt", "Il faut construire."),
    ]);
    let results = search(&searcher, "construire pont");
    assert_eq!(articles(&results), ["d", "b", "a"]);
    assert_eq!(lit(&results.hits[1]), ["pont"]);
    let query = parse("construire pont").unwrap();
    let kin = |weights: Weights, article| {
        let options = SearchOptions { weights, ..SearchOptions::default() };
        searcher.explain_score(&query, &options, article).unwrap().unwrap().kin
    };
    assert!(kin(Weights::default(), "b") > 0.0);
    assert_eq!(kin(Weights::default(), "a"), 0.0);
    assert_eq!(kin(Weights { kin: 0.0, ..Weights::default() }, "b"), 0.0);
}

/// Thirty articles at a time are looked at closely and ranked among themselves.
#[test]
fn scores_fall_within_thirty_and_few_articles_or_many_begin_alike() {
    let (_folder, searcher) = indexed_corpus();
    for text in ["données personnelles des utilisateurs", "pour l", "entreprise données accord"] {
        let query = parse(text).unwrap();
        let hits = |offset, limit| {
            let options = SearchOptions { offset, limit, ..SearchOptions::default() };
            let hits = searcher.search(&query, &options).unwrap().hits;
            hits.into_iter().map(|hit| (hit.article, hit.score)).collect::<Vec<_>>()
        };
        let all = hits(0, usize::MAX);
        assert!(all.len() > 30, "{text}: {}", all.len());
        assert!(all.chunks(30).all(|block| block.is_sorted_by(|a, b| a.1 >= b.1)), "{text}");
        for limit in [1, 3, 10, 30, 31, 45] {
            assert_eq!(hits(0, limit), all[..limit.min(all.len())], "{text}, {limit}");
        }
        let pages = (0..all.len()).step_by(10).flat_map(|offset| hits(offset, 10));
        assert_eq!(pages.collect::<Vec<_>>(), all, "{text}");
    }
}

/// `l` of `l’accord` is no form of `L`, but it is as typed, after `pour`: the article may still come first.
#[test]
fn an_article_where_words_stand_only_as_typed_is_not_passed_over() {
    let filler = "Rien ne change ici depuis longtemps. ";
    let bodies: Vec<String> =
        (0..29).map(|i| format!("Un texte pour l’accord. {}", filler.repeat(40 - i))).collect();
    let names: Vec<String> = (0..29).map(|i| format!("a{i:02}.txt")).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(bodies.iter().map(String::as_str)).collect();
    let (_folder, searcher) = indexed(&files);
    let query = parse("pour L").unwrap();
    let ids = |limit| {
        let options = SearchOptions { limit, ..SearchOptions::default() };
        let hits = searcher.search(&query, &options).unwrap().hits;
        hits.into_iter().map(|hit| hit.article).collect::<Vec<_>>()
    };
    let all = ids(30);
    for limit in 1..30 {
        assert_eq!(ids(limit), all[..limit.min(all.len())], "{limit}");
    }
    // The shortest of them.
    assert_eq!(all[0], "a28");
}

#[test]
fn hits_without_texts_are_the_same_hits() {
    let (_folder, searcher) = indexed_corpus();
    for text in ["accord exclusif", "\"premier refus\"", "titre:openai"] {
        let query = parse(text).unwrap();
        let hits = |texts| {
            let options = SearchOptions { texts, per_article: 2, ..SearchOptions::default() };
            let hits = searcher.search(&query, &options).unwrap().hits;
            let key = |hit: depeche::Hit| {
                (hit.rank, hit.score.to_bits(), hit.article, hit.passage.ordinal)
            };
            hits.into_iter().map(key).collect::<Vec<_>>()
        };
        assert_eq!(hits(true), hits(false), "{text}");
    }
}

#[test]
fn passages_are_ranked_by_themselves_on_demand() {
    let (_folder, searcher) = indexed_corpus();
    let query = parse("\"premier refus\"").unwrap();
    let options = SearchOptions { unit: Unit::Passage, ..SearchOptions::default() };
    let results = searcher.search(&query, &options).unwrap();
    assert_eq!((results.hits.len(), results.passages), (6, 6));
    let ranks: Vec<usize> = results.hits.iter().map(|hit| hit.rank).collect();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn weights_change_the_scores() {
    let (_folder, searcher) = indexed_corpus();
    let query = parse("accord exclusif").unwrap();
    let best = |weights| {
        let options = SearchOptions { weights, ..SearchOptions::default() };
        searcher.search(&query, &options).unwrap().hits[0].score
    };
    let flat = Weights { k1: 0.0, ..Weights::default() };
    assert!(best(flat) < best(Weights::default()));
}

#[test]
fn what_is_passed_over_would_not_have_come_among_the_best() {
    let words = [
        "mer",
        "lune",
        "sol",
        "vent",
        "pluie",
        "neige",
        "arbre",
        "pierre",
        "route",
        "ville",
        "pont",
        "gare",
        "train",
        "avion",
        "bateau",
        "satellite",
    ];
    let mut seed = 7_u64;
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    // The first words are frequent, the last rare.
    let mut word = || words[next(words.len()).min(next(words.len())).min(next(words.len()))];
    let mut text = |count: usize| (0..count).map(|_| word()).collect::<Vec<_>>().join(" ");
    let bodies: Vec<String> = (0..1_500).map(|i| text(3 + i % 40) + ".").collect();
    let names: Vec<String> = (0..bodies.len()).map(|i| format!("{i}.txt")).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(bodies.iter().map(String::as_str)).collect();
    let (_folder, searcher) = indexed(&files);
    for i in 0..60 {
        let query = parse(&text(1 + i % 5)).unwrap();
        for limit in [1, 10, 150] {
            let hits = |totals| {
                let options = SearchOptions { limit, totals, ..SearchOptions::default() };
                let hits = searcher.search(&query, &options).unwrap().hits;
                hits.into_iter().map(|hit| (hit.article, hit.score.to_bits(), hit.passage.ordinal))
            };
            assert!(hits(true).eq(hits(false)), "{query} {limit}");
        }
    }
}

/// Words that must all be there are looked up from the rarest on; beside a date, every part is found by itself
/// and then joined. Both rank alike, bit for bit.
#[test]
fn all_words_are_found_and_scored_as_their_parts_are() {
    let (_folder, searcher) = indexed_corpus();
    for words in [
        "OpenAI ET capital",
        "accord ET Microsoft ET partenariat",
        "de ET la ET le",
        "titre:accord ET refus",
        "exclusivité ET exclusivité ET accord",
        "zorglub ET accord",
        "téléphone ET réseaux",
    ] {
        let found = |text: &str| {
            let options = SearchOptions { limit: 99, per_article: 9, ..SearchOptions::default() };
            let mut results = searcher.search(&parse(text).unwrap(), &options).unwrap();
            results.hits.retain(|hit| hit.date.is_some());
            let hit = |hit: &depeche::Hit| {
                (
                    hit.score.to_bits(),
                    hit.article.clone(),
                    hit.passage.ordinal,
                    hit.article_passages,
                )
            };
            results.hits.iter().map(hit).collect::<Vec<_>>()
        };
        assert_eq!(found(words), found(&format!("{words} ET date:1900..2100")), "{words}");
    }
}
