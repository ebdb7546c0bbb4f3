//! Lines over months or years.

use std::collections::BTreeMap;

use super::marks::{marker, stroke};
use super::scale::{Period, Scale, label_step};
use super::svg::{Anchor, Svg, n, path, width};
use super::{AXIS, Drawing, GRID, HEIGHT, MARGIN, SMALL, TEXT, WIDTH};
use crate::render::numbers::counted;
use crate::search::{CountedGroup, Grouping};

/// Below the plot: numbers of the axis, its label.
const FOOT: f64 = 52.0;
/// Between the axis and the first point.
const INSET: f64 = 12.0;
/// Points closer than this do not all have a marker.
const MARKER_ROOM: f64 = 12.0;

/// The area of the plot, and what is drawn in it.
struct Plot<'a> {
    drawing: &'a Drawing<'a>,
    /// Months or years by number, with their groups.
    periods: BTreeMap<i32, &'a CountedGroup>,
    months: bool,
    scale: Scale,
    left: f64,
    top: f64,
    bottom: f64,
}

/// Draws the lines below `top`; the height of the picture.
pub(super) fn draw(drawing: &Drawing, top: f64, svg: &mut Svg) -> f64 {
    let note = note(drawing);
    let under = if note.is_some() { 22.0 } else { 0.0 };
    let height = HEIGHT.max(top + 280.0);
    let plot = Plot::new(drawing, top, height - FOOT - MARGIN / 2.0 - under);
    plot.values(svg);
    plot.labels(svg);
    drawing.queries().for_each(|query| plot.line(query, svg));
    if let Some(note) = note {
        let attributes = format!("font-size=\"{SMALL}\" fill=\"#555555\"");
        svg.text((MARGIN, height - MARGIN / 2.0 - 4.0), Anchor::Start, &attributes, &note);
    }
    height
}

/// The period of a group that has a place on the axis.
fn period(drawing: &Drawing, group: &CountedGroup) -> Option<Period> {
    let months = drawing.counts.by == Grouping::Month;
    Period::read(group.key.as_deref()?).filter(|period| period.month.is_some() == months)
}

/// What has no place on the axis is said below it.
fn note(drawing: &Drawing) -> Option<String> {
    let without = drawing.counts.groups.iter().filter(|group| period(drawing, group).is_none());
    let matches: u64 = without.flat_map(|group| &group.counts).map(|count| count.matches).sum();
    let (one, many) = (drawing.pick("occurrence", "match"), drawing.pick("occurrences", "matches"));
    let articles = match drawing.counts.by {
        Grouping::Month => drawing.pick(
            "dans des articles sans date ou datés à l’année seulement",
            "in articles undated or dated to the year only",
        ),
        _ => drawing.pick("dans des articles sans date", "in undated articles"),
    };
    let label = drawing.pick("Non représenté\u{a0}:", "Not shown:");
    let matches = (matches > 0).then(|| counted(matches, one, many, drawing.chart.language))?;
    Some(format!("{label} {matches} {articles}."))
}

impl<'a> Plot<'a> {
    fn new(drawing: &'a Drawing<'a>, top: f64, bottom: f64) -> Plot<'a> {
        let groups = drawing.counts.groups.iter();
        let numbered = |group| Some((period(drawing, group)?.number(), group));
        let periods: BTreeMap<_, _> = groups.filter_map(numbered).collect();
        let values = periods.values().flat_map(|group| {
            drawing.queries().filter_map(move |query| drawing.value(group, query))
        });
        let scale = Scale::new(values.fold(0.0, f64::max), 5.0, drawing.chart.measure.is_rate());
        let places = scale.places();
        let widest = scale.ticks().map(|tick| width(&drawing.number(tick, places), SMALL));
        let left = MARGIN + TEXT + 14.0 + widest.fold(0.0, f64::max);
        let months = drawing.counts.by == Grouping::Month;
        Plot { drawing, periods, months, scale, left, top, bottom }
    }

    fn right(&self) -> f64 {
        WIDTH - MARGIN - 8.0
    }

    /// The first and the last period.
    fn ends(&self) -> Option<(i32, i32)> {
        Some((*self.periods.first_key_value()?.0, *self.periods.last_key_value()?.0))
    }

    /// Between two periods.
    fn step(&self) -> f64 {
        let gaps = self.ends().map_or(1, |(first, last)| (last - first).max(1));
        (self.right() - self.left - 2.0 * INSET) / f64::from(gaps)
    }

    fn x(&self, period: i32) -> f64 {
        match self.ends() {
            Some((first, last)) if first < last => {
                self.left + INSET + f64::from(period - first) * self.step()
            }
            _ => (self.left + self.right()) / 2.0,
        }
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - value / self.scale.end() * (self.bottom - self.top)
    }

    /// The axis of values: its lines, numbers and label.
    fn values(&self, svg: &mut Svg) {
        let small = format!("font-size=\"{SMALL}\"");
        let places = self.scale.places();
        for tick in self.scale.ticks() {
            let y = self.y(tick);
            svg.line((self.left, y), (self.right(), y), if tick == 0.0 { AXIS } else { GRID });
            let number = self.drawing.number(tick, places);
            svg.text((self.left - 8.0, y + SMALL * 0.35), Anchor::End, &small, &number);
        }
        svg.line((self.left, self.top), (self.left, self.bottom), AXIS);
        let (x, y) = (MARGIN + TEXT * 0.4, (self.top + self.bottom) / 2.0);
        let turned = format!("transform=\"rotate(-90 {} {})\"", n(x), n(y));
        svg.text((x, y), Anchor::Middle, &turned, &self.drawing.measure());
    }

    /// The axis of periods: its marks, labels and name.
    fn labels(&self, svg: &mut Svg) {
        let small = format!("font-size=\"{SMALL}\"");
        let every = self.label_step();
        if let Some((first, last)) = self.ends() {
            // Where none would be labelled, the first is.
            let none = (first..=last).all(|period| period % every != 0);
            for period in first..=last {
                let (x, long) = (self.x(period), period % every == 0 || (none && period == first));
                if long || self.step() >= 5.0 {
                    let end = self.bottom + if long { 7.0 } else { 4.0 };
                    svg.line((x, self.bottom), (x, end), AXIS);
                }
                if long {
                    let label = self.label(Period::numbered(period, self.months), every);
                    svg.text((x, self.bottom + 22.0), Anchor::Middle, &small, &label);
                }
            }
        }
        let (month, year) =
            (self.drawing.pick("Mois", "Month"), self.drawing.pick("Année", "Year"));
        let middle = (self.left + self.right()) / 2.0;
        let name = if self.months { month } else { year };
        svg.text((middle, self.bottom + 44.0), Anchor::Middle, "", name);
    }

    /// Every how many periods there is room for a label.
    fn label_step(&self) -> i32 {
        let step = |text: &str| label_step((width(text, SMALL) + 14.0) / self.step(), self.months);
        if !self.months {
            return step("2024");
        }
        match step("sept. 2024") {
            every @ ..=6 => every,
            // Years alone are shorter.
            _ => step("2024").max(12),
        }
    }

    fn label(&self, period: Period, step: i32) -> String {
        const FRENCH: [&str; 12] = [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
            "nov.", "déc.",
        ];
        const ENGLISH: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let month = period.month.filter(|_| step < 12).and_then(|month| {
            let at = usize::try_from(month - 1).ok()?;
            Some(self.drawing.pick(FRENCH.get(at)?, ENGLISH.get(at)?))
        });
        month.map_or_else(
            || period.year.to_string(),
            |month| format!("{month}\u{a0}{}", period.year),
        )
    }

    /// The line of a query, broken where there is no value, and its markers.
    fn line(&self, query: usize, svg: &mut Svg) {
        let point = |(&period, group): (&i32, &&CountedGroup)| {
            let value = self.drawing.value(group, query)?;
            Some((period, (self.x(period), self.y(value))))
        };
        let points: Vec<_> = self.periods.iter().filter_map(point).collect();
        // Markers of several queries at other periods do not hide one another.
        let every = (MARKER_ROOM / self.step()).ceil().max(1.0) as i32;
        let first = query as i32 * every / self.drawing.counts.queries.len().max(1) as i32;
        for run in points.chunk_by(|(before, _), (after, _)| after - before == 1) {
            let places: Vec<_> = run.iter().map(|(_, at)| *at).collect();
            if run.len() > 1 {
                svg.raw(&format!("<path d=\"{}\" {}/>", path(&places), stroke(query)));
            }
            let marked =
                run.iter().filter(|(period, _)| run.len() == 1 || (period - first) % every == 0);
            marked.for_each(|(_, at)| marker(query, *at, svg));
        }
    }
}
