//! Text as people type it into any box, where no sign means anything.

use std::borrow::Cow;

use super::chars::{is_letter, is_quote, is_word_char};
use super::parser::{Result, parse};
use super::{Expected, MAX_QUERY_BYTES, ParseError, Query};

/// Most rounds in which the words to blame are taken more plainly; then all of them are.
const MOST_ROUNDS: usize = 16;

/// Reads text in which no sign is an operator: bare words, ranked. Signs that the query language knows are
/// left out where they would mean something, operators are words.
///
/// # Errors
/// There is no word in the text, or too much of it.
///
/// ```
/// use depeche::{Query, parse_plain};
/// let words = |text: &str| Query::Words(text.into());
/// assert_eq!(parse_plain("« premier refus » OU non ?"), Ok(words("premier refus ou non")));
/// assert_eq!(parse_plain("l'IA à 40 % : C++"), Ok(words("l'IA à 40 % C++")));
/// ```
pub fn parse_plain(text: &str) -> Result<Query> {
    if text.len() > MAX_QUERY_BYTES {
        return parse(text);
    }
    if let read @ Ok(Query::Words(_)) = parse(text) {
        return read;
    }
    let mut runs: Vec<Run<'_>> = text.split_whitespace().map(Run::new).collect();
    for _ in 0..MOST_ROUNDS {
        match parse(&joined(&runs)) {
            Ok(query @ Query::Words(_)) => return Ok(query),
            Err(ParseError { expected: Expected::Word, .. }) => break,
            Err(error) => tighten(&mut runs, &error),
            Ok(_) => break,
        }
    }
    runs.iter_mut().for_each(|run| run.manner = run.manner.max(Manner::Lowercase));
    match parse(&joined(&runs)) {
        Err(error) => Err(ParseError::new(error.expected, 0..text.len())),
        read => read,
    }
}

/// How plainly a run of characters is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Manner {
    AsItIs,
    /// Without the signs before it.
    FromItsFirstLetter,
    /// Without the signs around it.
    FromLetterToLetter,
    /// Without any but apostrophes and hyphens in it.
    Words,
    /// And not in capitals, which operators are in; without any sign.
    Lowercase,
}

impl Manner {
    const ALL: [Manner; 5] = [
        Manner::AsItIs,
        Manner::FromItsFirstLetter,
        Manner::FromLetterToLetter,
        Manner::Words,
        Manner::Lowercase,
    ];

    fn next(self) -> Manner {
        let next = Manner::ALL.into_iter().find(|manner| *manner > self);
        next.unwrap_or(Manner::Lowercase)
    }
}

struct Run<'a> {
    text: &'a str,
    manner: Manner,
}

impl<'a> Run<'a> {
    /// A run in the first manner in which it is a word and nothing else.
    fn new(text: &'a str) -> Self {
        let is_word = |manner: &Manner| {
            let read = Run { text, manner: *manner };
            let shown = read.shown();
            let is_read =
                || parse(&shown).is_ok_and(|query| query == Query::Words(shown.to_string()));
            // Signs of quantities and ranges stand alone: 40 %, 5 - 10.
            !shown.contains(is_quote) && is_read() || is_loose(&shown)
        };
        let manner = Manner::ALL.into_iter().find(is_word);
        Run { text, manner: manner.unwrap_or(Manner::Lowercase) }
    }

    fn shown(&self) -> Cow<'a, str> {
        let is_sign = |c: char| !is_letter(c);
        match self.manner {
            Manner::AsItIs => Cow::Borrowed(self.text),
            Manner::FromItsFirstLetter => Cow::Borrowed(self.text.trim_start_matches(is_sign)),
            Manner::FromLetterToLetter => Cow::Borrowed(self.text.trim_matches(is_sign)),
            Manner::Words => {
                let is_inner = |c: char| is_word_char(c) || matches!(c, '\'' | '’' | '-');
                let words =
                    self.text.split(|c| !is_inner(c)).map(|word| word.trim_matches(is_sign));
                Cow::Owned(words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
            }
            Manner::Lowercase => {
                let words = self.text.split(|c| !is_word_char(c)).filter(|word| !word.is_empty());
                Cow::Owned(words.collect::<Vec<_>>().join(" ").to_lowercase())
            }
        }
    }
}

fn is_loose(run: &str) -> bool {
    matches!(run, "%" | "‰" | "€" | "$" | "£" | "¥" | "-" | "–" | "—" | "/")
}

fn joined(runs: &[Run<'_>]) -> String {
    let shown: Vec<Cow<'_, str>> = runs.iter().map(Run::shown).collect();
    shown.join(" ")
}

/// Takes more plainly what an error is about; everything, where it is about nothing in particular.
fn tighten(runs: &mut [Run<'_>], error: &ParseError) {
    let (mut at, mut is_any) = (0, false);
    for run in &mut *runs {
        let end = at + run.shown().len();
        if at < error.span.end && error.span.start < end && run.manner < Manner::Lowercase {
            run.manner = run.manner.next();
            is_any = true;
        }
        at = end + 1;
    }
    if !is_any {
        runs.iter_mut().for_each(|run| run.manner = run.manner.next());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn signs_are_text() {
        for (text, expected) in [
            ("Qui a investi dans OpenAI ?", "Qui a investi dans OpenAI"),
            ("\"premier refus\" ET (capital", "premier refus et capital"),
            ("+Microsoft -Google =Apple ~refus", "Microsoft Google Apple refus"),
            ("titre:exclusivité date:2024", "titre exclusivité date 2024"),
            ("achat PRES/5 capital", "achat pres 5 capital"),
            ("'deux mots' 40 % C++", "deux mots' 40 % C++"),
            ("(IA) ou étudiant(e)s, 13\"", "IA ou étudiant(e)s, 13\""),
            ("OR", "or"),
            ("NOT AND OR", "not and or"),
            ("m?t invest* Mircosoft~1 x^2", "m t invest Mircosoft 1 x 2"),
            ("« souveraineté numérique »~5", "souveraineté numérique 5"),
            ("a && b || c", "a b c"),
            ("[2020 TO 2024]", "2020 TO 2024]"),
        ] {
            assert_eq!(parse_plain(text), Ok(Query::Words(expected.to_owned())), "{text}");
        }
    }

    #[test]
    fn there_must_be_a_word_and_not_too_many() {
        for text in ["", " ?", "\"\"", "( )", "+ -"] {
            assert_eq!(parse_plain(text).map_err(|e| e.expected), Err(Expected::Word), "{text}");
        }
        let long = "mot ".repeat(MAX_QUERY_BYTES);
        assert_eq!(parse_plain(&long).map_err(|e| e.expected), Err(Expected::ShorterQuery));
    }

    proptest! {
        #[test]
        fn every_text_with_a_word_is_one_of_bare_words(
            text in "([a-z\"«»()+~=*?:^!/&|' -]|ET|OU|SAUF|NOT |PRES/5|titre:|date:20|é|[0-9]){0,24}"
        ) {
            match parse_plain(&text) {
                Ok(query) => {
                    prop_assert!(matches!(query, Query::Words(_)), "{query:?}");
                    prop_assert_eq!(parse(&query.to_string()), Ok(query.clone()));
                    let letters = |text: &str| {
                        let letters = text.chars().filter(|&c| is_letter(c));
                        letters.flat_map(char::to_lowercase).collect::<String>()
                    };
                    prop_assert_eq!(letters(&query.to_string()), letters(&text));
                }
                Err(error) => {
                    prop_assert_eq!(error.expected, Expected::Word);
                    prop_assert!(!text.contains(is_letter));
                }
            }
        }
    }
}
