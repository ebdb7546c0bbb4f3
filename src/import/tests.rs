//! Whole files of every format, and bytes that are none.

use std::fs;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::stream::tests::gzip;
use super::*;

fn options() -> ImportOptions {
    ImportOptions { max_record: 2_000, ..ImportOptions::default() }
}

/// Reads bytes under a file name.
fn read_as(name: &str, bytes: &[u8]) -> Vec<Record> {
    read_with(name, bytes, &options())
}

fn read_with(name: &str, bytes: &[u8], options: &ImportOptions) -> Vec<Record> {
    let file = InputFile { path: name.into(), name: name.to_owned() };
    let mut records = Vec::new();
    read(&file, Box::new(bytes), options, &mut |record| {
        records.push(record);
        ControlFlow::Continue(())
    });
    records
}

/// `line:title/body` of the good and `line:key` of the others.
fn told(records: &[Record]) -> String {
    let tell = |record: &Record| {
        let line = record.place.line.map(|line| format!("{line}:")).unwrap_or_default();
        match &record.result {
            Ok(draft) => format!("{line}{}/{}", draft.title.as_deref().unwrap_or(""), draft.body),
            Err(reason) => format!("{line}{}", reason.key()),
        }
    };
    records.iter().map(tell).collect::<Vec<_>>().join(" ")
}

#[test]
fn each_format_and_what_can_be_wrong_with_it() {
    let long = "x".repeat(3_000);
    for (name, text, expected) in [
        ("a.txt", "Un titre\n\nTexte\r\n", "Un titre/Un titre\n\nTexte\r\n"),
        ("a.txt", " \n", "no_text"),
        ("a.txt", "", "empty"),
        ("a.txt", "a\0b", "binary"),
        ("a.csv", "\n\n", "empty"),
        ("a.txt", &long, "too_large"),
        ("a.md", "---\ntitle: T\n---\n# H\n", "T/# H\n"),
        ("a.md", "# H\n\nTexte", "H/# H\n\nTexte"),
        ("a.md", "---\ntitle: OpenAI : la suite\n---\nTexte", "OpenAI : la suite/Texte"),
        ("a.md", "---\ntitle: [T\nsuite\n---\nTexte", "front_matter"),
        ("a.html", "<title>T</title><p>Bonjour.", "T/Bonjour."),
        ("a.html", &"<div>".repeat(399), "no_text"),
        // JSON lines
        ("a.jsonl", "{\"text\":\"A\"}\r\n\n{\"text\":\"B\"}", "1:/A 3:/B"),
        (
            "a.jsonl",
            "{\"text\":\"A\"}\n{\"text\":\n[1]\n{\"text\":1}\n{}\n{\"text\":\" \"}\n{\"text\":\"B\"}\n",
            "1:/A 2:json 3:not_an_object 4:wrong_type 5:no_text_field 6:no_text 7:/B",
        ),
        ("a.jsonl", &format!("{{\"text\":\"{long}\"}}\n{{\"text\":\"B\"}}\n"), "1:too_large 2:/B"),
        ("a.jsonl", "{\n\"text\":\"A\"\n}\n", "1:/A"),
        ("a.jsonl", "\u{1}\0\n{\"text\":\"B\"}\n", "binary"),
        (
            "a.jsonl",
            "{\"text\":\"un texte\"}\n\"\0\"\n{\"text\":\"B\"}\n",
            "1:/un texte 2:binary 3:/B",
        ),
        // JSON
        ("a.json", "{\"text\":\"A\"}\n{\"text\":\"B\"}\n", "1:/A 2:/B"),
        (
            "a.json",
            "[{\"text\":\"A\"},{\"text\":\"B\"},7,{\"text\":\"C\"}]",
            "1:/A 2:/B 1:not_an_object 4:/C",
        ),
        ("a.json", "{\"articles\":[{\"text\":\"A\"},{\"text\":\"B\"}]}", "1:/A 2:/B"),
        ("a.json", "[\n\n{\"text\":\"A\"},\n\n{\"text\":\"B\"}]", "1:/A 2:/B"),
        ("a.json", "{\n \"titre\": \"T\",\n \"text\": \"A\"\n}", "1:T/A"),
        ("a.json", "[{\"text\":\"A\"},\n {\"text\":\"B\"}]", "1:/A 2:/B"),
        ("a.json", "[]", ""),
        (
            "a.json",
            "{\"n\":2,\"articles\":[\n{\"text\":\"A\"},\n{\"text\":\"B\"}\n],\"z\":[1]}",
            "1:/A 2:/B",
        ),
        ("a.json", "{\"data\":[1,2],\"text\":\"A\"}", "1:/A"),
        ("a.json", "{\"text\":\"A\",\"items\":[{\"x\":1}]}", "1:/A"),
        ("a.json", "{\"0\":{\"text\":\"A\"},\n\"1\":{\"text\":\"B\"}}", "1:/A 2:/B"),
        ("a.json", "{\"a1\":{\"text\":\"A\"},\n\"b2\":{\"text\":\"B\"}}", "1:/A 2:/B"),
        ("a.json", "{}", "1:no_text_field"),
        ("a.json", "{\"t\\\"\":1}", "1:no_text_field"),
        (
            "a.json",
            "[{\"text\":\"A\"},\n{\"text\":},\n{\"text\":\"B\" \"x\"},\n7,\n{\"text\":\"C\"},]",
            "1:/A 2:json 3:json 4:not_an_object 5:/C",
        ),
        ("a.json", "[{\"text\":\"A},\n{\"text\":\"B\"},\n{\"text\":\"C\"}]", "1:json 2:/B 3:/C"),
        (
            "a.json",
            "[\n {\n  \"text\": \"A\nB\",\n  \"x\": {}\n },\n {\n  \"text\": \"C\"\n }\n]",
            "2:json 2:/C",
        ),
        ("a.json", &format!("[{{\"text\":\"{long}\"}},\n{{\"text\":\"B\"}}]"), "1:too_large 2:/B"),
        ("a.json", &format!("{{\"text\":\"A\",\"b\":\"{long}\"}}"), "1:too_large"),
        ("a.json", "[{\"text\":\"A\"},\n{\"text\":\"B", "1:/A 2:json"),
        ("a.json", "[{\"text\":\"A\"}", "1:/A 1:json"),
        ("a.json", "[{\"text\":\"A\"}}\n", "1:/A 1:json"),
        ("a.json", "{\"text\" \"A\"}", "1:json"),
        ("a.json", "bonjour", "1:json"),
        ("a.json", " \n ", ""),
        // Tables
        ("a.csv", "titre;texte\nT;\"A\nB\"\n\nU;C", "2:T/A\nB 5:U/C"),
        ("a.csv", "titre,texte\rT,A\rU,B\r\nV,C", "2:T/A 3:U/B 4:V/C"),
        ("a.csv", "sep=;\ntitre;texte\nT;A\n", "3:T/A"),
        ("a.tsv", "title\ttext\nT\tl’écran 5\"\n", "2:T/l’écran 5\""),
        ("a.csv", "title,text\nT\nU,A,B\nV,C,,\n", "2:no_text 3:csv 4:V/C"),
        ("a.csv", "title,text\nT,\"A\nU,B\n", "2:csv"),
        ("a.csv", &format!("title,text\nT,{long}\nU,B\n"), "2:too_large 3:U/B"),
        ("a.csv", "a\0,text\nT,A\n", "binary"),
        ("a.csv", "title,text\nT,A\0\nU,B\n", "2:binary 3:U/B"),
        ("a.csv", "title,date\nT,2024\nU,2024\n", "1:no_text_field"),
        ("a.csv", "text,text\n,A\nB,C\n", "2:/A 3:/B"),
        (
            "a.csv",
            "https://e.fr/a\tnull\t0123456789abcdef\te.fr\tT\tnull\t2024-05-06\t\"A\n\nB\"\t\tnull\tarticle\n",
            "1:T/A\n\nB",
        ),
    ] {
        assert_eq!(told(&read_as(name, text.as_bytes())), expected, "{name} {text:.90}");
        if !text.is_empty() {
            let zipped = read_as(&format!("{name}.gz"), &gzip(text.as_bytes()));
            assert_eq!(told(&zipped), expected, "{name}.gz {text:.90}");
        }
    }
}

#[test]
fn a_file_that_is_no_text_is_one_skip() {
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x06\0\0\0".to_vec();
    picture.extend((0..9_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    for name in ["a.jsonl", "a.json", "a.csv", "a.txt", "a.md", "a.html", "-"] {
        assert_eq!(told(&read_as(name, &picture)), "binary", "{name}");
        assert_eq!(told(&read_as(name, &[0; 100])), "binary", "{name}");
    }
}

#[test]
fn a_fault_in_json_is_told_where_it_stands() {
    for (name, text, place) in [
        ("a.jsonl", "{\"text\":\"A\"}\n{\"text\":\"B\n{\"text\":\"C\"}\n", (2, 11)),
        ("a.jsonl", "{\"text\":\"A\"}\n{\"text\":\n", (2, 9)),
        ("a.jsonl", "{\"text\" 1}\n", (1, 9)),
        ("a.json", "{\n \"text\":\n  \"A\nB\"\n}", (3, 3)),
        ("a.json", "{\n\n  \"title\" : \"T\",\n  \"text\" :  nul\n}", (4, 16)),
        ("a.json", "[{\"text\":\"A\"}, {\"text\" 1}]", (1, 24)),
        ("a.json", "[\n {\n  \"text\": \"A\nB\"\n }\n]", (3, 13)),
    ] {
        let records = read_as(name, text.as_bytes());
        let found = records.iter().find_map(|record| match &record.result {
            Err(SkipReason::Json { line, column, .. }) => Some((*line, *column)),
            _ => None,
        });
        assert_eq!(found, Some(place), "{text}");
    }
}

#[test]
fn a_good_record_has_all_its_fields() {
    let line = r#"{"id":"a","title":"T","date":"5 mars 2024","source":"S","author":["A","B"],"url":"https://e.fr","text":"X"}"#;
    let csv =
        "ID,Titre,Date,Journal,Auteurs,Lien,Texte\na,T,05/03/2024,S,\"A, B\",https://e.fr,X\n";
    let yaml = "---\nid: a\ntitle: T\ndate: 2024-03-05\nsource: S\nauthors: [A, B]\nurl: https://e.fr\n---\nX";
    let toml = "+++\nid = \"a\"\ntitle = \"T\"\ndate = 2024-03-05\nsource = \"S\"\nauthors = [\"A\", \"B\"]\nurl = \"https://e.fr\"\n+++\nX";
    let text =
        "Titre : T\nId : a\nDate : 5 mars 2024\nSource : S\nAuteur : A, B\nURL : https://e.fr\n\nX";
    let expected = Draft {
        id: Some("a".into()),
        title: Some("T".into()),
        date: "2024-03-05".parse().ok(),
        source: Some("S".into()),
        author: Some("A, B".into()),
        url: Some("https://e.fr".into()),
        body: "X".into(),
    };
    for (name, text) in [
        ("a.jsonl", line),
        ("a.json", line),
        ("a.csv", csv),
        ("a.md", yaml),
        ("a.md", toml),
        ("a.txt", text),
    ] {
        let records = read_as(name, text.as_bytes());
        assert_eq!(records.len(), 1, "{name}");
        assert_eq!(records[0].result.as_ref(), Ok(&expected), "{name}");
    }
}

#[test]
fn dates_come_from_names_where_the_text_has_none() {
    for (path, text, expected) in [
        ("x/2024-12-05-titre.txt", "Texte", "2024-12-05"),
        ("2024-12-05-x/titre.txt", "Texte", ""),
        ("2024-12-05-x/index.md", "Texte", "2024-12-05"),
        ("2024-12-05-x/2023-01.md", "Texte", "2023-01"),
        ("2024-12-05.md", "---\ndate: 2022\n---\nTexte", "2022"),
    ] {
        let records = read_as(path, text.as_bytes());
        let date = records[0].result.as_ref().unwrap().date;
        assert_eq!(date.map(|date| date.to_string()).unwrap_or_default(), expected, "{path}");
    }
}

#[test]
fn one_odd_line_does_not_spoil_the_charset_of_a_file() {
    let latin = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let lines = [
        "{\"text\":\"été\"}\n".into(),
        latin("{\"text\":\"là où\"}\n"),
        "{\"text\":\"œuf\"}\n".into(),
    ];
    assert_eq!(told(&read_as("a.jsonl", &lines.concat())), "1:/été 2:/là où 3:/œuf");
    let list = [b"[".to_vec(), latin("{\"text\":\"là où\"},"), "{\"text\":\"œuf\"}]".into()];
    assert_eq!(told(&read_as("a.json", &list.concat())), "1:/là où 2:/œuf");
    let rows = ["titre,texte\n".into(), latin("été,là où\n"), "té,œuf\n".into()];
    assert_eq!(told(&read_as("a.csv", &rows.concat())), "2:été/là où 3:té/œuf");
    let page = latin("<meta charset=iso-8859-1><title>Été</title><p>À l’œuvre.");
    assert_eq!(told(&read_as("a.html", &page)), "Été/À l’œuvre.");
}

#[test]
fn utf16_and_byte_order_marks_are_read_by_every_format() {
    for (name, text) in [
        ("a.txt", "é"),
        ("a.md", "---\ntitle: T\n---\né"),
        ("a.jsonl", "{\"text\":\"é\"}"),
        ("a.json", "[{\"text\":\"é\"}]"),
        ("a.csv", "text\r\né\r\n"),
        ("a.html", "<p>é"),
    ] {
        let plain = told(&read_as(name, text.as_bytes()));
        let marked = format!("\u{feff}{text}");
        let utf16: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(told(&read_as(name, marked.as_bytes())), plain, "{name}");
        assert_eq!(told(&read_as(name, &utf16)), plain, "{name} UTF-16");
        assert!(plain.contains('é'));
    }
}

#[test]
fn a_cut_gzip_file_gives_what_comes_before_the_cut() {
    let lines: String =
        (0..3_000).map(|n| format!("{{\"text\":\"article {n} {:x}\"}}\n", n * 7919)).collect();
    let whole = gzip(lines.as_bytes());
    let records = read_as("a.jsonl.gz", &whole[..whole.len() / 2]);
    let (last, before) = records.split_last().unwrap();
    assert_eq!(last.result.as_ref().unwrap_err().key(), "gzip");
    assert!(before.len() > 500 && before.iter().all(|record| record.result.is_ok()));
    assert_eq!(told(&read_as("a.json", &gzip(b"[{\"text\":\"A\"},")[..20])), "1:gzip");
}

#[test]
fn the_sink_stops_the_reading() {
    for (name, text) in [
        ("a.jsonl", "{\"text\":\"A\"}\n{\"text\":\"B\"}\n"),
        ("a.json", "[{\"text\":\"A\"},{\"text\":\"B\"}]"),
        ("a.json", "{\"items\":[{\"text\":\"A\"},{\"text\":\"B\"}]}"),
        ("a.csv", "text\nA\nB\n"),
    ] {
        let file = InputFile { path: name.into(), name: "a".into() };
        let mut seen = 0;
        read(&file, Box::new(text.as_bytes()), &options(), &mut |_| {
            seen += 1;
            ControlFlow::Break(())
        });
        assert_eq!(seen, 1, "{name}");
    }
}

#[test]
fn files_and_streams_are_opened() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.dat");
    fs::write(&path, "<p>Bonjour.").unwrap();
    let collect = |path: &Path| {
        let mut records = Vec::new();
        let file = InputFile { path: path.into(), name: "a".into() };
        read_file(&file, &options(), &mut |record| {
            records.push(record);
            ControlFlow::Continue(())
        });
        told(&records)
    };
    assert_eq!(collect(&path), "/Bonjour.");
    assert_eq!(collect(&dir.path().join("absent.txt")), "io");
    assert_eq!(collect(dir.path()), "io");
    let mut places = Vec::new();
    read_from(
        Box::new("{\"text\":\"A\"}\n{\"text\":\"B\"}\n".as_bytes()),
        &options(),
        &mut |record| {
            places.push(record.place);
            ControlFlow::Continue(())
        },
    );
    assert_eq!(places, [1, 2].map(|line| Place { path: "-".into(), line: Some(line) }));
}

#[test]
fn what_is_piped_is_named_by_its_text() {
    let ids = |text: &str| {
        let mut ids = Vec::new();
        read_from(Box::new(text.as_bytes()), &options(), &mut |record| {
            ids.push(record.result.unwrap().id.unwrap_or_default());
            ControlFlow::Continue(())
        });
        ids
    };
    let of_a = format!("stdin-{:016x}", xxh3_64(b"A"));
    assert_eq!(ids("A"), [of_a.as_str()]);
    assert_ne!(ids("A"), ids("B"));
    let lines = "{\"text\":\"A\"}\n{\"text\":\"A\",\"url\":\"https://e.fr\"}\n{\"text\":\"A\",\"id\":\"i\"}\n";
    assert_eq!(ids(lines), [of_a.as_str(), "", "i"]);
}

#[test]
fn options_are_checked() {
    let mut options = ImportOptions { format: Some("jsonl".into()), ..ImportOptions::default() };
    assert_eq!(options.check(), Ok(()));
    options.map.push(("titel".into(), "x".into()));
    let message = options.check().unwrap_err().to_string();
    assert_eq!(
        message,
        "\"titel\" is not a field; known: id, title, date, source, author, url, body"
    );
    options.map = vec![("title".into(), "x".into()), ("body".into(), "x".into())];
    assert_eq!(options.check(), Ok(()));
    options.map.push(("title".into(), "y".into()));
    assert_eq!(
        options.check().unwrap_err().to_string(),
        "\"title\" is mapped twice; each of these may be once: id, title, date, source, author, url, body"
    );
    options.format = Some("pdf".into());
    assert!(
        options
            .check()
            .unwrap_err()
            .to_string()
            .starts_with("\"pdf\" is not a format; known: jsonl")
    );
}

#[test]
fn keys_are_unique_names() {
    let reasons = [SkipReason::Empty, SkipReason::NoText, SkipReason::Binary, SkipReason::NotAFile];
    for reason in reasons {
        assert!(reason.key().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        assert!(!reason.to_string().contains('\n'));
    }
}

/// A bomb for a reader that holds a line, or waits for the end.
#[test]
fn an_endless_line_is_not_held() {
    let endless = std::io::repeat(b'x').take(200 << 20).chain(&b"\n{\"text\":\"B\"}\n"[..]);
    let mut records = Vec::new();
    let file = InputFile { path: "a.jsonl".into(), name: "a".into() };
    read(&file, Box::new(endless), &options(), &mut |record| {
        records.push(record);
        ControlFlow::Continue(())
    });
    assert_eq!(told(&records), "1:too_large 2:/B");
}

const NAMES: [&str; 8] =
    ["a.txt", "a.md", "a.jsonl", "a.json", "a.csv", "a.tsv", "a.html", "2024-01-02"];

/// Pieces that the formats are made of, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 40] = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        "\\",
        ":",
        ",",
        ";",
        "\t",
        "\n",
        "\r\n",
        "text",
        "title",
        "\"text\":",
        "{\"text\":\"A\"}",
        "---\n",
        "+++\n",
        "a: b\n",
        "a = 1\n",
        "# H\n",
        "<p>",
        "<div",
        "</div>",
        " a='",
        ">",
        "<!--",
        "<script>",
        "Titre : T\n",
        "Date : 2024\n",
        "\n\n",
        "é",
        "\u{feff}",
        "\0",
        "\u{301}",
        "mars 2024",
        "<script type=\"application/ld+json\">",
        "<time datetime=",
        "0",
        "null",
    ];
    let piece = prop_oneof![
        4 => (0..PIECES.len()).prop_map(|at| PIECES[at].as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn check_any(bytes: &[u8]) -> Result<(), TestCaseError> {
    for name in NAMES {
        for record in read_with(name, bytes, &options()) {
            match record.result {
                Ok(draft) => prop_assert!(!draft.body.trim().is_empty(), "{}", name),
                Err(reason) => prop_assert!(!reason.to_string().contains('\n'), "{}", reason),
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check_any(&bytes)?;
        let cut = gzip(&bytes);
        check_any(&cut)?;
        check_any(&cut[..cut.len() * 2 / 3])?;
    }

    #[test]
    fn pieces_of_formats_never_panic(bytes in pieces()) {
        check_any(&bytes)?;
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(bytes).collect();
        check_any(&utf16)?;
    }

    #[test]
    fn arbitrary_text_is_never_a_wrong_date(text in "\\PC{0,40}") {
        if let Some(date) = parse_date(&text) {
            prop_assert!(text.contains(&date.year().to_string()));
        }
    }
}
