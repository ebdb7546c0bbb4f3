//! Operators in capitals, and what other engines write instead.

use super::chars::{self, is_quote};
use super::error::excerpt;
use super::{Expected, MAX_DISTANCE, Within};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
    Near { within: Within, ordered: bool },
}

/// The operator that a run of characters is, if it is one.
pub(super) fn operator(run: &str) -> Option<Result<Operator, Expected>> {
    Some(Ok(match run {
        "ET" | "AND" => Operator::And,
        "OU" | "OR" => Operator::Or,
        "SAUF" | "NOT" => Operator::Not,
        _ => return near(run),
    }))
}

const NEAR: &[(&str, bool)] = &[
    ("PRES/", false),
    ("PRÈS/", false),
    ("PRE\u{300}S/", false),
    ("NEAR/", false),
    ("AVANT/", true),
    ("PRE/", true),
];

fn near(run: &str) -> Option<Result<Operator, Expected>> {
    let named = |&(name, ordered): &(&str, bool)| Some((run.strip_prefix(name)?, ordered));
    let (place, ordered) = NEAR.iter().find_map(named)?;
    let within = match place {
        "PHRASE" | "SENTENCE" | "S" => Some(Within::Sentence),
        "PARAGRAPHE" | "PARAGRAPH" | "P" => Some(Within::Paragraph),
        _ => distance(place).map(Within::Words),
    };
    let operator = within.map(|within| Operator::Near { within, ordered });
    Some(operator.ok_or_else(|| Expected::Distance(excerpt(run))))
}

/// Digits that say a distance.
pub(super) fn distance(digits: &str) -> Option<u8> {
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let number: u8 = digits.parse().ok().filter(|_| is_number)?;
    (number <= MAX_DISTANCE).then_some(number)
}

/// What is to be written instead of a run that other engines read as an operator; `next` follows it.
pub(super) fn foreign(run: &str, next: Option<char>) -> Option<Expected> {
    let error = |instead: String| Some(Expected::Operator { found: excerpt(run), instead });
    if run.starts_with("&&") || run.ends_with("&&") {
        return error("ET".to_owned());
    }
    if run.starts_with("||") || run.ends_with("||") {
        return error("OU".to_owned());
    }
    let after = run.strip_prefix('!').and_then(|rest| chars::first(rest).or(next));
    if after.is_some_and(|c| c.is_alphabetic() || c == '(' || is_quote(c)) {
        return error("SAUF".to_owned());
    }
    if run.starts_with("NON(") {
        return error("SAUF".to_owned());
    }
    let dashed = run.strip_prefix(['–', '−']).and_then(|rest| {
        let is_minus = run.starts_with('−');
        chars::first(rest).or(next.filter(|_| is_minus))
    });
    if dashed.is_some_and(|c| c.is_alphabetic() || c == '(' || is_quote(c)) {
        let rest = run.trim_start_matches(['–', '−']);
        let word = if rest.is_empty() { "…" } else { rest };
        return error(format!("SAUF {}", excerpt(word)));
    }
    if run.starts_with("NEAR(") || run == "NEAR" && next == Some('(') {
        return error("a PRES/5 b".to_owned());
    }
    if is_number_range(run) {
        return error(format!("date:{}", excerpt(run)));
    }
    let europresse = ["TIT_HEAD=", "LEAD=", "TEXT=", "AUT_BY="];
    if let Some(i) = europresse.iter().position(|name| run.starts_with(name)) {
        return error(["titre:", "titre:", "\"…\"", "auteur:"][i].to_owned());
    }
    error(other_near(run)?)
}

/// The operator that says what a distance of other engines does: `w/5`, `près/5`, `NEAR5`, `%5`,
/// `AROUND(5)`.
fn other_near(run: &str) -> Option<String> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if run.len() > 40 {
        return None;
    }
    let around = run.strip_prefix("AROUND(").and_then(|rest| rest.strip_suffix(')'));
    if let Some(n) = run.strip_prefix('%').or(around).filter(|n| is_number(n)) {
        return Some(format!("PRES/{n}"));
    }
    let lower = run.to_lowercase();
    let name = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    if matches!(name, "near" | "pres" | "près" | "adj") && name.len() < lower.len() {
        return Some(format!("PRES/{}", &lower[name.len()..]));
    }
    let (name, place) = lower.split_once('/')?;
    let name = match name {
        "pres" | "près" | "pre\u{300}s" | "near" | "w" | "adj" | "within" => "PRES",
        "avant" | "pre" => "AVANT",
        _ => return None,
    };
    match place {
        "s" | "phrase" | "sentence" => Some(format!("{name}/PHRASE")),
        "p" | "paragraphe" | "paragraph" => Some(format!("{name}/PARAGRAPHE")),
        _ => is_number(place).then(|| format!("{name}/{place}")),
    }
}

/// `2020..2024`.
fn is_number_range(run: &str) -> bool {
    let is_date = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    };
    run.split_once("..").is_some_and(|(from, to)| is_date(from) && is_date(to))
}

/// What is to be written instead of a bare word between others that other engines read as an operator;
/// `before` is the bare word before it.
pub(super) fn foreign_between(word: &str, before: &str) -> Option<Expected> {
    let error = |instead: String| Some(Expected::Operator { found: excerpt(word), instead });
    match word {
        "NEAR" | "PRES" | "PRÈS" | "PRE\u{300}S" | "AVANT" | "PRE" | "ADJ" => {
            return Some(Expected::Distance(word.to_owned()));
        }
        "XOR" => return error("(a OU b) SAUF (a ET b)".to_owned()),
        _ => (),
    }
    let (name, place) = word.split_once('/')?;
    let is_number = !place.is_empty() && place.bytes().all(|b| b.is_ascii_digit());
    let place = excerpt(place);
    match name {
        _ if !is_number => None,
        // 4 /5 is a fraction.
        "" if before.ends_with(|c: char| c.is_ascii_digit()) => None,
        "" | "N" => error(format!("PRES/{place}")),
        "ONEAR" | "SUIVI" => error(format!("AVANT/{place}")),
        _ => None,
    }
}

/// `[2020 TO 2024]`: whether bare words hold a range of other engines.
pub(super) fn is_range(before: &str, word: &str) -> bool {
    word == "TO" && before.starts_with(['[', '{'])
}
