//! Which of their fields is which of ours.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::date::{date_of, date_of_number, fold, month_number, parse_date};
use super::{Draft, SkipReason, html};
use crate::article::PartialDate;

/// Our fields, as the left side of a mapping names them.
pub const FIELDS: [&str; 7] = ["id", "title", "date", "source", "author", "url", "body"];

/// Their names for each, the best first; case, accents and the signs between words make no
/// difference (`date_published` is `datePublished`).
const NAMES: [(&str, &[&str]); 10] = [
    (
        "id",
        &[
            "id",
            "identifiant",
            "identifier",
            "uuid",
            "guid",
            "doc_id",
            "docid",
            "article_id",
            "_id",
        ],
    ),
    ("title", &["title", "titre", "headline", "heading", "post_title", "title_page", "name"]),
    (
        "date",
        &[
            "date",
            "date_publish",
            "publish_date",
            "date_published",
            "published",
            "published_at",
            "published_time",
            "published_on",
            "pub_date",
            "publication_date",
            "date_publication",
            "date_de_publication",
            "date_parution",
            "datetime",
            "post_date",
            "issued",
            "created",
            "created_at",
        ],
    ),
    (
        "source",
        &[
            "source",
            "journal",
            "titre_de_presse",
            "newspaper",
            "publication",
            "publication_title",
            "source_name",
            "media",
            "outlet",
            "publisher",
            "site_name",
            "sitename",
            "site",
            "meta_site_name",
            "source_hostname",
            "hostname",
            "source_domain",
            "domain",
        ],
    ),
    (
        "author",
        &["author", "authors", "auteur", "auteurs", "byline", "creator", "creators", "signature"],
    ),
    (
        "url",
        &[
            "url",
            "link",
            "lien",
            "original_url",
            "canonical_url",
            "canonical_link",
            "source_url",
            "permalink",
            "href",
            "source",
        ],
    ),
    (
        "body",
        &[
            "body",
            "text",
            "texte",
            "content",
            "contenu",
            "maintext",
            "main_text",
            "article_text",
            "full_text",
            "texte_integral",
            "corps",
            "article_body",
            "content_text",
            "article",
            "raw_text",
        ],
    ),
    ("year", &["annee", "year"]),
    ("month", &["mois", "month"]),
    ("day", &["jour", "day"]),
];

/// The place of a field in `NAMES`.
type Slot = usize;
const ID: Slot = 0;
const TITLE: Slot = 1;
const DATE: Slot = 2;
const SOURCE: Slot = 3;
const AUTHOR: Slot = 4;
const URL: Slot = 5;
const BODY: Slot = 6;
const YEAR: Slot = 7;
const MONTH: Slot = 8;
const DAY: Slot = 9;

/// A name, the slots it may fill and how good it is there.
type Wanted = (Slot, usize);

/// The names to look for: those given before those built in.
pub(crate) struct Fields {
    names: HashMap<String, Vec<Wanted>>,
    /// Names given with a dot: the way through objects.
    paths: Vec<(Slot, Vec<String>)>,
    given: usize,
}

/// What a record holds for one slot.
struct Candidate {
    rank: usize,
    name: String,
    value: Value,
}

impl Fields {
    pub(crate) fn new(map: &[(String, String)]) -> Self {
        let mut fields = Fields { names: HashMap::new(), paths: Vec::new(), given: map.len() };
        for (rank, (ours, theirs)) in map.iter().enumerate() {
            if let Some(slot) = FIELDS.iter().position(|field| field == ours) {
                fields.want(theirs, (slot, rank));
                if theirs.contains('.') {
                    let path = theirs.split('.').map(str::to_owned).collect();
                    fields.paths.push((slot, path));
                }
            }
        }
        for (slot, (_, names)) in NAMES.iter().enumerate() {
            for (rank, name) in names.iter().enumerate() {
                fields.want(name, (slot, map.len() + rank));
            }
        }
        fields
    }

    fn want(&mut self, name: &str, wanted: Wanted) {
        self.names.entry(fold_name(name)).or_default().push(wanted);
    }

    fn wanted(&self, name: &str) -> &[Wanted] {
        self.names.get(&fold_name(name)).map_or(&[], Vec::as_slice)
    }

    /// Whether a field of this name may hold the text.
    pub(crate) fn is_body(&self, name: &str) -> bool {
        self.wanted(name).iter().any(|(slot, _)| *slot == BODY)
    }

    /// Whether a field of this name may hold anything we want.
    pub(crate) fn is_known(&self, name: &str) -> bool {
        !self.wanted(name).is_empty()
    }

    /// The article that a record with named values tells of.
    pub(crate) fn draft(&self, record: Map<String, Value>) -> Result<Draft, SkipReason> {
        let seen: Vec<String> = record.keys().take(10).cloned().collect();
        let has_field = self.names_body(&record);
        let mut slots = self.sort(record);
        let none = || {
            if has_field { SkipReason::NoText } else { SkipReason::NoTextField { fields: seen } }
        };
        let body = take_body(&mut slots[BODY]).unwrap_or_else(|| Err(none()))?;
        Ok(Draft { body, ..metadata(&slots, self.given) })
    }

    /// The metadata alone, for formats that have the text elsewhere.
    pub(crate) fn metadata(&self, record: Map<String, Value>) -> Draft {
        metadata(&self.sort(record), self.given)
    }

    /// Whether a field for the text is there, be it empty.
    fn names_body(&self, record: &Map<String, Value>) -> bool {
        let mut paths = self.paths.iter();
        record.keys().any(|name| self.is_body(name))
            || paths.any(|(slot, path)| *slot == BODY && step_into(record, path).is_some())
    }

    /// The values of a record under the slots they may fill, the best first.
    fn sort(&self, record: Map<String, Value>) -> [Vec<Candidate>; 10] {
        let mut slots: [Vec<Candidate>; 10] = Default::default();
        for (slot, path) in &self.paths {
            if let Some(value) = step_into(&record, path).filter(|value| !is_empty(value)) {
                slots[*slot].push(Candidate {
                    rank: 0,
                    name: path.join("."),
                    value: value.clone(),
                });
            }
        }
        for (name, value) in record {
            // Copied only for the second slot: a text is never copied.
            if let Some(((slot, rank), others)) =
                self.wanted(&name).split_first().filter(|_| !is_empty(&value))
            {
                for (slot, rank) in others {
                    let (rank, name, value) = (*rank, name.clone(), value.clone());
                    slots[*slot].push(Candidate { rank, name, value });
                }
                slots[*slot].push(Candidate { rank: *rank, name, value });
            }
        }
        for slot in &mut slots {
            slot.sort_by_key(|candidate| candidate.rank);
        }
        slots
    }
}

/// `datePublished`, `Date published` and `date_published` are one name.
fn fold_name(name: &str) -> String {
    let mut folded = fold(name);
    folded.retain(char::is_alphanumeric);
    folded
}

fn step_into<'a>(record: &'a Map<String, Value>, path: &[String]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(record.get(first)?, |value, name| value.get(name.as_str()))
}

/// Missing, blank, or a word by which programs write "nothing".
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => {
            let text = text.trim();
            text.is_empty() || matches!(text, "null" | "None" | "nan" | "NaN")
        }
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// The best that is a text; only where there is none does another type matter.
fn take_body(candidates: &mut [Candidate]) -> Option<Result<String, SkipReason>> {
    let text = candidates.iter_mut().find_map(|candidate| take_text(&mut candidate.value));
    text.or_else(|| {
        let Candidate { name, value, .. } = candidates.first()?;
        Some(Err(SkipReason::WrongType { field: name.clone(), found: kind(value) }))
    })
}

/// The text of a string, of a list of paragraphs, or of HTML as the interface of `WordPress` gives it.
fn take_text(value: &mut Value) -> Option<Result<String, SkipReason>> {
    match value {
        Value::String(text) => Some(Ok(std::mem::take(text))),
        Value::Array(list) => {
            let paragraphs: Option<Vec<_>> = list.iter().map(Value::as_str).collect();
            let paragraphs = paragraphs.filter(|list| !list.is_empty())?;
            let filled: Vec<_> =
                paragraphs.into_iter().filter(|text| !text.trim().is_empty()).collect();
            Some(Ok(filled.join("\n\n")))
        }
        Value::Object(object) => Some(html::fragment(rendered(object)?)),
        _ => None,
    }
}

fn rendered(object: &Map<String, Value>) -> Option<&str> {
    object.get("rendered")?.as_str()
}

fn metadata(slots: &[Vec<Candidate>; 10], given: usize) -> Draft {
    let text = |slot: Slot| slots[slot].iter().find_map(|candidate| text_of(&candidate.value));
    // A source that is an address (Trafilatura) is one; a slug is not.
    let source = slots[SOURCE].iter().filter_map(|candidate| text_of(&candidate.value));
    let url = slots[URL].iter().filter_map(|candidate| {
        text_of(&candidate.value).filter(|text| candidate.rank < given || is_address(text))
    });
    Draft {
        id: text(ID),
        title: text(TITLE),
        date: slots[DATE]
            .iter()
            .find_map(|candidate| date_in(&candidate.value))
            .or_else(|| parts(slots)),
        source: source.into_iter().find(|text| !is_address(text)),
        // A number is the author's key in a table that is not there.
        author: slots[AUTHOR]
            .iter()
            .filter(|candidate| !candidate.value.is_number())
            .find_map(|candidate| names_of(&candidate.value)),
        url: url.into_iter().next(),
        body: String::new(),
    }
}

pub(crate) fn is_address(text: &str) -> bool {
    text.contains("://") && !text.contains(char::is_whitespace)
}

/// A date in three columns, as Europarser writes it.
fn parts(slots: &[Vec<Candidate>; 10]) -> Option<PartialDate> {
    let part = |slot: Slot| slots[slot].iter().find_map(|candidate| text_of(&candidate.value));
    let month = part(MONTH).and_then(|month| month_number(&month)).map(|month| month.to_string());
    let day = part(DAY).filter(|_| month.is_some());
    let year = part(YEAR)?;
    date_of(&year, month.as_deref(), day.as_deref())
}

fn date_in(value: &Value) -> Option<PartialDate> {
    match value {
        Value::String(text) => parse_date(text),
        Value::Number(number) => date_of_number(number),
        // As a dump of MongoDB writes it.
        Value::Object(object) => object.get("$date").and_then(date_in),
        _ => None,
    }
}

/// A value as one text, for fields that hold one.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => match rendered(object) {
            Some(html) => html::inline(html).ok(),
            None => name_of(object),
        },
        Value::Array(list) => match list.as_slice() {
            [only] => text_of(only),
            _ => None,
        },
        _ => None,
    }
    .filter(|text| !text.is_empty())
}

/// A value as names with commas between them.
pub(crate) fn names_of(value: &Value) -> Option<String> {
    let Value::Array(list) = value else { return text_of(value) };
    let names: Vec<_> = list.iter().filter_map(text_of).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The name in an object for a person, a paper, or an identifier of `MongoDB`.
fn name_of(object: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| object.get(name)?.as_str().map(str::trim).filter(|t| !t.is_empty());
    let whole = ["name", "nom", "$oid"].into_iter().find_map(text);
    whole.map(str::to_owned).or_else(|| {
        let last = text("lastName")?;
        Some(text("firstName").map_or(last.to_owned(), |first| format!("{first} {last}")))
    })
}

/// What a value is, for messages.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft(record: Value) -> Result<Draft, SkipReason> {
        draft_with(&[], record)
    }

    fn draft_with(map: &[(&str, &str)], record: Value) -> Result<Draft, SkipReason> {
        let map: Vec<_> = map.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let Value::Object(record) = record else { panic!("not an object") };
        Fields::new(&map).draft(record)
    }

    /// id | title | date | source | author | url | body
    fn told(draft: &Draft) -> String {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let date = draft.date.map(|date| date.to_string()).unwrap_or_default();
        let Draft { id, title, source, author, url, body, .. } = draft;
        [text(id), text(title), date, text(source), text(author), text(url), body.clone()].join("|")
    }

    #[test]
    fn the_records_of_many_tools() {
        let cases = [
            (
                json!({"id": 7, "title": "T", "date": "2024-01-02", "source": "S", "author": "A",
                    "url": "https://e.fr/a", "body": " B\r\n"}),
                "7|T|2024-01-02|S|A|https://e.fr/a| B\r\n",
            ),
            (
                // news-please
                json!({"authors": ["A", "B"], "date_download": "2025-01-01", "date_modify": null,
                    "date_publish": "2017-07-17 17:03:00", "maintext": "M", "text": null,
                    "source_domain": "www.e.fr", "title": "T", "title_page": null,
                    "url": "https://e.fr/a", "filename": "f"}),
                "|T|2017-07-17|www.e.fr|A, B|https://e.fr/a|M",
            ),
            (
                // Trafilatura: its source is an address, its fingerprint no identifier
                json!({"title": "T", "author": "A", "hostname": "e.fr", "date": "2019-05-15",
                    "fingerprint": "ff", "id": null, "raw_text": "R", "text": "X",
                    "source": "https://e.fr/a", "source-hostname": "Le E"}),
                "|T|2019-05-15|Le E|A|https://e.fr/a|X",
            ),
            (
                // newspaper4k
                json!({"url": "https://e.fr/a", "source_url": "https://e.fr", "title": "T",
                    "authors": ["A"], "publish_date": "2024-06-18T10:00:00", "text": "X",
                    "meta_site_name": "E", "article_html": "<p>X"}),
                "|T|2024-06-18|E|A|https://e.fr/a|X",
            ),
            (
                // Europarser
                json!({"identifiant": "7ab", "journal": "J", "journal_clean": "JC", "titre": "T",
                    "annee": 2006, "mois": 3, "jour": 13, "date": "2006 03 13T00:00:00",
                    "epoch": 1_142_208_000, "auteur": "A", "texte": "X", "url": ""}),
                "7ab|T|2006-03-13|J|A||X",
            ),
            (json!({"texte": "X", "annee": "2006", "mois": "août", "jour": ""}), "||2006-08||||X"),
            (json!({"texte": "X", "date": "hier", "year": 2006}), "||2006||||X"),
            (
                // Zotero, with the abstract mapped elsewhere
                json!({"creators": [{"firstName": "Ada", "lastName": "L"}, {"name": "AFP"}],
                    "publicationTitle": "J", "body": "X"}),
                "|||J|Ada L, AFP||X",
            ),
            (
                json!({"_id": {"$oid": "5f"}, "date": {"$date": "2020-02-01T00:00:00Z"},
                    "source": {"id": null, "name": "S"}, "Auteur(s)": "A", "TEXTE": "X"}),
                "5f||2020-02-01|S|A||X",
            ),
            (
                // The interface of WordPress
                json!({"id": 12, "date": "2024-03-05T10:00:00", "guid": {"rendered": "https://e.fr/?p=12"},
                    "link": "https://e.fr/a", "title": {"rendered": "L&rsquo;IA&nbsp;: <em>AT&amp;T</em> &#8211; où&nbsp;?"},
                    "content": {"rendered": "<p>Un &amp; un.</p>\n<p>Deux <b>mots</b>.</p>\n", "protected": false},
                    "author": 5, "_links": {"self": [{"href": "https://e.fr/json"}]}}),
                "12|L’IA\u{a0}: AT&T – où\u{a0}?|2024-03-05|||https://e.fr/a|Un & un.\n\nDeux mots.",
            ),
            (json!({"text": ["Un.", " ", "Deux."], "body": 5}), "||||||Un.\n\nDeux."),
            (
                json!({"permalink": "un-slug", "lien": "https://e.fr/l", "texte intégral": "X"}),
                "|||||https://e.fr/l|X",
            ),
        ];
        for (record, expected) in cases {
            assert_eq!(told(&draft(record.clone()).unwrap()), expected, "{record}");
        }
    }

    #[test]
    fn names_given_come_first() {
        let record = json!({"title": "T", "chapeau": "C", "meta": {"deep": {"txt": "D"}}, "text": "X",
            "adresse": "e.fr/a"});
        let map = [("title", "Chapeau"), ("body", "meta.deep.txt"), ("url", "adresse")];
        assert_eq!(told(&draft_with(&map, record).unwrap()), "|C||||e.fr/a|D");
        let fallback = draft_with(&[("body", "corps")], json!({"corps": "", "text": "X"}));
        assert_eq!(fallback.unwrap().body, "X");
    }

    #[test]
    fn no_text_is_explained() {
        let fields = |reason| match reason {
            Err(SkipReason::NoTextField { fields }) => fields.len(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fields(draft(json!({"title": "T", "chapeau": "C"}))), 2);
        for record in [json!({"body": null}), json!({"text": " \n"}), json!({"text": [], "id": 1})]
        {
            assert_eq!(draft(record.clone()), Err(SkipReason::NoText), "{record}");
        }
        let mapped = draft_with(&[("body", "a.b")], json!({"a": {"b": ""}}));
        assert_eq!(mapped, Err(SkipReason::NoText));
        let many: Map<String, Value> = (0..50).map(|n| (format!("f{n}"), json!(1))).collect();
        assert_eq!(fields(draft(Value::Object(many))), 10);
        let wrong = SkipReason::WrongType { field: "text".into(), found: "a list" };
        assert_eq!(draft(json!({"text": ["a", 1]})), Err(wrong));
        assert_eq!(draft(json!({"content": {"a": 1}, "raw_text": "R"})).unwrap().body, "R");
    }
}
