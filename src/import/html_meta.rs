//! What a page says about itself: title, source, author, address. The date is in `html_date`.

use dom_query::Document;

use super::json_ld::{self, JsonLd};
use super::{Draft, fields, html_date};

/// Names of the `meta` elements that hold the paper, the best first. Nothing is taken from the
/// address: a host is no title.
const SOURCES: &[&str] = &["og:site_name"];
const SOURCES_AFTER_LD: &[&str] =
    &["application-name", "publisher", "dc.publisher", "dcterms.publisher"];
const AUTHORS: &[&str] = &[
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
];

/// The `meta` elements of a page: name (lower case) and content.
pub(crate) struct Metas(Vec<(String, String)>);

impl Metas {
    pub(crate) fn of(document: &Document) -> Self {
        let metas = document.select("meta[content]");
        let of_node = |node: &dom_query::NodeRef<'_>| {
            let name =
                ["property", "name", "itemprop"].into_iter().find_map(|key| node.attr(key))?;
            let content = one_space(&node.attr("content")?);
            // Dublin Core is written with a dot or a colon.
            let name = name
                .trim()
                .to_ascii_lowercase()
                .replace("dc:", "dc.")
                .replace("dcterms:", "dcterms.");
            (!content.is_empty()).then_some((name, content))
        };
        Metas(metas.nodes().iter().filter_map(of_node).collect())
    }

    /// All contents under these names, the names in their order.
    pub(crate) fn all<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let of = |name: &'a str| self.0.iter().filter(move |(found, _)| found == name);
        names.iter().flat_map(move |name| of(name)).map(|(_, content)| content.as_str())
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        self.all(names).next().map(str::to_owned)
    }
}

/// All but the body.
pub(crate) fn draft(document: &Document) -> Draft {
    let metas = Metas::of(document);
    let scripts = document.select("script[type='application/ld+json']");
    let texts: Vec<_> = scripts.nodes().iter().map(|script| script.text().to_string()).collect();
    let ld = json_ld::read(&texts);
    let url = url(document, &metas);
    let source = source(&metas, &ld);
    let title = title(document, &metas, &ld);
    Draft {
        id: None,
        title: title.map(|title| without_site(title, source.as_deref())),
        date: html_date::find(document, &metas, &ld, url.as_deref()),
        source,
        author: author(&metas, &ld),
        url,
        body: String::new(),
    }
}

fn title(document: &Document, metas: &Metas, ld: &JsonLd) -> Option<String> {
    let of_element = |selector: &str| {
        let all = document.select(selector);
        let texts = all.nodes().iter().map(|node| one_space(&node.text()));
        texts.into_iter().find(|text| !text.is_empty())
    };
    metas
        .first(&["og:title"])
        .or_else(|| ld.headline.clone())
        .or_else(|| of_element("h1"))
        .or_else(|| of_element("head title"))
}

/// `Le titre - Le Site` of the site called `Le Site` is `Le titre`.
fn without_site(title: String, site: Option<&str>) -> String {
    let Some(before) = site.and_then(|site| title.strip_suffix(site)) else { return title };
    let bare = before.trim_end().trim_end_matches(['-', '|', '–', '—', '•', '·', ':']);
    let is_cut = bare.len() < before.trim_end().len() && !bare.trim().is_empty();
    if is_cut { bare.trim_end().to_owned() } else { title }
}

fn source(metas: &Metas, ld: &JsonLd) -> Option<String> {
    let is_name = |text: &String| !fields::is_address(text);
    metas
        .first(SOURCES)
        .filter(is_name)
        .or_else(|| ld.publisher.clone())
        .or_else(|| metas.all(SOURCES_AFTER_LD).map(str::to_owned).find(is_name))
}

fn author(metas: &Metas, ld: &JsonLd) -> Option<String> {
    ld.author
        .clone()
        .or_else(|| metas.all(AUTHORS).find(|text| !fields::is_address(text)).map(str::to_owned))
}

fn url(document: &Document, metas: &Metas) -> Option<String> {
    let canonical = document.select_single("link[rel='canonical']").attr("href");
    let canonical = canonical.map(|href| href.trim().to_owned());
    canonical.into_iter().chain(metas.first(&["og:url"])).find(|url| fields::is_address(url))
}

/// Runs of white space made one space; a no-break space inside stays.
pub(crate) fn one_space(text: &str) -> String {
    let words: Vec<_> = text.trim().split_ascii_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// title | date | source | author | url
    fn told(html: &str) -> String {
        let draft = draft(&Document::from(html));
        let date = draft.date.map(|date| date.to_string());
        let fields = [draft.title, date, draft.source, draft.author, draft.url];
        fields.map(Option::unwrap_or_default).join("|")
    }

    #[test]
    fn what_a_page_says() {
        for (html, expected) in [
            ("<title> Un\n titre </title>", "Un titre||||"),
            ("<title>T - Site</title><h1> </h1><h1>Le <b>titre</b></h1>", "Le titre||||"),
            (
                r#"<meta property="og:title" content="OG – S"><meta property="og:site_name" content="S">
                   <meta name="author" content="A"><link rel="canonical" href="https://e.fr/a">
                   <meta property="article:published_time" content="2024-12-05T01:00:00+01:00">"#,
                "OG|2024-12-05|S|A|https://e.fr/a",
            ),
            (
                r#"<meta property="article:author" content="https://e.fr/ada"><meta name="DC:creator" content="B">
                   <link rel=canonical href="/a"><meta property="og:url" content="https://e.fr/b">
                   <meta property="publisher" content="AFP">"#,
                "||AFP|B|https://e.fr/b",
            ),
            (
                r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"H","datePublished":
                   "2024-12-05","author":[{"name":"A"},{"name":"B"}],"publisher":{"name":"P"}}</script><h1>h</h1>"#,
                "H|2024-12-05|P|A, B|",
            ),
            (
                r#"<script type="application/ld+json">{"headline":"","x":}</script><h1>h</h1>"#,
                "h||||",
            ),
        ] {
            assert_eq!(told(html), expected, "{html}");
        }
    }
}
