//! Which of `a`, `a~2`, `a~3`… an article gets whose identifier others bear too: found at once, however many.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

/// The numbers met so far, by hash of the identifier that they are appended to. There are entries only for
/// identifiers that several articles bear.
#[derive(Default)]
pub(super) struct Copies {
    bases: FxHashMap<u64, Numbers>,
    /// Numbered identifiers of articles of earlier runs, by their hash, until this run meets them.
    held: FxHashMap<u64, Held>,
}

/// An article of an earlier run that has one of the numbers.
#[derive(Clone, Copy)]
struct Held {
    base: u64,
    number: u32,
    digest: u64,
    origin: u64,
}

struct Numbers {
    /// The first that was not met.
    next: u32,
    /// Of this run's articles, by digest.
    seen: FxHashMap<u64, u32>,
    /// Of articles of earlier runs and other files, which only an equal article or one of the same file may
    /// take: digest and number, origin and number.
    by_digest: BTreeSet<(u64, u32)>,
    by_origin: BTreeSet<(u64, u32)>,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers {
            next: 2,
            seen: FxHashMap::default(),
            by_digest: BTreeSet::new(),
            by_origin: BTreeSet::new(),
        }
    }
}

impl Copies {
    /// The lowest number that an article may have, or the first of which nothing is known yet.
    pub(super) fn number(&self, base: u64, digest: u64, origin: u64) -> u32 {
        let Some(numbers) = self.bases.get(&base) else { return Numbers::default().next };
        let lowest = |set: &BTreeSet<(u64, u32)>, key| {
            set.range((key, 0)..=(key, u32::MAX)).next().map(|&(_, number)| number)
        };
        let known = [
            numbers.seen.get(&digest).copied(),
            lowest(&numbers.by_digest, digest),
            lowest(&numbers.by_origin, origin),
        ];
        known.into_iter().flatten().min().unwrap_or(numbers.next)
    }

    /// A number belongs to another article of this run.
    pub(super) fn is_seen(&mut self, base: u64, number: u32, digest: u64) {
        let numbers = self.bases.entry(base).or_default();
        numbers.next = numbers.next.max(number + 1);
        numbers.see(number, digest);
    }

    /// A number, `key` the hash of the identifier with it, belongs to an article of an earlier run.
    pub(super) fn is_held(&mut self, base: u64, number: u32, key: u64, digest: u64, origin: u64) {
        let numbers = self.bases.entry(base).or_default();
        numbers.next = numbers.next.max(number + 1);
        numbers.by_digest.insert((digest, number));
        numbers.by_origin.insert((origin, number));
        self.held.insert(key, Held { base, number, digest, origin });
    }

    /// This run gave an identifier, by its hash, to an article.
    pub(super) fn gave(&mut self, key: u64, digest: u64) {
        let Some(held) = self.held.remove(&key) else { return };
        let Some(numbers) = self.bases.get_mut(&held.base) else { return };
        numbers.by_digest.remove(&(held.digest, held.number));
        numbers.by_origin.remove(&(held.origin, held.number));
        numbers.see(held.number, digest);
    }
}

impl Numbers {
    fn see(&mut self, number: u32, digest: u64) {
        let lowest = self.seen.entry(digest).or_insert(number);
        *lowest = number.min(*lowest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_looked_at_twice_for_nothing() {
        let mut copies = Copies::default();
        assert_eq!(copies.number(7, 100, 1), 2);
        for number in 2..1_000 {
            assert_eq!(copies.number(7, 1_000_000 + u64::from(number), 1), number);
            copies.is_seen(7, number, u64::from(number));
        }
        assert_eq!(copies.number(7, 500, 1), 500, "what is equal has the number it had");
        assert_eq!(copies.number(8, 500, 1), 2, "another identifier");
    }

    #[test]
    fn what_an_earlier_run_holds_waits_for_its_file_or_its_text() {
        let mut copies = Copies::default();
        copies.is_held(7, 2, 72, 20, 1);
        copies.is_held(7, 3, 73, 30, 1);
        assert_eq!(copies.number(7, 99, 2), 4);
        assert_eq!(copies.number(7, 30, 2), 3, "the same text");
        assert_eq!(copies.number(7, 99, 1), 2, "the same file");
        copies.gave(72, 99);
        assert_eq!((copies.number(7, 99, 2), copies.number(7, 20, 2)), (2, 4));
        assert_eq!(copies.number(7, 98, 1), 3);
    }
}
