//! What became of each word, and why: for people who wonder what was found, and for tests.

use serde::Serialize;

use super::{Analyzer, Asked, Form, Kind, Token, Vocabulary};

/// Where a term comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// A lemma that the lexicon has for the form.
    Lexicon,
    /// A lemma that the user gave for the form.
    User,
    /// A lemma of a form that has other accents.
    OtherAccents,
    /// The stemmer: the lexicon lacks the word.
    Stemmer,
    /// The word as it is: a name, a code, an acronym.
    Whole,
    /// Several words read as one, or a number with its sign.
    Compound,
}

/// A term and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainedTerm {
    /// The term of the field of all forms.
    pub term: String,
    /// Why.
    pub source: Source,
}

/// What one word became.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The word as it stands.
    pub word: String,
    /// Its exact term.
    pub exact: String,
    /// Tied to the word beside it by an apostrophe or a hyphen: it has no forms.
    pub clitic: bool,
    /// Left out of bags of words.
    pub stop_word: bool,
    /// What it is indexed under, in a text.
    pub indexed: Vec<ExplainedTerm>,
    /// Lemmas that it may have but that the words beside it exclude here.
    pub set_aside: Vec<String>,
    /// What it asks for, in a query.
    pub asked: Vec<ExplainedTerm>,
    /// What it asks for too, in a query, but ranked lower: it hardly means that.
    pub also_asked: Vec<ExplainedTerm>,
}

impl Analyzer {
    /// What became of each word of a text, and why; and what it asks for in a query to an index that has
    /// these words.
    ///
    /// ```
    /// use depeche::{Analyzer, NoVocabulary};
    /// let explained = Analyzer::french().explain("il marche", &NoVocabulary);
    /// assert_eq!(explained[1].indexed[0].term, "marcher");
    /// assert_eq!(explained[1].set_aside, ["marche"]);
    /// ```
    pub fn explain(&self, text: &str, vocabulary: &dyn Vocabulary) -> Vec<Explained> {
        let (tokens, asked) = (self.tokens(text), self.query_tokens_in(text, vocabulary));
        tokens.iter().zip(&asked).map(|(token, asked)| self.explained(text, token, asked)).collect()
    }

    fn explained(&self, text: &str, token: &Token, asked: &Token) -> Explained {
        let word = &text[token.offsets.clone()];
        let named = |form: &Form| ExplainedTerm {
            term: Asked::from(form).unmarked().1.to_owned(),
            source: match Asked::from(form).unmarked().0 {
                Kind::OtherAccents => Source::OtherAccents,
                _ if form.offsets != token.offsets => Source::Compound,
                _ => self.forms.source(word, &form.term),
            },
        };
        let is_simple = token.forms.iter().all(|form| form.offsets == token.offsets);
        let possible = match token.clitic || !is_simple || token.forms.is_empty() {
            true => Vec::new(),
            false => self.forms.of_text(word, false).all(),
        };
        // What is set aside is found as it is spelt: that is said once.
        let is_said = |form: &&Form| Asked::from(*form).unmarked().0 != Kind::AsSpelt;
        // Every word also asks for what texts misspell or read otherwise: that would be said of each.
        let is_own = |form: &&Form| Asked::from(*form).unmarked().0 == Kind::Word;
        let sought = |likely: bool| -> Vec<ExplainedTerm> {
            let forms = asked.forms.iter().filter(|form| form.likely == likely);
            forms.filter(is_own).map(named).collect()
        };
        let is_indexed = |lemma: &String| token.forms.iter().any(|form| form.term == *lemma);
        Explained {
            word: word.to_owned(),
            exact: token.symbol.clone().unwrap_or_else(|| token.exact.clone()),
            clitic: token.clitic,
            stop_word: token.stop_word,
            indexed: token.forms.iter().filter(is_said).map(named).collect(),
            set_aside: possible.into_iter().filter(|lemma| !is_indexed(lemma)).collect(),
            asked: sought(true),
            also_asked: sought(false),
        }
    }
}
