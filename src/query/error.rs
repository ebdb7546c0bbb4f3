//! Why a query is refused: what was expected, and what to write instead.

use std::ops::Range;

use super::{
    MAX_CLAUSES, MAX_DEPTH, MAX_DISTANCE, MAX_PHRASE_WORDS, MAX_QUERY_BYTES, MAX_SLOP_WORDS,
};

/// Longest piece of the query that an error quotes, in characters.
const LONGEST: usize = 60;

/// Why a query was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected}")]
pub struct ParseError {
    /// What was expected instead.
    pub expected: Expected,
    /// The bytes of the query text that are to blame.
    pub span: Range<usize>,
}

impl ParseError {
    pub(super) fn new(expected: Expected, span: Range<usize>) -> Self {
        ParseError { expected, span }
    }
}

/// What a query lacks or holds too much of. Texts in it are quoted from the query, cut short.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Expected {
    /// No word in the query.
    #[error("a word was expected: the query holds none")]
    Word,
    /// More than [`MAX_QUERY_BYTES`] bytes.
    #[error("at most {MAX_QUERY_BYTES} bytes fit in one query: shorten it, or ask twice")]
    ShorterQuery,
    /// More than [`MAX_PHRASE_WORDS`] words in one phrase.
    #[error("at most {MAX_PHRASE_WORDS} words fit in one phrase: close the quotation sooner")]
    ShorterPhrase,
    /// More than [`MAX_SLOP_WORDS`] words in one phrase whose words may stand apart.
    #[error(
        "at most {MAX_SLOP_WORDS} words fit in a phrase with ~: leave some out, or leave ~ out"
    )]
    ShorterSlop,
    /// More than [`MAX_CLAUSES`] clauses.
    #[error("at most {MAX_CLAUSES} words, phrases and values fit in one query: ask twice")]
    FewerClauses,
    /// More than [`MAX_DEPTH`] brackets or `SAUF` inside one another.
    #[error("at most {MAX_DEPTH} brackets or NOT fit inside one another: leave some out")]
    FewerBrackets,
    /// A quotation that never closes.
    #[error("the quotation opened here is never closed: {0} was expected")]
    ClosingQuote(char),
    /// Quotation marks around nothing.
    #[error("words were expected between the quotation marks")]
    PhraseWord,
    /// A bracket that never closes.
    #[error(
        "the bracket opened here is never closed: ) was expected; for the sign itself, use \
         quotation marks"
    )]
    ClosingBracket,
    /// A bracket that was never opened.
    #[error(
        "no bracket is open here: leave ) out, or put ( before; for the sign itself, use \
         quotation marks"
    )]
    OpeningBracket,
    /// Brackets around nothing.
    #[error("words were expected between the brackets")]
    BracketContent,
    /// An operator with nothing to its left.
    #[error("something was expected before `{0}`; to search it as a word: \"{0}\"")]
    LeftOperand(String),
    /// An operator with nothing to its right.
    #[error("something was expected after `{0}`; to search it as a word: \"{0}\"")]
    RightOperand(String),
    /// Several bare words after `SAUF` or `-`: any of them, or a phrase?
    #[error("`{found}` could mean two things: write {}, or {}", english(either), english(quoted))]
    OneExcluded {
        /// As written.
        found: String,
        /// With brackets and `OU`.
        either: String,
        /// With quotation marks.
        quoted: String,
    },
    /// A bare word beside `PRES` or `AVANT` with its operands.
    #[error("`{found}` could mean two things: write {}{}", english(bracketed), or_else(quoted))]
    BesideNear {
        /// The words with their neighbour.
        found: String,
        /// The same with brackets.
        bracketed: String,
        /// The same with quotation marks; empty where they would not help.
        quoted: String,
    },
    /// Something that cannot be near anything.
    #[error(
        "`{0}` stands between words, quotations, or (… OR …) of these: for several words, \
         write \"…\" or (… OR …)"
    )]
    NearOperand(String),
    /// A distance that cannot be read.
    #[error(
        "`{0}` has no distance: write NEAR/5 (0 to {MAX_DISTANCE}), NEAR/SENTENCE or \
         NEAR/PARAGRAPH, and PRE/… where the order counts"
    )]
    Distance(String),
    /// No number after the `~` of a quotation.
    #[error(
        "a number from 0 to {MAX_DISTANCE} was expected after ~: write \"…\"~5; for all \
         forms, ~\"…\""
    )]
    Slop,
    /// A truncated word with fewer than two letters.
    #[error(
        "`{0}`: a truncated word has two letters or digits at least; if the sign is \
         punctuation, put a space before it"
    )]
    LongerPattern(String),
    /// A truncated word that is not one word.
    #[error(
        "`{word}`: * and ? stand in a single word: write {instead}; if the sign is \
         punctuation, put a space before it"
    )]
    PlainPattern {
        /// As written.
        word: String,
        /// The part that bears the sign.
        instead: String,
    },
    /// A truncated word that is too long.
    #[error("`{word}`: a truncated word has at most {most} letters: truncate it sooner")]
    ShorterPattern {
        /// As written.
        word: String,
        /// Most characters.
        most: usize,
    },
    /// Several of `+` and `-` before a word.
    #[error(
        "`{0}` has more than one sign: write +word (required) or -word (excluded); if it is \
         punctuation, put a space after it"
    )]
    OneSign(String),
    /// Single quotation marks around several words.
    #[error("`{found}`: quotations take double quotation marks: write \"{instead}\"")]
    DoubleQuotes {
        /// As written.
        found: String,
        /// The words.
        instead: String,
    },
    /// A date or range as other engines write it.
    #[error("`{found}`: dates are written otherwise here: write date:{instead}")]
    DateForm {
        /// As written.
        found: String,
        /// As it is written here, without the field.
        instead: String,
    },
    /// A number of typing errors other than 1 and 2.
    #[error(
        "`{found}`: how many typing errors? Write {word}~1 or {word}~2; for all forms, ~{word}"
    )]
    Errors {
        /// As written.
        found: String,
        /// Without the sign.
        word: String,
    },
    /// A word whose typing errors cannot be forgiven.
    #[error("`{word}`: typing errors are forgiven in one word of 3 to 64 letters: write {instead}")]
    FuzzyWord {
        /// As written.
        word: String,
        /// What could be meant.
        instead: String,
    },
    /// A word with several signs.
    #[error(
        "`{0}` has more than one sign: keep one of =, ~, *, ? and ~1; if it is \
         punctuation, put a space before it"
    )]
    OneMark(String),
    /// `=` or `~` before a bracket.
    #[error("`{0}` stands before one word or quotation: write {0}word, or {0}\"several words\"")]
    MarkedWord(char),
    /// A field that does not exist.
    #[error(
        "`{0}:` is no field: there are title:, source:, author: and date:; to search the \
         words, put a space after the colon, or quotation marks"
    )]
    KnownField(String),
    /// A field without its value.
    #[error(
        "a value was expected right after `{0}`: write {0}word or {0}\"words\"; for the \
         word itself, a space before the colon"
    )]
    FieldValue(String),
    /// A value that is not a name.
    #[error(
        "`{0}` takes a name as it stands: write {0}\"Le Monde\", or {0}(Numerama OR \"Le Monde\")"
    )]
    PlainValue(String),
    /// A field inside `titre:(…)`.
    #[error("title: takes words and quotations: put `{0}` outside its brackets")]
    TitleContent(String),
    /// Not a date.
    #[error(
        "`{0}` is no date: write date:2024, date:2024-03, date:2024-03-05, \
         date:2024-03..2025, date:2024.. or date:..2024"
    )]
    Date(String),
    /// A range that ends before it begins.
    #[error("the range ends before it begins: write date:{to}..{from}")]
    DateOrder {
        /// Written first.
        from: String,
        /// Written last.
        to: String,
    },
    /// A weight of a word or phrase.
    #[error("`{0}`: words have no weight here: leave ^ and the number out")]
    NoBoost(String),
    /// What another engine reads as an operator.
    #[error(
        "`{found}` is written otherwise here: {}; to search it as text, use quotation marks",
        english(instead)
    )]
    Operator {
        /// As written.
        found: String,
        /// What could be meant.
        instead: String,
    },
}

fn or_else(proposal: &str) -> String {
    if proposal.is_empty() { String::new() } else { format!(", or {}", english(proposal)) }
}

/// A proposal with the English names of operators and fields.
fn english(proposal: &str) -> String {
    let mut all = String::with_capacity(proposal.len());
    for part in proposal.split_inclusive([' ', '(', ')', ':']) {
        let run = part.trim_end_matches([' ', '(', ')', ':']);
        let name = match run {
            "ET" => "AND",
            "OU" => "OR",
            "SAUF" => "NOT",
            "titre" if part.ends_with(':') => "title",
            "auteur" if part.ends_with(':') => "author",
            _ => {
                all.push_str(&english_near(run));
                all.push_str(&part[run.len()..]);
                continue;
            }
        };
        all.push_str(name);
        all.push_str(&part[run.len()..]);
    }
    all
}

fn english_near(run: &str) -> String {
    let named = [("PRES/", "NEAR/"), ("PRÈS/", "NEAR/"), ("AVANT/", "PRE/")];
    let near = named.iter().find_map(|(french, name)| Some((name, run.strip_prefix(french)?)));
    match near {
        Some((name, "PHRASE")) => format!("{name}SENTENCE"),
        Some((name, "PARAGRAPHE")) => format!("{name}PARAGRAPH"),
        Some((name, place)) => format!("{name}{place}"),
        None => run.to_owned(),
    }
}

/// A piece of the query as an error quotes it.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
