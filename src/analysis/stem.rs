//! Stems by rust-stemmers (Snowball French), where that is safe.

use rust_stemmers::{Algorithm, Stemmer};

/// Shorter words are left whole: what the stemmer takes from them changes the word.
const SHORTEST: usize = 4;
/// Longer ones are no words, and the stemmer's time grows with the square of their length.
const LONGEST: usize = 64;

/// The stemmer.
pub(crate) struct Stems {
    stemmer: Stemmer,
}

impl Stems {
    pub(crate) fn french() -> Self {
        Stems { stemmer: Stemmer::create(Algorithm::French) }
    }

    /// The stem of a word in lower case; the word itself where stemming is not safe.
    pub(crate) fn stem(&self, word: &str) -> String {
        let letters = word.chars().count();
        if !(SHORTEST..=LONGEST).contains(&letters)
            || word.chars().any(char::is_numeric)
            || has_foreign_ending(word)
        {
            return word.to_owned();
        }
        // Snowball leaves the plural of words in -o (photos, euros, vidéos) alone.
        let singular = word.strip_suffix('s').filter(|w| w.ends_with('o')).unwrap_or(word);
        let stem = self.stemmer.stem(singular);
        // A stem under half of its word has lost what told it apart: châtiment is not chat.
        if stem.chars().count() * 2 < letters {
            return word.strip_suffix('s').unwrap_or(word).to_owned();
        }
        stem.into_owned()
    }
}

/// Snowball takes `-ai` for a verb's ending; outside the future (`parlerai`) press French hardly has
/// that ending, and names do: OpenAI must not become *open*.
fn has_foreign_ending(word: &str) -> bool {
    word.ends_with("ai") && !word.ends_with("rai")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        let stems = Stems::french();
        for (word, expected) in
            [("googlisées", "googlis"), ("photos", "photo"), ("openai", "openai"), ("gpt4", "gpt4")]
        {
            assert_eq!(stems.stem(word), expected, "{word}");
        }
    }
}
