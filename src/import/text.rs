//! Plain text: one file, one article.
//!
//! 1. Where all lines before the first blank line have the form `Name : value`, with names we
//!    know ([`HEADER`]), and there are two of them or one is the title, they are a header: the
//!    body begins after the blank lines.
//! 2. Else the whole file is the body, and its first line with text is also the title if it looks
//!    like one: at most 150 characters, at least two words, not ending in a comma, semicolon,
//!    colon or full stop, more text after it; and it stands apart: a blank line follows, or the
//!    file has no blank line and writes a paragraph a line (one of more than 150 characters
//!    follows, and the next does not go on in lower case).
//! 3. A date stands in the header, or the file name begins with `2024-12-05`, `20241205` or
//!    `2024-12`.
//!
//! Nothing else is guessed.

use std::ops::ControlFlow;

use super::date::{date_in_name, fold, parse_date};
use super::stream::Stream;
use super::{Draft, Job, Out, SkipReason, charset};

/// A title is no longer than that, a paragraph is.
const MAX_TITLE: usize = 150;

/// Their names for a line of the header, folded.
const HEADER: [(&str, &[&str]); 6] = [
    ("title", &["titre", "title"]),
    ("date", &["date"]),
    ("source", &["source", "journal"]),
    ("author", &["auteur", "auteurs", "author", "authors"]),
    ("url", &["url", "lien", "link"]),
    ("id", &["id"]),
];

pub(crate) fn read(
    job: &Job<'_>,
    stream: &mut Stream<'_>,
    out: &mut Out<'_, '_>,
) -> ControlFlow<()> {
    let draft = read_draft(job, stream);
    out.give(None, draft)
}

fn read_draft(job: &Job<'_>, stream: &mut Stream<'_>) -> Result<Draft, SkipReason> {
    let bytes = stream.read_all(job.max_record)?;
    let text = charset::decode(&bytes, None)?;
    let mut draft = header(&text).unwrap_or_else(|| Draft {
        title: title(&text).map(str::to_owned),
        body: text.to_string(),
        ..Draft::default()
    });
    draft.date = draft.date.or_else(|| date_in_name(job.names().0));
    Ok(draft)
}

/// Rule 1.
fn header(text: &str) -> Option<Draft> {
    let mut draft = Draft::default();
    let (mut known, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() && known > 0 {
            break;
        }
        at += line.len();
        if !line.trim().is_empty() {
            let (name, value) = line.split_once(':')?;
            set(&mut draft, name, value.trim())?;
            known += 1;
        }
    }
    let blank: usize =
        text[at..].split_inclusive('\n').take_while(|l| l.trim().is_empty()).map(str::len).sum();
    text[at + blank..].clone_into(&mut draft.body);
    (known >= 2 || draft.title.is_some()).then_some(draft)
}

/// `None` where the name is not one of ours.
fn set(draft: &mut Draft, name: &str, value: &str) -> Option<()> {
    let name = fold(name.trim());
    let (field, _) = HEADER.iter().find(|(_, names)| names.contains(&name.as_str()))?;
    let text = (!value.is_empty()).then(|| value.to_owned());
    match *field {
        "title" => draft.title = text,
        "date" => draft.date = parse_date(value),
        "source" => draft.source = text,
        "author" => draft.author = text,
        "url" => draft.url = text,
        _ => draft.id = text,
    }
    Some(())
}

/// Rule 2.
fn title(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let (first, rest) = text.split_once('\n')?;
    let first = first.trim_end();
    let looks = first.chars().count() <= MAX_TITLE
        && first.split_whitespace().count() >= 2
        && !first.ends_with([',', ';', ':', '.']);
    let next = rest.lines().next().unwrap_or_default();
    let apart = next.trim().is_empty() || is_paragraph_a_line(rest, next);
    (looks && apart && !rest.trim().is_empty()).then_some(first)
}

fn is_paragraph_a_line(rest: &str, next: &str) -> bool {
    let goes_on = next.trim_start().chars().next().is_some_and(char::is_lowercase);
    let has_blank = rest.trim_end().lines().any(|line| line.trim().is_empty());
    let has_long = rest.lines().any(|line| line.chars().count() > MAX_TITLE);
    !goes_on && !has_blank && has_long
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let told = |text: &str| {
            header(text).map(|draft| {
                let date = draft.date.map(|date| date.to_string()).unwrap_or_default();
                let text = |field: Option<String>| field.unwrap_or_default();
                let (title, source) = (text(draft.title), text(draft.source));
                let (author, url, id) = (text(draft.author), text(draft.url), text(draft.id));
                [title, date, source, author, url, id, draft.body].join("|")
            })
        };
        for (text, expected) in [
            ("Titre : Un : deux\n\nLe texte.\n", Some("Un : deux||||||Le texte.\n")),
            (
                "TITLE: T\r\nDate\u{a0}: 5 mars 2024\r\nJournal: J\r\n\r\n \r\nLigne\r\n\r\nfin",
                Some("T|2024-03-05|J||||Ligne\r\n\r\nfin"),
            ),
            (
                "\nDate: 2024\nauteur : A\nlien: https://e.fr\nid: 9\n\nX",
                Some("|2024||A|https://e.fr|9|X"),
            ),
            ("Date : inconnue\nSource :\n\nX", Some("||||||X")),
            ("Date : 2024\n\nX", None),
            ("Titre : T\nUne phrase : deux mots\n\nX", None),
            ("Titre : T\nDate : 2024\nX", None),
            ("Titre : T", Some("T||||||")),
            ("Le texte.\n\nTitre : T", None),
        ] {
            assert_eq!(told(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn titles() {
        let long = "mot ".repeat(60);
        for (text, expected) in [
            ("Un titre court\n\nLe texte.", Some("Un titre court")),
            ("\r\n  \r\nQue faire ?\r\n\r\nLe texte.", Some("Que faire ?")),
            ("« Non »\n\nLe texte", Some("« Non »")),
            ("Une phrase.\n\nLe texte.", None),
            ("Les voici :\n\nLe texte.", None),
            ("Titre\n\nLe texte.", None),
            ("Un titre court\n\n", None),
            ("Un titre court", None),
            ("Un titre court\nLe texte.\n\nSuite.", None),
            ("Un texte coupé au bord\nde la page, mais pas\nplus long.", None),
        ] {
            assert_eq!(title(text), expected, "{text}");
        }
        assert_eq!(title(&format!("Un titre court\nUn {long}\n")), Some("Un titre court"));
        assert_eq!(title(&format!("Une ligne qui\nse poursuit {long}\n")), None);
        assert_eq!(title(&format!("{long}\n\nLe texte.")), None);
    }
}
