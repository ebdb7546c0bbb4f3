//! Who may name whom: the table of ARCHITECTURE.md, held against the source.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module of the library with the modules it may name.
const LAYERS: &[(&str, &[&str])] = &[
    ("analysis", &[]),
    ("article", &[]),
    ("query", &["article"]),
    ("passage", &[]),
    ("paths", &[]),
    ("error", &["query"]),
    ("guard", &["error"]),
    ("eval", &["error"]),
    ("pattern", &["analysis"]),
    ("spans", &["query"]),
    ("resolve", &["analysis", "article", "pattern", "query", "spans"]),
    ("highlight", &["analysis", "article", "passage", "query", "resolve", "spans"]),
    ("snippet", &["passage"]),
    ("import", &["article"]),
    ("index", &["analysis", "article", "error", "guard", "passage", "paths"]),
    ("check", &["error", "guard", "index"]),
    ("indexing", &["article", "error", "import", "index", "paths"]),
    (
        "search",
        &[
            "analysis",
            "article",
            "error",
            "guard",
            "highlight",
            "index",
            "passage",
            "pattern",
            "query",
            "resolve",
            "spans",
        ],
    ),
    ("batch", &["article", "error", "import", "index", "query", "search"]),
    ("render", &["article", "batch", "check", "eval", "search", "snippet"]),
];

/// Outside crates that only these modules may name.
const CRATES: &[(&str, &[&str])] = &[
    ("tantivy", &["check", "error", "index", "search"]),
    ("rust_stemmers", &["analysis"]),
    ("clap", &[]),
    ("anyhow", &[]),
];

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    fs::read_dir(path).unwrap().flat_map(|entry| files(&entry.unwrap().path())).collect()
}

/// The code of a module without its tests and comments.
fn code(module: &str) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let file = src.join(format!("{module}.rs"));
    let path = if file.exists() { file } else { src.join(module) };
    let mut code = String::new();
    let is_code =
        |file: &PathBuf| file.extension().is_some_and(|e| e == "rs") && !file.ends_with("tests.rs");
    for file in files(&path).into_iter().filter(is_code) {
        let text = fs::read_to_string(file).unwrap();
        let without_tests = text.split("#[cfg(test)]").next().unwrap_or("");
        let lines = without_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.for_each(|line| {
            code.push_str(line);
            code.push('\n');
        });
    }
    code
}

/// What follows each `crate::` up to the end of the name; nothing for `crate::{`.
fn names_of_the_crate(code: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| !c.is_alphanumeric() && c != '_';
    code.split("crate::").skip(1).map(move |after| after.split(ends).next().unwrap_or(""))
}

#[test]
fn modules_name_only_what_stands_above_them() {
    for (module, allowed) in LAYERS {
        let code = code(module);
        // Names that lib.rs gives again hide the module they are of: `crate::Error`, `crate::{…}`.
        for name in names_of_the_crate(&code) {
            assert!(name == *module || allowed.contains(&name), "{module} names crate::{name}");
        }
        for (name, modules) in CRATES {
            let named = code.contains(&format!("{name}::"));
            assert!(!named || modules.contains(module), "{module} names the crate {name}");
        }
    }
}

#[test]
fn every_module_has_its_row() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().replace(".rs", "");
        let outside = ["lib", "main", "cli"].contains(&name.as_str());
        assert!(outside || LAYERS.iter().any(|(module, _)| *module == name), "{name}");
    }
}
