//! The queue of one signal: callers append, the worker takes batches.
//!
//! Callers hold the lock while an encoded item is copied, and never wait for the
//! worker: an item that does not fit is dropped and counted. The account stands
//! under the same lock, so it is exact at any time.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::batch::Batch;
use crate::account::SignalStats;

/// How much may wait, and how much is sent at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) bytes: usize,
    pub(crate) items: usize,
    pub(crate) batch_bytes: usize,
    pub(crate) batch_items: usize,
    /// How long the first item of a batch waits for others.
    pub(crate) delay: Duration,
}

#[derive(Debug)]
pub(crate) struct Queue {
    bounds: Bounds,
    state: Mutex<State>,
    /// Notified when it is announced that batches have gone.
    announced: Condvar,
}

#[derive(Debug, Default)]
struct State {
    full: VecDeque<Batch>,
    filling: Batch,
    /// The memory of a batch that was sent.
    spare: Vec<u8>,
    /// What waits, in flight included.
    bytes: usize,
    stats: SignalStats,
    /// How many items were ever accepted, and how many of those have gone.
    accepted: u64,
    gone: u64,
    /// How many of those a flush knows to have gone.
    announced: u64,
    /// Items up to this one are sent without a delay.
    wanted: u64,
    /// How often that was asked for.
    flushes: u64,
    is_closed: bool,
}

/// What became of a batch, or of a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Accepted, but for so many items.
    Exported {
        rejected: u64,
    },
    Refused,
    Expired,
}

impl Queue {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { bounds, state: Mutex::default(), announced: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends an item. Returns whether the worker should be woken.
    pub(crate) fn push(&self, item: &[u8]) -> bool {
        let size = Batch::size_of(item);
        let mut state = self.state();
        if !state.admit(size, 1, &self.bounds) {
            return false;
        }
        let begins = state.make_room(size, 1, &self.bounds);
        state.filling.push(item);
        begins || state.filling.items == 1
    }

    /// Appends items that are encoded as one field. Returns whether they have
    /// room. They are sent when that is asked for.
    #[cfg(any(test, feature = "metrics"))]
    pub(crate) fn push_group(&self, group: &[u8], items: usize) -> bool {
        let size = Batch::size_of(group);
        let mut state = self.state();
        let has_room = state.admit(size, items, &self.bounds);
        if has_room {
            state.make_room(size, items, &self.bounds);
            state.filling.push_group(group, items);
        }
        has_room
    }

    /// Takes the next batch that is due, or returns when the next one will be.
    pub(crate) fn take(&self, now: Instant) -> Result<Batch, Option<Instant>> {
        let mut state = self.state();
        if let Some(batch) = state.full.pop_front() {
            return Ok(batch);
        }
        let Some(since) = state.filling.since else { return Err(None) };
        let due = since + self.bounds.delay;
        if state.wanted > state.gone || now >= due {
            let next = state.empty();
            return Ok(std::mem::replace(&mut state.filling, next));
        }
        Err(Some(due))
    }

    /// Notes what became of items that were taken, and takes their memory back.
    pub(crate) fn settle(&self, batch: Batch, settled: Settled) {
        let mut state = self.state();
        if state.is_closed {
            return;
        }
        let items = batch.items as u64;
        state.count(items, settled);
        state.bytes -= batch.bytes.len();
        state.gone += items;
        if batch.bytes.capacity() > state.spare.capacity() {
            state.spare = batch.bytes;
        }
    }

    /// Lets a flush know of what was settled. What there is to be reported was
    /// reported by then, for the process may end right afterwards.
    pub(crate) fn announce(&self) {
        let mut state = self.state();
        state.announced = state.gone;
        drop(state);
        self.announced.notify_all();
    }

    pub(crate) fn stats(&self) -> SignalStats {
        let state = self.state();
        SignalStats { waiting: state.waiting(), ..state.stats }
    }

    /// Has all that was accepted so far sent when the worker looks next. A
    /// pause between two tries stays as it is.
    #[cfg(any(test, feature = "metrics"))]
    pub(crate) fn complete(&self) {
        let mut state = self.state();
        state.wanted = state.accepted;
    }

    /// Asks for all that has been accepted so far to be sent now.
    pub(crate) fn want_all(&self) -> Wanted {
        let mut state = self.state();
        state.wanted = state.accepted;
        state.flushes += 1;
        Wanted { upto: state.accepted, dropped: state.stats.dropped_late() }
    }

    /// Returns how often that was asked for.
    pub(crate) fn flushes(&self) -> u64 {
        self.state().flushes
    }

    /// Waits until what was asked for has gone. Returns whether the receiver has
    /// accepted it.
    pub(crate) fn wait(&self, wanted: &Wanted, deadline: Instant) -> bool {
        let mut state = self.state();
        while state.announced < wanted.upto {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.is_closed {
                return false;
            }
            let result = self.announced.wait_timeout(state, left);
            state = result.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.stats.dropped_late() == wanted.dropped
    }

    /// Accepts nothing any more. What still waits is lost.
    pub(crate) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.stats.ended += state.waiting();
        (state.gone, state.announced) = (state.accepted, state.accepted);
        (state.full, state.filling, state.bytes) = Default::default();
        drop(state);
        self.announced.notify_all();
    }
}

/// What a flush waits for.
#[derive(Debug)]
pub(crate) struct Wanted {
    upto: u64,
    dropped: u64,
}

impl State {
    fn count(&mut self, items: u64, settled: Settled) {
        let stats = &mut self.stats;
        match settled {
            Settled::Exported { rejected } => {
                let rejected = rejected.min(items);
                stats.rejected += rejected;
                stats.exported += items - rejected;
            }
            Settled::Refused => stats.refused += items,
            Settled::Expired => stats.expired += items,
        }
    }

    fn waiting(&self) -> u64 {
        self.accepted - self.gone
    }

    /// Counts items that are offered. Returns whether they have room.
    fn admit(&mut self, size: usize, items: usize, bounds: &Bounds) -> bool {
        let items = items as u64;
        self.stats.offered += items;
        if self.is_closed {
            self.stats.ended += items;
            return false;
        }
        let is_full =
            self.bytes + size > bounds.bytes || self.waiting() + items > bounds.items as u64;
        if is_full {
            self.stats.overflow += items;
            return false;
        }
        self.bytes += size;
        self.accepted += items;
        true
    }

    /// Begins a new batch if items do not fit into the current one.
    fn make_room(&mut self, size: usize, items: usize, bounds: &Bounds) -> bool {
        let is_over = self.filling.items > 0
            && (self.filling.items + items > bounds.batch_items
                || self.filling.bytes.len() + size > bounds.batch_bytes);
        if is_over {
            let next = self.empty();
            let filled = std::mem::replace(&mut self.filling, next);
            self.full.push_back(filled);
        }
        is_over
    }

    /// Returns an empty batch with the memory of an earlier one.
    fn empty(&mut self) -> Batch {
        let mut bytes = std::mem::take(&mut self.spare);
        bytes.clear();
        Batch { bytes, ..Batch::default() }
    }
}
