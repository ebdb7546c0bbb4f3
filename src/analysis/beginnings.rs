//! The first letters of some exact terms: most words of a text begin with none, and need not be folded to be told
//! from them.

/// First letters and digits.
pub(crate) struct Beginnings([bool; 128]);

impl Beginnings {
    /// Of some exact terms; none where one begins with a sign, or with a letter that folding leaves as it is.
    pub(crate) fn of<'t>(mut terms: impl Iterator<Item = &'t str>) -> Option<Self> {
        let mut beginnings = [false; 128];
        terms.try_for_each(|term| {
            let first = *term.as_bytes().first().filter(|byte| byte.is_ascii_alphanumeric())?;
            beginnings[usize::from(first)] = true;
            Some(())
        })?;
        Some(Beginnings(beginnings))
    }

    /// Whether a word of a text, as it is written, may be one of the terms.
    #[inline]
    pub(super) fn may_begin(&self, word: &str) -> bool {
        let first = word.as_bytes().first().map(u8::to_ascii_lowercase);
        // What is not ASCII may fold to any letter.
        first.is_none_or(|first| self.0.get(usize::from(first)).is_none_or(|is_one| *is_one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_begin_otherwise_are_none_of_the_terms() {
        let beginnings = Beginnings::of(["equite", "25"].into_iter()).unwrap();
        for word in ["Équité", "equite", "EQ", "élan", "œuvre", "2e", "e\u{301}quite\u{301}"] {
            assert!(beginnings.may_begin(word), "{word}");
        }
        for word in ["droit", "Zoé", "3"] {
            assert!(!beginnings.may_begin(word), "{word}");
        }
        assert!(Beginnings::of([".net"].into_iter()).is_none());
        assert!(Beginnings::of(["ядро"].into_iter()).is_none());
    }
}
