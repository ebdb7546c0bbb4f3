//! When a page was published, looked for where sites say it, the surest place first; only where
//! nothing says so does the date of a change count.

use dom_query::{Document, NodeRef};

use super::date::{date_before_text, date_in_url, fold, parse_date};
use super::html_meta::Metas;
use super::json_ld::JsonLd;
use crate::article::PartialDate;

const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dc.date.created",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "date_published",
    "article.published",
    "article_date_original",
    "citation_publication_date",
    "citation_date",
    "bepress_citation_date",
    "cxenseparse:recs:publishtime",
    "video:release_date",
];

const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
];

/// Elements that hold a date in an attribute, the surest first.
const MARKED: &[&str] = &[
    "time[pubdate]",
    "[itemprop='datePublished']",
    "article time[datetime]",
    "main time[datetime]",
    "time[datetime][class*='publi']",
    "time.entry-date[datetime]",
];

/// What stands before a visible date, folded.
const SAID: &[&str] =
    &["publie le", "publiee le", "publie :", "mis en ligne le", "mise en ligne le"];

/// How much text of a page is searched for a visible date.
const MAX_TEXT: usize = 400_000;

pub(crate) fn find(
    document: &Document,
    metas: &Metas,
    ld: &JsonLd,
    url: Option<&str>,
) -> Option<PartialDate> {
    let said = |dates: &[String]| dates.iter().find_map(|date| parse_date(date));
    let in_metas = |names| metas.all(names).find_map(parse_date);
    said(&ld.published)
        .or_else(|| in_metas(PUBLISHED))
        .or_else(|| MARKED.iter().find_map(|selector| marked(document, selector)))
        .or_else(|| url.and_then(date_in_url))
        .or_else(|| visible(document))
        .or_else(|| said(&ld.modified))
        .or_else(|| in_metas(MODIFIED))
}

fn marked(document: &Document, selector: &str) -> Option<PartialDate> {
    let of_node = |node: &NodeRef<'_>| {
        let value = node.attr("datetime").or_else(|| node.attr("content"));
        value.and_then(|value| parse_date(&value)).or_else(|| parse_date(&node.text()))
    };
    document.select(selector).nodes().iter().find_map(of_node)
}

/// A date that readers see behind "Publié le".
fn visible(document: &Document) -> Option<PartialDate> {
    let mut text = String::new();
    for node in document.body()?.descendants_it().filter(NodeRef::is_text) {
        let holder = node.parent().and_then(|parent| parent.node_name());
        if !holder
            .is_some_and(|name| matches!(&*name, "script" | "style" | "noscript" | "template"))
        {
            // Each piece apart, one space between words: the date may be in an element of its own.
            text.extend(node.text().split_whitespace().flat_map(|word| [word, " "]));
        }
        if text.len() > MAX_TEXT {
            break;
        }
    }
    visible_in(&fold(&text))
}

fn visible_in(folded: &str) -> Option<PartialDate> {
    let mut places: Vec<usize> = SAID
        .iter()
        .flat_map(|said| folded.match_indices(said).map(|(at, said)| at + said.len()))
        .collect();
    places.sort_unstable();
    places.into_iter().find_map(|at| {
        let rest = folded[at..].trim_start_matches([':', ' ']);
        let end = rest.char_indices().nth(60).map_or(rest.len(), |(end, _)| end);
        date_before_text(&rest[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::html_meta::draft;

    #[test]
    fn the_surest_place_comes_first() {
        let ld = |inner: &str| {
            format!(r#"<script type="application/ld+json">{{"@type":"Article",{inner}}}</script>"#)
        };
        let meta = |name: &str, date: &str| format!(r#"<meta name="{name}" content="{date}">"#);
        for (html, expected) in [
            (ld(r#""datePublished":"2024-01-01""#) + &meta("date", "2024-01-02"), "2024-01-01"),
            (ld(r#""datePublished":"hier""#) + &meta("date", "2024-01-02"), "2024-01-02"),
            (
                ld(r#""dateModified":"2024-01-09""#) + &meta("DC:date.issued", "2024-01-03"),
                "2024-01-03",
            ),
            (
                meta("og:updated_time", "2024-01-09") + "<article><time datetime=2024-01-04>",
                "2024-01-04",
            ),
            (
                "<article><time datetime=2024-01-09></time><time pubdate datetime=2024-01-04>"
                    .into(),
                "2024-01-04",
            ),
            ("<span itemprop=datePublished content=2024-01-05>hier</span>".into(), "2024-01-05"),
            ("<footer><time datetime=2024-01-09></footer>".into(), ""),
            (
                "<link rel=canonical href='https://e.fr/2024/01/06/t'><p>Publié le 9 mai 2024"
                    .into(),
                "2024-01-06",
            ),
            (
                "<p>Publié le <b>mardi 9 mai</b> 2023 à 10h, mis à jour hier</p>".into(),
                "2023-05-09",
            ),
            ("<p>PUBLIÉ LE : 09/05/2023 | Tech".into(), "2023-05-09"),
            (
                "<script>'Publié le 9 mai 2023'</script><p>Mis en ligne le 1er juin 2023.".into(),
                "2023-06-01",
            ),
            ("<p>Publié le mois dernier. Publiée le 2 juin 2023".into(), "2023-06-02"),
            ("<p>Mis à jour le 2 juin 2023".into(), ""),
            (meta("article:modified_time", "2024-01-09T00:00:00Z"), "2024-01-09"),
        ] {
            let date = draft(&Document::from(html.as_str())).date.map(|date| date.to_string());
            assert_eq!(date.unwrap_or_default(), expected, "{html}");
        }
    }
}
