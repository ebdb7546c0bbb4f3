//! Scores in whole steps: sums are the same in any order, and what differs by rounding alone is equal.

/// A score, in steps.
pub(super) type Steps = i64;

/// Steps of a score of 1.
const STEPS: f32 = 10_000.0;

/// The nearest step of a score that is not negative.
#[inline]
pub(super) fn steps(score: f32) -> Steps {
    (score * STEPS + 0.5) as Steps
}

/// The score of so many steps.
#[inline]
pub(super) fn points(steps: Steps) -> f32 {
    steps as f32 / STEPS
}
