//! The buffer between callers and the thread that writes: bounded, by
//! bytes.
//!
//! Any thread appends; one thread, the worker, swaps the whole buffer for an
//! empty one and says how far it got. The bound counts what waits and what
//! was taken and is not yet written. Lines are never split, and nothing that
//! was taken in is thrown away to make room.
//!
//! The buffer is **full** from when a line finds no room until it is half
//! empty. Callers wait meanwhile, as long as the sink takes an eighth of the
//! buffer every 50 ms, or the worker has no turn on a processor to give it any.
//! Else it is **stalled**, and lines are dropped until the buffer is half empty:
//! one gap, without lines in it.
//!
//! What becomes of a line is counted under the lock, so that each line is
//! written, dropped or waiting at any moment. What the sink was **offered** is
//! the worker's to count: it alone learns what the sink takes of it.

mod caller;
mod state;
mod worker;

use std::sync::{OnceLock, PoisonError};

use super::sync::{Condvar, Mutex, MutexGuard};
use crate::writer::{
    batch::BatchBuf,
    stats::{Cause, Counters, Gap, Levels, Stats},
    turn::Turn,
};

/// What became of a line that was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    Queued,
    /// There was no room, or no more time.
    Dropped(Cause),
    /// The queue is closed: the caller writes it.
    NotMine,
}

/// What the worker is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Write what it was given.
    Lines,
    /// Nothing was there; it was woken to look.
    Nothing,
    /// Nothing is left, and the process ends: say so by [`Queue::end`].
    End,
}

/// Which threads write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The worker.
    Open,
    /// The worker what is there, while all callers wait for it.
    Closing,
    /// The callers.
    Direct,
    /// None: the sink has not taken all in time.
    Ended,
}

/// What the worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worker {
    /// It waits for a first line.
    Parked,
    /// It waits for a batch to become full.
    Gathering,
    /// It writes, or is to.
    Busy,
}

/// The buffer, and what is known of those at its two ends.
pub(super) struct Queue {
    capacity: usize,
    state: Mutex<State>,
    /// The worker's, once it has begun.
    turn: OnceLock<Turn>,
    /// To the worker: there is something to do.
    work: Condvar,
    /// To callers that wait for the worker: it got on.
    progress: Condvar,
}

struct State {
    waiting: BatchBuf,
    /// Bytes that the worker has taken and not done with, and places that are
    /// kept for callers that have waited.
    in_flight: usize,
    /// Bytes that callers wait to append, and how often their wait was over.
    awaited: usize,
    openings: u64,
    /// Lines that are in one of the two.
    pending: Levels,
    /// Those of them that the sink was given and has not returned from.
    offered: Levels,
    /// Lines that were ever taken in, and that the worker is done with.
    pushed: u64,
    done: u64,
    /// Bytes that the worker is done with.
    done_bytes: u64,
    mode: Mode,
    worker: Worker,
    /// A flush wants the worker to try again at once.
    is_urgent: bool,
    /// Flushes asked for, those that come with what the worker has taken, and
    /// those that are over.
    flushes: Flushes,
    /// How many threads wait for progress.
    waiters: usize,
    room: Rooms,
    /// What was dropped since the buffer is full.
    gap: Option<Gap>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Flushes {
    wanted: u64,
    taken: u64,
    over: u64,
}

/// Whether there is room, for ordinary and for important lines.
#[derive(Clone, Copy, Debug, Default)]
struct Rooms {
    ordinary: Room,
    important: Room,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Room {
    /// As long as a line fits.
    #[default]
    Open,
    /// A line did not fit: there is none until the buffer is half empty.
    Full,
    /// And the sink is stalled: it is not worth waiting for.
    Stalled,
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State {
            waiting: BatchBuf::default(),
            in_flight: 0,
            awaited: 0,
            openings: 0,
            pending: Levels::default(),
            offered: Levels::default(),
            pushed: 0,
            done: 0,
            done_bytes: 0,
            mode: Mode::Open,
            worker: Worker::Busy,
            is_urgent: false,
            flushes: Flushes::default(),
            waiters: 0,
            room: Rooms::default(),
            gap: None,
        };
        let (work, progress) = (Condvar::new(), Condvar::new());
        Self { capacity, state: Mutex::new(state), turn: OnceLock::new(), work, progress }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the counts as they are at one moment.
    pub(super) fn stats(&self, counters: &Counters) -> Stats {
        let state = self.lock();
        counters.snapshot().waiting(state.pending.total())
    }

    /// Returns how many lines are not done with.
    pub(super) fn pending(&self) -> u64 {
        self.lock().pending.total()
    }
}
