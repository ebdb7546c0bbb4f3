//! What is fuzzed: plain functions of bytes, shared by the libFuzzer program beside them and by the suite.

mod evaluation;
mod import;
mod queries;
pub(crate) mod query;
mod slow;
mod store;
mod text;

use std::path::Path;

/// One case: bytes, sound or not.
type Case = Box<dyn FnMut(&[u8])>;

/// What bytes are given to; it panics where something does not hold.
pub(crate) struct Target {
    /// For commands and file names.
    pub(crate) name: &'static str,
    /// Sound inputs, to begin with.
    pub(crate) seeds: Vec<Vec<u8>>,
    /// Words and signs that mean something in the inputs.
    pub(crate) tokens: &'static [&'static str],
    /// Uses some bytes.
    pub(crate) case: Case,
}

/// Every target; `folder` is an empty one that those with files of their own may use.
pub(crate) fn targets(folder: &Path) -> Vec<Target> {
    let mut targets = vec![query::target(), text::target(), evaluation::target()];
    targets.extend(import::targets());
    targets.extend(queries::targets());
    targets.extend(store::targets(folder));
    targets
}

/// Texts as seeds.
fn seeds(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}
