//! Matches of words, phrases and nears in one text.

use std::collections::{BTreeMap, BTreeSet};

use depeche::Within;

use super::texts::{Span, Text};

/// A window of positions, and those of them that are lit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Match {
    pub(super) window: Span,
    pub(super) lit: BTreeSet<usize>,
}

impl Match {
    /// All of it lit.
    fn whole(window: Span) -> Self {
        Self { window, lit: (window.start..window.end).collect() }
    }

    /// Both together.
    fn joined(&self, other: &Self) -> Self {
        let lit = self.lit.union(&other.lit).copied().collect();
        Self { window: hull(self.window, other.window), lit }
    }
}

fn hull(a: Span, b: Span) -> Span {
    Span { start: a.start.min(b.start), end: a.end.max(b.end) }
}

/// Each occurrence of a word.
pub(super) fn of_word(occurrences: &[Span]) -> Vec<Match> {
    occurrences.iter().copied().map(Match::whole).collect()
}

/// The words of a phrase, each beginning where the one before ends.
pub(super) fn in_order(slots: &[&[Span]]) -> Vec<Match> {
    let Some((first, rest)) = slots.split_first() else { return Vec::new() };
    let mut chains: BTreeSet<Span> = first.iter().copied().collect();
    for slot in rest {
        let next = |chain: &Span| {
            let (start, end) = (chain.start, chain.end);
            let goes_on = slot.iter().filter(move |word| word.start == end);
            goes_on.map(move |word| Span { start, end: word.end }).collect::<Vec<_>>()
        };
        chains = chains.iter().flat_map(next).collect();
    }
    chains.into_iter().map(Match::whole).collect()
}

/// The words of a phrase in any order with at most so many others among them.
pub(super) fn with_slop(slots: &[&[Span]], slop: usize) -> Vec<Match> {
    if slots.iter().any(|slot| slot.is_empty()) {
        return Vec::new();
    }
    let words = || slots.iter().copied().flatten();
    let starts: BTreeSet<usize> = words().map(|word| word.start).collect();
    let ends: BTreeSet<usize> = words().map(|word| word.end).collect();
    let holds_all = |window: Span| assigns(&inside(slots, window), &mut Vec::new());
    let shortest = |&start: &usize| {
        let windows = ends.range(start + 1..=start + slots.len() + slop);
        windows.map(|&end| Span { start, end }).find(|&window| holds_all(window))
    };
    let windows = minimal(starts.iter().filter_map(shortest).collect());
    windows.into_iter().map(|window| Match { window, lit: lit(slots, window) }).collect()
}

/// What of each slot stands inside a window.
fn inside(slots: &[&[Span]], window: Span) -> Vec<Vec<Span>> {
    let inside = |word: &&Span| word.start >= window.start && word.end <= window.end;
    slots.iter().map(|slot| slot.iter().filter(inside).copied().collect()).collect()
}

/// Whether each slot can be given an occurrence, none with the same first position as another.
fn assigns(slots: &[Vec<Span>], taken: &mut Vec<usize>) -> bool {
    let Some((slot, rest)) = slots.split_first() else { return true };
    slot.iter().any(|word| {
        let free = !taken.contains(&word.start);
        free && {
            taken.push(word.start);
            let assigned = assigns(rest, taken);
            taken.pop();
            assigned
        }
    })
}

/// The positions of all occurrences that take part in some assignment.
fn lit(slots: &[&[Span]], window: Span) -> BTreeSet<usize> {
    let slots = inside(slots, window);
    let mut lit = BTreeSet::new();
    for (number, slot) in slots.iter().enumerate() {
        let mut others = slots.clone();
        others.remove(number);
        let takes_part = |word: &&Span| assigns(&others, &mut vec![word.start]);
        lit.extend(slot.iter().filter(takes_part).flat_map(|word| word.start..word.end));
    }
    lit
}

/// The windows that hold no other.
fn minimal(windows: BTreeSet<Span>) -> BTreeSet<Span> {
    let mut kept: Vec<Span> = Vec::new();
    let mut shortest_first: Vec<Span> = windows.into_iter().collect();
    shortest_first.sort_by_key(|window| (std::cmp::Reverse(window.start), window.end));
    for window in shortest_first {
        // Those kept begin no earlier; the last of them ends first.
        if kept.last().is_none_or(|last| window.end < last.end) {
            kept.push(window);
        }
    }
    kept.into_iter().collect()
}

/// Pairs of matches near each other, those alone that hold no other.
pub(super) fn near(
    text: &Text,
    left: &[Match],
    right: &[Match],
    within: Within,
    ordered: bool,
) -> Vec<Match> {
    let mut pairs = Vec::new();
    for left in left {
        let near = |right: &&Match| {
            (!ordered || left.window.end <= right.window.start)
                && are_near(text, left.window, right.window, within)
                && left.lit.is_disjoint(&right.lit)
        };
        pairs.extend(right.iter().filter(near).map(|right| left.joined(right)));
    }
    let kept = minimal(pairs.iter().map(|pair| pair.window).collect());
    pairs.retain(|pair| kept.contains(&pair.window));
    one_a_window(pairs)
}

fn are_near(text: &Text, left: Span, right: Span, within: Within) -> bool {
    let one_holds_both = |starts: &[usize]| {
        let window = hull(left, right);
        !starts.iter().any(|&start| window.start < start && start < window.end)
    };
    match within {
        Within::Words(words) => {
            let between = left.start.max(right.start).saturating_sub(left.end.min(right.end));
            between <= usize::from(words)
        }
        Within::Sentence => one_holds_both(&text.sentences),
        Within::Paragraph => one_holds_both(&text.paragraphs),
    }
}

/// Matches of the same window are one, which is lit where they are.
pub(super) fn one_a_window(matches: Vec<Match>) -> Vec<Match> {
    let mut windows: BTreeMap<Span, BTreeSet<usize>> = BTreeMap::new();
    for one in matches {
        windows.entry(one.window).or_default().extend(one.lit);
    }
    windows.into_iter().map(|(window, lit)| Match { window, lit }).collect()
}

/// Matches whose windows overlap are one.
pub(super) fn apart(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort();
    let mut apart: Vec<Match> = Vec::new();
    for one in matches {
        match apart.last_mut() {
            Some(last) if one.window.start < last.window.end => *last = last.joined(&one),
            _ => apart.push(one),
        }
    }
    apart
}
