//! Several threads that take queries from one reader; their answers come out in the order of the queries.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::answer::answer;
use super::{Answer, BatchOptions, BatchQuery};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::search::Searcher;

/// Most answers that wait for those before them, and the bytes from which on none is added.
const MOST_WAITING: usize = 64;
const MOST_BYTES: usize = 8 << 20;

/// Answers queries and hands over, in their order, what `each` makes of the answers; `each` is called by
/// several threads. The number of queries does not matter to the memory that it takes, and that of the
/// threads not to what is handed over.
///
/// # Errors
/// Of the reader, of opening the index, or of `sink`; what comes before is handed over. A query that cannot be
/// answered is no error, whether it or the index is at fault: see [`Answer::results`].
pub fn answer_all<T: Send>(
    index: &Index,
    queries: impl Iterator<Item = Result<BatchQuery>> + Send,
    options: &BatchOptions,
    each: impl Fn(Answer) -> T + Sync,
    sink: &mut dyn FnMut(T) -> io::Result<()>,
) -> Result<()> {
    // All of the same commit, or nearly: they are opened together, before the first query is read.
    let searchers = Searcher::several(index, options.threads.max(1), options.verify)?;
    let pool = Pool::new(queries, searchers.len());
    let (pool, each) = (&pool, &each);
    thread::scope(|scope| {
        for searcher in searchers {
            scope.spawn(move || pool.work(&searcher, options, each));
        }
        let _stop = Stop(pool);
        pool.hand_over(sink)
    })
}

struct Pool<Q, T> {
    queries: Mutex<Numbered<Q>>,
    state: Mutex<State<T>>,
    /// Told when an answer was added, or a thread ends.
    added: Condvar,
    /// Told when there is room again.
    room: Condvar,
}

struct Numbered<Q> {
    queries: Q,
    next: u64,
}

struct State<T> {
    /// By the number of the query: how much each takes, and the answer.
    waiting: BTreeMap<u64, (usize, Result<T>)>,
    bytes: usize,
    working: usize,
    stopped: bool,
}

impl<Q, T> Pool<Q, T> {
    fn new(queries: Q, working: usize) -> Self {
        let state = State { waiting: BTreeMap::new(), bytes: 0, working, stopped: false };
        Pool {
            queries: Mutex::new(Numbered { queries, next: 0 }),
            state: Mutex::new(state),
            added: Condvar::new(),
            room: Condvar::new(),
        }
    }

    /// In order; until the threads have ended.
    fn hand_over(&self, sink: &mut dyn FnMut(T) -> io::Result<()>) -> Result<()> {
        for number in 0.. {
            let Some(result) = self.answer(number) else { break };
            sink(result?).map_err(|source| Error::Output { source })?;
        }
        Ok(())
    }

    /// Waits for an answer; none where nobody will give it.
    fn answer(&self, number: u64) -> Option<Result<T>> {
        let mut state = lock(&self.state);
        loop {
            if let Some((bytes, result)) = state.waiting.remove(&number) {
                state.bytes -= bytes;
                self.room.notify_all();
                return Some(result);
            }
            if state.working == 0 {
                return None;
            }
            state = self.added.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for room. What waits is waited for by an earlier query, which another thread has taken: the wait
    /// has an end.
    fn has_room(&self) -> bool {
        let mut state = lock(&self.state);
        while !state.stopped && (state.bytes >= MOST_BYTES || state.waiting.len() >= MOST_WAITING) {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.stopped
    }

    fn add(&self, number: u64, bytes: usize, result: Result<T>) {
        let mut state = lock(&self.state);
        state.stopped |= result.is_err();
        state.bytes += bytes;
        state.waiting.insert(number, (bytes, result));
        self.added.notify_one();
    }
}

impl<Q: Iterator<Item = Result<BatchQuery>>, T> Pool<Q, T> {
    fn work(&self, searcher: &Searcher, options: &BatchOptions, each: &impl Fn(Answer) -> T) {
        let _leave = Leave(self);
        while self.has_room() {
            let Some((number, query)) = self.next_query() else { break };
            let found = query.map(|query| answer(searcher, query, options));
            let bytes = found.as_ref().map_or(0, Answer::weight);
            self.add(number, bytes, found.map(each));
        }
    }

    fn next_query(&self) -> Option<(u64, Result<BatchQuery>)> {
        let mut queries = lock(&self.queries);
        let query = queries.queries.next()?;
        let number = queries.next;
        queries.next += 1;
        Some((number, query))
    }
}

/// A thread that panicked has left what it held whole: nothing is changed in two steps.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells that a thread ends; where it panics, that its answer will not come and all must end.
struct Leave<'p, Q, T>(&'p Pool<Q, T>);

impl<Q, T> Drop for Leave<'_, Q, T> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.working -= 1;
        state.stopped |= thread::panicking();
        self.0.added.notify_one();
        self.0.room.notify_all();
    }
}

/// Ends the threads where nobody takes their answers any more.
struct Stop<'p, Q, T>(&'p Pool<Q, T>);

impl<Q, T> Drop for Stop<'_, Q, T> {
    fn drop(&mut self) {
        lock(&self.0.state).stopped = true;
        self.0.room.notify_all();
    }
}
