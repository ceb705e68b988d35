//! What callers do with the queue: append, flush, close.

use std::time::Duration;

use super::{
    super::lane::{Lane, Stamp},
    Mode, Pushed, Queue, State,
    room::{Admitted, Ask},
};
use crate::writer::{
    batch::Batch,
    counters::Counters,
    mode::Overflow,
    stats::{Cause, Levels},
};

/// How long the end of the process waits besides for a sink that was given
/// lines at the last moment.
const GRACE: Duration = Duration::from_millis(100);

impl Queue {
    /// Appends a batch to a lane, and wakes the worker if need be.
    #[inline]
    pub(in crate::writer) fn push(
        &self,
        lane: usize,
        batch: &Batch<'_>,
        overflow: Overflow,
    ) -> Pushed {
        let Some(lane) = self.lanes.get(lane) else { return Pushed::NotMine };
        let is_appended = lane.lock().append(batch, || self.stamp());
        if is_appended { Pushed::Queued } else { self.ask(lane, batch, overflow) }
    }

    /// Reads the clock where there is an order to be kept.
    #[inline]
    pub(super) fn stamp(&self) -> Option<Stamp> {
        (self.lanes.len() > 1).then(|| self.clock.now())
    }

    /// Appends a batch for which the lane has no credit.
    #[cold]
    fn ask(&self, lane: &Lane, batch: &Batch<'_>, overflow: Overflow) -> Pushed {
        let mut state = self.lock();
        loop {
            match state.mode {
                Mode::Open => match self.admit(&mut state, lane, batch) {
                    Admitted::Appended => return Pushed::Queued,
                    Admitted::NoMemory => return state.refuse(batch),
                    // Detail is worth no wait: its request's line comes alone.
                    Admitted::NoRoom if batch.has_several() && overflow != Overflow::Block => {
                        return state.refuse(batch);
                    }
                    Admitted::NoRoom if !state.is_worth_waiting(batch, overflow) => {
                        return state.refuse(batch);
                    }
                    Admitted::NoRoom => {
                        let kept;
                        (state, kept) = self.wait_for_room(state, batch, overflow);
                        if kept > 0 && state.mode == Mode::Open {
                            return self.append_in_place(&mut state, lane, batch, kept);
                        }
                    }
                },
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

    /// Appends a batch for which there is a place kept.
    fn append_in_place(
        &self,
        state: &mut State,
        lane: &Lane,
        batch: &Batch<'_>,
        kept: usize,
    ) -> Pushed {
        match self.append_to(state, lane, batch, Ask { most: self.capacity, kept }) {
            Admitted::Appended => Pushed::Queued,
            Admitted::NoRoom | Admitted::NoMemory => state.refuse(batch),
        }
    }

    /// Waits until all that was pushed before is done with; returns how many
    /// lines are not, if it takes too long.
    pub(in crate::writer) fn flush(&self, timeout: Duration) -> Result<(), u64> {
        let mut state = self.lock();
        let target = self.pushed();
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
            self.call_in(&mut state);
            self.work.notify_one();
            self.progress.notify_all();
        }
        let is_closing = |state: &mut State| state.mode == Mode::Closing;
        state = self.wait_in_time(state, timeout, is_closing);
        if is_closing(&mut state) {
            self.drop_rest(&mut state, Cause::Ended, counters);
            self.leave(&mut state, Mode::Ended);
            // A sink that takes lines without waiting returns soon.
            let is_given = |state: &mut State| state.offered.total() > 0;
            drop(self.wait_in_time(state, timeout.min(GRACE), is_given));
        }
    }

    /// Drops what waits and what the worker has not offered.
    pub(super) fn drop_rest(&self, state: &mut State, cause: Cause, counters: &Counters) {
        let mut waiting = Levels::default();
        for lane in &self.lanes {
            waiting.add_all(&lane.lock().drop_all());
        }
        state.drop_unoffered(cause, waiting, counters);
    }

    pub(super) fn leave(&self, state: &mut State, mode: Mode) {
        state.mode = mode;
        self.work.notify_one();
        self.progress.notify_all();
    }
}
