//! Markdown with front matter: YAML between `---`, TOML between `+++`.
//!
//! YAML that does not parse, as `title: OpenAI : la suite` does not, is read line by line: what
//! follows the first colon is the value. The body is the source as written. Without a title in the front matter, the first `# heading`
//! is the title; without a date, the file name or else the folder name may begin with one.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::date::date_in_name;
use super::stream::Stream;
use super::{Draft, Job, Out, SkipReason, charset};

/// What stands further apart is text between two rules: parsed, it would take a hundred times its size.
const MAX_FRONT: usize = 256 << 10;

pub(crate) fn read(
    job: &Job<'_>,
    stream: &mut Stream<'_>,
    out: &mut Out<'_, '_>,
) -> ControlFlow<()> {
    let draft = read_draft(job, stream, out);
    out.give(None, draft)
}

fn read_draft(
    job: &Job<'_>,
    stream: &mut Stream<'_>,
    out: &Out<'_, '_>,
) -> Result<Draft, SkipReason> {
    let bytes = stream.read_all(job.max_record)?;
    let text = charset::decode(&bytes, None)?;
    let (front, body) = split(&text)?;
    let mut draft = out.fields.metadata(front);
    draft.title = draft.title.or_else(|| heading(body));
    let (file, folder) = job.names();
    draft.date = draft.date.or_else(|| date_in_name(file)).or_else(|| date_in_name(folder));
    body.clone_into(&mut draft.body);
    Ok(draft)
}

/// The front matter and what follows it. Without a closing line, or where it holds no fields (two
/// rules with text between them), there is none.
fn split(text: &str) -> Result<(Map<String, Value>, &str), SkipReason> {
    let none = || (Map::new(), text);
    let Some((first, rest)) = text.split_once('\n') else { return Ok(none()) };
    let (closing, parse): (&[&str], Parse) = match first.trim_end() {
        "---" => (&["---", "..."], yaml),
        "+++" => (&["+++"], toml),
        _ => return Ok(none()),
    };
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        if closing.contains(&line.trim_end()) {
            return match parse(&rest[..at])? {
                Value::Object(front) => Ok((front, &rest[at + line.len()..])),
                Value::Null => Ok((Map::new(), &rest[at + line.len()..])),
                _ => Ok(none()),
            };
        }
        at += line.len();
        if at > MAX_FRONT {
            break;
        }
    }
    Ok(none())
}

type Parse = fn(&str) -> Result<Value, SkipReason>;

fn yaml(front: &str) -> Result<Value, SkipReason> {
    if front.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_saphyr::from_str(front).or_else(|_| by_lines(front).map(Value::Object))
}

/// `name: value` line by line; what is indented, lists and comments are passed over.
fn by_lines(front: &str) -> Result<Map<String, Value>, SkipReason> {
    let mut fields = Map::new();
    for (number, line) in (2..).zip(front.lines()) {
        if line.trim().is_empty() || line.starts_with([' ', '\t', '#', '-']) {
            continue;
        }
        let Some((name, value)) = field(line) else {
            let detail = "expected `name: value`".to_owned();
            return Err(SkipReason::FrontMatter { line: number, detail });
        };
        // Of two fields with one name the first that is filled counts, as in tables.
        let known = fields.entry(name).or_insert(Value::Null);
        if known.is_null() {
            *known = value;
        }
    }
    Ok(fields)
}

/// A colon ends the name only where white space or nothing follows: an address is no field.
fn field(line: &str) -> Option<(String, Value)> {
    let (name, value) = line.split_once(':')?;
    let name = unquoted(name.trim());
    let is_field = !name.is_empty() && (value.is_empty() || value.starts_with(char::is_whitespace));
    is_field.then(|| (name.to_owned(), value_of(value.trim())))
}

fn value_of(value: &str) -> Value {
    // What a text in the indented lines below begins with.
    if value.is_empty() || value.starts_with(['|', '>']) {
        return Value::Null;
    }
    if value.starts_with('[')
        && let Ok(list) = serde_saphyr::from_str(value)
    {
        return list;
    }
    Value::String(unquoted(value).to_owned())
}

fn unquoted(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}

fn toml(front: &str) -> Result<Value, SkipReason> {
    match front.parse::<toml::Table>() {
        Ok(table) => Ok(Value::Object(of_table(table))),
        Err(error) => {
            let before = error.span().and_then(|span| front.get(..span.start)).unwrap_or("");
            let line = before.matches('\n').count() as u64 + 2;
            // The library's words are about its grammar.
            let is_twice = error.message().contains("duplicate");
            let detail = if is_twice { "the name stands twice" } else { "not valid TOML" };
            Err(SkipReason::FrontMatter { line, detail: detail.to_owned() })
        }
    }
}

fn of_table(table: toml::Table) -> Map<String, Value> {
    table.into_iter().map(|(name, value)| (name, of_toml(value))).collect()
}

fn of_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(list) => list.into_iter().map(of_toml).collect(),
        toml::Value::Table(table) => Value::Object(of_table(table)),
    }
}

/// The first `# heading` outside of code.
fn heading(body: &str) -> Option<String> {
    let mut in_code = false;
    for line in body.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            in_code = !in_code;
        }
        if let Some(title) = line.strip_prefix("# ").filter(|_| !in_code) {
            let title = title.trim().trim_end_matches('#').trim_end();
            return (!title.is_empty()).then(|| title.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front(text: &str) -> String {
        match split(text) {
            Ok((front, body)) => format!("{} {body}", Value::Object(front)),
            Err(reason) => reason.to_string(),
        }
    }

    #[test]
    fn front_matter_of_both_kinds() {
        for (text, expected) in [
            (
                "---\ntitle: \"Un : deux\"\ndate: 2024-12-05\nauthors:\n  - A\n---\n\nTexte",
                r#"{"title":"Un : deux","date":"2024-12-05","authors":["A"]} "#.to_owned()
                    + "\nTexte",
            ),
            (
                "+++\r\ntitle = \"T\"\r\ndate = 2024-12-05T10:00:00+01:00\r\n[a]\r\nb = [1, 2.5, true]\r\n+++\r\nX",
                r#"{"a":{"b":[1,2.5,true]},"date":"2024-12-05T10:00:00+01:00","title":"T"} X"#
                    .to_owned(),
            ),
            ("---\n---\nX", "{} X".to_owned()),
            (
                "---\nlink: >\n  https://e.fr/\n...\nX",
                "{\"link\":\"https://e.fr/\\n\"} X".to_owned(),
            ),
            ("---\nUne phrase.\n---\nX", "{} ---\nUne phrase.\n---\nX".to_owned()),
            ("---\ntitle: jamais fermé\n", "{} ---\ntitle: jamais fermé\n".to_owned()),
            ("# Titre\n---\n", "{} # Titre\n---\n".to_owned()),
        ] {
            assert_eq!(front(text), expected, "{text}");
        }
    }

    #[test]
    fn yaml_that_does_not_parse_is_read_line_by_line() {
        for (text, expected) in [
            (
                "---\ntitle: OpenAI : la suite\ndate: 2024-12-05\ntags:\n  - a : b\n- c\nauthors: [A, B]\n---\nX",
                r#"{"title":"OpenAI : la suite","date":"2024-12-05","tags":null,"authors":["A","B"]} X"#,
            ),
            (
                "---\r\ntitle:\tT\r\nurl: \"https://e.fr\"\r\n---\r\nX",
                r#"{"title":"T","url":"https://e.fr"} X"#,
            ),
            ("---\ntitle: T\ntitle: U\n---\nX", r#"{"title":"T"} X"#),
            (
                "---\n# note\ntitle: 'L’IA : où ?'\nsource: A: b\n\nabstract: >\n  c: d\n---\nX",
                r#"{"title":"L’IA : où ?","source":"A: b","abstract":null} X"#,
            ),
            (
                "---\ntitle: T\nauthor: \"A\ndate: 2024\n---\nX",
                r#"{"title":"T","author":"\"A","date":"2024"} X"#,
            ),
            ("---\nlink: &a [*a, *b]\n---\nX", r#"{"link":"&a [*a, *b]"} X"#),
        ] {
            assert_eq!(front(text), expected, "{text}");
        }
    }

    #[test]
    fn broken_front_matter_names_its_line() {
        for (text, line) in [
            ("---\ntitle: T\ntitle: [a\nUne phrase.\n---\nX", "line 4: expected `name: value`"),
            ("---\ntitle: a : b\nhttps://e.fr\n---\nX", "line 3: expected"),
            ("---\n: a : b\n---\nX", "line 2: expected"),
            ("+++\ntitle = \"T\"\ndate = \n+++\nX", "line 3: not valid TOML"),
            ("+++\ntitle = \"T\"\ntitle = \"U\"\n+++\nX", "line 3: the name stands twice"),
        ] {
            let told = front(text);
            assert!(told.starts_with("broken front matter at line"), "{told}");
            assert!(told.contains(line) && !told.contains('\n'), "{told}");
        }
    }

    #[test]
    fn what_is_as_long_as_a_book_is_no_front_matter() {
        let text = format!("---\ntitle: T\n{}---\nX", "a: b\n".repeat(60_000));
        assert_eq!(front(&text), format!("{{}} {text}"));
    }

    #[test]
    fn headings() {
        for (body, expected) in [
            ("Texte\n\n# Le titre #\n\n## Autre", Some("Le titre")),
            ("```sh\n# un commentaire\n```\n# Le titre\n", Some("Le titre")),
            ("## Autre\n#sans espace", None),
        ] {
            assert_eq!(heading(body).as_deref(), expected, "{body}");
        }
    }
}
