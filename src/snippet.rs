//! A passage's text to what is shown of it: whole sentences around the matches.

use std::ops::Range;

use crate::passage::sentences;

/// Bytes of text that a snippet aims at; a longer sentence stays whole.
pub const SNIPPET_BYTES: usize = 480;

/// Which sentences of `text` are shown: byte ranges in order, apart where something is left out.
///
/// The sentences that hold matches come first, then their neighbours while room is left; without a match,
/// the first sentences. A sentence is never cut, unless it is longer than four snippets.
pub fn snippet(text: &str, matches: &[Range<usize>]) -> Vec<Range<usize>> {
    let sentences: Vec<_> = sentences(text).into_iter().map(|s| trimmed(text, s)).collect();
    let holds =
        |s: &Range<usize>| matches.iter().filter(|m| m.start < s.end && m.end > s.start).count();
    let counts: Vec<usize> = sentences.iter().map(holds).collect();
    let mut shown = vec![false; sentences.len()];
    let mut room = SNIPPET_BYTES;
    for i in by_matches(&counts) {
        if counts[i] > 0 || room == SNIPPET_BYTES {
            take(i, &sentences, &mut shown, &mut room);
        }
    }
    grow(&sentences, &mut shown, &mut room);
    let kept = sentences.into_iter().zip(shown).filter(|(_, shown)| *shown).map(|(s, _)| s);
    adjacent_joined(text, kept.map(|s| shortened(text, s, matches)))
}

/// Sentences with most matches first, in text order among equals.
fn by_matches(counts: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(counts[i]));
    order
}

/// Shows a sentence if room is left for it; the first one always.
fn take(i: usize, sentences: &[Range<usize>], shown: &mut [bool], room: &mut usize) {
    let len = sentences[i].len();
    if len <= *room || *room == SNIPPET_BYTES {
        shown[i] = true;
        *room = room.saturating_sub(len.max(1));
    }
}

/// Adds neighbours of what is shown, the following one first, while they fit.
fn grow(sentences: &[Range<usize>], shown: &mut [bool], room: &mut usize) {
    loop {
        let fits = |i: usize, shown: &[bool]| !shown[i] && sentences[i].len() <= *room;
        let after = (1..shown.len()).find(|&i| shown[i - 1] && fits(i, shown));
        let before = (1..shown.len()).find(|&i| shown[i] && fits(i - 1, shown)).map(|i| i - 1);
        let Some(i) = after.or(before) else { return };
        shown[i] = true;
        *room -= sentences[i].len();
    }
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let piece = &text[span.clone()];
    let start = span.start + (piece.len() - piece.trim_start().len());
    start..start + piece.trim().len()
}

/// An endless sentence is shown around its first match, between words.
fn shortened(text: &str, span: Range<usize>, matches: &[Range<usize>]) -> Range<usize> {
    if span.len() <= 4 * SNIPPET_BYTES {
        return span;
    }
    let first = matches.iter().find(|m| m.start < span.end && m.end > span.start);
    let middle = first.map_or(span.start, |m| m.start.max(span.start));
    let from = text.floor_char_boundary(middle.saturating_sub(SNIPPET_BYTES / 2).max(span.start));
    let to = text.ceil_char_boundary((middle + SNIPPET_BYTES).min(span.end));
    let start = if from == span.start { from } else { word_start(text, from..middle) };
    let end = if to == span.end { to } else { word_end(text, middle..to) };
    start..end.max(first.map_or(0, |m| m.end.min(span.end)))
}

fn word_start(text: &str, within: Range<usize>) -> usize {
    let space = text[within.clone()].find(char::is_whitespace);
    space.map_or(within.start, |i| trimmed(text, within.start + i..within.end).start)
}

fn word_end(text: &str, within: Range<usize>) -> usize {
    let space = text[within.clone()].rfind(char::is_whitespace);
    space.map_or(within.end, |i| within.start + i)
}

/// Sentences that follow one another become one range.
fn adjacent_joined(text: &str, spans: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if text[last.end..span.start].trim().is_empty() => last.end = span.end,
            _ => joined.push(span),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, matched: &str) -> Vec<String> {
        let matches: Vec<_> = text.match_indices(matched).map(|(i, m)| i..i + m.len()).collect();
        snippet(text, &matches).into_iter().map(|span| text[span].to_owned()).collect()
    }

    #[test]
    fn a_short_passage_is_shown_whole() {
        assert_eq!(shown("Une phrase. Un mot. Fin.", "mot"), ["Une phrase. Un mot. Fin."]);
    }

    #[test]
    fn sentences_with_matches_are_shown_whole_and_gaps_stay_gaps() {
        let filler = format!("{}.\n", "Rien ici qui vaille".repeat(40));
        let text = format!("Le mot est là. {filler}Encore un mot ici.");
        assert_eq!(shown(&text, "mot"), ["Le mot est là.", "Encore un mot ici."]);
    }

    #[test]
    fn an_endless_sentence_is_cut_between_words_around_the_match() {
        let text = format!("{}cible {}", "mot ".repeat(2_000), "mot ".repeat(2_000));
        let shown = shown(&text, "cible");
        assert!(shown[0].contains("cible") && shown[0].len() < 4 * SNIPPET_BYTES);
        assert!(shown[0].starts_with("mot") && shown[0].ends_with("mot"));
    }

    #[test]
    fn nothing_to_show() {
        assert!(shown("", "x").is_empty());
    }
}
