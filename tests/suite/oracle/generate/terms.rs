//! Single words: bare, marked, cut short, misspelt.

use depeche::{Piece, fold};

use super::{Draft, cyclic, pool};

impl Draft<'_> {
    /// Some bare words, a space between each: from one place of a text, or from anywhere.
    pub(super) fn bare_words(&self, most: usize) -> String {
        let count = 1 + self.random.below(most);
        let (chunks, at) = self.site();
        let scattered = self.random.one_in(2);
        let word = |number: usize| {
            let word = if self.random.one_in(8) {
                &self.pool.words[self.random.below(self.pool.words.len())]
            } else if scattered {
                let (chunks, at) = self.site();
                pool::bare_from(chunks, at)
            } else {
                pool::bare_from(chunks, at + number)
            };
            self.respelt(word)
        };
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    }

    /// Mostly as it is; else without accents, or in capitals.
    pub(super) fn respelt(&self, text: &str) -> String {
        let respelt = match self.random.below(12) {
            0 => fold(text),
            1 => text.to_uppercase(),
            _ => return text.to_owned(),
        };
        let read_alike = respelt.split(' ').all(|word| pool::bare(word) == Some(word));
        if read_alike { respelt } else { text.to_owned() }
    }

    /// A word of a place under some mark, or as it stands where it can bear none.
    pub(super) fn marked(&self, chunks: &[String], at: usize) -> Piece {
        let chunk = cyclic(chunks, at);
        let Some(word) = pool::bare(chunk).filter(|word| bears_marks(word)) else {
            return Piece::Exact(pool::bare_from(chunks, at).to_owned());
        };
        let single = word.chars().all(char::is_alphanumeric);
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        match self.random.below(8) {
            0 | 1 if single => Piece::Pattern(self.pattern(word)),
            2 | 3 if single && letters >= 3 => self.misspelt(word),
            4 => Piece::Letters(self.respelt(word)),
            5 => Piece::Letters(word.to_owned()),
            6 => Piece::Exact(word.to_owned()),
            _ => Piece::Forms(self.respelt(word)),
        }
    }

    /// A word with some letters cut out.
    fn pattern(&self, word: &str) -> String {
        let letters: Vec<char> = word.chars().collect();
        let drawn = (0..20).map(|_| self.with_holes(&letters)).find(|pattern| can_be_read(pattern));
        drawn.unwrap_or_else(|| format!("{word}{}*", if letters.len() < 2 { "a" } else { "" }))
    }

    fn with_holes(&self, letters: &[char]) -> String {
        let mut pattern = letters.to_vec();
        for _ in 0..=self.random.below(2) {
            let start = self.random.below(pattern.len() + 1);
            let end = start + self.random.below(pattern.len() - start + 1);
            match self.random.below(4) {
                0 if start < pattern.len() => pattern[start] = '?',
                1 => drop(pattern.splice(start..end, ['*'])),
                2 => drop(pattern.splice(..start.min(3), ['*'])),
                _ => drop(pattern.splice(start.max(2).min(pattern.len()).., ['*'])),
            }
        }
        pattern.into_iter().collect()
    }

    /// A word with one or two letters wrong.
    fn misspelt(&self, word: &str) -> Piece {
        let errors = 1 + self.random.below(2);
        let mut letters: Vec<char> = word.chars().collect();
        for _ in 0..self.random.below(errors + 1) {
            let at = self.random.below(letters.len());
            let letter = char::from(b'a' + u8::try_from(self.random.below(26)).unwrap());
            match self.random.below(4) {
                0 => letters[at] = letter,
                1 => letters.insert(at, letter),
                2 if letters.len() > 4 => drop(letters.remove(at)),
                _ if at > 0 => letters.swap(at - 1, at),
                _ => {}
            }
        }
        let misspelt: String = letters.into_iter().collect();
        let enough = misspelt.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        let word = if enough { misspelt } else { word.to_owned() };
        Piece::Fuzzy { word, errors: u8::try_from(errors).unwrap() }
    }
}

/// A mark is directly followed by a letter or digit; its word has no comma, for this ends some.
fn bears_marks(word: &str) -> bool {
    word.starts_with(char::is_alphanumeric) && word.len() <= 64 && !word.contains([',', '+', '#'])
}

/// Whether each sign stands beside a letter or digit, of which there are two at least.
fn can_be_read(pattern: &str) -> bool {
    let letters: Vec<char> = pattern.chars().collect();
    let letter = |at: usize| letters.get(at).is_some_and(|c| c.is_alphanumeric());
    let sound = |at: usize| letter(at) || letter(at + 1) || at > 0 && letter(at - 1);
    let signs = letters.iter().filter(|c| !c.is_alphanumeric()).count();
    signs > 0 && letters.len() >= signs + 2 && (0..letters.len()).all(sound)
}
