//! Bars of sources or authors.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::scale::Scale;
use super::svg::{Anchor, Svg, n, squeezed, width};
use super::{AXIS, Drawing, HEIGHT, MARGIN, SMALL, WIDTH, marks};
use crate::search::{Count, CountedGroup};

/// Groups that have bars of their own; the others share theirs.
const MOST: usize = 20;
/// Below the bars: numbers of the axis, its label.
const FOOT: f64 = 52.0;
/// Room for names.
const NAMES: f64 = 230.0;
/// The lowest and the highest bar.
const BAR: (f64, f64) = (10.0, 22.0);

/// A name with its bars.
struct Row<'a> {
    name: String,
    group: Cow<'a, CountedGroup>,
}

/// The area of the bars.
struct Plot<'a> {
    drawing: &'a Drawing<'a>,
    rows: Vec<Row<'a>>,
    scale: Scale,
    left: f64,
    top: f64,
    bar: f64,
}

/// Draws the bars below `top`; the height of the picture.
pub(super) fn draw(drawing: &Drawing, top: f64, svg: &mut Svg) -> f64 {
    let plot = Plot::new(drawing, top);
    plot.values(svg);
    for (i, row) in plot.rows.iter().enumerate() {
        plot.row(row, top + i as f64 * plot.row_height(), svg);
    }
    svg.line((plot.left, top), (plot.left, plot.bottom()), AXIS);
    plot.bottom() + FOOT + MARGIN / 2.0
}

/// The groups shown, the largest first, then the others together, then those without a name.
fn rows<'a>(drawing: &'a Drawing) -> Vec<Row<'a>> {
    let (mut named, unnamed): (Vec<&CountedGroup>, Vec<_>) =
        drawing.counts.groups.iter().partition(|group| group.key.is_some());
    // Rates of the smallest groups are large by chance: it is matches that choose who is shown.
    let matches =
        |group: &CountedGroup| group.counts.iter().map(|count| count.matches).sum::<u64>();
    let by_value = |group: &CountedGroup| {
        drawing.queries().filter_map(|query| drawing.value(group, query)).sum::<f64>()
    };
    match drawing.chart.measure.is_rate() {
        true => named.sort_by_key(|group| Reverse(matches(group))),
        false => named.sort_by(|a, b| by_value(b).total_cmp(&by_value(a))),
    }
    let others = named.split_off(named.len().min(MOST));
    // In an order that the eye sees: that of the first query's bars.
    let first = |group: &CountedGroup| drawing.value(group, 0).unwrap_or(-1.0);
    named.sort_by(|a, b| first(b).total_cmp(&first(a)).then(by_value(b).total_cmp(&by_value(a))));
    let row =
        |group: &'a CountedGroup| Row { name: drawing.name(group), group: Cow::Borrowed(group) };
    let mut rows: Vec<_> = named.into_iter().map(row).collect();
    if !others.is_empty() {
        let name = format!(
            "{} ({})",
            drawing.pick("autres", "others"),
            drawing.number(others.len() as f64, 0)
        );
        rows.push(Row { name, group: Cow::Owned(together(&others)) });
    }
    rows.extend(unnamed.into_iter().map(row));
    rows
}

/// Groups as one.
fn together(groups: &[&CountedGroup]) -> CountedGroup {
    let mut sum = CountedGroup::default();
    for group in groups {
        sum.articles += group.articles;
        sum.words += group.words;
        sum.counts.resize(group.counts.len().max(sum.counts.len()), Count::default());
        for (sum, count) in sum.counts.iter_mut().zip(&group.counts) {
            sum.matches += count.matches;
            sum.passages += count.passages;
            sum.articles += count.articles;
        }
    }
    sum
}

impl<'a> Plot<'a> {
    fn new(drawing: &'a Drawing<'a>, top: f64) -> Plot<'a> {
        let rows = rows(drawing);
        let values = rows
            .iter()
            .flat_map(|row| drawing.queries().filter_map(|query| drawing.value(&row.group, query)));
        let scale = Scale::new(values.fold(0.0, f64::max), 6.0, drawing.chart.measure.is_rate());
        let names = rows.iter().map(|row| width(&row.name, SMALL)).fold(0.0, f64::max);
        let bars = (rows.len() * drawing.counts.queries.len()).max(1) as f64;
        let gaps = rows.len() as f64 * 6.0;
        let room = HEIGHT - FOOT - MARGIN / 2.0 - top - gaps;
        let bar = (room / bars).clamp(BAR.0, BAR.1);
        Plot { drawing, rows, scale, left: MARGIN + names.min(NAMES) + 10.0, top, bar }
    }

    fn row_height(&self) -> f64 {
        self.bar * self.drawing.counts.queries.len() as f64 + 6.0
    }

    fn bottom(&self) -> f64 {
        self.top + self.row_height() * self.rows.len().max(1) as f64
    }

    /// Beyond the longest bar its number is written.
    fn x(&self, value: f64) -> f64 {
        let right = WIDTH - MARGIN - 50.0;
        self.left + value / self.scale.end() * (right - self.left)
    }

    /// The axis of values: its marks, numbers and label. Lines would cross the numbers of the bars.
    fn values(&self, svg: &mut Svg) {
        let small = format!("font-size=\"{SMALL}\"");
        let places = self.scale.places();
        for tick in self.scale.ticks() {
            let x = self.x(tick);
            svg.line((x, self.bottom()), (x, self.bottom() + 5.0), AXIS);
            let number = self.drawing.number(tick, places);
            svg.text((x, self.bottom() + 19.0), Anchor::Middle, &small, &number);
        }
        svg.line((self.left, self.bottom()), (self.x(self.scale.end()), self.bottom()), AXIS);
        let middle = self.x(self.scale.end() / 2.0);
        svg.text((middle, self.bottom() + 42.0), Anchor::Middle, "", &self.drawing.measure());
    }

    /// A name, its bars and their numbers.
    fn row(&self, row: &Row, top: f64, svg: &mut Svg) {
        let small = format!("font-size=\"{SMALL}\"");
        let middle = top + self.row_height() / 2.0;
        let name = squeezed(&row.name, SMALL, NAMES);
        svg.text((self.left - 8.0, middle + SMALL * 0.35), Anchor::End, &small, &name);
        let size = self.bar.min(11.0);
        for query in self.drawing.queries() {
            let y = top + 3.0 + query as f64 * self.bar;
            let value = self.drawing.value(&row.group, query);
            let end = self.x(value.unwrap_or(0.0));
            if value.is_some_and(|value| value > 0.0) {
                marks::bar(query, (self.left, y + 0.5), (end - self.left, self.bar - 1.0), svg);
            }
            let number = self.drawing.chart.measure.shown(value, self.drawing.chart.language);
            let base = y + self.bar / 2.0 + size * 0.35;
            let attributes = format!("font-size=\"{}\"", n(size));
            svg.text((end + 5.0, base), Anchor::Start, &attributes, &number);
        }
    }
}
