//! A user's own words: forms with their lemmas, beside those of the lexicon.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::fold::{fold, lower};
use super::forms::push_new;
use super::words::{is_hyphen, words};

/// Forms that a user adds to the lexicon, each with its lemma.
///
/// ```
/// let forms = depeche::UserForms::parse("# anglicismes\nscrollait\tscroller\n")?;
/// assert_eq!(forms.len(), 1);
/// # Ok::<(), depeche::UserFormsError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserForms {
    /// Form and lemma, in lower case.
    rows: BTreeSet<(String, String)>,
    /// The lemmas of each form, and of each lemma itself.
    lemmas: FxHashMap<String, Vec<String>>,
    /// The same by the form without its accents, where it has any.
    folded: FxHashMap<String, Vec<String>>,
}

/// A line of a file of forms that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct UserFormsError {
    /// From 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: UserFormsReason,
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UserFormsReason {
    /// It has no two columns.
    #[error("a form, a tab and its lemma are expected")]
    Columns,
    /// What should be one word is none, or several.
    #[error("{0:?} is not one word")]
    NotAWord(String),
}

impl UserForms {
    /// Reads lines of form, tab, lemma. Empty lines and lines that begin with `#` are passed over, and so is
    /// what follows a second tab. Case does not count; accents do.
    ///
    /// # Errors
    /// The first line that is no such line.
    pub fn parse(text: &str) -> Result<Self, UserFormsError> {
        let mut forms = UserForms::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (i, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |reason| UserFormsError { line: i + 1, reason };
            let mut columns = line.split('\t').map(str::trim);
            let (Some(form), Some(lemma)) = (columns.next(), columns.next()) else {
                return Err(wrong(UserFormsReason::Columns));
            };
            for word in [form, lemma] {
                if !is_one_word(word) {
                    return Err(wrong(UserFormsReason::NotAWord(word.to_owned())));
                }
            }
            let hyphens = |word: &str| lower(word).replace(is_hyphen, "-");
            forms.add(hyphens(form), hyphens(lemma));
        }
        Ok(forms)
    }

    fn add(&mut self, form: String, lemma: String) {
        // Terms are without hyphens: both spellings of start-up bear startup.
        let term = lemma.replace('-', "");
        for form in [&form, &lemma] {
            let folded = fold(form);
            if folded != *form {
                push_new(self.folded.entry(folded).or_default(), term.clone());
            }
            push_new(self.lemmas.entry(form.clone()).or_default(), term.clone());
        }
        self.rows.insert((form, lemma));
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in order, as [`UserForms::parse`] reads them.
    pub fn to_tsv(&self) -> String {
        self.rows.iter().map(|(form, lemma)| format!("{form}\t{lemma}\n")).collect()
    }

    /// The lemmas of a word in lower case, also of what it may be with accents.
    pub(crate) fn lemmas(&self, lower: &str, folded: &str) -> impl Iterator<Item = &String> {
        let exact = self.lemmas.get(lower);
        let accented = self.folded.get(folded).filter(|_| lower == folded);
        exact.into_iter().chain(accented).flatten()
    }
}

/// Letters and digits, with hyphens between them at most.
fn is_one_word(text: &str) -> bool {
    let parts = || text.split(is_hyphen);
    parts().all(|part| words(part).next().is_some_and(|word| word.of(part) == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_forms_is_read_as_people_write_it() {
        let text =
            "\u{feff}# titre\r\nScrollait\tscroller\r\n\r\n start-uppeur \t start-upper\tnom\r\n";
        let forms = UserForms::parse(text).unwrap();
        assert_eq!(forms.to_tsv(), "scrollait\tscroller\nstart-uppeur\tstart-upper\n");
        assert_eq!(UserForms::parse(&forms.to_tsv()).unwrap(), forms);
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let reason =
            |text: &str| UserForms::parse(text).map_err(|e| (e.line, e.reason)).unwrap_err();
        assert_eq!(reason("a\tb\nscroller\n"), (2, UserFormsReason::Columns));
        for text in ["deux mots", "c++", "", "-", "d'or"] {
            let expected = (1, UserFormsReason::NotAWord(text.to_owned()));
            assert_eq!(reason(&format!("forme\t{text}")), expected, "{text}");
        }
    }
}
