//! Axes: round numbers for values, thinned labels for periods.

/// Round numbers from 0 to the end of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scale {
    step: f64,
    steps: usize,
}

impl Scale {
    /// Reaches the largest value in about so many steps; counts have no fractions.
    pub(super) fn new(most: f64, steps: f64, fractions: bool) -> Scale {
        if most <= 0.0 || !most.is_finite() {
            return Scale { step: 1.0, steps: 1 };
        }
        let rough = most / steps;
        let power = 10f64.powi(rough.log10().floor() as i32);
        let nice = [1.0, 2.0, 5.0, 10.0].map(|n| n * power);
        let step = nice.into_iter().find(|step| *step >= rough * 0.999).unwrap_or(rough);
        let step = if fractions { step } else { step.max(1.0) };
        Scale { step, steps: ((most / step - 1e-9).ceil() as usize).max(1) }
    }

    /// The end of the axis.
    pub(super) fn end(&self) -> f64 {
        self.step * self.steps as f64
    }

    /// Every number at which the axis has a mark.
    pub(super) fn ticks(&self) -> impl Iterator<Item = f64> {
        (0..=self.steps).map(|i| i as f64 * self.step)
    }

    /// The decimals that its numbers need.
    pub(super) fn places(&self) -> usize {
        (0..6)
            .find(|&places| {
                let shifted = self.step * 10f64.powi(places as i32);
                (shifted - shifted.round()).abs() < 1e-6 * shifted.max(1.0)
            })
            .unwrap_or(6)
    }
}

/// A year, or a month of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) year: i32,
    pub(super) month: Option<i32>,
}

impl Period {
    /// Reads `2024` or `2024-03`.
    pub(super) fn read(key: &str) -> Option<Period> {
        let Some((of, month)) = key.split_once('-') else {
            return Some(Period { year: year(key)?, month: None });
        };
        let month = month.parse().ok().filter(|month| (1..=12).contains(month))?;
        Some(Period { year: year(of)?, month: Some(month) })
    }

    /// Months, or years where there are no months, since the year 0.
    pub(super) fn number(self) -> i32 {
        self.month.map_or(self.year, |month| self.year * 12 + month - 1)
    }

    /// The period of a number.
    pub(super) fn numbered(number: i32, months: bool) -> Period {
        match months {
            true => Period { year: number.div_euclid(12), month: Some(number.rem_euclid(12) + 1) },
            false => Period { year: number, month: None },
        }
    }
}

fn year(text: &str) -> Option<i32> {
    text.parse().ok().filter(|year| (0..=9999).contains(year))
}

/// Every how many periods a label stands, where one label needs the room of so many periods.
pub(super) fn label_step(needed: f64, months: bool) -> i32 {
    let needed = needed.ceil().clamp(1.0, 100_000.0) as i32;
    let of_a_year = [1, 2, 3, 4, 6];
    let found = if months { of_a_year.into_iter().find(|&step| step >= needed) } else { None };
    found.unwrap_or_else(|| {
        let unit = if months { 12 } else { 1 };
        let mut years = [1, 2, 5].into_iter().cycle().zip(0u32..);
        let step = years.find_map(|(years, i)| {
            let step = years * 10i32.pow(i / 3) * unit;
            (step >= needed || i > 14).then_some(step)
        });
        step.unwrap_or(unit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(most: f64, fractions: bool) -> Vec<f64> {
        Scale::new(most, 5.0, fractions).ticks().collect()
    }

    #[test]
    fn numbers_are_round() {
        assert_eq!(ticks(0.0, false), [0.0, 1.0]);
        assert_eq!(ticks(3.0, false), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(987.0, false), [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0]);
        assert_eq!(Scale::new(0.37, 5.0, true).end(), 0.4);
        assert_eq!(Scale::new(0.37, 5.0, true).places(), 1);
        assert_eq!(Scale::new(0.11, 5.0, true).places(), 2);
        assert_eq!(Scale::new(1e9, 5.0, false).places(), 0);
    }

    #[test]
    fn labels_are_thinned_to_round_periods() {
        assert_eq!(label_step(0.3, true), 1);
        assert_eq!(label_step(5.0, true), 6);
        assert_eq!(label_step(7.0, true), 12);
        assert_eq!(label_step(13.0, true), 24);
        assert_eq!((label_step(3.0, false), label_step(11.0, false)), (5, 20));
        let january = Period::read("2020-01").unwrap();
        assert_eq!((january.number() % 24, Period::numbered(january.number(), true)), (0, january));
        assert_eq!(Period::read("hier"), None);
    }
}
