//! Whether a difference may be chance: the paired randomisation test (Fisher 1935, Pitman 1937; for retrieval
//! Smucker, Allan and Carterette 2007). Were two runs the same, each query's difference could as well have the
//! other sign: how often are signs at random at least as far from zero?

/// Sign patterns drawn where there are too many for all.
pub const PERMUTATIONS: u32 = 100_000;
/// Up to so many differences that are not zero, all sign patterns are looked at.
pub const EXACT: usize = 16;

/// Differences that are rounding and nothing else.
const ROUNDING: f64 = 1e-12;
/// Any number: the same answer comes out each time.
const SEED: u64 = 2007;
/// Signs looked up at a time.
const BITS: usize = 8;

/// How two runs differ in a measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Queries that both were measured on.
    pub queries: usize,
    /// The mean difference over them, from -1 to 1.
    pub difference: f64,
    /// The probability of a difference at least as large, on either side, by chance alone.
    pub p: f64,
}

/// The two-sided paired randomisation test on the differences of the queries; none without queries. Exact
/// with at most [`EXACT`] differences that are not zero; else (count + 1) / (n + 1) of [`PERMUTATIONS`] draws.
///
/// ```
/// let comparison = depeche::eval::compare(&[0.5, 0.5, 0.0]).unwrap();
/// assert_eq!(comparison.p, 0.5);
/// ```
#[must_use]
pub fn compare(differences: &[f64]) -> Option<Comparison> {
    if differences.is_empty() {
        return None;
    }
    let difference = differences.iter().sum::<f64>() / differences.len() as f64;
    let unequal: Vec<f64> = differences.iter().copied().filter(|d| d.abs() > ROUNDING).collect();
    let p = if unequal.len() <= EXACT { exact(&unequal) } else { sampled(&unequal) };
    Some(Comparison { queries: differences.len(), difference, p })
}

fn exact(differences: &[f64]) -> f64 {
    let signed = Signed::new(differences);
    let patterns = 1u32 << differences.len();
    let extreme = (0..patterns).filter(|signs| signed.is_extreme(&signs.to_le_bytes())).count();
    extreme as f64 / f64::from(patterns)
}

fn sampled(differences: &[f64]) -> f64 {
    let signed = Signed::new(differences);
    let mut random = SplitMix(SEED);
    let mut signs = Vec::new();
    let extreme = (0..PERMUTATIONS).filter(|_| {
        signs.clear();
        while signs.len() < signed.sums.len() {
            signs.extend(random.draw().to_le_bytes());
        }
        signed.is_extreme(&signs)
    });
    (extreme.count() + 1) as f64 / f64::from(PERMUTATIONS + 1)
}

/// Differences of which any pattern of signs is summed quickly.
struct Signed {
    /// For each eight differences their sum with every pattern of signs.
    sums: Vec<[f64; 1 << BITS]>,
    /// The least sum that is as extreme as theirs, a little less for rounding.
    least: f64,
}

impl Signed {
    fn new(differences: &[f64]) -> Self {
        let total: f64 = differences.iter().sum();
        let size: f64 = differences.iter().map(|d| d.abs()).sum();
        let sums = differences.chunks(BITS).map(all_signs).collect();
        Signed { sums, least: total.abs() - 1e-10 * size }
    }

    /// Whether the sum with these signs, a bit each, is at least as far from zero.
    fn is_extreme(&self, signs: &[u8]) -> bool {
        let sums = self.sums.iter().zip(signs).map(|(sums, signs)| sums[usize::from(*signs)]);
        sums.sum::<f64>().abs() >= self.least
    }
}

fn all_signs(differences: &[f64]) -> [f64; 1 << BITS] {
    std::array::from_fn(|signs| {
        let signed = |(i, d): (usize, &f64)| if signs >> i & 1 == 1 { -d } else { *d };
        differences.iter().enumerate().map(signed).sum()
    })
}

/// Random bits: SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix(u64);

impl SplitMix {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(differences: &[f64]) -> f64 {
        compare(differences).unwrap().p
    }

    #[test]
    fn few_differences_are_counted_by_hand() {
        assert_eq!(compare(&[]), None);
        assert_eq!(p(&[0.0, 0.0]), 1.0);
        assert_eq!(p(&[0.3]), 1.0);
        // Of 8 patterns only all plus and all minus are as far from zero.
        assert_eq!(p(&[0.1, 0.2, 0.3]), 0.25);
        // |0.1 + 0.1 - 0.1| = 0.1: every pattern is.
        assert_eq!(p(&[0.1, -0.1, 0.1]), 1.0);
        // 0.4 - 0.1 = 0.3: +4+1, +4-1 and their opposites.
        assert_eq!(p(&[0.4, -0.1]), 1.0);
        assert_eq!(p(&[0.4, -0.1, 0.0, 0.2, 1e-17]), 0.5);
        assert_eq!(p(&[0.25; 16]), 2.0 / 65_536.0);
        let mean = compare(&[0.4, -0.1, 0.0, 0.1]).unwrap();
        assert!((mean.difference - 0.1).abs() < 1e-12 && mean.queries == 4);
    }

    #[test]
    fn draws_agree_with_the_count_of_all_and_come_out_the_same() {
        let differences: Vec<f64> = (0..14).map(|i| f64::from(i * i % 17) / 20.0 - 0.2).collect();
        let (all, drawn) = (exact(&differences), sampled(&differences));
        assert!((all - drawn).abs() < 0.01, "{all} {drawn}");
        assert_eq!(drawn, sampled(&differences));
        let opposite: Vec<f64> = differences.iter().map(|d| -d).collect();
        assert_eq!(exact(&opposite), all);
    }

    #[test]
    fn a_difference_in_every_query_is_no_chance() {
        assert_eq!(p(&[0.1; 40]), 1.0 / 100_001.0);
        let balanced: Vec<f64> = (0..40).map(|i| if i % 2 == 0 { 0.1 } else { -0.1 }).collect();
        assert_eq!(p(&balanced), 1.0);
    }

    /// The first numbers of the reference implementation with seed 1234567.
    #[test]
    fn random_bits_are_those_of_the_reference() {
        let mut random = SplitMix(1_234_567);
        let expected = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973];
        assert_eq!([random.draw(), random.draw()], expected);
    }
}
