//! One query a line, as a JSON object with its options.

use serde_json::{Map, Value};

use super::numbered::Line;
use super::{BatchQuery, OwnOptions, Refusal};

/// The names of what is no option.
pub(super) const ID: [&str; 4] = ["id", "query_id", "qid", "_id"];
pub(super) const QUERY: [&str; 2] = ["query", "text"];

/// The query of a line; none where nothing stands on it.
pub(super) fn object(line: Line) -> Option<BatchQuery> {
    let Line { number, text, refusal } = line;
    if let Some(refusal) = refusal {
        return Some(BatchQuery::new(number, "").refused(Some(refusal)));
    }
    if text.trim().is_empty() {
        return None;
    }
    Some(match serde_json::from_str::<Map<String, Value>>(&text) {
        Ok(object) => of_object(number, &object),
        Err(error) => {
            let before = text.floor_char_boundary(error.column().saturating_sub(1));
            let column = text[..before].chars().count() + 1;
            // The place is told apart.
            let detail = error.to_string();
            let detail = detail.rsplit_once(" at line ").map_or(detail.as_str(), |(what, _)| what);
            let refusal = Refusal::Json { column, detail: detail.to_owned() };
            BatchQuery::new(number, "").refused(Some(refusal))
        }
    })
}

/// The query that an object is, its other fields options.
pub(super) fn of_object(number: u64, object: &Map<String, Value>) -> BatchQuery {
    let first = |names: &[&str]| names.iter().find_map(|name| object.get(*name));
    let id = match first(&ID) {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => String::new(),
    };
    let query = first(&QUERY).and_then(Value::as_str);
    let missing = Refusal::NoQuery { expected: "a text named \"query\"" };
    let missing = query.is_none().then_some(missing);
    let own = missing.map_or_else(|| options(object), Err);
    let named = BatchQuery::new(number, query.unwrap_or_default()).named(&id);
    BatchQuery { own, ..named }
}

fn options(object: &Map<String, Value>) -> Result<OwnOptions, Refusal> {
    let mut own = OwnOptions::default();
    let is_option = |name: &str| !ID.contains(&name) && !QUERY.contains(&name);
    let mut options = object.iter().filter(|(name, _)| is_option(name));
    options.try_for_each(|(name, value)| own.set(name, value))?;
    Ok(own)
}
