//! The text file: records one after the other to its end, each whole, each the one that the segments mean.

use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_64;

use super::articles::Article;
use super::files::cure_of;
use super::{Check, Cure, Fault, FaultKind, Remark, RemarkKind, TEXT_FILE, inside};
use crate::error::{Error, Result};
use crate::index::{ArticleReader, StoredArticle, TextEnd, TextReader, fullest_data};

impl Check<'_> {
    /// Reads every record up to the end of what is committed.
    ///
    /// # Errors
    /// It may not be read.
    pub(super) fn text(&mut self, committed: Option<TextEnd>) -> Result<()> {
        self.report.files += 1;
        let opened = TextReader::open_any(&self.data).and_then(|text| Ok((text.rest(0)?, text)));
        let (length, text) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.not_read(error, self.cure_of_text()),
        };
        if let Some(why) = text.why_not_of(self.number.as_deref()) {
            self.report.add(self.of_text(FaultKind::Content).at_byte(0).because(why));
        }
        let end = self.end(&text, length, committed)?;
        self.records(&mut text.articles(), text.first(), end);
        self.report.bytes += end;
        Ok(())
    }

    /// Compares where the text ends with what is committed of it; gives how far it is to be read.
    fn end(&mut self, text: &TextReader, length: u64, committed: Option<TextEnd>) -> Result<u64> {
        let Some(committed) = committed else { return Ok(length) };
        if length < committed.length {
            let detail = format!("{length} bytes, {} committed", committed.length);
            self.report.add(self.of_text(FaultKind::TooShort).because(detail));
            return Ok(length);
        }
        if length > committed.length {
            let bytes = length - committed.length;
            let remark = Remark { file: self.text_file(), kind: RemarkKind::Tail, bytes };
            self.report.remarks.push(remark);
        }
        match text.ends_at(committed) {
            Err(Error::Damaged { detail, .. }) => {
                self.report.add(self.of_text(FaultKind::Content).because(detail));
            }
            ends => ends?,
        }
        Ok(committed.length)
    }

    /// Reads records from `first` up to `end`, and goes through the articles that the segments have beside them.
    fn records(&mut self, reader: &mut ArticleReader<'_>, first: u64, end: u64) {
        let (mut at, mut next, mut previous) = (first, 0, Some(0));
        while at < end {
            next = self.without_record(next, at);
            let before = previous.take();
            let after = match reader.end(at) {
                Ok(after) if after <= end => {
                    previous = self.record(reader, at, next, before);
                    after
                }
                found => {
                    let detail = found.err().map(|error| reason(&error));
                    let detail = detail.unwrap_or_else(|| "it has no end".to_owned());
                    self.report.add(self.of_text(FaultKind::Record).at_byte(at).because(detail));
                    // Where the next one begins only the segments know.
                    self.articles.first_after(at).unwrap_or(end).min(end)
                }
            };
            while self.articles.get(next).is_some_and(|article| article.address == at) {
                next += 1;
            }
            self.advance(after - at);
            at = after;
        }
        self.without_record(next, u64::MAX);
    }

    /// Names the articles, from one on, that have no record before a byte; gives the first that may.
    fn without_record(&mut self, mut next: usize, at: u64) -> usize {
        while let Some(article) = self.articles.get(next).filter(|article| article.address < at) {
            self.add_of(&article, FaultKind::Address, format!("byte {}", article.address));
            next += 1;
        }
        next
    }

    /// Reads a record, after the one with the checksum `before` if that could be read; the articles from `next`
    /// on may be of it. Gives its checksum.
    fn record(
        &mut self,
        reader: &mut ArticleReader<'_>,
        at: u64,
        next: usize,
        before: Option<u64>,
    ) -> Option<u64> {
        let record = match reader.record(at) {
            Ok(record) => record,
            Err(error) => {
                let fault = self.of_text(FaultKind::Record).at_byte(at).because(reason(&error));
                self.report.add(fault);
                return None;
            }
        };
        if before.is_some_and(|before| before != record.previous()) {
            let fault = self.of_text(FaultKind::Record).at_byte(at);
            self.report.add(fault.because("it was written after another one"));
        }
        let (is_tiled, has_digests) = (is_tiled(&record.stored), record.has_its_digests());
        if !is_tiled {
            self.report.add(self.of_text(FaultKind::Passages).at_byte(at));
        }
        if !has_digests {
            self.report.add(self.of_text(FaultKind::Digest).at_byte(at));
        }
        self.report.texts += usize::from(is_tiled && has_digests);
        let StoredArticle { article: stored, passages, .. } = &record.stored;
        for number in next.. {
            let Some(article) = self.articles.get(number).filter(|a| a.address == at) else {
                break;
            };
            if article.key != xxh3_64(stored.id.as_bytes()) {
                self.add_of(&article, FaultKind::Identifier, stored.id.chars().take(80).collect());
            }
            if article.passages as usize != passages.len() {
                let detail = format!("{} and {}", article.passages, passages.len());
                self.add_of(&article, FaultKind::Count, detail);
            }
        }
        Some(record.checksum())
    }

    /// A fault of the text file.
    fn of_text(&self, kind: FaultKind) -> Fault {
        Fault::new(self.text_file(), kind, self.cure_of_text())
    }

    /// What mends the text: another one that is there, as where an earlier manifest was put back.
    fn cure_of_text(&self) -> Cure {
        let fullest = fullest_data(self.dir);
        match fullest != self.data && fullest.join(TEXT_FILE).is_file() {
            true => Cure::Salvage,
            false => Cure::IndexAgain,
        }
    }

    /// The text file, from the folder of the index.
    fn text_file(&self) -> PathBuf {
        inside(self.dir, &self.data.join(TEXT_FILE))
    }

    /// A fault of an article as a segment has it.
    fn add_of(&mut self, article: &Article, kind: FaultKind, detail: String) {
        let place = self.articles.place(article);
        let file = format!("{}.fast", place.segment);
        let fault = Fault::new(self.in_segments(&file), kind, cure_of(&file));
        self.report.add(fault.in_document(place.doc).because(detail));
    }
}

/// Why a record cannot be read, without the place, which the fault has.
fn reason(error: &Error) -> String {
    match error {
        Error::Damaged { detail, .. } => {
            detail.split(", record at byte").next().unwrap_or_default().to_owned()
        }
        error => error.to_string(),
    }
}

/// Whether the passages, joined, are the body.
fn is_tiled(stored: &StoredArticle) -> bool {
    let mut end = 0;
    let follows = stored.passages.iter().all(|passage| {
        let follows = passage.start == end && passage.end > passage.start;
        end = passage.end;
        follows
    });
    follows && end == stored.article.body.len()
}
