//! Times, in turn, and what is told of them.

use std::hint::black_box;
use std::time::Instant;

/// The median and the 95th percentile of the times of many queries, and their sum, in microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) sum: f64,
}

/// Times each query on either side, in turn, so many times: its figure is the median.
pub(crate) fn in_turn<Q>(
    queries: &[Q],
    runs: usize,
    mut ours: impl FnMut(&Q),
    mut raw: impl FnMut(&Q),
) -> [Times; 2] {
    let (mut left, mut right) = (Vec::new(), Vec::new());
    for query in queries {
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            a.push(micros(|| ours(query)));
            b.push(micros(|| raw(query)));
        }
        left.push(at(&mut a, 0.5));
        right.push(at(&mut b, 0.5));
    }
    [Times::of(left), Times::of(right)]
}

/// The times of queries, each asked several times: its figure is the median.
pub(crate) fn times(queries: Vec<Vec<f64>>) -> Times {
    Times::of(queries.into_iter().map(median).collect())
}

impl Times {
    fn of(mut times: Vec<f64>) -> Self {
        let sum = times.iter().sum();
        Times { p50: at(&mut times, 0.5), p95: at(&mut times, 0.95), sum }
    }
}

/// The time of one run, in microseconds.
pub(crate) fn micros<T>(run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    black_box(run());
    start.elapsed().as_secs_f64() * 1e6
}

/// The median.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    at(&mut values, 0.5)
}

/// The value below which a share of the values lies.
fn at(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}
