//! The text that waits to be analysed. The engine's queue counts articles and not bytes: without a bound it holds
//! all that is read faster than it is indexed.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that may wait: enough for every thread to have some at hand.
const MOST: usize = 4 << 20;
/// Where nothing was analysed for so long, the threads write a segment, or are gone, which the engine says: it
/// is for its queue to wait then.
const PATIENCE: Duration = Duration::from_secs(2);

/// Shared by who writes and the tokenizers.
#[derive(Clone, Default)]
pub(super) struct Backlog(Arc<Shared>);

#[derive(Default)]
struct Shared {
    bytes: Mutex<usize>,
    room: Condvar,
}

impl Backlog {
    /// Waits until little is left, then adds some.
    pub(super) fn add(&self, bytes: usize) {
        let mut waiting = self.bytes();
        while *waiting > MOST {
            let before = *waiting;
            let woken = self.0.room.wait_timeout(waiting, PATIENCE);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
            if *waiting == before {
                *waiting = 0;
            }
        }
        *waiting += bytes;
    }

    /// Some was analysed.
    pub(super) fn done(&self, bytes: usize) {
        let mut waiting = self.bytes();
        let had_room = *waiting <= MOST;
        *waiting = waiting.saturating_sub(bytes);
        if !had_room && *waiting <= MOST {
            self.0.room.notify_one();
        }
    }

    fn bytes(&self) -> MutexGuard<'_, usize> {
        self.0.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_writes_waits_for_room() {
        let backlog = Backlog::default();
        backlog.add(3 * MOST);
        let other = backlog.clone();
        let analysing = std::thread::spawn(move || (0..3).for_each(|_| other.done(MOST)));
        backlog.add(1);
        assert!(*backlog.bytes() <= MOST + 1);
        analysing.join().unwrap();
        assert!(*backlog.bytes() <= 1, "all was analysed but what was added last");
    }
}
