//! How words stand to one another: phrases, words near each other, in one sentence.
//!
//! It knows positions alone. The index brings those of its postings, the highlighter those of a text, and
//! both are answered here: what is lit is what was found.

use std::cmp::Reverse;
use std::collections::VecDeque;

use crate::query::Within;

/// One or more words that stand for a slot: positions, the last one not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Occurrence {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A place where a query stands: from the first to the last of its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) lit: Lit,
}

/// Which words of a match are those of the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lit {
    /// All of them.
    Whole,
    /// These, sorted and apart.
    Parts(Vec<Occurrence>),
}

/// What is looked for, over numbered slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spans {
    /// Each occurrence of a slot.
    Slot(usize),
    /// One slot after the other.
    Phrase(Vec<usize>),
    /// All slots (32 at most), each by words of its own, with at most so many other words among them.
    Loose { slots: Vec<usize>, others: u32 },
    /// A match of each, near each other.
    Near { left: Box<Spans>, right: Box<Spans>, within: Within, ordered: bool },
    /// A match of any.
    Any(Vec<Spans>),
}

/// How far a match may run on after the passage that it begins in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// So many words.
    Words(u32),
    /// To the end of a sentence or paragraph, wherever that is.
    Bound,
}

/// The words of a text as a query sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places<'a> {
    /// Of each slot, sorted and each once.
    pub(crate) occurrences: &'a [Vec<Occurrence>],
    /// The positions that begin sentences and paragraphs, sorted.
    pub(crate) sentences: &'a [u32],
    pub(crate) paragraphs: &'a [u32],
}

impl Occurrence {
    pub(crate) fn word(position: u32) -> Self {
        Occurrence { start: position, end: position + 1 }
    }
}

impl Match {
    pub(crate) fn whole(start: u32, end: u32) -> Self {
        Match { start, end, lit: Lit::Whole }
    }

    /// The same, positions counted from a later word.
    pub(crate) fn moved_back(&self, by: u32) -> Match {
        let moved =
            |place: &Occurrence| Occurrence { start: place.start - by, end: place.end - by };
        let lit = match &self.lit {
            Lit::Whole => Lit::Whole,
            Lit::Parts(parts) => Lit::Parts(parts.iter().map(moved).collect()),
        };
        Match { start: self.start - by, end: self.end - by, lit }
    }

    /// The words that are lit.
    pub(crate) fn lit(&self) -> &[Occurrence] {
        match &self.lit {
            Lit::Whole => &[],
            Lit::Parts(parts) => parts,
        }
    }

    fn lit_parts(&self) -> impl Iterator<Item = Occurrence> {
        let whole = Occurrence { start: self.start, end: self.end };
        let whole = (self.lit == Lit::Whole).then_some(whole);
        whole.into_iter().chain(self.lit().iter().copied())
    }

    /// The match that holds both.
    fn joined(&self, other: &Match) -> Match {
        let (start, end) = (self.start.min(other.start), self.end.max(other.end));
        let mut parts = Vec::with_capacity(self.lit().len().max(1) + other.lit().len().max(1));
        parts.extend(self.lit_parts());
        parts.extend(other.lit_parts());
        parts.sort_unstable();
        parts.dedup_by(|part, last| {
            let meets = part.start <= last.end;
            if meets {
                last.end = last.end.max(part.end);
            }
            meets
        });
        let is_whole = parts == [Occurrence { start, end }];
        Match { start, end, lit: if is_whole { Lit::Whole } else { Lit::Parts(parts) } }
    }

    fn shares_words_with(&self, other: &Match) -> bool {
        if self.end <= other.start || other.end <= self.start {
            return false;
        }
        // Both are sorted and apart: the one that ends first meets nothing that comes later.
        let (mut ours, mut theirs) = (self.lit_parts().peekable(), other.lit_parts().peekable());
        while let (Some(our), Some(their)) = (ours.peek(), theirs.peek()) {
            if our.start < their.end && their.start < our.end {
                return true;
            }
            if our.end <= their.end {
                ours.next()
            } else {
                theirs.next()
            };
        }
        false
    }
}

impl Spans {
    /// Every match, sorted by its window.
    pub(crate) fn matches(&self, places: Places<'_>) -> Vec<Match> {
        match self {
            Spans::Slot(slot) => {
                let occurrences = places.occurrences[*slot].iter();
                occurrences.map(|o| Match::whole(o.start, o.end)).collect()
            }
            Spans::Phrase(slots) => phrase(slots, places.occurrences),
            Spans::Loose { slots, others } => loose(slots, *others, places.occurrences),
            Spans::Near { left, right, within, ordered } => {
                let (left, right) = (left.matches(places), right.matches(places));
                near(&left, &right, &Nearness { within: *within, ordered: *ordered, places })
            }
            Spans::Any(each) => {
                sorted(each.iter().flat_map(|spans| spans.matches(places)).collect())
            }
        }
    }

    /// The documents that it may stand in, at most, if each slot stands in so many.
    pub(crate) fn most_documents(&self, slots: &[u64]) -> u64 {
        match self {
            Spans::Slot(slot) => slots[*slot],
            Spans::Phrase(each) | Spans::Loose { slots: each, .. } => {
                each.iter().map(|&slot| slots[slot]).min().unwrap_or(0)
            }
            Spans::Near { left, right, .. } => {
                left.most_documents(slots).min(right.most_documents(slots))
            }
            Spans::Any(each) => each.iter().map(|spans| spans.most_documents(slots)).sum(),
        }
    }

    /// Whether one word, or one of some, is to be near another.
    pub(crate) fn relates_two_words(&self) -> bool {
        let is_word = |spans: &Spans| match spans {
            Spans::Slot(_) => true,
            Spans::Any(each) => each.iter().all(|spans| matches!(spans, Spans::Slot(_))),
            _ => false,
        };
        matches!(self, Spans::Near { left, right, .. } if is_word(left) && is_word(right))
    }

    /// Whether there may be a match at all: two words are told apart without making any.
    pub(crate) fn may_match(&self, occurrences: &[Vec<Occurrence>]) -> bool {
        let Spans::Near { left, right, within: Within::Words(most), .. } = self else {
            return true;
        };
        match (&**left, &**right) {
            (&Spans::Slot(left), &Spans::Slot(right)) => {
                are_near(&occurrences[left], &occurrences[right], u32::from(*most))
            }
            _ => true,
        }
    }

    /// Times that a passage is looked through for how words stand to one another, at most, if each slot
    /// stands in so many passages. Words in a row are found some eight times as fast as those apart.
    pub(crate) fn comparisons(&self, slots: &[u64]) -> u64 {
        let together = |relations: usize| relations as u64 * self.most_documents(slots);
        match self {
            Spans::Slot(_) => 0,
            Spans::Phrase(each) => together(each.len().saturating_sub(1)) / 8,
            Spans::Loose { slots: each, .. } => together(each.len().saturating_sub(1)),
            Spans::Near { left, right, .. } => {
                left.comparisons(slots) + right.comparisons(slots) + together(1)
            }
            Spans::Any(each) => each.iter().map(|spans| spans.comparisons(slots)).sum(),
        }
    }

    /// How far a match may run on after the passage that it begins in, if a word of each slot covers at most
    /// so many positions.
    pub(crate) fn reach(&self, widths: &[u32]) -> Reach {
        let longest = match self {
            // A form never runs on into the next passage, which is analysed by itself.
            Spans::Slot(_) => return Reach::Words(0),
            Spans::Any(each) => {
                return each
                    .iter()
                    .map(|spans| spans.reach(widths))
                    .max()
                    .unwrap_or(Reach::Words(0));
            }
            spans => spans.longest(widths),
        };
        longest.map_or(Reach::Bound, |words| Reach::Words(words.saturating_sub(1)))
    }

    /// The most words that a match covers, if the query itself tells.
    fn longest(&self, widths: &[u32]) -> Option<u32> {
        let all = |slots: &[usize]| slots.iter().map(|&slot| widths[slot]).sum::<u32>();
        match self {
            Spans::Slot(slot) => Some(widths[*slot]),
            Spans::Phrase(slots) => Some(all(slots)),
            Spans::Loose { slots, others } => Some(all(slots) + others),
            Spans::Near { left, right, within: Within::Words(n), .. } => {
                Some(left.longest(widths)? + u32::from(*n) + right.longest(widths)?)
            }
            Spans::Near { .. } => None,
            Spans::Any(each) => {
                each.iter().try_fold(1, |most, spans| Some(most.max(spans.longest(widths)?)))
            }
        }
    }
}

/// Whether two of some sorted words have at most so many others between them, or share one.
fn are_near(left: &[Occurrence], right: &[Occurrence], most: u32) -> bool {
    let (mut l, mut r) = (0, 0);
    while let (Some(one), Some(other)) = (left.get(l), right.get(r)) {
        let is_first = one.start <= other.start;
        let (first, next) = if is_first { (one, other) } else { (other, one) };
        if next.start <= first.end + most {
            return true;
        }
        l += usize::from(is_first);
        r += usize::from(!is_first);
    }
    false
}

/// Matches that begin in one passage, made one where they overlap; sorted.
pub(crate) fn joined(matches: Vec<Match>) -> Vec<Match> {
    let is_apart = |pair: &[Match]| pair[0].end <= pair[1].start;
    if matches.windows(2).all(is_apart) {
        return matches;
    }
    let mut apart: Vec<Match> = Vec::with_capacity(matches.len());
    for found in sorted(matches) {
        match apart.last_mut() {
            Some(last) if found.start < last.end => *last = last.joined(&found),
            _ => apart.push(found),
        }
    }
    apart
}

/// How many matches are left where those that overlap are one; they come sorted by their start.
pub(crate) fn apart(matches: &[Match]) -> u32 {
    let mut end = 0;
    let begins = |found: &&Match| {
        let is_apart = found.start >= end;
        end = end.max(found.end);
        is_apart
    };
    matches.iter().filter(begins).count() as u32
}

/// Each window once.
fn sorted(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by_key(|found| (found.start, found.end));
    let mut distinct: Vec<Match> = Vec::with_capacity(matches.len());
    for found in matches {
        match distinct.last_mut() {
            Some(last) if (last.start, last.end) == (found.start, found.end) => {
                if last.lit != found.lit {
                    *last = last.joined(&found);
                }
            }
            _ => distinct.push(found),
        }
    }
    distinct
}

/// Windows that hold no other.
fn minimal(matches: Vec<Match>) -> Vec<Match> {
    let mut windows = sorted(matches);
    windows.sort_by_key(|window| (Reverse(window.start), window.end));
    let mut kept: Vec<Match> = Vec::with_capacity(windows.len());
    for window in windows {
        // All windows before start later or end sooner: the one kept last is the one that ends first.
        if kept.last().is_none_or(|next| window.end < next.end) {
            kept.push(window);
        }
    }
    kept.reverse();
    kept
}

/// Those of the sorted occurrences that start at a position.
fn starting_at(occurrences: &[Occurrence], start: u32) -> impl Iterator<Item = &Occurrence> {
    let from = occurrences.partition_point(|o| o.start < start);
    occurrences[from..].iter().take_while(move |o| o.start == start)
}

fn phrase(slots: &[usize], occurrences: &[Vec<Occurrence>]) -> Vec<Match> {
    let Some((first, rest)) = slots.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    let (mut ends, mut next) = (Vec::new(), Vec::new());
    for start in &occurrences[*first] {
        ends.clear();
        ends.push(start.end);
        for slot in rest {
            next.clear();
            for &end in &ends {
                next.extend(starting_at(&occurrences[*slot], end).map(|o| o.end));
            }
            next.sort_unstable();
            next.dedup();
            std::mem::swap(&mut ends, &mut next);
            if ends.is_empty() {
                break;
            }
        }
        found.extend(ends.iter().map(|&end| Match::whole(start.start, end)));
    }
    found
}

/// An occurrence that may serve one of the slots of a loose phrase.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    place: Occurrence,
    /// The number of the slot in the phrase.
    slot: usize,
}

fn loose(slots: &[usize], others: u32, occurrences: &[Vec<Occurrence>]) -> Vec<Match> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (number, slot) in slots.iter().enumerate() {
        let places = occurrences[*slot].iter();
        candidates.extend(places.map(|&place| Candidate { place, slot: number }));
    }
    candidates.sort_unstable_by_key(|c| (c.place, c.slot));
    let longest = slots.len() as u32 + others;
    let windows = match classes(slots, occurrences, &candidates) {
        Some(classes) => windows_of_classes(&classes, &candidates, longest),
        None => windows_of_any(slots.len(), &candidates, longest),
    };
    let mut windows = minimal(windows);
    windows.iter_mut().for_each(|window| window.lit = taking_part(window, &candidates));
    windows
}

/// For each slot, the first one that the same words serve; none if some word serves slots that others do
/// not, or covers several words.
fn classes(
    slots: &[usize],
    occurrences: &[Vec<Occurrence>],
    candidates: &[Candidate],
) -> Option<Vec<usize>> {
    let places = |number: usize| &occurrences[slots[number]];
    let class = |number: usize| (0..=number).find(|&first| places(first) == places(number));
    let classes: Vec<usize> = (0..slots.len()).filter_map(class).collect();
    let is_shared = |pair: &[Candidate]| {
        pair[0].place.start == pair[1].place.start && classes[pair[0].slot] != classes[pair[1].slot]
    };
    let is_wide = |c: &Candidate| c.place.end > c.place.start + 1;
    let is_simple = !candidates.windows(2).any(is_shared) && !candidates.iter().any(is_wide);
    is_simple.then_some(classes)
}

/// Windows that hold as many words of each class as it has slots: the shortest for each end.
fn windows_of_classes(classes: &[usize], candidates: &[Candidate], longest: u32) -> Vec<Match> {
    let mut lacking = vec![0_i32; classes.len()];
    classes.iter().for_each(|&class| lacking[class] += 1);
    let mut missing = lacking.iter().filter(|&&lacks| lacks > 0).count();
    let is_first = |c: &&Candidate| classes[c.slot] == c.slot;
    let words: Vec<(u32, usize)> =
        candidates.iter().filter(is_first).map(|c| (c.place.start, c.slot)).collect();
    let mut windows = Vec::new();
    let mut first = 0;
    for &(last, class) in &words {
        lacking[class] -= 1;
        missing -= usize::from(lacking[class] == 0);
        while lacking[words[first].1] < 0 {
            lacking[words[first].1] += 1;
            first += 1;
        }
        let start = words[first].0;
        if missing == 0 && last - start < longest {
            windows.push(Match::whole(start, last + 1));
        }
    }
    windows
}

/// The same where words may serve several slots: the shortest for each start. A window that loses its first
/// word never ends sooner, so that each word is added once and removed once.
fn windows_of_any(slots: usize, candidates: &[Candidate], longest: u32) -> Vec<Match> {
    let mut words: Vec<(Occurrence, u32)> = Vec::new();
    for &Candidate { place, slot } in candidates {
        match words.last_mut().filter(|(last, _)| *last == place) {
            Some((_, slots)) => *slots |= 1 << slot,
            None => words.push((place, 1 << slot)),
        }
    }
    let mut starts: Vec<u32> = words.iter().map(|(place, _)| place.start).collect();
    starts.dedup();
    words.sort_by_key(|(place, _)| place.end);
    let mut next = words.into_iter().peekable();
    let all = u32::MAX >> (u32::BITS as usize - slots);
    let mut assignment = Assignment { free: all, words: VecDeque::new() };
    let mut windows = Vec::new();
    let mut end = 0;
    for start in starts {
        let limit = start + longest;
        while assignment.free != 0 {
            let Some((place, slots)) = next.next_if(|(place, _)| place.end <= limit) else { break };
            if place.start >= start {
                assignment.add(place.start, slots);
                end = place.end;
            }
        }
        if assignment.free == 0 {
            windows.push(Match::whole(start, end));
        }
        assignment.remove_first(start);
    }
    windows
}

/// The words of a window that some full assignment uses: all that may serve a slot, since each of them can
/// take the place of the word that another assignment gives it.
fn taking_part(window: &Match, candidates: &[Candidate]) -> Lit {
    let from = candidates.partition_point(|c| c.place.start < window.start);
    let inside = candidates[from..].iter().take_while(|c| c.place.start < window.end);
    let inside = inside.filter(|c| c.place.end <= window.end);
    let parts = inside.map(|c| Match::whole(c.place.start, c.place.end));
    match parts.reduce(|all, part| all.joined(&part)) {
        Some(all) => all.lit,
        None => Lit::Whole,
    }
}

/// Which word each slot has: a matching of words to slots, as large as can be, kept so by augmenting paths
/// (Berge).
struct Assignment {
    /// The slots that have none, a bit each.
    free: u32,
    /// By start.
    words: VecDeque<Word>,
}

/// A first word that may serve some slots, a bit each.
struct Word {
    start: u32,
    slots: u32,
    slot: Option<usize>,
}

impl Assignment {
    /// Adds a word, or other slots that a known one may serve.
    fn add(&mut self, start: u32, slots: u32) {
        match self.words.binary_search_by_key(&start, |word| word.start) {
            Ok(known) => self.words[known].slots |= slots,
            Err(at) => self.words.insert(at, Word { start, slots, slot: None }),
        }
        // One more slot may have a word, at most.
        let free = self.free;
        let mut seen = 0;
        (0..u32::BITS as usize).any(|slot| free & (1 << slot) != 0 && self.fill(slot, &mut seen));
    }

    /// Removes the word that starts here, if it is the first; its slot is given another, if that can be.
    fn remove_first(&mut self, start: u32) {
        if self.words.front().is_none_or(|word| word.start != start) {
            return;
        }
        if let Some(slot) = self.words.pop_front().and_then(|word| word.slot) {
            self.free |= 1 << slot;
            self.fill(slot, &mut 0);
        }
    }

    /// Gives a slot a word that has none, or that of another slot which then is filled in its turn; slots
    /// that were `seen` cannot be.
    fn fill(&mut self, slot: usize, seen: &mut u32) -> bool {
        *seen |= 1 << slot;
        for word in 0..self.words.len() {
            if self.words[word].slots & (1 << slot) == 0 {
                continue;
            }
            let is_free = match self.words[word].slot {
                None => true,
                Some(other) => *seen & (1 << other) == 0 && self.fill(other, seen),
            };
            if is_free {
                self.words[word].slot = Some(slot);
                self.free &= !(1 << slot);
                return true;
            }
        }
        false
    }
}

/// What makes two matches near.
struct Nearness<'a> {
    within: Within,
    ordered: bool,
    places: Places<'a>,
}

/// Two matches near each other, in the window that holds both.
struct Pair<'a> {
    start: u32,
    end: u32,
    both: [&'a Match; 2],
}

impl Pair<'_> {
    fn joined(&self) -> Match {
        self.both[0].joined(self.both[1])
    }
}

/// The pairs whose windows hold no other.
fn near(left: &[Match], right: &[Match], nearness: &Nearness<'_>) -> Vec<Match> {
    let mut pairs = Vec::new();
    left.iter().for_each(|first| nearness.add_nearest(first, right, &mut pairs));
    if !nearness.ordered {
        right.iter().for_each(|first| nearness.add_nearest(first, left, &mut pairs));
    }
    pairs.sort_by_key(|pair| (Reverse(pair.start), pair.end));
    let mut kept: Vec<Match> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        match kept.last_mut() {
            Some(same) if (same.start, same.end) == (pair.start, pair.end) => {
                *same = same.joined(&pair.joined());
            }
            // All before start later or end sooner: the one kept last is the one that ends first.
            Some(next) if next.end <= pair.end => {}
            _ => kept.push(pair.joined()),
        }
    }
    kept.reverse();
    kept
}

impl Nearness<'_> {
    /// Adds what `first` makes with those after it that end first.
    fn add_nearest<'m>(&self, first: &'m Match, others: &'m [Match], pairs: &mut Vec<Pair<'m>>) {
        let after = others.partition_point(|other| other.start <= first.start);
        let limit = self.limit(first);
        let mut least = u32::MAX;
        for other in &others[after..] {
            if other.start > limit || other.start >= least {
                break;
            }
            let end = first.end.max(other.end);
            if end <= least && self.is_near(first, other, end) {
                least = end;
                pairs.push(Pair { start: first.start, end, both: [first, other] });
            }
        }
    }

    /// No match that starts after this is near.
    fn limit(&self, first: &Match) -> u32 {
        match self.within {
            Within::Words(n) => first.end.saturating_add(u32::from(n)),
            Within::Sentence => next_bound(self.places.sentences, first.start),
            Within::Paragraph => next_bound(self.places.paragraphs, first.start),
        }
    }

    fn is_near(&self, first: &Match, other: &Match, end: u32) -> bool {
        let is_within = match self.within {
            Within::Words(n) => other.start.saturating_sub(first.end) <= u32::from(n),
            Within::Sentence | Within::Paragraph => end <= self.limit(first),
        };
        let is_apart = match self.ordered {
            true => other.start >= first.end,
            false => !first.shares_words_with(other),
        };
        is_within && is_apart
    }
}

/// The first bound after a position.
fn next_bound(bounds: &[u32], position: u32) -> u32 {
    let next = bounds.partition_point(|&bound| bound <= position);
    bounds.get(next).copied().unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters of a text are its words; slot 0 is `a`, slot 1 `b`, slot 2 `c`; a sentence begins
    /// after each dot.
    fn windows(spans: &Spans, text: &str) -> Vec<String> {
        let mut occurrences = vec![Vec::new(); 3];
        let (mut sentences, mut position) = (vec![0], 0);
        for c in text.chars() {
            match c {
                '.' => sentences.push(position),
                c => {
                    if let Some(slot) = "abc".find(c) {
                        occurrences[slot].push(Occurrence::word(position));
                    }
                    position += 1;
                }
            }
        }
        let places = Places { occurrences: &occurrences, sentences: &sentences, paragraphs: &[0] };
        let shown = |found: &Match| {
            let lit: Vec<Occurrence> = found.lit_parts().collect();
            let is_lit = |p: u32| lit.iter().any(|part| (part.start..part.end).contains(&p));
            let mark = |p| if is_lit(p) { '#' } else { '-' };
            let window: String = (found.start..found.end).map(mark).collect();
            format!("{}{window}", found.start)
        };
        spans.matches(places).iter().map(shown).collect()
    }

    fn near(within: Within, ordered: bool) -> Spans {
        let slot = |slot| Box::new(Spans::Slot(slot));
        Spans::Near { left: slot(0), right: slot(1), within, ordered }
    }

    #[test]
    fn phrases() {
        let phrase = Spans::Phrase(vec![0, 1, 0]);
        assert_eq!(windows(&phrase, "ababa"), ["0###", "2###"]);
        assert!(windows(&phrase, "abxa").is_empty());
    }

    #[test]
    fn loose_phrases_take_each_word_once() {
        let twice = Spans::Loose { slots: vec![0, 0], others: 1 };
        assert!(windows(&twice, "xax").is_empty());
        assert_eq!(windows(&twice, "axaxxa"), ["0#-#"]);
        let both = Spans::Loose { slots: vec![0, 1], others: 2 };
        assert_eq!(windows(&both, "axxb bxa axxxb"), ["0#--#", "5#-#", "7##"][..2].to_vec());
        let three = Spans::Loose { slots: vec![0, 1, 2], others: 1 };
        assert_eq!(windows(&three, "cxba"), ["0#-##"]);
    }

    #[test]
    fn near_words() {
        assert_eq!(windows(&near(Within::Words(1), false), "axbxxa"), ["0#-#"]);
        assert_eq!(windows(&near(Within::Words(1), true), "bxaxb"), ["2#-#"]);
        assert_eq!(windows(&near(Within::Words(5), false), "axaxb"), ["2#-#"]);
        assert_eq!(windows(&near(Within::Sentence, false), "ax.xbxa.b"), ["3#-#"]);
        assert_eq!(windows(&near(Within::Paragraph, false), "ax.xb"), ["0#--#"]);
    }

    #[test]
    fn words_that_are_never_near_are_told_apart() {
        let words = |positions: &[u32]| positions.iter().map(|&p| Occurrence::word(p)).collect();
        let spans = near(Within::Words(2), false);
        let may = |left: &[u32], right: &[u32]| spans.may_match(&[words(left), words(right)]);
        assert!(may(&[1, 20], &[10, 23]), "two words between");
        assert!(!may(&[1, 20], &[10, 24]));
        assert!(may(&[9], &[1, 6]));
        assert!(!may(&[], &[1]));
        assert!(near(Within::Sentence, false).may_match(&[words(&[1]), words(&[90])]));
    }

    #[test]
    fn a_word_is_not_near_itself() {
        let slot = || Box::new(Spans::Slot(0));
        let spans =
            Spans::Near { left: slot(), right: slot(), within: Within::Words(3), ordered: false };
        assert!(windows(&spans, "xxaxx").is_empty());
        assert_eq!(windows(&spans, "axa"), ["0#-#"]);
    }

    #[test]
    fn overlapping_matches_are_one() {
        let both = joined(vec![Match::whole(0, 2), Match::whole(1, 3), Match::whole(3, 4)]);
        assert_eq!(both, [Match::whole(0, 3), Match::whole(3, 4)]);
    }
}
