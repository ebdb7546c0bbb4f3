//! Counts as a chart for a paper: SVG 1.1, legible without colour, the same bytes each time.

mod bars;
mod lines;
mod marks;
mod scale;
mod svg;

use std::io::{self, Write};

use super::counts::{Measure, name};
use super::numbers::{counted, decimal, grouped};
use super::{Language, safe::visible};
use crate::search::{CountedGroup, Counts, Grouping};
use svg::{Anchor, Svg, broken, escaped, fitted, n, width};

/// The width of a chart, and its height where nothing needs more.
const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 500.0;
/// Between the picture's edge and what is drawn.
const MARGIN: f64 = 24.0;
/// How much wider bold letters are.
const BOLD: f64 = 1.15;
/// Sizes of letters: title, text, numbers and notes.
const TITLE: f64 = 18.0;
const TEXT: f64 = 13.0;
const SMALL: f64 = 12.0;
const GRID: &str = "stroke=\"#d9d9d9\" stroke-width=\"1\"";
const AXIS: &str = "stroke=\"#444444\" stroke-width=\"1\"";

/// What a chart shows, and in which words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chart<'a> {
    /// What is drawn.
    pub measure: Measure,
    /// Its title; without one, the queries and the measure.
    pub title: Option<&'a str>,
    /// Of labels and numbers.
    pub language: Language,
}

/// Draws counts: lines over periods, bars for sources and authors.
///
/// # Errors
/// The writer's.
pub fn chart(counts: &Counts, chart: Chart, out: &mut dyn Write) -> io::Result<()> {
    let drawing = Drawing { counts, chart };
    let mut inner = Svg::default();
    let top = drawing.head(&mut inner);
    let height = match counts.by {
        Grouping::Month | Grouping::Year => lines::draw(&drawing, top, &mut inner),
        Grouping::Source | Grouping::Author => bars::draw(&drawing, top, &mut inner),
    };
    out.write_all(drawing.framed(height, &inner.into_text()).as_bytes())
}

/// The counts to be drawn, with what all charts share.
struct Drawing<'a> {
    counts: &'a Counts,
    chart: Chart<'a>,
}

impl Drawing<'_> {
    fn pick<'b>(&self, french: &'b str, english: &'b str) -> &'b str {
        self.chart.language.pick(french, english)
    }

    fn value(&self, group: &CountedGroup, query: usize) -> Option<f64> {
        self.chart.measure.of(group, query)
    }

    fn queries(&self) -> std::ops::Range<usize> {
        0..self.counts.queries.len()
    }

    fn name(&self, group: &CountedGroup) -> String {
        name(group.key.as_deref(), self.counts.by, self.chart.language)
    }

    /// A number of an axis.
    fn number(&self, value: f64, places: usize) -> String {
        decimal(value, places, self.chart.language)
    }

    /// The measure with its unit, as a label begins.
    fn measure(&self) -> String {
        let label = self.chart.measure.label(self.chart.language);
        let mut letters = label.chars();
        letters
            .next()
            .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    fn by(&self) -> &str {
        match self.counts.by {
            Grouping::Month => self.pick("mois", "month"),
            Grouping::Year => self.pick("année", "year"),
            Grouping::Source => self.pick("source", "source"),
            Grouping::Author => self.pick("auteur", "author"),
        }
    }

    /// The title asked for, or one made of the queries.
    fn title(&self) -> String {
        let made = || {
            // A rate has a « par » of its own.
            let comma = if self.chart.measure.is_rate() { "," } else { "" };
            let (colon, by) = (self.pick("\u{a0}:", ":"), self.pick("par", "by"));
            // The queries last: they are what may be cut.
            let queries = self.counts.queries.join(", ");
            format!("{}{comma} {by} {}{colon} {queries}", self.measure(), self.by())
        };
        self.chart.title.map_or_else(made, str::to_owned)
    }

    /// What was counted, under the title.
    fn subtitle(&self) -> String {
        let (total, language) = (&self.counts.total, self.chart.language);
        let articles = counted(total.articles, "article", "articles", language);
        let (one, many) = (self.pick("mot", "word"), self.pick("mots", "words"));
        format!("{articles}, {}", counted(total.words, one, many, language))
    }

    /// Title, size of the collection and legend; the height that they take.
    fn head(&self, svg: &mut Svg) -> f64 {
        let mut y = MARGIN + TITLE * 0.6;
        for line in broken(&self.title(), TITLE * BOLD, WIDTH - 2.0 * MARGIN, 2) {
            let attributes = format!("font-size=\"{TITLE}\" font-weight=\"bold\"");
            svg.text((MARGIN, y), Anchor::Start, &attributes, &line);
            y += TITLE * 1.3;
        }
        let attributes = format!("font-size=\"{SMALL}\" fill=\"#555555\"");
        svg.text((MARGIN, y), Anchor::Start, &attributes, &self.subtitle());
        y += 14.0;
        if self.counts.queries.len() > 1 || self.chart.title.is_some() {
            y = self.legend(y, svg);
        }
        y + 16.0
    }

    /// A sample of each query's line or bar with the query, in as many rows as it takes.
    fn legend(&self, top: f64, svg: &mut Svg) -> f64 {
        const SAMPLE: f64 = 40.0;
        let (mut x, mut y) = (MARGIN, top + 12.0);
        for (i, query) in self.counts.queries.iter().enumerate() {
            let label = fitted(query, TEXT, WIDTH - 2.0 * MARGIN - SAMPLE - 8.0);
            let needed = SAMPLE + 8.0 + width(&label, TEXT);
            if x > MARGIN && x + needed > WIDTH - MARGIN {
                (x, y) = (MARGIN, y + 20.0);
            }
            let middle = y - TEXT * 0.35;
            match self.counts.by {
                Grouping::Month | Grouping::Year => marks::line_sample(i, (x, middle), SAMPLE, svg),
                _ => marks::bar(i, (x, middle - 6.0), (SAMPLE - 8.0, 12.0), svg),
            }
            svg.text((x + SAMPLE + 8.0, y), Anchor::Start, "", &label);
            x += needed + 24.0;
        }
        y
    }

    /// The whole picture.
    fn framed(&self, height: f64, inner: &str) -> String {
        let (w, h) = (n(WIDTH), n(height));
        let (title, desc) = (escaped(&self.title()), escaped(&self.description()));
        let language = self.pick("fr", "en");
        let patterns = match self.counts.by {
            Grouping::Month | Grouping::Year => String::new(),
            _ => marks::patterns(self.counts.queries.len()),
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"{w}\" height=\"{h}\" \
             viewBox=\"0 0 {w} {h}\" xml:lang=\"{language}\" role=\"img\">\n\
             <title>{title}</title>\n<desc>{desc}</desc>\n{patterns}\
             <rect width=\"{w}\" height=\"{h}\" fill=\"#ffffff\"/>\n\
             <g font-family=\"sans-serif\" font-size=\"{TEXT}\" fill=\"#222222\">\n{inner}</g>\n</svg>\n"
        )
    }

    /// The chart for who cannot see it: what it shows, and how much of each query.
    fn description(&self) -> String {
        let (label, language) = (self.measure(), self.chart.language);
        let (by, colon) = (self.pick("par", "by"), self.pick("\u{a0}:", ":"));
        let each = self.queries().map(|query| {
            let total = self.counts.total.counts.get(query).map_or(0, |count| count.matches);
            let total = grouped(total, language);
            let matches = self.pick("occurrences en tout", "matches in all");
            let largest = self.largest(query).map_or_else(String::new, |(value, group)| {
                let most = self.pick("le plus", "most");
                let value = self.chart.measure.shown(Some(value), language);
                format!(", {most} {value} ({})", self.name(group))
            });
            format!("{}{colon} {total} {matches}{largest}", visible(&self.counts.queries[query]))
        });
        let each: Vec<_> = each.collect();
        format!("{label} {by} {}. {}.", self.by(), each.join(self.pick("\u{a0}; ", "; ")))
    }

    /// The first of the largest values, if any is not nothing.
    fn largest(&self, query: usize) -> Option<(f64, &CountedGroup)> {
        let values =
            self.counts.groups.iter().filter_map(|group| Some((self.value(group, query)?, group)));
        values.filter(|(value, _)| *value > 0.0).reduce(|a, b| if b.0 > a.0 { b } else { a })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::Count;

    fn group(key: Option<String>, articles: u64, matches: &[u64]) -> CountedGroup {
        let count = |&n: &u64| Count { matches: n, passages: n, articles: n };
        let counts = matches.iter().map(count).collect();
        CountedGroup { key, articles, words: articles * 450, counts }
    }

    fn counts(by: Grouping, queries: &[&str], groups: Vec<CountedGroup>) -> Counts {
        let sum = |query: usize| groups.iter().map(|group| group.counts[query].matches).sum();
        let sums: Vec<u64> = (0..queries.len()).map(sum).collect();
        let total = group(None, groups.iter().map(|group| group.articles).sum(), &sums);
        Counts { by, queries: queries.iter().map(|q| (*q).to_owned()).collect(), groups, total }
    }

    const THREE: [&str; 3] = ["intelligence artificielle", "\"droit de premier refus\"", "R&D"];

    fn months(n: u64) -> Counts {
        let month = |i: u64| {
            let key = format!("{}-{:02}", 2020 + i / 12, i % 12 + 1);
            let wave = |a: u64, b: u64| (i * a + b) * (7 + (i * i * 31 + b) % 11) / 12;
            group(Some(key), 800 + i % 7 * 40, &[wave(21, 90), wave(5, 200), i % 9 / 7 * 40])
        };
        let mut groups: Vec<_> = (0..n).map(month).collect();
        groups.insert(groups.len().min(12), group(Some("2021".into()), 30, &[40, 2, 0]));
        groups.push(group(None, 300, &[1_200, 14, 0]));
        counts(Grouping::Month, &THREE, groups)
    }

    fn sources(n: u64, queries: &[&str]) -> Counts {
        let source = |i: u64| {
            let name = [
                "Le Fil fictif",
                "La Gazette fictive du numérique et des télécommunications",
                "T&C",
            ];
            let matches = [9_000 / (i + 1) + i % 4 * 35, 300 + i * 37 % 500, i % 5 * 90];
            let key = format!("{} {}", name[i as usize % 3], i + 1);
            group(Some(key), 4_000 - i * 90, &matches[..queries.len()])
        };
        let mut groups: Vec<_> = (0..n).map(source).collect();
        groups.push(group(None, 120, &[75, 8, 0][..queries.len()]));
        counts(Grouping::Source, queries, groups)
    }

    fn years() -> Counts {
        let year = |(i, n): (usize, &u64)| group(Some((2020 + i).to_string()), 9_000, &[*n]);
        let groups = [12, 480, 1_930, 1_204, 2_377].iter().enumerate().map(year).collect();
        counts(Grouping::Year, &["accord exclusif"], groups)
    }

    fn drawn(counts: &Counts, measure: Measure, title: Option<&str>) -> String {
        let mut out = Vec::new();
        let chart = Chart { measure, title, language: Language::French };
        super::chart(counts, chart, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The texts between numbers of the axis and its name: their middles.
    fn labels_at(drawn: &str, like: impl Fn(&str) -> bool) -> Vec<(f64, String)> {
        let texts = drawn.lines().filter_map(|line| {
            let (tag, text) = line.strip_prefix("<text x=\"")?.split_once('>')?;
            let text = text.strip_suffix("</text>").filter(|text| like(text))?;
            let x = tag.split('"').next()?.parse().ok()?;
            tag.contains("middle").then(|| (x, text.to_owned()))
        });
        texts.collect()
    }

    #[test]
    fn a_chart_is_whole_and_the_same_each_time() {
        let counts = months(60);
        let shown = drawn(&counts, Measure::Matches, None);
        assert_eq!(shown, drawn(&counts, Measure::Matches, None));
        assert!(shown.contains("viewBox=\"0 0 900 500\"") && shown.ends_with("</g>\n</svg>\n"));
        assert!(
            shown.contains(
                "<title>Occurrences par mois\u{a0}: intelligence artificielle, &quot;droit"
            )
        );
        assert!(shown.contains("R&amp;D\u{a0}: ") && !shown.contains("R&D"));
        assert_eq!(shown.matches("<path").count(), 3);
        assert!(shown.contains(
            "Non représenté\u{a0}: 1\u{202f}256 occurrences dans des articles sans date ou"
        ));
        assert_eq!(shown.matches("<text").count(), shown.matches("</text>").count());
        let titled = drawn(&years(), Measure::Matches, Some("<L’accord>"));
        assert!(titled.contains("<title>&lt;L’accord&gt;</title>"), "{titled}");
        assert!(titled.contains(">accord exclusif</text>"), "the query is in the legend");
    }

    #[test]
    fn labels_of_periods_do_not_overlap() {
        let is_date = |text: &str| text.ends_with(|c: char| c.is_ascii_digit());
        for n in [1, 2, 5, 11, 24, 36, 60, 120, 300, 1_200] {
            let labels = labels_at(&drawn(&months(n), Measure::Per100k, None), is_date);
            assert!(!labels.is_empty(), "{n}");
            for pair in labels.windows(2) {
                let needed = (width(&pair[0].1, SMALL) + width(&pair[1].1, SMALL)) / 2.0;
                assert!(pair[1].0 - pair[0].0 > needed, "{n} {pair:?}");
            }
            assert!(labels.iter().all(|(x, text)| x + width(text, SMALL) / 2.0 <= WIDTH), "{n}");
        }
    }

    #[test]
    fn a_line_is_broken_where_there_is_no_rate() {
        let mut counts = months(24);
        for i in [3, 9, 11] {
            counts.groups[i] = group(counts.groups[i].key.clone(), 0, &[0, 0, 0]);
        }
        // Between months without articles one stands alone: a marker, no line.
        assert_eq!(drawn(&counts, Measure::Per100k, None).matches("<path").count(), 3 * 3);
        assert_eq!(drawn(&counts, Measure::Matches, None).matches("<path").count(), 3);
    }

    #[test]
    fn sources_beyond_the_twentieth_share_a_bar() {
        let shown = drawn(&sources(25, &THREE), Measure::Matches, None);
        assert!(shown.contains(">autres (5)</text>") && shown.contains(">(sans source)</text>"));
        assert!(shown.contains("url(#depeche-1)") && shown.contains("id=\"depeche-2\""));
        assert!(shown.contains(">Le Fil fictif 1</text>") && shown.contains("T&amp;C 3"));
        let few = drawn(&sources(3, &THREE[..1]), Measure::PerArticle, None);
        assert!(!few.contains("autres") && !few.contains("<pattern"));
        assert!(few.contains("<title>Occurrences par article, par source\u{a0}: intelligence"));
    }

    #[test]
    fn nothing_to_draw_is_drawn() {
        let mut zeros = months(24);
        let each = zeros.groups.iter_mut().flat_map(|group| &mut group.counts);
        each.for_each(|count| *count = Count::default());
        let shown = drawn(&zeros, Measure::Matches, None);
        assert_eq!(shown.matches("<path").count(), 3);
        for by in [Grouping::Month, Grouping::Year, Grouping::Source, Grouping::Author] {
            for measure in [Measure::Matches, Measure::Per100k] {
                let shown = drawn(&counts(by, &THREE, Vec::new()), measure, None);
                assert!(!shown.contains("NaN") && !shown.contains("inf"), "{shown}");
            }
        }
    }
}
