//! The buffer between callers and the thread that writes: bounded, by
//! bytes.
//!
//! Any thread appends to a lane; one thread, the worker, exchanges all lanes'
//! lines for empty memory and reports how far it got. The bound counts what
//! waits, what was taken and is not yet written, and the credit of the lanes.
//! Lines are never split, and nothing that was taken in is thrown away to make
//! room.
//!
//! The buffer is **full** from when a line finds no room until it is half
//! empty. Callers wait meanwhile, as long as the sink takes an eighth of the
//! buffer every 50 ms, or the worker has no turn on a processor to give it any.
//! Else it is **stalled**, and lines are dropped until the buffer is half empty:
//! one gap, without lines in it.
//!
//! Each line that was pushed is done with once: written or dropped. Until then
//! it waits. What the sink was **offered** is the worker's to count: it alone
//! learns what the sink takes of it.
//!
//! The queue's lock comes before a lane's, and one lane's lock at a time.

mod caller;
mod room;
mod state;
mod wait;
mod worker;

use std::sync::{OnceLock, PoisonError};

use super::lane::Lane;
use crate::writer::{
    batch::BATCH,
    counters::Counters,
    stats::{Cause, Gap, Levels, Stats},
    sync::{Clock, Condvar, Mutex, MutexGuard},
    turn::Turn,
};

/// What became of a batch that was pushed.
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
    /// Nothing is left, and the process ends: confirm it by [`Queue::end`].
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
    /// It waits for a first line, and no lane has credit.
    Parked,
    /// It waits for a batch to become full.
    Gathering,
    /// It writes, or is to.
    Busy,
}

/// The buffer, and what is known of those at its two ends.
pub(super) struct Queue {
    capacity: usize,
    lanes: Box<[Lane]>,
    /// Orders the lines of several lanes.
    clock: Clock,
    state: Mutex<State>,
    /// The worker's, once it has begun.
    turn: OnceLock<Turn>,
    /// To the worker: there is something to do.
    work: Condvar,
    /// To callers that wait for the worker: it got on.
    progress: Condvar,
}

struct State {
    /// Bytes that are not free: the credit of the lanes, lines that wait or are
    /// being written, and places that are kept for callers that have waited.
    used: usize,
    /// Bytes that wait in lanes, as far as their callers have asked for credit.
    counted: usize,
    /// Bytes that callers wait to append, and how often their wait was over.
    awaited: usize,
    openings: u64,
    /// Lines that the worker has taken and is not done with.
    taken: Levels,
    /// Those of them that the sink was given and has not returned from.
    offered: Levels,
    /// Lines, and bytes, that the worker is done with.
    done: u64,
    done_bytes: u64,
    mode: Mode,
    worker: Worker,
    /// A flush wants the worker to try again at once.
    is_urgent: bool,
    flushes: Flushes,
    /// How many threads wait for progress.
    waiters: usize,
    room: Rooms,
    /// What was dropped since the buffer is full.
    gap: Option<Gap>,
}

/// Flushes asked for, those that come with what the worker has taken, and
/// those that are over.
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
    pub(super) fn new(capacity: usize, lanes: usize) -> Self {
        let state = State {
            used: 0,
            counted: 0,
            awaited: 0,
            openings: 0,
            taken: Levels::default(),
            offered: Levels::default(),
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
        Self {
            capacity,
            lanes: (0..lanes.max(1)).map(|_| Lane::new()).collect(),
            clock: Clock::new(),
            state: Mutex::new(state),
            turn: OnceLock::new(),
            work: Condvar::new(),
            progress: Condvar::new(),
        }
    }

    /// Returns how many bytes may wait or be written.
    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Returns how many lanes there are.
    pub(super) fn lanes(&self) -> usize {
        self.lanes.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the counts. Lines that are pushed meanwhile may be in them or
    /// not; each of the others is in one of them.
    pub(super) fn stats(&self, counters: &Counters) -> Stats {
        let state = self.lock();
        counters.snapshot().waiting(self.pending_of(&state))
    }

    /// Returns how many lines are not done with.
    pub(super) fn pending(&self) -> u64 {
        self.pending_of(&self.lock())
    }

    fn pending_of(&self, state: &State) -> u64 {
        self.pushed().saturating_sub(state.done)
    }

    /// Returns how many lines were ever taken in.
    fn pushed(&self) -> u64 {
        self.lanes.iter().map(|lane| lane.lock().pushed).sum()
    }

    /// How much memory a lane keeps while the worker is busy.
    fn kept(&self) -> usize {
        (self.capacity / self.lanes.len()).max(BATCH)
    }
}
