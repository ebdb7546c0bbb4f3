//! Which of `a`, `a~2`, `a~3`… an article gets whose identifier others bear too: found at once, however many.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;
use xxhash_rust::xxh3::xxh3_64;

/// The numbers of articles of earlier runs and those met so far, by hash of the identifier that they are
/// appended to.
#[derive(Default)]
pub(super) struct Copies {
    /// The first number that was not met, where one was.
    next: FxHashMap<u64, u32>,
    /// Of this run's articles, the lowest by identifier and digest.
    seen: FxHashMap<(u64, u64), u32>,
    /// Of articles of earlier runs that this one has not met, which only an equal article or one of the same
    /// file may take: identifier, digest and number; identifier, origin and number.
    by_digest: BTreeSet<(u64, u64, u32)>,
    by_origin: BTreeSet<(u64, u64, u32)>,
}

/// An article of an earlier run: digest and origin.
#[derive(Clone, Copy)]
pub(super) struct Earlier {
    pub(super) digest: u64,
    pub(super) origin: u64,
}

/// Of an identifier that may be another's with a number appended: hash of the other's, and the number.
pub(super) fn numbered(id: &str) -> Option<(u64, u32)> {
    let (base, number) = id.rsplit_once('~')?;
    let is_ours = (1..10).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.starts_with('0');
    let number = number.parse().ok().filter(|&number| is_ours && number >= FIRST)?;
    Some((xxh3_64(base.as_bytes()), number))
}

/// The first number appended.
const FIRST: u32 = 2;

impl Copies {
    /// An article of an earlier run has a number.
    pub(super) fn hold(&mut self, base: u64, number: u32, earlier: Earlier) {
        self.by_digest.insert((base, earlier.digest, number));
        self.by_origin.insert((base, earlier.origin, number));
    }

    /// The lowest number that an earlier run gave to an article of a file, which this run has not met.
    pub(super) fn of(&self, base: u64, origin: u64) -> Option<u32> {
        lowest(&self.by_origin, base, origin)
    }

    /// The lowest number of an article with such a text.
    pub(super) fn equal(&self, base: u64, digest: u64) -> Option<u32> {
        let seen = self.seen.get(&(base, digest)).copied();
        seen.into_iter().chain(lowest(&self.by_digest, base, digest)).min()
    }

    /// The number that is an article's, by its text or else, if that is given, its file; or the first of which
    /// nothing is known yet.
    pub(super) fn number(&self, base: u64, digest: u64, origin: Option<u64>) -> u32 {
        let own = || origin.and_then(|origin| self.of(base, origin));
        let next = || self.next.get(&base).copied().unwrap_or(FIRST);
        self.equal(base, digest).or_else(own).unwrap_or_else(next)
    }

    /// A number is an article's. Those before it that were not met may be nobody's.
    pub(super) fn is_taken(&mut self, base: u64, number: u32) {
        let next = self.next.entry(base).or_insert(FIRST);
        *next += u32::from(number == *next);
    }

    /// This run gave an identifier to an article; `earlier` had it before.
    pub(super) fn gave(&mut self, id: &str, digest: u64, earlier: Option<Earlier>) {
        let Some((base, number)) = numbered(id) else { return };
        if let Some(earlier) = earlier {
            self.by_digest.remove(&(base, earlier.digest, number));
            self.by_origin.remove(&(base, earlier.origin, number));
        }
        let lowest = self.seen.entry((base, digest)).or_insert(number);
        *lowest = number.min(*lowest);
    }
}

fn lowest(set: &BTreeSet<(u64, u64, u32)>, base: u64, key: u64) -> Option<u32> {
    set.range((base, key, 0)..=(base, key, u32::MAX)).next().map(|&(_, _, number)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(id: &str) -> u64 {
        xxh3_64(id.as_bytes())
    }

    #[test]
    fn only_what_was_appended_is_a_number() {
        assert_eq!(numbered("a~2"), Some((base("a"), 2)));
        assert_eq!(numbered("a~2~31"), Some((base("a~2"), 31)));
        for id in ["a", "a~", "a~1", "a~02", "a~+2", "a~2x", "a~99999999999", "~"] {
            assert_eq!(numbered(id), None, "{id}");
        }
    }

    #[test]
    fn no_number_is_looked_at_twice_for_nothing() {
        let (mut copies, a) = (Copies::default(), base("a"));
        assert_eq!(copies.number(a, 100, Some(1)), 2);
        for number in 2..1_000 {
            assert_eq!(copies.number(a, 1_000_000 + u64::from(number), Some(1)), number);
            copies.gave(&format!("a~{number}"), u64::from(number), None);
            copies.is_taken(a, number);
        }
        assert_eq!(copies.number(a, 500, Some(1)), 500, "what is equal has the number it had");
        assert_eq!(copies.number(base("b"), 500, Some(1)), 2, "another identifier");
    }

    #[test]
    fn what_an_earlier_run_holds_waits_for_its_file_or_its_text() {
        let (mut copies, a) = (Copies::default(), base("a"));
        let two = Earlier { digest: 20, origin: 1 };
        copies.hold(a, 2, two);
        copies.hold(a, 5, Earlier { digest: 30, origin: 1 });
        assert_eq!(copies.number(a, 99, Some(2)), 2, "nobody asked for it yet");
        copies.is_taken(a, 2);
        assert_eq!(copies.number(a, 99, Some(2)), 3);
        assert_eq!(copies.number(a, 30, Some(2)), 5, "the same text");
        assert_eq!(copies.number(a, 99, Some(1)), 2, "the same file");
        copies.gave("a~2", 99, Some(two));
        assert_eq!((copies.number(a, 99, Some(2)), copies.number(a, 20, Some(2))), (2, 3));
        assert_eq!(copies.number(a, 98, Some(1)), 5);
        copies.is_taken(a, 5);
        assert_eq!(copies.number(a, 98, Some(3)), 3, "no number is left out");
        assert_eq!((copies.of(a, 1).is_some(), copies.of(a, 2)), (true, None));
    }
}
