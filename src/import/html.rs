//! A web page: its main text, and what it says about itself.
//!
//! The main text is what Readability finds (`dom_smoothie`), paragraphs separated by a blank
//! line; where it finds none, the text of the body without its furniture.

use std::ops::ControlFlow;

use dom_smoothie::{Config, Readability, TextMode};
use encoding_rs::Encoding;

use super::stream::Stream;
use super::{Draft, Job, Out, SkipReason, charset, html_meta, html_parser};

/// How far into a page its charset may be declared (browsers look at 1,024 bytes).
const DECLARATION: usize = 4_096;

/// What is on a page and is no text.
const FURNITURE: &str =
    "script, style, noscript, template, nav, header, footer, aside, form, iframe";

pub(crate) fn read(
    job: &Job<'_>,
    stream: &mut Stream<'_>,
    out: &mut Out<'_, '_>,
) -> ControlFlow<()> {
    let draft = stream.read_all(job.max_record).and_then(|bytes| {
        let html = charset::decode(&bytes, declared(&bytes))?;
        page(&html)
    });
    out.give(None, draft)
}

/// The article of one page.
pub(crate) fn page(html: &str) -> Result<Draft, SkipReason> {
    let document = html_parser::parse(html)?;
    let mut draft = html_meta::draft(&document);
    let config =
        Config { disable_json_ld: true, text_mode: TextMode::Formatted, ..Config::default() };
    let found = Readability::with_document(document, None, Some(config))
        .and_then(|mut readability| readability.parse());
    match found {
        Ok(article) if !article.text_content.trim().is_empty() => {
            draft.author = draft.author.or_else(|| article.byline.and_then(|line| byline(&line)));
            draft.body = tidy(&article.text_content);
        }
        // It finds no article: all of the page is its text.
        _ => draft.body = fragment(html)?,
    }
    Ok(draft)
}

/// The text of a piece of HTML that is all article: nothing is searched for in it.
pub(crate) fn fragment(html: &str) -> Result<String, SkipReason> {
    let document = html_parser::parse(html)?;
    document.select(FURNITURE).remove();
    Ok(document.body().map(|body| tidy(&body.formatted_text())).unwrap_or_default())
}

/// A piece of HTML on one line, for a title.
pub(crate) fn inline(html: &str) -> Result<String, SkipReason> {
    let body = html_parser::parse(html)?.body().map(|body| html_meta::one_space(&body.text()));
    Ok(body.unwrap_or_default())
}

/// One blank line between paragraphs, no white space at the ends of lines.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            blank += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        blank = 0;
        tidy.push_str(line);
    }
    tidy
}

/// A byline that is a name; Readability also takes the labels of forms for one.
fn byline(line: &str) -> Option<String> {
    const LABELS: [&str; 5] = ["auteur", "auteurs", "author", "nom", "name"];
    let line = html_meta::one_space(line);
    let name = line.strip_prefix("Par ").or_else(|| line.strip_prefix("par ")).unwrap_or(&line);
    let is_name = name.chars().all(|c| c.is_alphabetic() || " \u{a0}'’-.,&".contains(c))
        && name.chars().count() <= 100
        && !LABELS.contains(&name.to_lowercase().as_str());
    (!name.is_empty() && is_name).then(|| name.to_owned())
}

/// `charset=` in the first bytes, of a meta element or else of an XML declaration.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]).to_ascii_lowercase();
    let label = |key: &str| {
        let value = head.split_once(key)?.1.trim_start();
        let value = value.strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c));
        Encoding::for_label(&value.as_bytes()[..end.unwrap_or(value.len())])
    };
    label("charset")
        .or_else(|| label("encoding").filter(|_| head.trim_start().starts_with("<?xml")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_charset_of_a_page() {
        for (page, expected) in [
            ("<meta charset=\"utf-8\">", Some("UTF-8")),
            ("<META http-equiv=x content='text/html; CHARSET = ISO-8859-1'>", Some("windows-1252")),
            ("<?xml version='1.0' encoding='iso-8859-15'?>", Some("ISO-8859-15")),
            ("<meta charset=klingon>", None),
            ("<p>encoding='latin1'", None),
        ] {
            assert_eq!(declared(page.as_bytes()).map(Encoding::name), expected, "{page}");
        }
    }

    #[test]
    fn the_main_text_without_the_furniture() {
        let paragraph = "La commission a rendu son avis sur le projet, attendu depuis des mois, et \
                         demande que les données soient hébergées en Europe, sans exception.";
        let html = format!(
            "<html><head><title>Avis</title></head><body><nav><a href=/>Accueil</a></nav>\
             <article><h1>L’avis est rendu</h1><p class=byline>Par Ada L.</p>{}</article>\
             <footer>Mentions légales</footer></body></html>",
            format!("<p>{paragraph}</p>").repeat(5)
        );
        let draft = page(&html).unwrap();
        assert!(draft.body.contains(&format!("{paragraph}\n\n{paragraph}")), "{}", draft.body);
        assert!(!draft.body.contains("Mentions") && !draft.body.contains("Accueil"));
        assert_eq!(draft.title.as_deref(), Some("L’avis est rendu"));
    }

    #[test]
    fn bylines() {
        for (line, expected) in [
            ("Par  Ada\n L.", Some("Ada L.")),
            ("AFP", Some("AFP")),
            ("Nom *", None),
            ("Auteurs", None),
            ("", None),
        ] {
            assert_eq!(byline(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_page_of_one_sentence_still_has_its_text() {
        for html in
            ["<p>Bonjour à tous.", "Bonjour à tous.", "<div><nav>Menu</nav>Bonjour à tous.</div>"]
        {
            assert!(page(html).unwrap().body.contains("Bonjour à tous."), "{html}");
        }
        assert_eq!(page("<script>f()</script>").unwrap().body, "");
    }

    #[test]
    fn hostile_pages_take_no_time() {
        let start = std::time::Instant::now();
        let deep = format!("{}Texte.{}", "<div>".repeat(500), "</div>".repeat(500));
        assert!(page(&deep).unwrap().body.contains("Texte."));
        let fonts = format!("{}Texte.", "<font><b><a>".repeat(170));
        assert!(page(&fonts).is_ok());
        assert!(page(&"<div>".repeat(100_000)).is_err());
        assert!(page(&format!("<p {}>a</p>", "x=1 ".repeat(1_000_000))).is_err());
        assert!(page(&format!("<!-- {}", "x".repeat(1 << 20))).unwrap().body.is_empty());
        assert!(page(&"&amp;".repeat(5_000)).is_ok());
        assert!(page(&"&amp;".repeat(100_000)).is_err());
        assert!(start.elapsed().as_secs() < 20, "{:?} in a debug build", start.elapsed());
    }
}
