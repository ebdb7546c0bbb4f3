//! What tells one query from another: colour, dashes, markers and hatching.

use super::svg::{Svg, n};

/// Okabe and Ito's colours, made for the colour-blind; dark ones first.
const COLOURS: [&str; 7] =
    ["#0072b2", "#d55e00", "#000000", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DASHES: [&str; 5] = ["", "7 3", "2 3", "10 3 2 3", "14 4"];
/// Without a factor in common with colours and dashes: what comes again does not come again together.
const MARKERS: usize = 6;
/// Ways to hatch a bar; the first is to fill it.
const HATCHES: [&str; 6] = [
    "",
    "M-1 7 L7 -1 M-1 1 L1 -1 M5 7 L7 5",
    "M3 2 L3 4 M2 3 L4 3",
    "M-1 -1 L7 7 M-1 5 L1 7 M5 -1 L7 1 M-1 7 L7 -1",
    "M-1 3 L7 3",
    "M3 -1 L3 7",
];

pub(super) fn colour(query: usize) -> &'static str {
    COLOURS[query % COLOURS.len()]
}

/// How the line of a query is drawn.
pub(super) fn stroke(query: usize) -> String {
    let dashes = match DASHES[query % DASHES.len()] {
        "" => String::new(),
        dashes => format!(" stroke-dasharray=\"{dashes}\""),
    };
    let colour = colour(query);
    format!(
        "fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"{dashes}"
    )
}

/// The marker of a query at a point.
pub(super) fn marker(query: usize, (x, y): (f64, f64), svg: &mut Svg) {
    let colour = colour(query);
    let filled = format!("fill=\"{colour}\" stroke=\"#ffffff\" stroke-width=\"0.8\"");
    let hollow = format!("fill=\"#ffffff\" stroke=\"{colour}\" stroke-width=\"1.6\"");
    let shape = |points: &[(f64, f64)]| {
        let each = points.iter().map(|(dx, dy)| format!("{},{}", n(x + dx), n(y + dy)));
        each.collect::<Vec<_>>().join(" ")
    };
    let element = match query % MARKERS {
        0 => format!("<circle cx=\"{}\" cy=\"{}\" r=\"4\" {filled}/>", n(x), n(y)),
        1 => {
            let square = shape(&[(-3.4, -3.4), (3.4, -3.4), (3.4, 3.4), (-3.4, 3.4)]);
            format!("<polygon points=\"{square}\" {hollow}/>")
        }
        2 => format!(
            "<polygon points=\"{}\" {filled}/>",
            shape(&[(0.0, -5.0), (4.8, 3.8), (-4.8, 3.8)])
        ),
        3 => {
            let diamond = shape(&[(0.0, -5.2), (5.2, 0.0), (0.0, 5.2), (-5.2, 0.0)]);
            format!("<polygon points=\"{diamond}\" {hollow}/>")
        }
        4 => format!(
            "<polygon points=\"{}\" {filled}/>",
            shape(&[(0.0, 5.0), (4.8, -3.8), (-4.8, -3.8)])
        ),
        _ => format!("<circle cx=\"{}\" cy=\"{}\" r=\"3.8\" {hollow}/>", n(x), n(y)),
    };
    svg.raw(&element);
}

/// A piece of the line of a query, with its marker.
pub(super) fn line_sample(query: usize, (x, y): (f64, f64), length: f64, svg: &mut Svg) {
    svg.line((x, y), (x + length, y), &stroke(query));
    marker(query, (x + length / 2.0, y), svg);
}

/// A bar of a query, from its upper left corner.
pub(super) fn bar(query: usize, at: (f64, f64), size: (f64, f64), svg: &mut Svg) {
    let colour = colour(query);
    let fill = match query % HATCHES.len() {
        0 => colour.to_owned(),
        _ => format!("url(#depeche-{query})"),
    };
    svg.rect(at, size, &format!("fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1\""));
}

/// The hatching of the bars of so many queries.
pub(super) fn patterns(queries: usize) -> String {
    let mut defs = String::new();
    for query in (0..queries).filter(|query| query % HATCHES.len() != 0) {
        let (hatch, colour) = (HATCHES[query % HATCHES.len()], colour(query));
        defs.push_str(&format!(
            "<pattern id=\"depeche-{query}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
             <rect width=\"6\" height=\"6\" fill=\"#ffffff\"/>\
             <path d=\"{hatch}\" stroke=\"{colour}\" stroke-width=\"1.4\"/></pattern>\n"
        ));
    }
    if defs.is_empty() { defs } else { format!("<defs>\n{defs}</defs>\n") }
}
