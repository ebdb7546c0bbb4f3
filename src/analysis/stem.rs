//! Word to stems, by rust-stemmers (Snowball French) where that is safe.

use rust_stemmers::{Algorithm, Stemmer};

use super::fold::{fold, lower};

/// Shorter words are left whole: what the stemmer takes from them changes the word.
const SHORTEST: usize = 4;

/// All terms under which one word is indexed: its stem with the accents it bears, and the stem of its
/// unaccented spelling. The second makes a query typed without accents complete by construction: it
/// asks for `stem(fold(w))`, and every text word that folds to `w` bears that very term.
pub(crate) struct Stems {
    stemmer: Stemmer,
}

impl Stems {
    pub(crate) fn french() -> Self {
        Stems { stemmer: Stemmer::create(Algorithm::French) }
    }

    /// The terms of a word of the text, without repetition, at least one.
    pub(crate) fn of_text(&self, word: &str) -> Vec<String> {
        let folded = fold(word);
        if is_kept_whole(word) {
            return vec![folded];
        }
        let mut stems = vec![self.stem(&folded)];
        push_new(&mut stems, self.stem(&lower(word)));
        stems
    }

    /// The terms that a word of a query asks for: those of a text word, and the word whole, which
    /// meets the names and codes that the index keeps whole (`iphone` and `iPhone`).
    pub(crate) fn of_query(&self, word: &str) -> Vec<String> {
        let folded = fold(word);
        let mut stems = vec![self.stem(&folded)];
        push_new(&mut stems, self.stem(&lower(word)));
        push_new(&mut stems, folded);
        stems
    }

    fn stem(&self, word: &str) -> String {
        let letters = word.chars().count();
        if letters < SHORTEST || word.chars().any(char::is_numeric) || has_foreign_ending(word) {
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

/// A word with a digit or a capital inside it, not all in capitals, is a name or a code: `iPhone`,
/// `OpenAI`, `GPT4`.
fn is_kept_whole(word: &str) -> bool {
    let mut capitals_inside = false;
    let mut small = false;
    for (i, c) in word.chars().enumerate() {
        if c.is_numeric() {
            return true;
        }
        small |= c.is_lowercase();
        capitals_inside |= i > 0 && c.is_uppercase();
    }
    small && capitals_inside
}

fn push_new(stems: &mut Vec<String>, stem: String) {
    if !stems.contains(&stem) {
        stems.push(stem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(query: &str, text: &str) -> bool {
        let stems = Stems::french();
        let asked = stems.of_query(query);
        stems.of_text(text).iter().any(|t| asked.contains(t))
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (query, text) in [
            ("équité", "équité"),
            ("equite", "équité"),
            ("EQUITE", "équité"),
            ("équité", "EQUITE"),
            ("droits", "droit"),
            ("refus", "Refus"),
            ("développée", "développer"),
            ("developpee", "développée"),
            ("donnees", "données"),
            ("iphone", "iPhone"),
            ("IPHONE", "iphone"),
            ("photo", "photos"),
            ("openai", "OpenAI"),
        ] {
            assert!(meet(query, text), "{query} / {text}");
        }
    }

    #[test]
    fn words_that_only_look_alike_do_not() {
        for (query, text) in
            [("chat", "châtiment"), ("open", "OpenAI"), ("openai", "open"), ("don", "données")]
        {
            assert!(!meet(query, text), "{query} / {text}");
        }
    }
}
