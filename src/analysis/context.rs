//! Which of its readings a word has, by the words beside it: *la marche* is a noun, *il marche* a verb.
//!
//! Each neighbour speaks for and against each class (naive Bayes: the logarithms are added); the counts
//! behind it were learnt from free text by `examples/build-lexicon.rs`. What it cannot decide keeps its
//! readings.

use std::sync::LazyLock;

use super::lexicon::{CAPITAL, CLASSES, COMMA, Class, NEIGHBOURS, STOP, kind};

/// A neighbour's row in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Neighbour(Option<u16>);

impl Neighbour {
    /// A word, given what the lexicon knows of it.
    pub(crate) fn of(lower: &str, is_capital: bool, classes: Class) -> Self {
        match Neighbour::named(lower) {
            Neighbour(None) if is_capital => Neighbour::named(CAPITAL),
            Neighbour(None) => Neighbour::named(&kind(classes)),
            known => known,
        }
    }

    /// What parts two words, or the edge of the text.
    pub(crate) fn parted(by: Option<&str>) -> Self {
        match by {
            None | Some(STOP) => *EDGE,
            Some(COMMA) => *AFTER_COMMA,
            Some(sign) => Neighbour::named(sign),
        }
    }

    fn named(name: &str) -> Self {
        let found = NEIGHBOURS.binary_search_by(|(known, ..)| (*known).cmp(name));
        Neighbour(found.ok().and_then(|i| u16::try_from(i).ok()))
    }

    fn speaks(self, side: usize) -> [i32; CLASSES] {
        let Some((_, left, right)) = self.0.and_then(|i| NEIGHBOURS.get(usize::from(i))) else {
            return [0; CLASSES];
        };
        if side == 0 { left.map(i32::from) } else { right.map(i32::from) }
    }
}

static EDGE: LazyLock<Neighbour> = LazyLock::new(|| Neighbour::named(STOP));
static AFTER_COMMA: LazyLock<Neighbour> = LazyLock::new(|| Neighbour::named(COMMA));

/// A class is left aside where another is this much likelier, in eighths of a bit: ten times.
const DECISIVE: i32 = 26;

/// How seldom a form is of each class, in half bits; none where it cannot be.
pub(crate) type Weights = [Option<u8>; CLASSES];

/// The classes that a form keeps between its neighbours.
pub(crate) fn kept(weights: Weights, left: Neighbour, right: Neighbour) -> Class {
    if left == *EDGE && right == *EDGE {
        // Alone on its line it is not in a sentence.
        return Class::ALL;
    }
    let (left, right) = (left.speaks(0), right.speaks(1));
    let score = |c: usize| weights[c].map(|weight| left[c] + right[c] - 4 * i32::from(weight));
    let scores: [Option<i32>; CLASSES] = std::array::from_fn(score);
    let best = scores.iter().flatten().max().copied().unwrap_or(0);
    let near = |c: &usize| scores[*c].is_some_and(|score| score + DECISIVE >= best);
    let aside = (0..CLASSES).filter(|c| !near(c)).map(|c| Class::DECIDED[c]);
    aside.fold(Class::ALL, Class::without)
}
