//! What built an index: checked at every opening, so that another version is an error, never a worse answer.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::forms::FormsRecord;
use crate::analysis::Analyzer;
use crate::error::{Error, Result};
use crate::passage::PASSAGE_WORDS;

const FILE: &str = "depeche.json";
/// Of the files and fields; another number is not read.
const FORMAT: u32 = 4;

/// The digest of what the analyzer makes of `PROBE`. A test holds it, so that it costs nothing at opening
/// and an analyzer cannot change under the same name unnoticed.
const ANALYZER_PROBE: &str = "df74f605421e7176";

/// Holds what the rules of analysis are about.
#[cfg(test)]
const PROBE: &str = "L’État d'œuvre : « start-ups », 10 000,5 € et I.A. — C++, utilisateur·rice·s, \
     aujourd’hui développées à Aix-en-Provence… PHOTOS e\u{301}tudie\u{301}es, OpenAI, GPT-4 !";

/// `depeche.json` in the index's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: u32,
    /// The version of the program that created the index; for people, not compared.
    pub(crate) created_by: String,
    pub(crate) analyzer: String,
    pub(crate) analyzer_probe: String,
    pub(crate) passage_words: usize,
    /// The user's own forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forms: Option<FormsRecord>,
}

impl Manifest {
    /// What this program writes.
    pub(crate) fn current() -> Self {
        Manifest {
            format: FORMAT,
            created_by: concat!("depeche ", env!("CARGO_PKG_VERSION")).to_owned(),
            analyzer: Analyzer::NAME.to_owned(),
            analyzer_probe: ANALYZER_PROBE.to_owned(),
            passage_words: PASSAGE_WORDS,
            forms: None,
        }
    }

    /// Whether a folder holds an index, whatever its version.
    pub(crate) fn exists(dir: &Path) -> bool {
        dir.join(FILE).is_file()
    }

    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::NoIndex { path: dir.to_owned() });
            }
            Err(_) if dir.is_file() => return Err(Error::NotAnIndex { path: dir.to_owned() }),
            Err(e) => return Err(Error::io(path)(e)),
        };
        // An unknown format may have other keys: it is named before they are missed.
        let value: serde_json::Value = serde_json::from_slice(&text)
            .map_err(|e| Error::Damaged { path: path.clone(), detail: e.to_string() })?;
        if let Some(format) = value.get("format").filter(|&f| f != FORMAT) {
            return Err(other(dir, "format", format.to_string(), FORMAT.to_string()));
        }
        serde_json::from_value(value).map_err(|e| Error::Damaged { path, detail: e.to_string() })
    }

    /// Whether an index with this manifest is searched and written by this program as it was meant.
    pub(crate) fn check(&self, dir: &Path) -> Result<()> {
        let ours = Manifest::current();
        if self.analyzer != ours.analyzer {
            return Err(other(dir, "analyzer", self.analyzer.clone(), ours.analyzer));
        }
        if self.passage_words != ours.passage_words {
            let words = |manifest: &Manifest| format!("{} words a passage", manifest.passage_words);
            return Err(other(dir, "passages", words(self), words(&ours)));
        }
        if self.analyzer_probe != ours.analyzer_probe {
            let named = |probe: &str| format!("{} ({probe})", Analyzer::NAME);
            let (found, expected) = (named(&self.analyzer_probe), named(&ours.analyzer_probe));
            return Err(other(dir, "analyzer", found, expected));
        }
        Ok(())
    }

    /// Writes the manifest whole or not at all, and to the disk.
    pub(crate) fn write(&self, dir: &Path) -> Result<()> {
        let path = dir.join(FILE);
        let partial = dir.join(".depeche.json.partial");
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        let write = || -> std::io::Result<()> {
            let mut file = File::create(&partial)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&partial, &path)
        };
        write().map_err(Error::io(&path))?;
        sync_dir(dir)
    }
}

fn other(dir: &Path, what: &'static str, found: String, expected: String) -> Error {
    Error::OtherVersion { path: dir.to_owned(), what, found, expected }
}

/// Makes renames and new files of a folder durable. Folders cannot be synced on Windows, where a rename
/// is written through.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    File::open(dir).and_then(|d| d.sync_all()).map_err(Error::io(dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_analyzer_gets_another_digest() {
        let tokens = Analyzer::french().tokens(PROBE);
        let shown: String = tokens.iter().map(|token| format!("{token:?}")).collect();
        let digest = format!("{:016x}", xxhash_rust::xxh3::xxh3_64(shown.as_bytes()));
        assert_eq!(
            digest, ANALYZER_PROBE,
            "the analyzer changed: write this digest into ANALYZER_PROBE"
        );
    }
}
