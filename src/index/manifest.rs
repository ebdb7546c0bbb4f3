//! What built an index: checked at every opening, so that another version is an error, never a worse answer.

use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::disk::{self, Disk};
use super::files::read_regular;
use super::forms::FormsRecord;
use super::sealed::{Seal, examine, seal};
use super::text;
use crate::analysis::Analyzer;
use crate::error::{Error, Result};
use crate::passage::PASSAGE_WORDS;

pub(crate) const FILE: &str = "depeche.json";
/// Begins the names of folders with rebuilt data.
const REBUILT: &str = "rebuilt-";
/// Of the files and fields; another number is not read.
const FORMAT: u32 = 7;
/// Bytes of an index's number.
pub(crate) const INDEX_ID: usize = 16;
/// The first of them, which a rebuilding leaves as they are.
const LINEAGE: usize = 8;
/// Formats before this one do not record the checksums of the engine's files.
const FIRST_SUMMED: u32 = 5;
/// Formats before this one do not have the number of the index in every `meta.json`, nor the last record of
/// the text.
const FIRST_BOUND: u32 = 7;

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
    /// The number of the index, 16 hexadecimal digits drawn when its data was created (when it is rebuilt, the
    /// last eight): text, segments and
    /// manifest that bear another one belong to another index, or to what this one was before.
    pub(crate) index: String,
    /// The version of the program that created the index; for people, not compared.
    pub(crate) created_by: String,
    pub(crate) analyzer: String,
    pub(crate) analyzer_probe: String,
    pub(crate) passage_words: usize,
    /// How often the index was rebuilt from its own text: tells where its data is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) rebuilt: u32,
    /// The user's own forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) forms: Option<FormsRecord>,
}

impl Manifest {
    /// What this program writes.
    pub(crate) fn current() -> Self {
        Manifest {
            format: FORMAT,
            index: drawn(),
            created_by: concat!("depeche ", env!("CARGO_PKG_VERSION")).to_owned(),
            analyzer: Analyzer::NAME.to_owned(),
            analyzer_probe: ANALYZER_PROBE.to_owned(),
            passage_words: PASSAGE_WORDS,
            rebuilt: 0,
            forms: None,
        }
    }

    /// Whether a folder holds an index, whatever its version.
    pub(crate) fn exists(dir: &Path) -> bool {
        dir.join(FILE).is_file()
    }

    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        let (seal, value) = read_any(dir)?;
        // An unknown format may have other keys: it is named before they are missed.
        if let Some(format) = value.get("format").filter(|&f| f != FORMAT) {
            return Err(match format.as_u64().and_then(|format| u32::try_from(format).ok()) {
                Some(format) if format > FORMAT => newer(dir, format),
                _ => other(dir, "format", format.to_string(), FORMAT.to_string()),
            });
        }
        if seal == Seal::Absent {
            let detail = "it bears no checksum".to_owned();
            return Err(Error::Damaged { path, detail });
        }
        serde_json::from_value(value).map_err(|e| Error::Damaged { path, detail: e.to_string() })
    }

    /// Where the text and the segments are.
    pub(crate) fn data(&self, dir: &Path) -> PathBuf {
        data_of(dir, self.rebuilt)
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
    pub(crate) fn write(&self, disk: &dyn Disk, dir: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        disk::replace(disk, &dir.join(FILE), &seal(text.as_bytes()))
    }
}

/// A number that no other index has.
fn drawn() -> String {
    // The standard library draws its keys at random.
    let number = std::hash::RandomState::new().build_hasher().finish();
    format!("{number:0INDEX_ID$x}")
}

/// A number for data that is rebuilt from that of another number: it begins alike.
pub(crate) fn drawn_after(number: &str) -> String {
    number.chars().take(LINEAGE).chain(drawn().chars().skip(LINEAGE)).collect()
}

/// Whether the data of two numbers was rebuilt one from the other, or both from a third.
pub(crate) fn is_related(number: &str, other: &str) -> bool {
    number.get(..LINEAGE) == other.get(..LINEAGE)
}

/// What the manifest of an index of any format says, damage aside.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct AnyManifest {
    pub(crate) format: u32,
    /// None before format 6.
    #[serde(default)]
    pub(crate) index: Option<String>,
    #[serde(default)]
    pub(crate) rebuilt: u32,
    #[serde(default)]
    pub(crate) forms: Option<FormsRecord>,
}

impl AnyManifest {
    /// Reads the manifest of an index of this format or an earlier one.
    pub(crate) fn read(dir: &Path) -> Result<Self> {
        let (_, value) = read_any(dir)?;
        let manifest: AnyManifest = serde_json::from_value(value)
            .map_err(|e| Error::Damaged { path: dir.join(FILE), detail: e.to_string() })?;
        match manifest.format > FORMAT {
            true => Err(newer(dir, manifest.format)),
            false => Ok(manifest),
        }
    }

    /// Of an index of this format whose own cannot be read.
    pub(crate) fn assumed(index: &str, rebuilt: u32) -> Self {
        AnyManifest { format: FORMAT, index: Some(index.to_owned()), rebuilt, forms: None }
    }

    /// Where the text and the segments are.
    pub(crate) fn data(&self, dir: &Path) -> PathBuf {
        data_of(dir, self.rebuilt)
    }

    /// Whether `meta.json` has the checksums of the files that it names.
    pub(crate) fn has_sums(&self) -> bool {
        self.format >= FIRST_SUMMED
    }

    /// Whether only rebuilding reads it.
    pub(crate) fn is_earlier(&self) -> bool {
        self.format < FORMAT
    }

    /// Whether `meta.json` has the number of the index, and names the last record of the text.
    pub(crate) fn is_bound(&self) -> bool {
        self.format >= FIRST_BOUND
    }
}

/// Every folder that the data of an index may be in, whatever its manifest says, the oldest first.
///
/// # Errors
/// One cannot be looked into: it must not be taken for empty.
pub(crate) fn data_folders(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut numbers = vec![0];
    for entry in std::fs::read_dir(dir).map_err(Error::io(dir))? {
        let name = entry.map_err(Error::io(dir))?.file_name();
        numbers.extend(rebuilt_number(&name.to_string_lossy()));
    }
    numbers.sort_unstable();
    let mut folders = Vec::new();
    for data in numbers.into_iter().map(|number| data_of(dir, number)) {
        if text::exists(&data)? {
            folders.push(data);
        }
    }
    Ok(folders)
}

/// The first number from one on whose folder is nobody's.
pub(crate) fn free_number(dir: &Path, from: u32) -> Option<u32> {
    (from..=u32::MAX).find(|&number| data_of(dir, number).symlink_metadata().is_err())
}

/// The number of a folder with rebuilt data.
pub(crate) fn rebuilt_number(name: &str) -> Option<u32> {
    let number = name.strip_prefix(REBUILT)?.parse().ok()?;
    (number > 0 && name == format!("{REBUILT}{number}")).then_some(number)
}

/// Where the data of an index is whose manifest cannot be read: where most text is, the last of equal ones. An
/// interrupted rebuilding leaves less than there was.
pub(crate) fn fullest_data(dir: &Path) -> PathBuf {
    let length = |data: &Path| std::fs::metadata(data.join(text::FILE)).map_or(0, |m| m.len());
    let folders = data_folders(dir).unwrap_or_default();
    folders.into_iter().max_by_key(|data| length(data)).unwrap_or_else(|| dir.to_owned())
}

/// Where the data of an index is that was rebuilt so often: a rebuilt one stands beside the old one until
/// the manifest, replaced at one blow, names it.
pub(crate) fn data_of(dir: &Path, rebuilt: u32) -> PathBuf {
    match rebuilt {
        0 => dir.to_owned(),
        _ => dir.join(format!("{REBUILT}{rebuilt}")),
    }
}

/// What every manifest can be asked, whatever its format.
fn read_any(dir: &Path) -> Result<(Seal, serde_json::Value)> {
    let path = dir.join(FILE);
    let text = read_regular(&path).map_err(|error| why_unread(dir, error))?;
    let damaged = |detail: String| Error::Damaged { path, detail };
    let seal = examine(&text);
    if seal == Seal::Broken {
        return Err(damaged("the checksum differs".to_owned()));
    }
    let value = serde_json::from_slice(&text).map_err(|e| damaged(e.to_string()))?;
    Ok((seal, value))
}

/// Why there is no manifest to read: perhaps there is no index at all.
fn why_unread(dir: &Path, error: std::io::Error) -> Error {
    let path = dir.join(FILE);
    if dir.exists() && !dir.is_dir() {
        return Error::NotAnIndex { path: dir.to_owned() };
    }
    match error.kind() {
        // The text is written after the manifest only.
        std::io::ErrorKind::NotFound
            if data_folders(dir).is_ok_and(|folders| !folders.is_empty()) =>
        {
            Error::Damaged { path, detail: "it is missing".to_owned() }
        }
        std::io::ErrorKind::NotFound => Error::NoIndex { path: dir.to_owned() },
        _ => Error::Io { path, source: error },
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde calls it with")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn newer(dir: &Path, format: u32) -> Error {
    Error::NewerVersion { path: dir.to_owned(), found: format, expected: FORMAT }
}

fn other(dir: &Path, what: &'static str, found: String, expected: String) -> Error {
    Error::OtherVersion { path: dir.to_owned(), what, found, expected }
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
