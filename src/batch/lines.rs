//! One query a line, alone or after its identifier and a tab.

use super::numbered::Line;
use super::{BatchQuery, Refusal};

/// The query of a line; none where nothing stands on it.
pub(super) fn plain(line: Line) -> Option<BatchQuery> {
    let Line { number, text, refusal } = line;
    if text.trim().is_empty() && refusal.is_none() {
        return None;
    }
    Some(BatchQuery::new(number, text).refused(refusal))
}

/// As [`plain`]; what stands before the first tab is the identifier.
pub(super) fn after_tab(line: Line) -> Option<BatchQuery> {
    let Line { number, text, refusal } = line;
    if text.trim().is_empty() && refusal.is_none() {
        return None;
    }
    Some(match text.split_once('\t') {
        Some((id, query)) => BatchQuery::new(number, query).named(id).refused(refusal),
        None => {
            let expected = "an identifier, a tab and the query";
            let refusal = refusal.or(Some(Refusal::NoQuery { expected }));
            BatchQuery::new(number, text).refused(refusal)
        }
    })
}
