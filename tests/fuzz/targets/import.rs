//! The importers: each format by its name, and whatever the first bytes show.

use std::io::Read;
use std::ops::ControlFlow;

use depeche::import::{FORMATS, ImportOptions, Record, parse_date, read_from};

use super::slow::Slow;
use super::{Target, seeds};

/// Most bytes of a record.
const MAX_RECORD: usize = 1 << 16;

pub(super) fn targets() -> Vec<Target> {
    let named = FORMATS.iter().map(|format| target(Some(format.name)));
    named.chain([target(None)]).collect()
}

fn target(format: Option<&'static str>) -> Target {
    let (name, seeds) = match format {
        Some("text") => ("import_text", seeds(TEXTS)),
        Some("markdown") => ("import_markdown", seeds(MARKDOWN)),
        Some("json") => ("import_json", seeds(JSON)),
        Some("jsonl") => ("import_jsonl", seeds(JSON)),
        Some("csv") => ("import_csv", seeds(CSV)),
        Some("html") => ("import_html", seeds(HTML)),
        Some(other) => panic!("the format {other} has no seeds"),
        None => ("import_any", mixed()),
    };
    let options = ImportOptions {
        format: format.map(str::to_owned),
        max_record: MAX_RECORD,
        ..ImportOptions::default()
    };
    let case = move |bytes: &[u8]| case(bytes, &options);
    Target { name, seeds, tokens: TOKENS, case: Box::new(case) }
}

/// However the bytes come, the records are the same; of damaged gzip data the engine gives more or less.
fn case(bytes: &[u8], options: &ImportOptions) {
    let whole = records(Box::new(bytes), options);
    whole.iter().for_each(is_sound);
    let slow = records(Box::new(Slow::new(bytes)), options);
    let is_gzip = bytes.starts_with(b"\x1f\x8b");
    assert!(whole == slow || is_gzip, "read slowly:\n{slow:?}\nat once:\n{whole:?}");
    let _ = parse_date(&String::from_utf8_lossy(&bytes[..bytes.len().min(64)]));
}

fn records(input: Box<dyn Read + Send + '_>, options: &ImportOptions) -> Vec<Record> {
    let mut records = Vec::new();
    read_from(input, options, &mut |record| {
        records.push(record);
        ControlFlow::Continue(())
    });
    records
}

fn is_sound(record: &Record) {
    assert!(record.place.line != Some(0), "lines count from 1");
    match &record.result {
        Ok(draft) => {
            assert!(!draft.body.trim().is_empty(), "an article without text");
            let fields = [&draft.id, &draft.title, &draft.source, &draft.author, &draft.url];
            let are_said = fields.into_iter().flatten().all(|field| !field.trim().is_empty());
            assert!(are_said, "an empty field: {draft:?}");
        }
        Err(reason) => {
            let told = reason.to_string();
            assert!(!told.is_empty() && !told.contains('\n'), "{told:?}");
        }
    }
}

/// All seeds, and UTF-16, Windows-1252 and gzip.
fn mixed() -> Vec<Vec<u8>> {
    let mut all: Vec<_> = [TEXTS, MARKDOWN, JSON, CSV, HTML].into_iter().flat_map(seeds).collect();
    all.push("\u{feff}Été\n\nUn texte.".encode_utf16().flat_map(u16::to_le_bytes).collect());
    all.push(b"Titre : \xc9t\xe9\n\nUn texte \xe0 lire, d\xe9j\xe0.".to_vec());
    all.push(GZIP.to_vec());
    all
}

/// `un texte\n`, stored.
const GZIP: &[u8] =
    b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01\x09\0\xf6\xffun texte\n\xb9\x0f\x27\xa8\x09\0\0\0";

const TEXTS: &[&str] = &[
    "Titre : Un accord\nDate : 21 janvier 2025\nSource : Le Fil\nAuteur : A. B.\n\nLe texte.\nIl suit.",
    "Un titre\n\nDes phrases. Et d’autres.\n",
    "2025-03-01\tLe Monde\nUn texte d’une ligne",
];
const MARKDOWN: &[&str] = &[
    "---\ntitle: \"Un titre\"\ndate: 2025-01-21\nauthors:\n  - A\n  - B\nurl: https://a.fr/\n---\n# Titre\n\nTexte.",
    "+++\ntitle = \"Un titre\"\ndate = 2025-01-21T10:00:00Z\n[extra]\nsource = \"Le Fil\"\n+++\nTexte.\n",
    "---\ntitle: OpenAI : la suite\nsource: Le Fil\n---\n\nTexte.",
    "# Titre\n\nTexte *en* italiques.\n\n```\n---\n```\n",
];
const JSON: &[&str] = &[
    "{\"id\":\"a\",\"title\":\"T\",\"body\":\"Un texte.\",\"date\":\"2025-01-21\",\"author\":[\"A\",\"B\"]}\n",
    "{\"headline\":\"T\",\"text\":\"x\",\"published\":1737417600}\n\n{\"text\":\"y\\u00e9\\ud83d\\ude00\"}\n{",
    "[{\"titre\":\"T\",\"texte\":\"a\"},{\"texte\":\"b\",\"source\":{\"name\":\"Le Fil\"}},3,null]",
    "{\"articles\":[{\"content\":{\"text\":\"a\"}}],\"n\":1.5e300}",
    "{\"body\":[\"un\",\"deux\"],\"tags\":[[[[]]]],\"url\":\"https://a.fr\"}",
];
const CSV: &[&str] = &[
    "id;title;body\r\n1;\"Un \"\"titre\"\"\";\"Un texte\r\nsur deux lignes\"\r\n2;b;c\r\n",
    "title,date,text\na,2025,b\nc,d\n",
    "titre\ttexte\nx\ty\n\n\"z\t",
    "\u{feff}text\nun\ndeux\n",
];
const HTML: &[&str] = &[
    "<!DOCTYPE html><html lang=fr><head><title>T</title><meta property=\"og:title\" content=\"T\">\
     <meta property=\"article:published_time\" content=\"2025-01-21T08:00:00+01:00\"></head><body><article>\
     <h1>T</h1><p>Un premier paragraphe, assez long pour être gardé par le lecteur.</p><p>Un second &amp; plus \
     long, avec <b>du gras</b> et &eacute;t&eacute;.</p></article></body></html>",
    "<html><head><meta charset=windows-1252><script type=\"application/ld+json\">{\"@type\":\"NewsArticle\",\
     \"headline\":\"T\",\"articleBody\":\"Le texte.\",\"author\":{\"name\":\"A\"}}</script></head><body>\
     <table><tr><td>a<td>b</table><!-- c --><time datetime=2025-01-21>le 21 janvier 2025</time></body>",
];

const TOKENS: &[&str] = &[
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\0",
    "\u{feff}",
    "\"",
    "\"\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "[[[[[[[[",
    "{\"a\":",
    ":",
    ",",
    ";",
    "\t",
    "null",
    "true",
    "1e999",
    "-0",
    "18446744073709551616",
    "\"id\":",
    "\"body\":\"x\"",
    "\"text\":",
    "\"title\":",
    "\"date\":",
    "\"articles\":[",
    "---\n",
    "+++\n",
    "...\n",
    "title: ",
    "date: ",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "|\n",
    ">-\n",
    "\"\"\"",
    "Titre : ",
    "Date : ",
    "21 janvier 2025",
    "2025-13-45",
    "01/02/2025",
    "hier",
    "<p>",
    "</p>",
    "<div>",
    "<b><i></b></i>",
    "<table>",
    "<template>",
    "<svg>",
    "<math>",
    "<select>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</script>",
    "<style>",
    "<textarea>",
    "<title>",
    "<plaintext>",
    "<meta charset=utf-16>",
    "<meta charset=\"x\">",
    "<meta http-equiv=content-type content='text/html; charset=iso-8859-15'>",
    "&amp;",
    "&#0;",
    "&#x110000;",
    "&eacute",
    "<article>",
    "<time datetime=\"2025\">",
    "application/ld+json",
    "\"@graph\":[",
    "id,title,body\n",
    "é",
    "\u{1f}\u{8b}",
    "œ",
    "🎉",
    "<a href=javascript:x>",
    "<br>",
    "<li>",
    "<h1>",
    "<html lang=fr>",
    "<noscript>",
    "<iframe srcdoc=x>",
];
