//! A segment decoded: everything that its files hold, after their checksums.

use std::path::PathBuf;

use tantivy::{DocId, Segment, SegmentReader, TantivyDocument, TantivyError};

use super::articles::{articles, facts};
use super::files::cure_of;
use super::words::words;
use super::{Check, Fault, FaultKind};
use crate::error::Error;
use crate::guard::caught;
use crate::index::{Fields, SegmentEntry};

/// What is wrong with what a file holds.
pub(super) enum Defect {
    Engine(TantivyError),
    Found { kind: FaultKind, doc: Option<DocId>, detail: Option<String> },
}

impl Defect {
    pub(super) fn of(kind: FaultKind, doc: DocId) -> Self {
        Defect::Found { kind, doc: Some(doc), detail: None }
    }

    pub(super) fn content(detail: String) -> Self {
        Defect::Found { kind: FaultKind::Content, doc: None, detail: Some(detail) }
    }

    fn into_fault(self, file: PathBuf) -> Fault {
        let cure = cure_of(&file.to_string_lossy());
        let fault = |kind| Fault::new(file, kind, cure);
        match self {
            Defect::Engine(error) => fault(FaultKind::Content).because(error.to_string()),
            Defect::Found { kind, doc, detail } => Fault { document: doc, detail, ..fault(kind) },
        }
    }
}

impl From<TantivyError> for Defect {
    fn from(error: TantivyError) -> Self {
        Defect::Engine(error)
    }
}

impl From<std::io::Error> for Defect {
    fn from(error: std::io::Error) -> Self {
        Defect::Engine(error.into())
    }
}

impl Check<'_> {
    /// Decodes a segment.
    pub(super) fn segment(&mut self, segment: &Segment, fields: Fields, entry: &SegmentEntry) {
        let name = entry.name();
        let file = |end: &str| format!("{name}.{end}");
        let opened = self.part(&file("idx"), || Ok(SegmentReader::open(segment)?));
        let Some(reader) = opened else { return };
        if reader.num_deleted_docs() != entry.removed() {
            let opstamp = entry.delete_opstamp().unwrap_or_default();
            let file = self.in_segments(&file(&format!("{opstamp}.del")));
            self.report.add(Fault::new(file, FaultKind::Removed, cure_of("del")));
        }
        for (field, described) in reader.schema().fields() {
            if described.is_indexed() {
                self.part(&file("idx"), || words(&reader, field, described.name()));
            }
            if described.has_fieldnorms() {
                self.part(&file("fieldnorm"), || lengths(&reader, field));
            }
        }
        self.part(&file("idx"), || identifiers(&reader, fields));
        self.part(&file("store"), || stored(&reader));
        self.part(&file("fast"), || facts(&reader));
        if let Some(articles) = self.part(&file("fast"), || articles(&reader)) {
            self.articles.add(name, articles);
        }
    }

    /// What decoding a part of a segment gives; what is wrong with it is a fault of its file.
    fn part<T>(&mut self, file: &str, decode: impl FnOnce() -> Result<T, Defect>) -> Option<T> {
        let defect = match caught(self.dir, || Ok(decode())) {
            Ok(Ok(decoded)) => return Some(decoded),
            Ok(Err(defect)) => defect,
            Err(Error::Panicked { detail, .. }) => Defect::content(detail),
            Err(error) => Defect::content(error.to_string()),
        };
        self.report.add(defect.into_fault(self.in_segments(file)));
        None
    }
}

/// The lengths of a field in every document.
fn lengths(reader: &SegmentReader, field: tantivy::schema::Field) -> Result<(), Defect> {
    let Some(lengths) = reader.fieldnorms_readers().get_field(field)? else { return Ok(()) };
    if lengths.num_docs() != reader.max_doc() {
        return Err(Defect::content(format!("lengths of {} documents", lengths.num_docs())));
    }
    // A document that has none makes the engine panic.
    (0..reader.max_doc()).for_each(|doc| _ = lengths.fieldnorm(doc));
    Ok(())
}

/// Every document has one identifier by which it is found.
fn identifiers(reader: &SegmentReader, fields: Fields) -> Result<(), Defect> {
    let inverted = reader.inverted_index(fields.id)?;
    let mut found = 0;
    let mut terms = inverted.terms().stream()?;
    while terms.advance() {
        found += u64::from(terms.value().doc_freq);
    }
    match found == u64::from(reader.max_doc()) {
        true => Ok(()),
        false => Err(Defect::content(format!("identifiers of {found} documents"))),
    }
}

/// The engine's copy of documents, which has nothing in it but their number.
fn stored(reader: &SegmentReader) -> Result<(), Defect> {
    let store = reader.get_store_reader(1)?;
    let mut found = 0;
    for document in store.iter::<TantivyDocument>(None) {
        document?;
        found += 1;
    }
    match found == reader.max_doc() {
        true => Ok(()),
        false => Err(Defect::content(format!("{found} documents"))),
    }
}
