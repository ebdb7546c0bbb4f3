//! Several threads that take queries from one reader; their answers come out in the order of the queries.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Builder};
use std::time::Duration;

use super::answer::answer;
use super::{Answer, BatchOptions, BatchQuery};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::search::Searcher;

/// Most answers that wait for those before them, and the bytes from which on none is added.
const MOST_WAITING: usize = 64;
const MOST_BYTES: usize = 8 << 20;
/// So many answers are told at once, or after so long: to wake a thread for each takes as long as a short query.
const MANY: usize = 16;
const PATIENCE: Duration = Duration::from_millis(1);

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
    // One for all threads: they see the same commit, and what one has looked up the others know.
    let searcher = match options.verify {
        true => Searcher::verified(index)?,
        false => Searcher::new(index)?,
    };
    let threads = options.threads.max(1);
    let pool = Pool::new(queries, threads);
    let (pool, searcher, each) = (&pool, &searcher, &each);
    thread::scope(|scope| {
        let _stop = Stop(pool);
        for started in 0..threads {
            let work = move || pool.work(searcher, options, each);
            match Builder::new().spawn_scoped(scope, work) {
                Ok(_) => {}
                Err(error) if started == 0 => return Err(Error::io(index.dir())(error)),
                // Those that there are do it all.
                Err(_) => {
                    lock(&pool.state).working -= threads - started;
                    break;
                }
            }
        }
        pool.hand_over(sink)
    })
}

struct Pool<Q, T> {
    queries: Mutex<Numbered<Q>>,
    state: Mutex<State<T>>,
    /// Told when many answers are there, or a thread ends.
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
    /// How many threads wait for room.
    held: usize,
    stopped: bool,
}

impl<Q, T> Pool<Q, T> {
    fn new(queries: Q, working: usize) -> Self {
        let state = State { waiting: BTreeMap::new(), bytes: 0, working, held: 0, stopped: false };
        Pool {
            queries: Mutex::new(Numbered { queries, next: 0 }),
            state: Mutex::new(state),
            added: Condvar::new(),
            room: Condvar::new(),
        }
    }

    /// In order; until the threads have ended.
    fn hand_over(&self, sink: &mut dyn FnMut(T) -> io::Result<()>) -> Result<()> {
        let mut next = 0;
        loop {
            let answers = self.answers(next);
            if answers.is_empty() {
                return Ok(());
            }
            next += answers.len() as u64;
            for answer in answers {
                sink(answer?).map_err(|source| Error::Output { source })?;
            }
        }
    }

    /// Waits for the answers from a number on; none where nobody will give them.
    fn answers(&self, from: u64) -> Vec<Result<T>> {
        let mut state = lock(&self.state);
        loop {
            let mut answers = Vec::new();
            while let Some((bytes, answer)) = state.waiting.remove(&(from + answers.len() as u64)) {
                state.bytes -= bytes;
                answers.push(answer);
            }
            if !answers.is_empty() && state.held > 0 {
                self.room.notify_all();
            }
            if !answers.is_empty() || state.working == 0 {
                return answers;
            }
            let waited = self.added.wait_timeout(state, PATIENCE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for room. What waits is waited for by an earlier query, which another thread has taken: the wait
    /// has an end.
    fn has_room(&self) -> bool {
        let mut state = lock(&self.state);
        while !state.stopped && (state.bytes >= MOST_BYTES || state.waiting.len() >= MOST_WAITING) {
            state.held += 1;
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.held -= 1;
        }
        !state.stopped
    }

    fn add(&self, number: u64, bytes: usize, result: Result<T>) {
        let mut state = lock(&self.state);
        state.stopped |= result.is_err();
        state.bytes += bytes;
        state.waiting.insert(number, (bytes, result));
        if state.waiting.len() >= MANY {
            self.added.notify_one();
        }
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
