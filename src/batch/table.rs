//! One query a row of a table whose first row names the columns.

use std::io;

use serde_json::{Map, Value};

use super::numbered::{Input, text};
use super::objects::{QUERY, of_object};
use super::{BatchQuery, MAX_BATCH_RECORD, Refusal};
use crate::import::{Next, Row, Rows, header};

/// A table as it is read.
pub(super) struct Table<'a> {
    rows: Rows<Input<'a>>,
    row: Row,
    names: Vec<String>,
    ended: bool,
}

impl<'a> Table<'a> {
    /// Reads the names of the columns; one of them must be the query.
    pub(super) fn new(input: Input<'a>, head: &[u8]) -> io::Result<Self> {
        let mut rows = Rows::new(input, head, MAX_BATCH_RECORD);
        let mut row = Row::default();
        let ended = head.is_empty();
        let names = match ended {
            true => Vec::new(),
            false => header(&mut rows, &mut row).map_err(|e| invalid(e.to_string()))?,
        };
        if !ended && !names.iter().any(|name| QUERY.contains(&name.as_str())) {
            let found = names.join(", ");
            return Err(invalid(format!("no column is named query; there is: {found}")));
        }
        Ok(Table { rows, row, names, ended })
    }

    pub(super) fn next(&mut self) -> io::Result<Option<BatchQuery>> {
        if self.ended {
            return Ok(None);
        }
        let refused = |refusal, row: &Row| BatchQuery::new(row.line, "").refused(Some(refusal));
        Ok(match self.rows.next(&mut self.row)? {
            Next::End => None,
            Next::Row => Some(self.query()),
            Next::TooLarge => {
                Some(refused(Refusal::TooLong { limit: MAX_BATCH_RECORD }, &self.row))
            }
            Next::Open => {
                self.ended = true;
                let detail = "a quotation mark that opens in it is never closed".to_owned();
                Some(refused(Refusal::Csv { detail }, &self.row))
            }
        })
    }

    fn query(&self) -> BatchQuery {
        let (mut object, mut wrong) = (Map::new(), None);
        for (i, bytes) in self.row.fields().enumerate() {
            let (cell, refusal) = text(bytes);
            wrong = wrong.or(refusal);
            match self.names.get(i) {
                Some(name) => {
                    object.insert(name.clone(), Value::String(cell));
                }
                None if cell.trim().is_empty() => (),
                None => {
                    let names = self.names.len();
                    let detail = format!("more cells than the first row, which has {names}");
                    wrong = wrong.or(Some(Refusal::Csv { detail }));
                }
            }
        }
        // Spreadsheets write columns without a name at the end of a table.
        object.retain(|name, value| !name.is_empty() || value.as_str() != Some(""));
        of_object(self.row.line, &object).refused(wrong)
    }
}

fn invalid(detail: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, detail)
}
