//! Articles that wait for a thread: so many bytes of text, however short or long they are.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::segment::Indexed;
use crate::article::Article;

/// Bytes that may wait: enough for every thread to have some at hand.
const MOST: usize = 4 << 20;
/// What an article takes beside its texts.
const EACH: usize = 1 << 10;

/// Bytes that an article takes.
fn bytes_of(Indexed { article, outline, .. }: &Indexed) -> usize {
    let Article { id, title, source, author, url, body, .. } = article;
    let texts = [title, source, author, url].into_iter().flatten().map(String::len);
    let starts = outline.sentences.len() + outline.paragraphs.len() + 2 * outline.passages.len();
    EACH + id.len() + body.len() + texts.sum::<usize>() + starts * size_of::<usize>()
}

/// Shared by who puts articles and the threads that take them.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    /// Something was put or begun.
    more: Condvar,
    /// Something was taken.
    room: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Indexed>,
    bytes: usize,
    /// How often all had to be written.
    round: u64,
    is_closed: bool,
}

/// What a thread is to do.
pub(super) enum Taken {
    Article(Box<Indexed>),
    /// To write all that it was given; the number of the round.
    Round(u64),
    /// To end.
    Nothing,
}

impl Queue {
    /// Waits until little is left, then adds an article; one that nobody takes any more is dropped.
    pub(super) fn put(&self, indexed: Indexed) {
        let mut state = self.state();
        while state.bytes > MOST && !state.is_closed {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.is_closed {
            state.bytes += bytes_of(&indexed);
            state.waiting.push_back(indexed);
            self.more.notify_one();
        }
    }

    /// Has every thread write what was put so far.
    pub(super) fn begin_round(&self) {
        self.state().round += 1;
        self.more.notify_all();
    }

    /// Nothing is put any more, and nothing taken.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.waiting.clear();
        self.more.notify_all();
        self.room.notify_all();
    }

    /// Waits for something to do: an article, or a round after this one.
    pub(super) fn take(&self, round: u64) -> Taken {
        let mut state = self.state();
        loop {
            if state.is_closed {
                return Taken::Nothing;
            }
            if let Some(indexed) = state.waiting.pop_front() {
                state.bytes -= bytes_of(&indexed);
                if state.bytes <= MOST {
                    self.room.notify_one();
                }
                return Taken::Article(Box::new(indexed));
            }
            if state.round > round {
                return Taken::Round(state.round);
            }
            state = self.more.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::passage::Outline;

    fn indexed(bytes: usize) -> Indexed {
        let article = Article::new("a", "x".repeat(bytes));
        Indexed { article, outline: Outline::default(), address: 0 }
    }

    #[test]
    fn who_puts_waits_for_room_and_a_round_comes_after_what_was_put() {
        let queue = Arc::new(Queue::default());
        queue.put(indexed(2 * MOST));
        let putting = {
            let queue = queue.clone();
            std::thread::spawn(move || {
                queue.put(indexed(MOST));
                queue.begin_round();
            })
        };
        let taken = || match queue.take(0) {
            Taken::Article(indexed) => indexed.article.body.len(),
            Taken::Round(round) => round as usize,
            Taken::Nothing => 0,
        };
        assert_eq!([taken(), taken(), taken()], [2 * MOST, MOST, 1]);
        putting.join().unwrap();
        queue.close();
        assert_eq!(taken(), 0);
        // Nobody would take it: who puts must not wait.
        (0..3).for_each(|_| queue.put(indexed(2 * MOST)));
    }

    /// A hundred thousand long titles took three hundred megabytes.
    #[test]
    fn all_texts_of_an_article_count() {
        let article = Article { title: Some("t".repeat(5_000)), ..Article::new("a", "x") };
        assert!(bytes_of(&Indexed { article, ..indexed(1) }) > 5_000);
    }
}
