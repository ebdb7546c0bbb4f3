//! The table of formats, and which row reads a file.

use std::ops::ControlFlow;
use std::path::Path;

use super::stream::Stream;
use super::{Job, Out, SkipReason};
use super::{csv, html, json, jsonl, markdown, text};

/// One way in which articles are written down.
pub struct Format {
    /// As it is given to `--format`.
    pub name: &'static str,
    /// In lower case, without the dot; each also counts with `.gz` behind it.
    pub extensions: &'static [&'static str],
    /// Whether the first bytes of the content look like it.
    pub(crate) looks: fn(&[u8]) -> bool,
    /// Reads the records in order until the end, or until told to stop.
    pub(crate) read: fn(&Job<'_>, &mut Stream<'_>, &mut Out<'_, '_>) -> ControlFlow<()>,
}

/// All formats. Where several share an extension or the looks, the first that recognises the
/// content has it: special ones stand before general ones.
pub static FORMATS: &[Format] = &[
    Format {
        name: "jsonl",
        extensions: &["jsonl", "ndjson"],
        looks: json::looks_like_lines,
        read: jsonl::read,
    },
    Format {
        name: "json",
        extensions: &["json"],
        looks: |head| matches!(first(head), Some(b'[' | b'{')),
        read: json::read,
    },
    Format { name: "csv", extensions: &["csv", "tsv"], looks: |_| false, read: csv::read },
    Format {
        name: "html",
        extensions: &["html", "htm"],
        looks: |head| first(head) == Some(b'<'),
        read: html::read,
    },
    Format {
        name: "markdown",
        extensions: &["md", "markdown"],
        looks: |_| false,
        read: markdown::read,
    },
    Format { name: "text", extensions: &["txt", "text"], looks: |_| true, read: text::read },
];

impl Format {
    /// The row of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Whether an extension of this path names a format.
    #[must_use]
    pub fn knows(path: &Path) -> bool {
        split_name(&lossy_name(path)).1.is_some()
    }
}

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Format").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The row that reads a file: a telling extension, else the format asked for, else the looks.
pub(crate) fn choose(
    path: &Path,
    asked: Option<&str>,
    head: &[u8],
) -> Result<&'static Format, SkipReason> {
    if let Some(extension) = split_name(&lossy_name(path)).1 {
        let rows = || FORMATS.iter().filter(|row| row.extensions.contains(&extension.as_str()));
        // The last row with an extension is the general one.
        if let Some(row) = rows().find(|row| (row.looks)(head)).or_else(|| rows().next_back()) {
            return Ok(row);
        }
    }
    match asked {
        Some(name) => {
            Format::named(name).ok_or_else(|| SkipReason::UnknownFormat { found: name.to_owned() })
        }
        None => FORMATS
            .iter()
            .find(|row| (row.looks)(head))
            .ok_or(SkipReason::UnknownFormat { found: String::new() }),
    }
}

/// A file name without `.gz` and the extension of a format, and that extension.
pub(crate) fn split_name(name: &str) -> (&str, Option<String>) {
    let bare = strip_extension(name, "gz").unwrap_or(name);
    let Some((stem, extension)) = bare.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return (bare, None);
    };
    let extension = extension.to_ascii_lowercase();
    if FORMATS.iter().any(|row| row.extensions.contains(&extension.as_str())) {
        (stem, Some(extension))
    } else {
        (bare, None)
    }
}

fn strip_extension<'a>(name: &'a str, extension: &str) -> Option<&'a str> {
    let (stem, found) = name.rsplit_once('.')?;
    (!stem.is_empty() && found.eq_ignore_ascii_case(extension)).then_some(stem)
}

pub(crate) fn lossy_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn first(head: &[u8]) -> Option<u8> {
    head.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_names_the_format() {
        for (name, stem, extension) in [
            ("a.txt", "a", Some("txt")),
            ("a.TXT.GZ", "a", Some("txt")),
            ("semaine.fr.md", "semaine.fr", Some("md")),
            ("v1.2", "v1.2", None),
            ("v1.2.gz", "v1.2", None),
            (".txt", ".txt", None),
            ("txt", "txt", None),
        ] {
            assert_eq!(split_name(name), (stem, extension.map(str::to_owned)), "{name}");
        }
    }

    #[test]
    fn the_extension_then_the_format_asked_for_then_the_looks() {
        let name = |path: &str, asked, head: &[u8]| {
            choose(Path::new(path), asked, head).map(|format| format.name).map_err(|e| e.key())
        };
        for (path, asked, head, expected) in [
            ("a.md", Some("csv"), "{", Ok("markdown")),
            ("a.dat", Some("csv"), "{", Ok("csv")),
            ("-", Some("pdf"), "{", Err("unknown_format")),
            ("-", None, " {\"a\":1}\n{\"a\":2}\n", Ok("jsonl")),
            ("-", None, "{\n \"a\": 1\n}", Ok("json")),
            ("-", None, "[{}]", Ok("json")),
            ("-", None, "\n<p>", Ok("html")),
            ("-", None, "Bonjour", Ok("text")),
            ("-", None, "", Ok("text")),
            ("a.json", None, "{\"a\":1}\n{\"a\":2}\n", Ok("json")),
        ] {
            assert_eq!(name(path, asked, head.as_bytes()), expected, "{path} {head}");
        }
    }
}
