//! Threads that build segments of the articles that they are given. What they have at the end of a round is written as
//! one segment, however many they are: fewer segments are searched faster.

mod batches;
mod chains;
mod postings;
mod queue;
mod runs;
mod segment;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use tantivy::index::SegmentMeta;

use super::directory::SegmentsDirectory;
use super::disk::Disk;
use super::{Fields, Index, engine_error};
use crate::analysis::Analyzer;
use crate::error::{Error, Result};
use crate::guard::caught;
use queue::{Queue, Taken};
pub(super) use segment::Indexed;
use segment::SegmentBuilder;

/// Bytes that columns of segments under way take in memory at most, all threads together: they wait for the commit, which
/// many short articles would put off for long.
const COLUMNS_MEMORY: usize = 96 << 20;
/// Files with postings, all threads together: a commit of common text has some sixty, one of words that are all different
/// would have more than a process may open.
const RUNS: usize = 128;

/// The threads. They end when it is dropped; what they have not written is lost.
pub(super) struct Builders {
    queue: Arc<Queue>,
    built: Receiver<Result<Built>>,
    threads: Vec<JoinHandle<()>>,
    segments: PathBuf,
}

/// What a thread says.
enum Built {
    Segment(SegmentMeta),
    /// It has written all that it was given.
    Rests,
}

impl Builders {
    /// `memory`: bytes of postings that each thread keeps in memory.
    pub(super) fn start(index: &Index, threads: usize, memory: usize) -> Result<Self> {
        let (queue, resting) = (Arc::new(Queue::default()), Arc::new(Resting::default()));
        let (sender, built) = channel();
        let segments = index.segments_dir();
        let mut builders = Builders { queue, built, threads: Vec::new(), segments };
        for started in 0..threads {
            let thread = Thread {
                queue: builders.queue.clone(),
                resting: resting.clone(),
                built: sender.clone(),
                engine: index.engine.clone(),
                fields: index.fields,
                analyzer: index.analyzer.clone(),
                memory,
                columns_memory: COLUMNS_MEMORY / threads,
                runs: (RUNS / threads).max(1),
                disk: index.disk.clone(),
                directory: index.directory.clone(),
                segments: index.segments_dir(),
            };
            match Builder::new().name("indexing".to_owned()).spawn(|| thread.run()) {
                Ok(spawned) => builders.threads.push(spawned),
                Err(error) if started == 0 => return Err(Error::io(index.dir())(error)),
                // Those that there are do it all.
                Err(_) => break,
            }
        }
        resting.threads.store(builders.threads.len(), Ordering::Relaxed);
        Ok(builders)
    }

    /// Hands an article on; gives the segments that were written in the meantime.
    pub(super) fn put(&self, indexed: Indexed) -> Result<Vec<SegmentMeta>> {
        self.queue.put(indexed);
        let mut segments = Vec::new();
        for built in self.built.try_iter() {
            if let Built::Segment(segment) = built? {
                segments.push(segment);
            }
        }
        Ok(segments)
    }

    /// Has all that was put written; gives the segments.
    pub(super) fn write(&self) -> Result<Vec<SegmentMeta>> {
        self.queue.begin_round();
        let (mut segments, mut resting) = (Vec::new(), 0);
        while resting < self.threads.len() {
            // A thread that ends has told why before.
            let ended = |_| Error::not_written(&self.segments)(io::Error::other("a thread ended"));
            match self.built.recv().map_err(ended)?? {
                Built::Segment(segment) => segments.push(segment),
                Built::Rests => resting += 1,
            }
        }
        Ok(segments)
    }
}

impl Drop for Builders {
    fn drop(&mut self) {
        self.queue.close();
        for thread in self.threads.drain(..) {
            // Its panics are caught, and told.
            let _ = thread.join();
        }
    }
}

/// What the threads have built when a round begins: it becomes one segment.
#[derive(Default)]
struct Resting {
    builders: Mutex<Vec<Option<SegmentBuilder>>>,
    /// How many threads there are: known before the first round begins.
    threads: AtomicUsize,
}

impl Resting {
    /// Adds what a thread has, if it has anything; gives all once every thread has come.
    fn add(&self, builder: Option<SegmentBuilder>) -> Vec<SegmentBuilder> {
        let mut resting = self.builders.lock().unwrap_or_else(PoisonError::into_inner);
        resting.push(builder);
        match resting.len() == self.threads() {
            true => std::mem::take(&mut *resting).into_iter().flatten().collect(),
            false => Vec::new(),
        }
    }

    fn threads(&self) -> usize {
        self.threads.load(Ordering::Relaxed)
    }
}

/// One thread.
struct Thread {
    queue: Arc<Queue>,
    resting: Arc<Resting>,
    built: Sender<Result<Built>>,
    engine: tantivy::Index,
    fields: Fields,
    analyzer: Analyzer,
    /// Bytes of postings that it keeps in memory.
    memory: usize,
    /// Bytes of columns that it keeps in memory.
    columns_memory: usize,
    /// Files with postings that it keeps.
    runs: usize,
    disk: Arc<dyn Disk>,
    directory: SegmentsDirectory,
    segments: PathBuf,
}

impl Thread {
    /// Builds until there is no more, or something fails.
    fn run(self) {
        if let Err(error) = caught(&self.segments, || self.build_all()) {
            self.queue.close();
            let _ = self.built.send(Err(error));
        }
    }

    fn build_all(&self) -> Result<()> {
        let (mut segment, mut round) = (None, 0);
        loop {
            match self.queue.take(round) {
                Taken::Article(indexed) => {
                    let builder = segment.take();
                    let builder = builder.unwrap_or_else(|| SegmentBuilder::new(self.fields));
                    segment = self.add(builder, *indexed)?;
                }
                Taken::Round(begun) => {
                    round = begun;
                    let several = self.resting.threads() > 1;
                    self.write(self.resting.add(segment.take()), several)?;
                    let _ = self.built.send(Ok(Built::Rests));
                }
                Taken::Nothing => return Ok(()),
            }
        }
    }

    /// Adds an article to a segment. Postings that take all their memory go into a file; a segment whose columns do so, or
    /// that has too many files, is written.
    fn add(&self, mut builder: SegmentBuilder, indexed: Indexed) -> Result<Option<SegmentBuilder>> {
        self.engine(builder.add(&self.analyzer, indexed))?;
        if builder.postings() >= self.memory {
            let moved = self.disk.temporary(&self.segments).and_then(|f| builder.move_postings(f));
            moved.map_err(Error::not_written(&self.segments))?;
        }
        if builder.columns() < self.columns_memory && builder.runs() < self.runs {
            return Ok(Some(builder));
        }
        self.write(vec![builder], false)?;
        Ok(None)
    }

    /// Writes builders as one segment.
    fn write(&self, builders: Vec<SegmentBuilder>, two_threads: bool) -> Result<()> {
        let written = segment::write(&self.engine, &self.fields, builders, two_threads);
        if let Some(segment) = self.engine(written)? {
            let _ = self.built.send(Ok(Built::Segment(segment)));
        }
        Ok(())
    }

    fn engine<T>(&self, result: tantivy::Result<T>) -> Result<T> {
        result.map_err(|error| engine_error(&self.directory, &self.segments, error))
    }
}
