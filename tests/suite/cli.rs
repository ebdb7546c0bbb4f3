//! The command: that its flags are wired, its streams and exit codes.

use std::process::{Command, Output};

fn depeche(dir: &std::path::Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_depeche"))
        .args(arguments)
        .current_dir(dir)
        .env("DEPECHE_LANG", "fr")
        .env_remove("DEPECHE_INDEX")
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn index_search_show_stats() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let lines = r#"{"id":"a","title":"Un accord","source":"Le Fil fictif","date":"2024-12-05","body":"L’accord exclusif est \u001b[2J signé."}
{"id":"b","source":"Autre","date":"2025","body":"Un accord non exclusif."}
"#;
    std::fs::write(dir.join("x.jsonl"), lines).unwrap();
    let indexed = depeche(dir, &["index", "x.jsonl", "--report", "r.jsonl"]);
    assert_eq!(indexed.status.code(), Some(0), "{}", err(&indexed));
    assert!(err(&indexed).contains("lus 2 = ajoutés 2"));
    assert!(std::fs::read_to_string(dir.join("r.jsonl")).unwrap().contains("\"type\":\"summary\""));

    let found = depeche(dir, &["search", "\"accord exclusif\"", "--json"]);
    assert_eq!(found.status.code(), Some(0));
    let hit: serde_json::Value = serde_json::from_str(out(&found).trim()).unwrap();
    assert_eq!((hit["rank"].as_i64(), hit["article"].as_str()), (Some(1), Some("a")));
    let (start, end) = (hit["matches"][0]["start"].as_u64(), hit["matches"][0]["end"].as_u64());
    assert_eq!((start, end), (Some(4), Some(19)));
    assert!(!out(&found).contains('\u{1b}'));

    let filtered = depeche(dir, &["search", "accord", "--source", "LE FIL FICTIF", "--to", "2024"]);
    assert_eq!(out(&filtered).lines().count(), 1);
    assert!(out(&filtered).contains("**accord**") && !out(&filtered).contains('\u{1b}'));
    let none = depeche(dir, &["search", "accord", "--from", "2026"]);
    assert_eq!((none.status.code(), out(&none)), (Some(1), String::new()));

    let shown = depeche(dir, &["show", "a", "--query", "accord", "--color", "always"]);
    assert!(
        out(&shown).contains("\u{1b}[1;33maccord\u{1b}[0m") && !out(&shown).contains("\u{1b}[2J")
    );
    assert!(out(&depeche(dir, &["stats", "--json"])).contains("\"articles\":2"));
    assert!(out(&depeche(dir, &["analyze", "l’équité"])).contains(r#""start":4,"end":12,"pos":1"#));
}

#[test]
fn errors_say_what_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let missing = depeche(folder.path(), &["search", "mot"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(err(&missing).contains("aucun index"), "{}", err(&missing));
    let open = depeche(folder.path(), &["search", "un \"deux"]);
    assert_eq!(open.status.code(), Some(2));
    assert!(err(&open).contains("colonne 4") && err(&open).ends_with("     ^\n"), "{}", err(&open));
    let gone = depeche(folder.path(), &["index", "absent.txt"]);
    assert_eq!(gone.status.code(), Some(2), "{}", err(&gone));
}

#[test]
fn errors_of_usage_are_one_line_in_french() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, expected) in [
        (&["serch"][..], "commande inconnue : serch ; la plus proche : search"),
        (&["search"], "il manque <REQUÊTE>"),
        (&["search", "a", "--limi", "3"], "option inconnue : --limi ; la plus proche : --limit"),
        (&["search", "a", "--from", "2024-13"], "écrivez 2024, 2024-12 ou 2024-12-05"),
        (&["search", "a", "--limit", "x"], "un nombre entier est attendu"),
    ] {
        let output = depeche(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
        assert_eq!(err(&output).lines().count(), 1, "{arguments:?}");
    }
}

#[test]
fn what_was_never_finished_or_cannot_be_read_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let missing = depeche(dir, &["index", "nowhere", "--index", "a.idx"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(
        err(&missing).contains("nowhere : fichier ou dossier introuvable"),
        "{}",
        err(&missing)
    );
    assert!(!dir.join("a.idx").exists(), "a mistyped path leaves nothing");

    depeche::Index::create(&dir.join("b.idx")).unwrap();
    let unfinished = depeche(dir, &["search", "a", "--index", "b.idx"]);
    assert_eq!(unfinished.status.code(), Some(2));
    assert!(err(&unfinished).contains("relancez depeche index"), "{}", err(&unfinished));

    std::fs::write(dir.join("x.txt"), "Un droit de premier refus.").unwrap();
    depeche(dir, &["index", "x.txt", "--index", "c.idx"]);
    for file in std::fs::read_dir(dir.join("c.idx/segments")).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|e| e != "json" && e != "lock") {
            std::fs::write(&path, &bytes[..bytes.len().min(5)]).unwrap();
        }
    }
    let damaged = depeche(dir, &["search", "\"premier refus\"", "--index", "c.idx"]);
    assert_eq!(damaged.status.code(), Some(2), "{}", err(&damaged));
    assert_eq!(err(&damaged).lines().count(), 1, "{}", err(&damaged));
    assert!(err(&damaged).contains("endommagé"), "{}", err(&damaged));
}

#[test]
fn show_lights_the_headline() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let line = r#"{"id":"a","title":"Un accord signé","body":"Rien de plus."}"#;
    std::fs::write(dir.join("x.jsonl"), line).unwrap();
    depeche(dir, &["index", "x.jsonl"]);
    let shown = depeche(dir, &["show", "a", "--query", "accords"]);
    assert!(out(&shown).starts_with("Un **accord** signé\n"), "{}", out(&shown));
    let colored = depeche(dir, &["show", "a", "--query", "accord", "--color", "always"]);
    let lit = "\u{1b}[1mUn \u{1b}[1;33maccord\u{1b}[0m\u{1b}[1m signé\u{1b}[0m\n";
    assert!(out(&colored).starts_with(lit), "{}", out(&colored));
    let json = depeche(dir, &["show", "a", "--query", "accord", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&out(&json)).unwrap();
    assert_eq!(json["title_matches"], serde_json::json!([{"start": 3, "end": 9}]));
    assert_eq!(json["matches"], serde_json::json!([]));
    let plain = depeche(dir, &["show", "a"]);
    assert!(out(&plain).starts_with("Un accord signé\n"), "{}", out(&plain));
}
