//! The command: that its flags are wired, its streams and exit codes.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

pub(crate) fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_depeche"));
    command.args(arguments).current_dir(dir).env("DEPECHE_LANG", "fr");
    command.env_remove("DEPECHE_INDEX").env_remove("NO_COLOR");
    command
}

pub(crate) fn depeche(dir: &Path, arguments: &[&str]) -> Output {
    command(dir, arguments).output().unwrap()
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn err(output: &Output) -> String {
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
        (&["count"], "il manque <REQUÊTE>"),
        (&["count", "a", "--by", "jour"], "possibles : month, year, source, author"),
        (&["count", "a", "--svg", "x.svg", "--csv"], "ne va pas avec --csv"),
        (&["concordance", "a", "--no-bom"], "il manque --csv"),
        (&["concordance", "a", "--csv", "--separator", "x"], "écrivez ';', ',' ou tab"),
        (&["concordance", "a", "--from", "2025", "--to", "2024"], "--from 2025 > --to 2024"),
    ] {
        let output = depeche(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
        assert_eq!(err(&output).lines().count(), 1, "{arguments:?}");
    }
}

/// What readers of files, the system and clap say in English.
#[test]
fn what_is_wrong_with_a_file_is_told_in_french() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    std::fs::create_dir(dir.join("t")).unwrap();
    let deep = format!("{{\"a\":{}{}}}\n", "[".repeat(200), "]".repeat(200));
    std::fs::write(dir.join("t/x.jsonl"), format!("{{\"body\":\n{{\"id\": 3 4}}\n{deep}")).unwrap();
    std::fs::write(dir.join("t/y.csv"), "id,body\n1,\"deux\n").unwrap();
    std::fs::write(dir.join("t/z.json"), "[{\"body\":\"Un accord.\"},{").unwrap();
    std::fs::write(dir.join("t/g.txt.gz"), b"\x1f\x8b\x08zzzzzzzzzzzzzzz").unwrap();
    std::fs::write(dir.join("q.csv"), "id;requete\n1;x\n").unwrap();
    let indexed = depeche(dir, &["index", "t"]);
    let batch = |file| depeche(dir, &["batch", file]);
    let said = err(&indexed) + &err(&batch("q.csv")) + &err(&batch("t"));
    for expected in [
        "le texte s’arrête avant une valeur",
        "`,` ou `}` est attendu",
        "plus de 128 niveaux",
        "un guillemet n’est jamais fermé",
        "le fichier s’arrête dans l’enregistrement qui commence ligne 1",
        "l’en-tête n’est pas de gzip",
        "aucune colonne ne s’appelle query ; il y a : id, requete",
        "c’est un dossier",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let bounds = err(&depeche(dir, &["index", "t", "--threads", "99"]));
    assert!(bounds.contains("les bornes sont 1..=64"), "{bounds}");
}

#[cfg(unix)]
#[test]
fn links_and_arguments_that_no_one_can_read_are_told_in_french() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    std::fs::create_dir(dir.join("t")).unwrap();
    std::os::unix::fs::symlink("nulle part", dir.join("t/lien.txt")).unwrap();
    let indexed = err(&depeche(dir, &["index", "t"]));
    assert!(indexed.contains("t/lien.txt : ignoré, illisible : fichier ou dossier introuvable\n"));
    let foreign = std::ffi::OsStr::from_bytes(b"\xff");
    let refused = command(dir, &["search"]).arg(foreign).output().unwrap();
    assert!(err(&refused).contains("un argument n’est pas du texte en UTF-8"), "{}", err(&refused));
}

#[test]
fn no_argument_commands_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let hostile = "a\u{1b}[2Jb\u{9b}c\u{202e}d\u{e0041}";
    std::fs::write(dir.join(format!("{hostile}.xyz")), "x").unwrap();
    let title = format!("--title={hostile}");
    for arguments in [
        &[hostile][..],
        &["search", &format!("--{hostile}"), "x"],
        &["search", "x", "--from", hostile],
        &["count", "x", "--by", hostile],
        &["search", &format!("\"{hostile}")],
        &["search", "x", "--index", hostile],
        &["index", ".", "--report", "-"],
        &["count", "x", "--svg", "-", &title],
    ] {
        for language in ["fr", "en"] {
            let output = depeche(dir, &[arguments, &["--lang", language]].concat());
            let said = format!("{}{}", err(&output), String::from_utf8_lossy(&output.stdout));
            let is_raw = |c: char| {
                c != '\n' && (c.is_control() || matches!(c, '\u{202e}' | '\u{e0000}'..='\u{e007f}'))
            };
            assert!(!said.contains(is_raw), "{arguments:?}: {said:?}");
        }
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

/// A folder with an index of these articles, one JSON object a line.
pub(crate) fn indexed(lines: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.jsonl"), lines).unwrap();
    let output = depeche(folder.path(), &["index", "x.jsonl"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    folder
}

#[test]
fn pages_one_after_the_other_are_one_large_page() {
    let line =
        |n: usize| format!("{{\"id\":\"a{n}\",\"body\":\"Un accord{}.\"}}\n", " mot".repeat(n));
    let folder = indexed(&(0..7).map(line).collect::<String>());
    let page = |offset: &str, limit: &str| {
        let paging = ["search", "accord", "--json", "--offset", offset, "--limit", limit];
        out(&depeche(folder.path(), &paging))
    };
    let all = page("0", "10");
    assert_eq!(all.lines().count(), 7);
    assert_eq!(page("0", "3") + &page("3", "3") + &page("6", "3"), all);
    assert_eq!(page("7", "3"), "");
}

#[test]
fn as_many_passages_of_an_article_as_asked_for() {
    let body = format!("L’accord {}.\\n\\n", "tient bon ".repeat(60)).repeat(3);
    let folder = indexed(&format!("{{\"id\":\"a\",\"body\":\"{body}\"}}\n"));
    for (arguments, count) in
        [(&[][..], 1), (&["--per-article", "2"], 2), (&["--per-article", "9"], 3)]
    {
        let found = depeche(folder.path(), &[&["search", "accord", "--json"], arguments].concat());
        let hits: Vec<serde_json::Value> =
            out(&found).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(hits.len(), count);
        assert!(hits.iter().all(|hit| hit["rank"] == 1 && hit["article_passages"] == 3));
    }
}

#[test]
fn only_the_articles_of_an_author() {
    let folder = indexed(
        r#"{"id":"a","author":"Zoé Imaginaire","body":"Un accord."}
{"id":"b","author":"Paul Inventé","body":"Un accord."}
{"id":"c","body":"Un accord."}
"#,
    );
    let by = |names: &[&str]| {
        let found = depeche(folder.path(), &[&["search", "accord"], names].concat());
        let lines = out(&found);
        let mut ids: Vec<_> = lines.lines().filter_map(|l| l.split('\t').nth(1)).collect();
        ids.sort_unstable();
        ids.join(" ")
    };
    assert_eq!(by(&["--author", "zoe imaginaire"]), "a");
    assert_eq!(by(&["--author", "Zoé Imaginaire", "--author", "inventé"]), "a b");
    assert_eq!(by(&["--author", "Personne"]), "");
}

#[test]
fn a_name_that_no_article_bears_is_told_with_the_nearest() {
    let folder = indexed(
        r#"{"id":"a","source":"Le Fil fictif","author":"Ada Lombard","body":"Un accord."}
"#,
    );
    let said = |arguments: &[&str]| err(&depeche(folder.path(), arguments));
    let unknown = "aucun article n’a la source «\u{a0}fil\u{a0}» ; au plus près : Le Fil fictif";
    for command in ["search", "concordance", "count"] {
        assert!(said(&[command, "accord ET source:fil"]).contains(unknown));
        assert_eq!(said(&[command, "accord", "--source", "fil"]).matches(unknown).count(), 1);
        assert!(!said(&[command, "accord ET source:\"le fil fictif\""]).contains("aucun"));
    }
    assert_eq!(said(&["count", "accord", "un", "--source", "fil"]).matches(unknown).count(), 1);
    let ranking = "ces mots ne feraient que classer, rien n’en est compté : accord";
    assert!(said(&["count", "accord date:2024"]).contains(ranking));
    assert!(!said(&["search", "accord date:2024"]).contains(ranking));
    let unsigned = said(&["search", "accord", "--author", "Zola"]);
    assert!(unsigned.contains("aucun article n’est signé «\u{a0}Zola\u{a0}»\n"), "{unsigned}");
}

#[test]
fn colour_where_it_is_asked_for() {
    let folder = indexed(r#"{"id":"a","body":"Un accord."}"#);
    let search = |arguments: &[&str], no_color: &str| {
        let mut search = command(folder.path(), &[&["search", "accord"], arguments].concat());
        out(&search.env("NO_COLOR", no_color).output().unwrap())
    };
    let (lit, marked) = ("\u{1b}[1;33maccord\u{1b}[0m", "**accord**");
    // What is asked for in so many words counts more than the variable.
    assert!(search(&["--color", "always"], "1").contains(lit));
    assert!(search(&["--color", "always"], "").contains(lit));
    for no_color in ["1", ""] {
        assert!(search(&["--color", "never"], no_color).contains(marked));
        assert!(search(&[], no_color).contains(marked), "a pipe has no colour");
    }
}

/// On a terminal, which `script` of util-linux feigns; the BSDs’ takes other arguments.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_has_colour_unless_no_color_is_set() {
    let folder = indexed(r#"{"id":"a","body":"Un accord."}"#);
    let on_terminal = |no_color: &str| {
        let line = format!("'{}' search accord", env!("CARGO_BIN_EXE_depeche"));
        let mut script = Command::new("script");
        script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).stdin(Stdio::null());
        script.env_remove("DEPECHE_INDEX").env("TERM", "xterm").env("NO_COLOR", no_color);
        script.output().map(|output| out(&output))
    };
    // Without the program there is no terminal to look at.
    let Ok(shown) = on_terminal("") else { return };
    assert!(shown.contains("\u{1b}[1;33maccord\u{1b}[0m"), "{shown}");
    let shown = on_terminal("1").unwrap();
    assert!(shown.contains("**accord**") && !shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn standard_input_is_read_in_the_format_named() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["index", "-", "--format", "jsonl"];
    let mut child = command(folder.path(), &arguments)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = b"{\"id\":\"a\",\"body\":\"Un accord.\"}\n{\"id\":\"b\",\"body\":\"Un refus.\"}\n";
    child.stdin.take().unwrap().write_all(lines).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(err(&output).contains("lus 2 = ajoutés 2"), "{}", err(&output));
    assert!(out(&depeche(folder.path(), &["search", "refus"])).starts_with("1\tb\t"));
}

#[test]
fn the_report_names_each_record_left_out_or_renamed() {
    let folder = tempfile::tempdir().unwrap();
    let lines = r#"{"id":"a","body":"Un accord."}
{"id":"b","body":
{"id":"c","title":"Sans texte"}
{"id":"a","body":"Un autre."}
"#;
    std::fs::write(folder.path().join("x.jsonl"), lines).unwrap();
    depeche(folder.path(), &["index", "x.jsonl", "--report", "r.jsonl"]);
    let report = std::fs::read_to_string(folder.path().join("r.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> =
        report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named = lines.iter().map(|line| (line["type"].as_str(), line["line"].as_u64()));
    let expected = [
        (Some("skipped"), Some(2)),
        (Some("skipped"), Some(3)),
        (Some("renamed"), Some(4)),
        (Some("summary"), None),
    ];
    assert_eq!(named.collect::<Vec<_>>(), expected, "{report}");
    assert!(lines[0]["path"].as_str().unwrap().ends_with("x.jsonl"), "{report}");
    assert_eq!((&lines[0]["reason"], &lines[2]["from"]), (&"json".into(), &"a".into()));
    assert_eq!((&lines[3]["read"], &lines[3]["skipped"]), (&4.into(), &2.into()));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    // More than a pipe holds, so that the program still writes when its reader is gone.
    let line =
        |n: usize| format!("{{\"id\":\"{n}\",\"body\":\"Un accord {}.\"}}\n", "mot ".repeat(150));
    let folder = indexed(&(0..500).map(line).collect::<String>());
    let mut child = command(folder.path(), &["search", "accord", "--limit", "500"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(first.starts_with("1\t"), "{first}");
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(0), ""));
}

#[test]
fn analyze_explains_each_word() {
    let folder = tempfile::tempdir().unwrap();
    let explained =
        depeche(folder.path(), &["analyze", "--explain", "il marche vers l’équité d’OpenAI"]);
    let text = out(&explained);
    for expected in [
        "marche : exact marche\n  indexé sous : marcher (lexique)\n  écarté par les mots voisins : marche\n",
        "l : exact l\n  clitique (l’, -t-il), n’a pas de formes\n",
        "équité : exact equite\n  indexé sous : équité (lexique)\n",
        "OpenAI : exact openai\n  indexé sous : openai (laissé entier)\n",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn a_query_is_read_for_the_words_of_a_text_or_of_an_index() {
    let folder = indexed(
        "{\"id\":\"a\",\"body\":\"La pêche est ouverte, la fête aussi. Une faute grave.\"}\n",
    );
    let dir = folder.path();
    std::fs::write(dir.join("mots.txt"), "La fête est finie.\r\nUne faute grave.\r\n").unwrap();
    let terms = |arguments: &[&str]| {
        let output = depeche(dir, &[&["analyze", "--query"], arguments].concat());
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let tokens: Vec<serde_json::Value> = serde_json::from_str(out(&output).trim()).unwrap();
        let text = |token: serde_json::Value| token["text"].as_str().unwrap().to_owned();
        tokens.into_iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(terms(&["fêtes"]), ["fête"]);
    assert_eq!(terms(&["fêté"]), ["fêter"]);
    assert_eq!(
        terms(&["--vocabulary", "mots.txt", "faute-grave"]),
        ["faute", "=faute", "~faute", "grave", "=grave", "~grave"]
    );
    assert_eq!(
        terms(&["--index", "index", "faute-grave"]),
        ["faute", "=faute", "~faute", "grave", "=grave", "~grave"]
    );
    assert_eq!(terms(&["faute-grave"]).len(), 2);
    let missing = depeche(dir, &["analyze", "--query", "--vocabulary", "rien.txt", "mot"]);
    assert_eq!(missing.status.code(), Some(2));
    assert_eq!(err(&missing), "depeche: rien.txt : fichier ou dossier introuvable\n");
}

#[test]
fn the_user_s_own_forms_are_found_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let lines = "{\"id\":\"a\",\"body\":\"Il scrollait sur X.\"}\n{\"id\":\"b\",\"body\":\"Ils scrollent, le start-uppeur aussi.\"}\n";
    std::fs::write(dir.join("x.jsonl"), lines).unwrap();
    std::fs::write(dir.join("f.tsv"), "\u{feff}# à nous\r\nscrollait\tscroller\r\nscrollent\tscroller\r\nX\tTwitter\r\nstart-uppeur\tstart-upper\r\n").unwrap();
    let indexed = depeche(dir, &["index", "x.jsonl", "--forms", "f.tsv"]);
    assert_eq!(indexed.status.code(), Some(0), "{}", err(&indexed));
    let found = |query: &str| {
        let output = depeche(dir, &["search", query]);
        let id = |line: &str| line.split('\t').nth(1).unwrap_or_default().to_owned();
        let mut ids: Vec<String> = out(&output).lines().map(id).collect();
        ids.sort();
        ids
    };
    assert_eq!(found("scroller"), ["a", "b"]);
    assert_eq!(found("scrollent"), ["a", "b"]);
    assert_eq!(found("twitter"), ["a"]);
    assert_eq!(found("start-upper"), ["b"]);
    // Later runs keep them; other forms would make another index.
    assert_eq!(depeche(dir, &["index", "x.jsonl"]).status.code(), Some(0));
    assert_eq!(depeche(dir, &["index", "x.jsonl", "--forms", "f.tsv"]).status.code(), Some(0));
    std::fs::write(dir.join("f.tsv"), "scrollait\tscroller\n").unwrap();
    let other = depeche(dir, &["index", "x.jsonl", "--forms", "f.tsv"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(err(&other).contains("d’autres formes"), "{}", err(&other));
    std::fs::write(dir.join("f.tsv"), "scrollait\tscroller\ndeux mots\tmot\n").unwrap();
    let wrong = depeche(dir, &["index", "x.jsonl", "--index", "neuf", "--forms", "f.tsv"]);
    assert_eq!(err(&wrong), "depeche: f.tsv : ligne 2, \"deux mots\" n’est pas un seul mot\n");
    assert!(!dir.join("neuf").exists());
    // What the index was built with must be there.
    std::fs::write(dir.join("index/forms.tsv"), "a\tb\n").unwrap();
    assert_eq!(depeche(dir, &["search", "scroller"]).status.code(), Some(2));
}

#[test]
fn a_query_is_explained_beside_its_results() {
    let folder = indexed(
        "{\"id\":\"a\",\"body\":\"La fête est finie, un droit de premier refus.\"}\n{\"id\":\"b\",\"body\":\"Nous fêtons la fête, un téléscope.\"}\n",
    );
    let explained = |query: &str| {
        let output = depeche(folder.path(), &["search", "--explain-query", query]);
        err(&output).replace("depeche: ", "")
    };
    assert_eq!(
        explained("la fête zorglub"),
        "articles cherchés : un au moins des mots « fête », « zorglub », chacun dans toutes ses formes \
         (mots-outils laissés de côté : la)\n\
         fête : 2 formes : fête (2), fêtons (1) ; lemmes : fête ; moins bien classé : fêter\n\
         zorglub : absent de l’index\n2 passages dans 2 articles\n"
    );
    assert_eq!(
        explained("télescope"),
        "articles cherchés : « télescope » dans toutes ses formes\n\
         télescope : 1 forme : téléscope (1)\n1 passage dans 1 article\n"
    );
    assert_eq!(
        explained("\"premier refus\" SAUF fê*"),
        "articles cherchés : la suite de mots « premier refus », mais pas « fê* » tronqué \
         (accents, casse et typographie indifférents)\n\
         fê* : 2 formes : fête (2), fêtons (1)\naucun passage\n"
    );
}

#[test]
fn verified_files_first_where_it_is_asked_for() {
    let folder = indexed("{\"id\":\"a\",\"body\":\"Un accord.\"}\n");
    let segments = folder.path().join("index/segments");
    let damage = |extension: &str| {
        let files = std::fs::read_dir(&segments).unwrap().map(|file| file.unwrap().path());
        let path = files.into_iter().find(|path| path.extension().is_some_and(|e| e == extension));
        let path = path.unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[10] ^= 4;
        std::fs::write(&path, bytes).unwrap();
        path.file_name().unwrap().to_string_lossy().into_owned()
    };
    let commands: [&[&str]; 5] = [
        &["search", "accord", "--verify"],
        &["concordance", "accord", "--verify"],
        &["count", "accord", "--verify"],
        &["show", "a", "--verify"],
        &["stats", "--verify"],
    ];
    for command in commands {
        assert_eq!(depeche(folder.path(), command).status.code(), Some(0), "{command:?}");
    }
    std::fs::write(folder.path().join("q.txt"), "accord\n").unwrap();
    let batch = ["batch", "q.txt", "--verify"];
    assert_eq!(depeche(folder.path(), &batch).status.code(), Some(0));
    // No answer needs this file; it is damaged all the same.
    let file = damage("store");
    assert_eq!(depeche(folder.path(), &["search", "accord"]).status.code(), Some(0));
    for command in commands.into_iter().chain([&batch[..]]) {
        let output = depeche(folder.path(), command);
        assert_eq!((output.status.code(), out(&output)), (Some(2), String::new()), "{command:?}");
        assert!(err(&output).contains(&file) && err(&output).contains("depeche check"));
        assert_eq!(err(&output).lines().count(), 1);
    }
}
