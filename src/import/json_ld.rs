//! The `application/ld+json` blocks of a page, read with patience: pages carry broken ones.

use serde_json::{Map, Value};

use super::fields::names_of;
use super::html_meta::one_space;
use super::json_scan::has_few_values;

/// What the blocks say of the article.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct JsonLd {
    pub(crate) headline: Option<String>,
    pub(crate) published: Vec<String>,
    pub(crate) modified: Vec<String>,
    pub(crate) author: Option<String>,
    pub(crate) publisher: Option<String>,
}

/// What the blocks say: articles first, then other things with a date, then broken blocks.
pub(crate) fn read(scripts: &[String]) -> JsonLd {
    let (mut articles, mut others) = (JsonLd::default(), JsonLd::default());
    let mut broken = JsonLd::default();
    for script in scripts {
        match parse(script) {
            Some(value) => walk(&value, 0, &mut articles, &mut others),
            None => scrape(script, &mut broken),
        }
    }
    let dates = |of: fn(&JsonLd) -> &Vec<String>| {
        [&articles, &others, &broken].into_iter().flat_map(of).cloned().collect()
    };
    JsonLd {
        published: dates(|ld| &ld.published),
        modified: dates(|ld| &ld.modified),
        headline: articles.headline.or(broken.headline),
        author: articles.author.or(broken.author),
        publisher: articles.publisher.or(others.publisher),
    }
}

/// JSON, also inside CDATA or a comment, with bare line ends in its strings, or a comma too many.
fn parse(script: &str) -> Option<Value> {
    let script = script.split_once("<![CDATA[").map_or(script, |(_, inside)| inside);
    let script = script.rsplit_once("]]>").map_or(script, |(inside, _)| inside);
    let start = script.find(['{', '['])?;
    let end = script.rfind(['}', ']'])? + 1;
    let json = script.get(start..end).filter(|json| has_few_values(json))?;
    serde_json::from_str(json).ok().or_else(|| {
        let spaced: String = json.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        serde_json::from_str(&spaced).ok()
    })
}

/// Goes through lists, graphs and main entities.
fn walk(value: &Value, depth: usize, articles: &mut JsonLd, others: &mut JsonLd) {
    match value {
        _ if depth > 8 => {}
        Value::Array(list) => {
            for value in list {
                walk(value, depth + 1, articles, others);
            }
        }
        Value::Object(object) => {
            take(object, if is_article(object) { articles } else { others });
            for name in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(value) = object.get(name) {
                    walk(value, depth + 1, articles, others);
                }
            }
        }
        _ => {}
    }
}

fn is_article(object: &Map<String, Value>) -> bool {
    let is_article = |kind: &Value| {
        kind.as_str().is_some_and(|kind| {
            ["Article", "Posting", "Report", "Review"].iter().any(|end| kind.ends_with(end))
        })
    };
    match object.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is_article),
        Some(kind) => is_article(kind),
        None => false,
    }
}

/// The first value of each kind stays.
fn take(object: &Map<String, Value>, into: &mut JsonLd) {
    let text = |name: &str| {
        let text = names_of(object.get(name)?)?;
        let text = one_space(&unescape(&text));
        (!text.is_empty() && !super::fields::is_address(&text)).then_some(text)
    };
    into.headline = into.headline.take().or_else(|| text("headline"));
    into.author = into.author.take().or_else(|| text("author"));
    into.publisher = into.publisher.take().or_else(|| text("publisher"));
    into.published.extend(text("datePublished"));
    into.modified.extend(text("dateModified"));
}

/// Some sites escape their JSON as if it were HTML.
fn unescape(text: &str) -> String {
    const SIGNS: [(&str, &str); 8] = [
        ("&quot;", "\""),
        ("&#039;", "'"),
        ("&#39;", "'"),
        ("&rsquo;", "’"),
        ("&nbsp;", "\u{a0}"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    if !text.contains('&') {
        return text.to_owned();
    }
    SIGNS.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The dates, the headline and the author of a block that no parser reads.
fn scrape(script: &str, into: &mut JsonLd) {
    into.published.extend(string_after(script, "\"datePublished\""));
    into.modified.extend(string_after(script, "\"dateModified\""));
    into.headline = into.headline.take().or_else(|| string_after(script, "\"headline\""));
    // Only one author without a list around: the rest is guesswork.
    let author = script.split_once("\"author\"").and_then(|(_, rest)| rest.split_once('}'));
    let author =
        author.filter(|(object, _)| object.trim_start_matches([':', ' ']).starts_with('{'));
    let name = author.and_then(|(object, _)| string_after(object, "\"name\""));
    into.author = into.author.take().or(name);
}

fn string_after(script: &str, name: &str) -> Option<String> {
    let rest = script.split_once(name)?.1.trim_start().strip_prefix(':')?.trim_start();
    let rest = rest.strip_prefix('"')?;
    // Escapes are left to the parser: one quoted string is still JSON.
    let mut escaped = false;
    let end = rest.find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends || c == '\n'
    })?;
    let text: String = serde_json::from_str(&format!("\"{}\"", &rest[..end])).ok()?;
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(scripts: &[&str]) -> String {
        let scripts: Vec<_> = scripts.iter().map(|script| (*script).to_owned()).collect();
        let ld = read(&scripts);
        let text = |field: Option<String>| field.unwrap_or_default();
        let dates = [ld.published.join(" "), ld.modified.join(" ")];
        [text(ld.headline), dates.join("/"), text(ld.author), text(ld.publisher)].join("|")
    }

    #[test]
    fn blocks_of_many_shapes() {
        for (scripts, expected) in [
            (
                &[
                    r#"{"@type":"WebPage","datePublished":"2020"}"#,
                    r#"[{"@type":["BlogPosting"],"headline":"H","datePublished":"2021","author":"A"}]"#,
                ][..],
                "H|2021 2020/|A|",
            ),
            (
                &[
                    r#"{"@graph":[{"@type":"Organization","name":"O"},{"@type":"Article","headline":"L&#039;un","author":{"name":"A"},"publisher":{"name":"P"},"dateModified":"2022"}]}"#,
                ],
                "L'un|/2022|A|P",
            ),
            (&["//<![CDATA[\n{\"@type\":\"NewsArticle\",\"headline\":\"a\nb\"}\n//]]>"], "a b|/||"),
            (
                &[
                    r#"{"@type":"NewsArticle","headline":"dit \"non\"","datePublished" : "2021-02-03", "author": {"name":"A"}, "x": }"#,
                ],
                "dit \"non\"|2021-02-03/|A|",
            ),
            (&["", "{", "[1,2", "null", "\"datePublished\":\"2020"], "|/||"),
        ] {
            assert_eq!(told(scripts), expected, "{scripts:?}");
        }
    }
}
