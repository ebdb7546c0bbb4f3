//! Counts and scores of the documents or articles of a window, by their place in it.

/// Numbers by place, with a bit for each that was added to.
#[derive(Default)]
pub(super) struct PlaceCounts {
    /// The places at hand; there is room for them.
    places: usize,
    counts: Vec<f32>,
    found: Vec<u64>,
}

impl PlaceCounts {
    /// Takes so many places; there is no count yet.
    pub(super) fn begin(&mut self, places: usize) {
        self.places = places;
        if self.counts.len() < places {
            let places = places.next_power_of_two().max(64);
            (self.counts, self.found) = (vec![0.0; places], vec![0; places / 64]);
        }
    }

    #[inline]
    pub(super) fn add(&mut self, place: usize, count: f32) {
        self.counts[place] += count;
        self.found[place / 64] |= 1 << (place % 64);
    }

    #[inline]
    pub(super) fn raise(&mut self, place: usize, count: f32) {
        self.counts[place] = self.counts[place].max(count);
        self.found[place / 64] |= 1 << (place % 64);
    }

    /// Gives every count, in the order of their places, and forgets it.
    #[inline]
    pub(super) fn drain(&mut self, mut call: impl FnMut(usize, f32)) {
        let PlaceCounts { places, counts, found } = self;
        let found = &mut found[..places.div_ceil(64)];
        each_bit(found, |place| call(place, std::mem::take(&mut counts[place])));
        found.fill(0);
    }
}

/// Calls for every bit set, in order.
pub(super) fn each_bit(bits: &[u64], mut call: impl FnMut(usize)) {
    for (i, &word) in bits.iter().enumerate() {
        let mut bits = word;
        while bits != 0 {
            call(i * 64 + bits.trailing_zeros() as usize);
            bits &= bits - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_given_in_order_and_forgotten() {
        let mut counts = PlaceCounts::default();
        let drained = |counts: &mut PlaceCounts| {
            let mut drained = Vec::new();
            counts.drain(|place, count| drained.push((place, count)));
            drained
        };
        counts.begin(3);
        counts.add(2, 1.0);
        counts.add(0, 1.0);
        counts.add(2, 0.5);
        assert_eq!(drained(&mut counts), [(0, 1.0), (2, 1.5)]);
        counts.begin(200);
        counts.raise(199, 0.25);
        counts.raise(199, 1.0);
        counts.raise(199, 0.5);
        assert_eq!(drained(&mut counts), [(199, 1.0)]);
        counts.begin(64);
        assert!(drained(&mut counts).is_empty());
    }
}
