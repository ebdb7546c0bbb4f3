//! One passage a line, for pipes: rank, article, date, source, title, passage, with tabs between.

use std::io::{self, Write};

use super::Style;
use super::safe::visible;
use super::words::marked;
use crate::search::Results;

pub(super) fn results(results: &Results, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for hit in &results.hits {
        let date = hit.date.map(|d| d.to_string()).unwrap_or_default();
        let field = |text: &Option<String>| visible(text.as_deref().unwrap_or("")).into_owned();
        let matches: Vec<_> = hit
            .matches
            .iter()
            .map(|m| m.start - hit.passage.start..m.end - hit.passage.start)
            .collect();
        let lit: Vec<_> = hit.title_matches.iter().map(|m| m.start..m.end).collect();
        let title = marked(hit.title.as_deref().unwrap_or(""), &lit, style.color);
        let passage = marked(hit.passage.text.trim_end(), &matches, style.color);
        writeln!(
            out,
            "{}\t{}\t{}\t{}\t{}\t{}",
            hit.rank,
            visible(&hit.article),
            date,
            field(&hit.source),
            title,
            passage.trim()
        )?;
    }
    Ok(())
}
