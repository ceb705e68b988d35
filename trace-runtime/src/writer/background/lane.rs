//! A part of the queue that few threads share, so that they seldom meet.
//!
//! A lane takes lines as long as it has **credit**: room of the queue that it
//! has drawn in advance. Without credit a caller asks the queue, under the
//! queue's lock. So credit is also what a lane is closed by: before the worker
//! sleeps, when the buffer is full and when the process ends, the queue calls
//! the credit in, and the next caller asks.
//!
//! A lane belongs to the queue. Threads only use one, so there is nothing to do
//! when a thread ends, and no line is out of the worker's reach.

use std::{
    cell::Cell,
    mem,
    sync::{
        PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use crate::writer::{
    batch::{Batch, BatchBuf},
    stats::Levels,
    sync::{Mutex, MutexGuard},
};

/// When a batch was appended: greater is later.
pub(super) type Stamp = i64;

/// One lane, on cache lines of its own.
#[repr(align(128))]
pub(super) struct Lane(Mutex<State>);

/// What is known under a lane's lock.
#[derive(Default)]
pub(super) struct State {
    /// The lines that wait for the worker.
    lines: Stamped,
    /// Bytes that may be appended without asking.
    pub(super) credit: usize,
    /// Bytes that the queue has counted of those that wait.
    counted: usize,
    /// Lines that were ever appended.
    pub(super) pushed: u64,
}

/// Batches of one lane, and when each was appended.
#[derive(Debug, Default)]
pub(super) struct Stamped {
    pub(super) lines: BatchBuf,
    /// None of them where there is only one lane.
    pub(super) pieces: Vec<Piece>,
}

/// One batch within others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) stamp: Stamp,
    pub(super) bytes: usize,
    pub(super) lines: usize,
}

impl Lane {
    pub(super) fn new() -> Self {
        Self(Mutex::new(State::default()))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Appends a batch if there is credit, and memory, for it.
    #[inline]
    pub(super) fn append(
        &mut self,
        batch: &Batch<'_>,
        stamp: impl FnOnce() -> Option<Stamp>,
    ) -> bool {
        let Some(credit) = self.credit.checked_sub(batch.bytes.len()) else { return false };
        let is_appended = self.lines.push(batch, stamp());
        if is_appended {
            self.credit = credit;
            self.pushed += batch.levels.len() as u64;
        }
        is_appended
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns how many bytes wait that were not counted before.
    pub(super) fn uncounted(&mut self) -> usize {
        let waiting = self.lines.lines.bytes.len();
        waiting - mem::replace(&mut self.counted, waiting)
    }

    /// Exchanges the lines that wait for `empty`, but for those from after a
    /// moment. It keeps no more memory than `kept` for the next ones.
    pub(super) fn take(&mut self, empty: &mut Stamped, until: Option<Stamp>, kept: usize) {
        mem::swap(&mut self.lines, empty);
        self.lines.shrink(kept);
        if let Some(until) = until {
            empty.move_late(until, &mut self.lines);
        }
        self.counted = 0;
    }

    /// Drops what waits; returns the levels of its lines.
    pub(super) fn drop_all(&mut self) -> Levels {
        let levels = self.lines.lines.counts;
        self.lines.clear();
        levels
    }

    /// Gives memory back, now that nothing is logged.
    pub(super) fn shrink(&mut self, kept: usize) {
        self.lines.shrink(kept);
    }
}

impl Stamped {
    fn push(&mut self, batch: &Batch<'_>, stamp: Option<Stamp>) -> bool {
        let Some(stamp) = stamp else { return self.lines.push(batch) };
        let is_pushed = self.pieces.try_reserve(1).is_ok() && self.lines.push(batch);
        if is_pushed {
            let (bytes, lines) = (batch.bytes.len(), batch.levels.len());
            self.pieces.push(Piece { stamp, bytes, lines });
        }
        is_pushed
    }

    /// Moves the batches from after a moment, which are the last ones, and few.
    fn move_late(&mut self, until: Stamp, to: &mut Self) {
        let first = self.pieces.partition_point(|piece| piece.stamp <= until);
        let late = self.pieces.get(first..).unwrap_or_default();
        let bytes = late.iter().map(|piece| piece.bytes).sum();
        let lines = late.iter().map(|piece| piece.lines).sum();
        // Without memory they are not late, which changes no more than an order.
        if to.pieces.try_reserve(late.len()).is_ok()
            && self.lines.move_last((bytes, lines), &mut to.lines)
        {
            to.pieces.extend(self.pieces.drain(first..));
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.bytes.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.lines.clear();
        self.pieces.clear();
    }

    pub(super) fn shrink(&mut self, kept: usize) {
        self.lines.shrink(kept);
        self.pieces.shrink_to(kept / BatchBuf::LEAST_LINE);
    }
}

/// Returns the lane of this thread, of so many.
#[inline]
pub(super) fn of_this_thread(lanes: usize) -> usize {
    thread_local! {
        static NUMBER: Cell<Option<usize>> = const { Cell::new(None) };
    }
    NUMBER.get().unwrap_or_else(|| {
        let number = next_number();
        NUMBER.set(Some(number));
        number
    }) % lanes
}

/// Threads take the lanes in turn.
#[cold]
fn next_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
