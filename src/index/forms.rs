//! The user's own forms beside the index: every analysis of it must know them.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

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

/// Writes the forms, to the disk; nothing where there are none.
pub(super) fn write(dir: &Path, forms: &UserForms) -> Result<Option<FormsRecord>> {
    if forms.is_empty() {
        return Ok(None);
    }
    let (path, text) = (dir.join(FILE), forms.to_tsv());
    let write = || {
        let mut file = File::create(&path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(Error::io(&path))?;
    Ok(Some(FormsRecord { rows: forms.len(), digest: digest(&text) }))
}

/// Reads what was recorded.
pub(crate) fn read(dir: &Path, record: Option<&FormsRecord>) -> Result<UserForms> {
    let Some(record) = record else { return Ok(UserForms::default()) };
    let path = dir.join(FILE);
    let text = fs::read_to_string(&path).map_err(Error::io(&path))?;
    let damaged = |detail: String| Error::Damaged { path: path.clone(), detail };
    if digest(&text) != record.digest {
        return Err(damaged("it is not what the index was built with".to_owned()));
    }
    UserForms::parse(&text).map_err(|error| damaged(error.to_string()))
}

fn digest(text: &str) -> String {
    format!("{:016x}", xxh3_64(text.as_bytes()))
}
