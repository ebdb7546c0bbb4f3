//! One word: plain, or with a sign that says how it is to be looked for.

use super::chars::{self, has_word, is_letter, is_word_char};
use super::error::excerpt;
use super::{Expected, MAX_PHRASE_WORDS, Piece};

/// Fewest letters or digits of a truncated word.
const SHORTEST_PATTERN: usize = 2;
/// Most characters of a truncated word.
const LONGEST_PATTERN: usize = 63;
/// Fewest letters or digits, and most characters, of a word with typing errors.
const FUZZY: std::ops::RangeInclusive<usize> = 3..=64;

/// The mark at the start of a word or of a quotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Letters,
    Forms,
}

impl Mark {
    pub(super) fn of(c: char) -> Option<Mark> {
        match c {
            '=' => Some(Mark::Letters),
            '~' => Some(Mark::Forms),
            _ => None,
        }
    }
}

/// The mark that a text begins with, if a letter or digit follows it.
pub(super) fn mark_of(text: &str) -> Option<Mark> {
    let mut chars = text.chars();
    let mark = Mark::of(chars.next()?)?;
    chars.next().filter(|&c| is_letter(c)).map(|_| mark)
}

/// Several marks or signs before a word (or, where the run holds nothing else, before what follows it),
/// of which one can be meant.
pub(super) fn several_signs(run: &str, next: Option<char>) -> Option<Expected> {
    let rest = run.trim_start_matches(['=', '~', '+', '-', '–', '−']);
    let signs = &run[..run.len() - rest.len()];
    if signs.chars().count() < 2 {
        return None;
    }
    let is_group = rest.is_empty() && next.is_some_and(|c| c == '(' || chars::is_quote(c));
    let first = chars::first(rest);
    let is_marked = !signs.contains(['+', '-']);
    let before_word = first.is_some_and(|c| is_letter(c) && (is_marked || c.is_alphabetic()));
    let before_pattern = first.is_some_and(|c| matches!(c, '*' | '?')) && has_word(rest);
    if !is_group && !before_word && !before_pattern {
        return None;
    }
    if signs.contains(['=', '~']) {
        return Some(Expected::OneMark(excerpt(run)));
    }
    Some(Expected::OneSign(excerpt(run)))
}

/// `goo$`, `invest%`: truncation as other engines write it. `Md$` is an amount.
fn is_truncated_elsewhere(word: &str) -> Option<&str> {
    let core = word.trim_end_matches(is_edge).strip_suffix(['$', '%'])?;
    let letters = core.rsplit(|c| !is_word_char(c)).next().unwrap_or(core);
    let is_unit = letters.chars().count() < 3
        || matches!(letters.to_lowercase().as_str(), "mds" | "mrd" | "mrds" | "mio");
    (!is_unit && letters.chars().all(|c| !c.is_numeric())).then_some(letters)
}

/// Punctuation that may hang on a word with a sign.
fn is_edge(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '.' | '!' | '…' | ')' | '(' | '[' | ']' | '{' | '}')
        || matches!(c, '\'' | '’' | '‘' | '‹' | '›' | '¿' | '¡')
        || chars::is_quote(c)
        || chars::is_invisible(c)
}

/// The piece that a word without mark is; none if it is plain. Inside a quotation a sign that cannot be
/// meant is punctuation, so that every headline can be quoted.
pub(super) fn unmarked(word: &str, quoted: bool) -> Result<Option<Piece>, Expected> {
    if word.contains("://") {
        return Ok(None);
    }
    if let Some(at) = errors_sign(word) {
        return fuzzy(word, at).map(Some);
    }
    if !quoted && is_boosted(word) {
        return Err(Expected::NoBoost(excerpt(word)));
    }
    if let Some(letters) = is_truncated_elsewhere(word).filter(|_| !quoted) {
        let instead = format!("{}*", excerpt(letters));
        return Err(Expected::Operator { found: excerpt(word), instead });
    }
    if is_truncated(word) { pattern(word, quoted) } else { Ok(None) }
}

/// Where the `~` is that looks like that of typing errors: after a letter, before a digit or the end.
fn errors_sign(word: &str) -> Option<usize> {
    word.match_indices('~').map(|(at, _)| at).find(|&at| {
        let after = chars::first(word[at + 1..].trim_end_matches(ends_errors));
        chars::last(&word[..at]).is_some_and(is_word_char)
            && after.is_none_or(|c| c.is_ascii_digit())
    })
}

fn ends_errors(c: char) -> bool {
    is_edge(c) || c == '?'
}

fn fuzzy(word: &str, at: usize) -> Result<Piece, Expected> {
    let base = word[..at].trim_start_matches(is_edge);
    if base.contains(['*', '?', '~', '=']) {
        return Err(Expected::OneMark(excerpt(word)));
    }
    let errors = match word[at + 1..].trim_end_matches(ends_errors) {
        "1" => 1,
        "2" => 2,
        _ => return Err(Expected::Errors { found: excerpt(word), word: excerpt(base) }),
    };
    let letters = base.chars().filter(|&c| is_letter(c)).count();
    let fits = letters >= *FUZZY.start() && base.chars().count() <= *FUZZY.end();
    if fits && base.chars().all(is_word_char) {
        return Ok(Piece::Fuzzy { word: base.to_owned(), errors });
    }
    let last = base.rsplit(|c| !is_word_char(c)).find(|part| has_word(part)).unwrap_or(base);
    let last_fits = FUZZY.contains(&last.chars().count());
    let instead = if last_fits && last != base {
        format!("{}~{errors}", excerpt(last))
    } else {
        excerpt(base)
    };
    Err(Expected::FuzzyWord { word: excerpt(word), instead })
}

/// Whether a `*` or `?` in it touches a letter.
fn is_truncated(word: &str) -> bool {
    touching(word, |c| matches!(c, '*' | '?'))
}

fn touching(word: &str, is_sign: impl Fn(char) -> bool) -> bool {
    let mut before = None;
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied();
        if is_sign(c) && (before.is_some_and(is_word_char) || after.is_some_and(is_word_char)) {
            return true;
        }
        before = Some(c);
    }
    false
}

fn pattern(word: &str, quoted: bool) -> Result<Option<Piece>, Expected> {
    let core = word.trim_matches(is_edge);
    let is_one = core.chars().all(|c| is_word_char(c) || matches!(c, '*' | '?'));
    let letters = core.chars().filter(|&c| is_letter(c)).count();
    if is_one && letters >= SHORTEST_PATTERN {
        if core.chars().count() > LONGEST_PATTERN {
            let word = excerpt(core);
            return Err(Expected::ShorterPattern { word, most: LONGEST_PATTERN });
        }
        return Ok(Some(Piece::Pattern(core.to_owned())));
    }
    let has_star = touching(word, |c| c == '*');
    // A question that ends in a word of several parts: -t-il?, l'IA?
    let asks = !is_truncated(word.trim_end_matches(|c| c == '?' || is_edge(c)));
    if quoted && (!has_star || letters < SHORTEST_PATTERN) || !is_one && !has_star && asks {
        return Ok(None);
    }
    if is_one {
        return Err(Expected::LongerPattern(excerpt(core)));
    }
    let mut parts = core.split(|c| !is_word_char(c) && !matches!(c, '*' | '?'));
    let part = parts.find(|part| is_truncated(part)).unwrap_or(core);
    Err(Expected::PlainPattern { word: excerpt(word), instead: excerpt(part) })
}

/// `mot^2`; a power of a number is none.
fn is_boosted(word: &str) -> bool {
    let word = word.trim_end_matches(is_edge);
    word.rsplit_once('^').is_some_and(|(base, weight)| {
        let is_power = !base.is_empty() && base.chars().all(|c| c.is_numeric());
        weight.starts_with(|c: char| c.is_ascii_digit())
            && weight.bytes().all(|b| b.is_ascii_digit() || b == b'.')
            && !is_power
    })
}

/// The piece that a word is whose mark is taken off.
pub(super) fn marked(word: &str, mark: Mark) -> Result<Piece, Expected> {
    let ends = |c: char| {
        matches!(c, ',' | ';' | ':' | '!' | '…') || chars::is_quote(c) || chars::is_invisible(c)
    };
    let mut core = word;
    loop {
        let shorter = core.trim_end_matches(ends);
        // The last dot of an acronym belongs to it.
        let is_stop = shorter.ends_with('.') && shorter.matches('.').count() == 1;
        let shorter = if is_stop { shorter.trim_end_matches('.') } else { shorter };
        if shorter.len() == core.len() {
            break;
        }
        core = shorter;
    }
    if core.contains(|c| matches!(c, '*' | '?' | '~' | '^') || chars::is_quote(c)) {
        let sign = if mark == Mark::Letters { '=' } else { '~' };
        return Err(Expected::OneMark(excerpt(&format!("{sign}{word}"))));
    }
    if chars::count_words(core) > MAX_PHRASE_WORDS {
        return Err(Expected::ShorterPhrase);
    }
    Ok(match mark {
        Mark::Letters => Piece::Letters(core.to_owned()),
        Mark::Forms => Piece::Forms(core.to_owned()),
    })
}
