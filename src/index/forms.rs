//! The user's own forms beside the index: every analysis of it must know them.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::disk::{self, Disk};
use super::files::read_regular;
use crate::analysis::UserForms;
use crate::error::{Error, Result};

pub(crate) const FILE: &str = "forms.tsv";

/// What the manifest records of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FormsRecord {
    pub(crate) rows: usize,
    /// Of the file's bytes.
    pub(crate) digest: String,
}

/// What the manifest records of forms; nothing where there are none.
pub(super) fn record(forms: &UserForms) -> Option<FormsRecord> {
    let digest = (!forms.is_empty()).then(|| digest(&forms.to_tsv()))?;
    Some(FormsRecord { rows: forms.len(), digest })
}

/// Writes the forms, to the disk, if there are any.
pub(super) fn write(disk: &dyn Disk, dir: &Path, forms: &UserForms) -> Result<()> {
    match forms.is_empty() {
        true => Ok(()),
        false => disk::replace(disk, &dir.join(FILE), forms.to_tsv().as_bytes()),
    }
}

/// Reads what was recorded.
pub(crate) fn read(dir: &Path, record: Option<&FormsRecord>) -> Result<UserForms> {
    let Some(record) = record else { return Ok(UserForms::default()) };
    let path = dir.join(FILE);
    let text = read_text(&path)?;
    if digest(&text) != record.digest {
        let detail = "it is not what the index was built with".to_owned();
        return Err(Error::Damaged { path, detail });
    }
    parse(&path, &text)
}

/// Reads what is there, where nothing tells what was recorded.
pub(super) fn read_any(dir: &Path) -> Result<UserForms> {
    let path = dir.join(FILE);
    if !path.exists() {
        return Ok(UserForms::default());
    }
    parse(&path, &read_text(&path)?)
}

fn read_text(path: &Path) -> Result<String> {
    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "this is not text in UTF-8");
    let text = read_regular(path).and_then(|bytes| String::from_utf8(bytes).map_err(not_text));
    text.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            Error::Damaged { path: path.to_owned(), detail: "it is missing".to_owned() }
        }
        _ => Error::io(path)(error),
    })
}

fn parse(path: &Path, text: &str) -> Result<UserForms> {
    let damaged = |detail: String| Error::Damaged { path: path.to_owned(), detail };
    UserForms::parse(text).map_err(|error| damaged(error.to_string()))
}

fn digest(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.as_bytes()))
}
