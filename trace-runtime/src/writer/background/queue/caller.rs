//! What callers do with the queue: append, and wait for room; flush; close.

use std::time::Duration;

use super::{
    super::sync::{MutexGuard, wait, wait_while},
    Mode, Pushed, Queue, Room, State, Worker,
};
use crate::writer::{
    batch::{BATCH, Batch},
    exit::CLOSE,
    mode::Overflow,
    stats::{Cause, Counters},
    turn::Turn,
};

/// How long a caller waits while the sink takes nothing, or little.
const STALL: Duration = Duration::from_millis(50);

/// How much of the buffer the sink takes meanwhile, if it is not stalled.
const EIGHTH: u64 = 8;

/// So often a caller waits as long again where it is worth it: half the buffer
/// is empty then.
const MOST_TURNS: u8 = 4;

/// How long the end of the process waits besides for a sink that was given
/// lines at the last moment.
const GRACE: Duration = Duration::from_millis(100);

impl Queue {
    /// Appends a line, and wakes the worker if need be.
    pub(in crate::writer) fn push(&self, batch: &Batch<'_>, overflow: Overflow) -> Pushed {
        let mut state = self.lock();
        loop {
            let mode = state.mode;
            match mode {
                Mode::Open if self.has_room(&state, batch) => {
                    return self.append(&mut state, batch);
                }
                Mode::Open if !state.is_worth_waiting(batch, overflow) => {
                    return state.refuse(batch);
                }
                Mode::Open => {
                    let has_place;
                    (state, has_place) = self.wait_for_room(state, batch, overflow);
                    if has_place && state.mode == Mode::Open {
                        return self.append(&mut state, batch);
                    }
                }
                // A line written now would come before those that wait.
                Mode::Closing => match self.wait_for_close(state) {
                    Some(closed) => state = closed,
                    None => return Pushed::Dropped(Cause::Ended),
                },
                Mode::Direct => return Pushed::NotMine,
                Mode::Ended => return Pushed::Dropped(Cause::Ended),
            }
        }
    }

    fn append(&self, state: &mut State, batch: &Batch<'_>) -> Pushed {
        if !state.append(batch) {
            return state.refuse(batch); // there is no memory
        }
        self.wake_for_lines(state);
        Pushed::Queued
    }

    /// Waits until all that was pushed before is done with; returns how many
    /// lines are not, if it takes too long.
    pub(in crate::writer) fn flush(&self, timeout: Duration) -> Result<(), u64> {
        let mut state = self.lock();
        let target = state.pushed;
        state.flushes.wanted += 1;
        let wanted = state.flushes.wanted;
        state.is_urgent = true;
        self.work.notify_one();
        let is_behind = |state: &mut State| state.flushes.over < wanted && state.is_in_use();
        state = self.wait_in_time(state, timeout, is_behind);
        let lines = target.saturating_sub(state.done);
        if is_behind(&mut state) || lines > 0 { Err(lines) } else { Ok(()) }
    }

    /// Waits until the worker has written all and ended, but not for ever: the
    /// lines that it has not written then are dropped.
    pub(in crate::writer) fn close(&self, timeout: Duration, counters: &Counters) {
        let mut state = self.lock();
        if state.mode == Mode::Open {
            state.mode = Mode::Closing;
            self.work.notify_one();
            self.progress.notify_all();
        }
        let is_closing = |state: &mut State| state.mode == Mode::Closing;
        state = self.wait_in_time(state, timeout, is_closing);
        if is_closing(&mut state) {
            state.drop_rest(Cause::Ended, counters);
            self.leave(&mut state, Mode::Ended);
            // A sink that takes lines without waiting returns soon.
            let is_given = |state: &mut State| state.offered.total() > 0;
            drop(self.wait_in_time(state, timeout.min(GRACE), is_given));
        }
    }

    /// The last quarter is for important lines, and once the buffer is full
    /// there is no room at all. An empty buffer has room for any line: a caller
    /// that waits for room waits for the worker, which has something to do then.
    fn has_room(&self, state: &State, batch: &Batch<'_>) -> bool {
        let kept = if batch.is_important { 0 } else { self.capacity / 4 };
        let used = state.used();
        let fits = used.saturating_add(batch.bytes.len()) <= self.capacity - kept;
        used == 0 || (fits && state.room.of(batch) == Room::Open)
    }

    fn wake_for_lines(&self, state: &mut State) {
        let is_wanted = match state.worker {
            Worker::Parked => true,
            Worker::Gathering => state.waiting.bytes.len() >= BATCH,
            Worker::Busy => false,
        };
        if is_wanted {
            state.worker = Worker::Busy;
            self.work.notify_one();
        }
    }

    /// Waits until the buffer is half empty, while the sink gets on. Returns
    /// whether there is a place for the line then, kept for it.
    fn wait_for_room<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        batch: &Batch<'_>,
        overflow: Overflow,
    ) -> (MutexGuard<'a, State>, bool) {
        let opening = state.openings;
        state.awaited += batch.bytes.len();
        state = match overflow {
            Overflow::Block => self.wait_for_opening(state, opening),
            _ => self.wait_while_it_gets_on(state, opening, batch),
        };
        let has_place = state.openings != opening;
        let place = if has_place { &mut state.in_flight } else { &mut state.awaited };
        *place = place.saturating_sub(batch.bytes.len());
        (state, has_place)
    }

    fn wait_for_opening<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        opening: u64,
    ) -> MutexGuard<'a, State> {
        waiting(state, |mut state| {
            while state.is_full_since(opening) {
                state = wait(&self.progress, state);
            }
            state
        })
    }

    /// Once the sink does not get on, it is stalled, and callers wait no more.
    fn wait_while_it_gets_on<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        opening: u64,
        batch: &Batch<'_>,
    ) -> MutexGuard<'a, State> {
        let is_full =
            |state: &mut State| state.is_full_since(opening) && state.room.of(batch) == Room::Full;
        for _ in 0..MOST_TURNS {
            let before = state.done_bytes;
            state = self.wait_in_time(state, STALL, is_full);
            if !is_full(&mut state) {
                return state;
            }
            let gets_on = state.done_bytes - before >= self.capacity as u64 / EIGHTH;
            let is_starved;
            (state, is_starved) = self.is_starved(state);
            if !gets_on && !is_starved {
                break;
            }
        }
        if is_full(&mut state) {
            state.room.set(batch, Room::Stalled);
            self.progress.notify_all();
        }
        state
    }

    /// Returns whether the sink takes little because the worker has no turn on
    /// a processor, and so cannot give it more.
    fn is_starved<'a>(&'a self, state: MutexGuard<'a, State>) -> (MutexGuard<'a, State>, bool) {
        drop(state);
        let is_starved = self.turn.get().is_some_and(Turn::is_awaited);
        (self.lock(), is_starved)
    }

    /// Waits until the thread that closes the queue has done so, or given up;
    /// nothing, if it did neither.
    fn wait_for_close<'a>(&'a self, state: MutexGuard<'a, State>) -> Option<MutexGuard<'a, State>> {
        let is_closing = |state: &mut State| state.mode == Mode::Closing;
        let mut state = self.wait_in_time(state, 2 * CLOSE, is_closing);
        if is_closing(&mut state) { None } else { Some(state) }
    }

    /// Waits for the worker while something is so, but not longer than `most`.
    fn wait_in_time<'a>(
        &'a self,
        state: MutexGuard<'a, State>,
        most: Duration,
        is_so: impl FnMut(&mut State) -> bool,
    ) -> MutexGuard<'a, State> {
        waiting(state, |state| wait_while((&self.state, &self.progress), state, most, is_so))
    }

    pub(super) fn leave(&self, state: &mut State, mode: Mode) {
        state.mode = mode;
        self.work.notify_one();
        self.progress.notify_all();
    }
}

/// Waiters are counted, because a notification costs a system call.
fn waiting<'a>(
    mut state: MutexGuard<'a, State>,
    wait: impl FnOnce(MutexGuard<'a, State>) -> MutexGuard<'a, State>,
) -> MutexGuard<'a, State> {
    state.waiters += 1;
    let mut state = wait(state);
    state.waiters -= 1;
    state
}
