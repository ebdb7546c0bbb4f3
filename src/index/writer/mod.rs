//! Articles into the index: what is new is added, what changed replaced, what did not change left alone.

mod settle;

use std::collections::hash_map::Entry;
use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::index::SegmentMeta;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{TantivyError, Term};
use xxhash_rust::xxh3::xxh3_64;

use super::building::{Builders, Indexed};
use super::copies::{Copies, Earlier, numbered};
use super::directory::SegmentsDirectory;
use super::lock::WriterLock;
use super::places::{Left, Places};
use super::roots::Roots;
use super::segments::{columns_of, segment_articles};
use super::text::{Digests, LONGEST_ID, Origins, TextWriter, digest, sum_of};
use super::versions::EarlierVersions;
use super::{Commit, Fields, Index, Origin, TextReader, engine_error, leftovers};
use crate::article::Article;
use crate::error::{ArticleFault, Error, Result};
use crate::guard::caught;
use crate::passage::Outline;
pub use settle::Pruned;

/// How to write.
#[derive(Clone, Copy, Debug)]
pub struct WriterOptions {
    /// Threads that index; at least one.
    pub threads: usize,
    /// Bytes of postings that each thread keeps in memory; what is more waits in files until the commit.
    pub memory: usize,
    /// Bytes of text after which a commit is made by itself.
    pub commit_bytes: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
        WriterOptions { threads, memory: MEMORY, commit_bytes: COMMIT_BYTES }
    }
}

/// What became of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Added,
    /// The index held another version of it.
    Replaced,
    /// The index holds it as it is.
    Unchanged,
    /// An earlier record of this run says the same under the same identifier.
    Repeated,
}

/// Which identifier an article may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taking {
    /// Also that of another version of it.
    Own,
    /// Only one that is nobody's, or an equal article's.
    Free,
}

/// Longest identifier, in bytes, with room for what makes it unique.
pub const MAX_ID_BYTES: usize = 2048;
/// Longest title and address, in bytes.
pub const MAX_FIELD_BYTES: usize = 16 << 10;
/// Longest source and signature, in bytes: every passage of an article bears them.
pub const MAX_NAME_BYTES: usize = 4 << 10;
/// Bytes of text after which a commit is made: a run that is killed has done something, and an archive has few segments.
const COMMIT_BYTES: usize = 384 << 20;
/// An article of so many bytes is committed by itself: one of distinct words takes thirty times as much memory while
/// its segment is built, and several would be under way.
const LARGE_BYTES: usize = 4 << 20;
/// Bytes of postings that each thread keeps in memory: with less, words would be met anew in too many files.
const MEMORY: usize = 8 << 20;
/// Least memory that the engine accepts for a thread of its own, which takes it where it is given articles.
const ENGINE_MEMORY: usize = 16 << 20;
/// Segments of one level that are merged; deletions beyond this share make a segment be rewritten.
const MERGED_SEGMENTS: usize = 6;
const MOST_DELETED: f32 = 0.2;

/// Writes into one index. What was put is searchable after [`IndexWriter::commit`].
pub struct IndexWriter {
    segments: PathBuf,
    directory: SegmentsDirectory,
    fields: Fields,
    engine: tantivy::IndexWriter,
    builders: Builders,
    /// Articles to be deleted with the next commit, as far as their records are before an address.
    deleted: Vec<(Term, u64)>,
    text: TextWriter,
    commit_bytes: usize,
    commits: usize,
    /// Something was lost on the way: to go on would commit what is not whole.
    failed: bool,
    /// For the records of earlier runs; absent while the index is empty.
    reader: Option<TextReader>,
    /// Articles of earlier runs, by hash of their identifier.
    known: FxHashMap<u64, Known>,
    /// This run's articles, by hash of their identifier.
    seen: FxHashMap<u64, Known>,
    /// The numbers of identifiers that several articles bear.
    copies: Copies,
    /// How often a number was tried: about once for each article that has one.
    tries: usize,
    /// Addresses of articles of earlier runs whose place another text has taken, and that stand in other files
    /// too.
    displaced: Vec<u64>,
    /// Those that were kept under another identifier, by its hash.
    kept: FxHashSet<u64>,
    /// Articles of earlier runs whose own file gave an equal one of another identifier, by hash of the
    /// identifier.
    superseded: FxHashSet<u64>,
    places: Places,
    roots: Roots,
    uncommitted: usize,
    /// Whether a commit would change anything; the first always does.
    is_dirty: bool,
    /// Released last.
    _lock: Option<WriterLock>,
}

#[derive(Clone, Copy)]
struct Known {
    digest: u64,
    /// Of the file that it is known by.
    origin: u64,
    /// The sum of those of the other files that it stands in.
    also: u64,
    address: u64,
    /// Whether the file that it is known by gave it in this run.
    met: bool,
}

impl Known {
    fn earlier(self) -> Earlier {
        Earlier { digest: self.digest, origin: self.origin }
    }
}

impl IndexWriter {
    pub(super) fn open(index: &Index, options: WriterOptions) -> Result<Self> {
        // The lock comes first: nobody else changes anything from here on.
        let lock = WriterLock::take(&index.dir)?;
        index.check_same()?;
        leftovers::remove(index);
        let writer = caught(&index.dir, || IndexWriter::open_locked(index, options))?;
        Ok(IndexWriter { _lock: Some(lock), ..writer })
    }

    /// A writer for who holds the lock.
    pub(super) fn open_locked(index: &Index, options: WriterOptions) -> Result<Self> {
        let segments = index.segments_dir();
        let threads = options.threads.max(1);
        // Its own thread is given nothing: it merges what the builders write, and commits.
        let engine = index
            .engine
            .writer_with_num_threads(1, ENGINE_MEMORY)
            .map_err(Error::engine(&segments))?;
        engine.set_merge_policy(merge_policy());
        let commit = index.last_commit()?.unwrap_or_default();
        let (disk, end) = (index.disk.as_ref(), commit.text());
        let text = TextWriter::open(disk, &index.data_dir(), &index.manifest.index, end)?;
        let reader = if end.length > 0 { Some(index.text()?) } else { None };
        let (known, copies) = match &reader {
            Some(reader) => known_articles(index, reader)?,
            None => Default::default(),
        };
        // What is merged, or searched for what is replaced, must be what was written.
        index.directory.compare_files(true);
        Ok(IndexWriter {
            segments,
            directory: index.directory.clone(),
            fields: index.fields,
            engine,
            builders: Builders::start(index, threads, options.memory)?,
            deleted: Vec::new(),
            text,
            commit_bytes: options.commit_bytes,
            commits: 0,
            failed: false,
            reader,
            known,
            seen: FxHashMap::default(),
            copies,
            tries: 0,
            displaced: Vec::new(),
            kept: FxHashSet::default(),
            superseded: FxHashSet::default(),
            places: Places::default(),
            roots: Roots::default(),
            uncommitted: 0,
            is_dirty: true,
            _lock: None,
        })
    }

    /// Names the files and folders (absolute paths) that a run reads: the articles that came from one stay
    /// what they are until it [gave](IndexWriter::gave) something.
    pub fn begin(&mut self, roots: &[String]) {
        self.roots = Roots::new(roots);
    }

    /// An article came from a root.
    pub fn gave(&mut self, root: &str) {
        self.roots.gave(root);
    }

    /// Adds an article, replaces the one with its identifier, or leaves it alone if nothing changed.
    ///
    /// Two different articles never become one: where a second one of this run, or one of another file that
    /// is still there, has the same identifier, it gets `~2` (`~3`…) appended; so does one of another file
    /// that is gone without its folder, or together with all else of its root: it is likely to come back.
    /// What an earlier run numbered so keeps its number, and what says the same joins it. `article.id` is then
    /// the identifier given. [`IndexWriter::settle`] ends a run.
    ///
    /// # Errors
    /// The disk or the engine; the index keeps its last commit. [`Error::Article`] for one without text or
    /// with an identifier of more than [`MAX_ID_BYTES`] bytes.
    pub fn put(&mut self, article: &mut Article, origin: &Origin) -> Result<Outcome> {
        check(article, MAX_ID_BYTES + article.id.len() - unnumbered(&article.id).len())?;
        self.guarded(|writer| writer.put_unique(article, origin.into()))
    }

    /// Puts an article of another index of the same articles, under the identifier that it has there, with the
    /// files that it is known to stand in.
    pub(super) fn put_again(&mut self, article: &mut Article, origins: Origins<'_>) -> Result<()> {
        check(article, LONGEST_ID)?;
        let digest = digest(article);
        self.guarded(|writer| match writer.try_put(article, origins, digest, Taking::Own)? {
            Some(_) => Ok(()),
            // A damaged index may have it twice.
            None => writer.put_numbered(article, origins, digest, Taking::Own).map(drop),
        })
    }

    /// Commits made so far.
    pub fn commits(&self) -> usize {
        self.commits
    }

    /// After an error nothing more is written: the engine would commit what is left as if it were all.
    fn guarded<T>(&mut self, write: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.failed {
            let error = std::io::Error::other("an earlier write failed");
            return Err(Error::not_written(&self.segments)(error));
        }
        let segments = self.segments.clone();
        let written = caught(&segments, || write(self));
        // An article that is refused was not begun.
        self.failed = matches!(&written, Err(error) if !matches!(error, Error::Article { .. }));
        written
    }

    fn put_unique(&mut self, article: &mut Article, origins: Origins<'_>) -> Result<Outcome> {
        let (base, own, digest) = (key(&article.id), article.id.len(), digest(article));
        let is_numbered =
            self.was_numbered(base, digest, origins.first)? || self.is_numbered(base, digest);
        let put = match is_numbered {
            true => None,
            false => self.try_put(article, origins, digest, Taking::Own)?,
        };
        let outcome = match put {
            Some(outcome) => outcome,
            None => self.put_numbered(article, origins, digest, Taking::Own)?,
        };
        self.supersede(&article.id[..own], origins.first, key(&article.id))?;
        Ok(outcome)
    }

    /// Whether what says the same has a number, and is not what has the identifier itself.
    fn is_numbered(&self, base: u64, digest: u64) -> bool {
        let it = self.seen.get(&base).or(self.known.get(&base));
        it.is_none_or(|it| it.digest != digest) && self.copies.equal(base, digest).is_some()
    }

    /// Puts an article under its identifier with a number.
    fn put_numbered(
        &mut self,
        article: &mut Article,
        origins: Origins<'_>,
        digest: u64,
        taking: Taking,
    ) -> Result<Outcome> {
        let base = std::mem::take(&mut article.id);
        let base_key = key(&base);
        let own = (taking == Taking::Own).then(|| origins.first.digest());
        loop {
            let number = self.copies.number(base_key, digest, own);
            article.id = format!("{base}~{number}");
            self.tries += 1;
            let outcome = self.try_put(article, origins, digest, taking)?;
            // Nobody tries it again for nothing; an equal one finds it by its digest.
            self.copies.is_taken(base_key, number);
            if let Some(outcome) = outcome {
                return Ok(outcome);
            }
        }
    }

    /// A file gave an article of an earlier run that it did not stand for: what it had under the same identifier,
    /// or a number of it, changed into that, unless it gives it too.
    fn supersede(&mut self, base: &str, file: &Origin, joined: u64) -> Result<()> {
        let (base_key, origin) = (key(base), file.digest());
        let is_own = self.known.get(&base_key).is_some_and(|known| known.origin == origin);
        let own = is_own.then_some(base_key);
        let number = self.copies.of(base_key, origin);
        let numbered = number.map(|number| key(&format!("{base}~{number}")));
        let Some(known) = self.known.get(&joined).copied() else { return Ok(()) };
        let had: Vec<u64> = own.into_iter().chain(numbered).filter(|had| *had != joined).collect();
        if !had.is_empty() && known.origin != origin && !self.also(known)?.contains(file) {
            self.superseded.extend(had);
        }
        Ok(())
    }

    /// Whether an earlier run gave a number to an article of a file, and nobody has the identifier itself any
    /// more, or what says the same: it is not given to who has another one.
    fn was_numbered(&mut self, base: u64, digest: u64, origin: &Origin) -> Result<bool> {
        if self.seen.contains_key(&base) || self.copies.of(base, origin.digest()).is_none() {
            return Ok(false);
        }
        match self.known.get(&base).copied() {
            None => Ok(true),
            Some(known) if known.origin == origin.digest() || known.digest == digest => Ok(false),
            Some(known) => Ok(!matches!(self.left(known)?, Left::File)),
        }
    }

    /// Puts the article under its identifier, or `None` if that belongs to another one.
    fn try_put(
        &mut self,
        article: &Article,
        origins: Origins<'_>,
        digest: u64,
        taking: Taking,
    ) -> Result<Option<Outcome>> {
        let (key, origin) = (key(&article.id), origins.first);
        if let Some(&seen) = self.seen.get(&key) {
            if seen.digest != digest {
                return Ok(None);
            }
            self.meet(key, origin);
            return Ok(Some(Outcome::Repeated));
        }
        let known = self.known.get(&key).copied();
        let mut also = origins.also.to_vec();
        let outcome = match known {
            None => Outcome::Added,
            Some(known) if taking == Taking::Free && known.digest != digest => return Ok(None),
            Some(known) if known.origin == origin.digest() => match known.digest == digest {
                true => Outcome::Unchanged,
                false => Outcome::Replaced,
            },
            Some(known) => match (known.digest == digest, self.left(known)?) {
                (true, Left::File) => Outcome::Unchanged,
                (true, Left::Folder(file) | Left::Nothing(file)) => {
                    also = self.also(known)?;
                    // What is named by the run, and one of several, is not moved because it is not there.
                    let stays = also.contains(origin) || self.roots.silent(&file).is_some();
                    match stays || taking == Taking::Free || origin.path == "-" {
                        true => Outcome::Unchanged,
                        // Its file was moved: from now on it is known by its new place.
                        false => Outcome::Replaced,
                    }
                }
                // Moved and changed, unless all around it is gone too.
                (false, Left::Folder(file))
                    if self.roots.silent(&file).is_none()
                        && origin.path != "-"
                        && !self.also(known)?.contains(origin) =>
                {
                    Outcome::Replaced
                }
                (false, _) => return Ok(None),
            },
        };
        self.copies.gave(&article.id, digest, known.map(Known::earlier));
        let mut seen = match known.filter(|_| outcome == Outcome::Unchanged) {
            Some(known) => known,
            None => {
                let also = sum_of(&also);
                Known { digest, origin: origin.digest(), also, address: 0, met: false }
            }
        };
        self.seen.insert(key, seen);
        if let Some(known) = known.filter(|known| known.also != 0 && known.digest != digest) {
            // Before its place is taken: the writing of the other may commit.
            self.displace(known.address)?;
        }
        if outcome != Outcome::Unchanged {
            let origins = Origins { first: origin, also: &also };
            seen.address = self.write(article, origins, digest, known.is_some())?;
            self.seen.insert(key, seen);
        }
        self.meet(key, origin);
        Ok(Some(outcome))
    }

    /// A file gave an article that was seen.
    fn meet(&mut self, key: u64, file: &Origin) {
        let Some(seen) = self.seen.get_mut(&key) else { return };
        if seen.origin == file.digest() {
            seen.met = true;
        } else if file.path != "-" {
            // Standard input is no place where it could still be.
            self.places.meet(key, file);
        }
    }

    /// The other files that an article of an earlier run stands in.
    fn also(&self, known: Known) -> Result<Vec<Origin>> {
        match self.reader.as_ref().filter(|_| known.also != 0) {
            Some(reader) => reader.article(known.address).map(|stored| stored.also),
            None => Ok(Vec::new()),
        }
    }

    /// What is left of the file that an article of an earlier run is known by.
    fn left(&mut self, known: Known) -> Result<Left> {
        if let Some(left) = self.places.known_left(known.origin) {
            return Ok(left.clone());
        }
        match &self.reader {
            Some(reader) => Ok(self.places.left(&reader.article(known.address)?.origin).clone()),
            None => Ok(Left::File),
        }
    }

    /// Writes an article, in the place of the one with its identifier if it `replaces` one; gives its address.
    fn write(
        &mut self,
        article: &Article,
        origins: Origins<'_>,
        digest: u64,
        replaces: bool,
    ) -> Result<u64> {
        let outline = Outline::of(&article.body);
        let address = self.text.append(article, origins, &outline.passages, digest)?;
        if replaces {
            self.delete(&article.id, address);
        }
        self.is_dirty = true;
        let written = self.builders.put(Indexed { article: article.clone(), outline, address })?;
        self.add_segments(written)?;
        self.uncommitted += article.body.len();
        if self.uncommitted >= self.commit_bytes || article.body.len() >= LARGE_BYTES {
            self.commit_all()?;
        }
        Ok(address)
    }

    /// Deletes an article, as far as its records are before an address.
    fn delete(&mut self, id: &str, before: u64) {
        self.deleted.push((self.fields.id_term(id), before));
        self.is_dirty = true;
    }

    /// Deletes all that there is of an article.
    fn remove(&mut self, id: &str) {
        self.delete(id, self.text.length());
    }

    /// Gives all that was put to the engine, and then what is to be deleted: it deletes from the segments that it has.
    fn hand_over(&mut self) -> Result<()> {
        let written = self.builders.write()?;
        self.add_segments(written)?;
        let deleted = std::mem::take(&mut self.deleted);
        if !deleted.is_empty() {
            let deleted = self.engine.delete_query(Box::new(EarlierVersions::of(deleted)));
            deleted.map_err(|error| self.error(error))?;
        }
        Ok(())
    }

    fn add_segments(&self, segments: Vec<SegmentMeta>) -> Result<()> {
        let mut added = segments.into_iter().map(|segment| self.engine.add_segment(segment));
        added.try_for_each(|added| added.map_err(|error| self.error(error)))
    }

    /// Makes everything put so far searchable and durable: when this returns, it is on the disk.
    ///
    /// # Errors
    /// The disk or the engine; the index keeps its last commit.
    pub fn commit(&mut self) -> Result<()> {
        self.guarded(IndexWriter::commit_all)
    }

    fn commit_all(&mut self) -> Result<()> {
        self.hand_over()?;
        let commit = Commit::new(self.text.sync()?);
        let payload = serde_json::to_string(&commit).unwrap_or_default();
        let (directory, segments) = (&self.directory, &self.segments);
        let error = |error| engine_error(directory, segments, error);
        // The directory syncs the folder after tantivy renames its meta.json.
        let mut prepared = self.engine.prepare_commit().map_err(error)?;
        prepared.set_payload(&payload);
        prepared.commit().map_err(error)?;
        self.uncommitted = 0;
        self.is_dirty = false;
        self.commits += 1;
        Ok(())
    }

    /// Commits, then waits for merges under way, so that the index is left at rest.
    ///
    /// # Errors
    /// The disk or the engine; what was committed stays.
    pub fn finish(mut self) -> Result<()> {
        if self.is_dirty {
            self.commit()?;
        }
        let IndexWriter { engine, builders, segments, directory, _lock: lock, .. } = self;
        drop(builders);
        let merged = engine.wait_merging_threads();
        directory.compare_files(false);
        drop(lock);
        merged.map_err(|error| engine_error(&directory, &segments, error))?;
        // A merge that fails leaves its segments as they were; but damage, and a state not written, is told.
        let is_told = directory.is_damaged() || directory.is_stopped();
        directory.failure().filter(|_| is_told).map_or(Ok(()), Err)
    }

    fn error(&self, error: TantivyError) -> Error {
        engine_error(&self.directory, &self.segments, error)
    }
}

/// By what an identifier is known.
fn key(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}

fn check(article: &Article, longest_id: usize) -> Result<()> {
    match refusal(article, longest_id) {
        None => Ok(()),
        Some(detail) => Err(Error::Article { id: article.id.chars().take(80).collect(), detail }),
    }
}

/// Why the index cannot hold an article.
fn refusal(article: &Article, longest_id: usize) -> Option<ArticleFault> {
    if article.body.trim().is_empty() {
        return Some(ArticleFault::NoText);
    }
    let Article { id, title, source, author, url, .. } = article;
    let text = |field: &Option<String>| field.as_ref().map_or(0, String::len);
    let fields = [
        ("identifier", id.len(), longest_id),
        ("title", text(title), MAX_FIELD_BYTES),
        ("source", text(source), MAX_NAME_BYTES),
        ("author", text(author), MAX_NAME_BYTES),
        ("url", text(url), MAX_FIELD_BYTES),
    ];
    let mut too_long = fields.into_iter().filter(|(_, bytes, most)| bytes > most);
    too_long.next().map(|(field, bytes, most)| ArticleFault::TooLong { field, bytes, most })
}

/// An identifier without the number that was appended to it.
fn unnumbered(id: &str) -> &str {
    match numbered(id) {
        Some(_) => id.rsplit_once('~').map_or(id, |(base, _)| base),
        None => id,
    }
}

fn merge_policy() -> Box<LogMergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(MERGED_SEGMENTS);
    policy.set_del_docs_ratio_before_merge(MOST_DELETED);
    Box::new(policy)
}

/// Every article that the last commit holds, by hash of the identifier; and the numbers they have.
fn known_articles(index: &Index, text: &TextReader) -> Result<(FxHashMap<u64, Known>, Copies)> {
    let segments = index.segments_dir();
    let (mut known, mut copies) = (FxHashMap::default(), Copies::default());
    let living = index.engine.searchable_segments().map_err(Error::engine(&segments))?;
    index.verify(&living.iter().flat_map(columns_of).collect())?;
    for segment in &living {
        let articles = segment_articles(segment).map_err(Error::engine(&segments))?;
        for (id, address) in articles {
            let Digests { article: digest, origin, also } = text.digests(address)?;
            if let Entry::Vacant(entry) = known.entry(id.key) {
                let article = entry.insert(Known { digest, origin, also, address, met: false });
                if let Some((base, number)) = id.numbered {
                    copies.hold(base, number, article.earlier());
                }
            }
        }
    }
    Ok((known, copies))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It took minutes: each began again at `~2`.
    #[test]
    fn many_articles_of_one_identifier_are_tried_once_each() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("index");
        Index::create(&dir).unwrap();
        let files = ["un", "deux"].map(|name| folder.path().join(name));
        const EACH: usize = 500;
        let tries = [(0, EACH - 1), (1, 2 * EACH - 1), (0, EACH - 1), (1, EACH)];
        for (run, (file, expected)) in tries.into_iter().enumerate() {
            let path = files[file].to_string_lossy().into_owned();
            std::fs::write(&files[file], "").unwrap();
            let options = WriterOptions { threads: 1, ..WriterOptions::default() };
            let mut writer = Index::open(&dir).unwrap().writer(options).unwrap();
            for n in 0..EACH {
                let mut article = Article::new("a", format!("Le texte {n} de {path}."));
                let outcome = writer.put(&mut article, &Origin { path: path.clone() }).unwrap();
                assert_eq!(outcome == Outcome::Added, run < 2, "run {run}, {n}");
            }
            assert_eq!(writer.tries, expected, "run {run}");
            writer.finish().unwrap();
        }
    }
}
