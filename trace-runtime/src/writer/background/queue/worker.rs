//! What the worker does with the queue: take what waits, and say what became
//! of it.

use std::time::Duration;

use super::{
    super::sync::{MutexGuard, wait, wait_while},
    Mode, Queue, Rooms, State, Work, Worker,
    state::drop_now,
};
use crate::writer::{
    batch::{BatchBuf, KEPT},
    stats::{Cause, Counters, Gap, Levels},
    turn::Turn,
};

/// How long the worker waits for a batch to become full.
const GATHER: Duration = Duration::from_millis(5);

/// How soon the sink is tried again while the process ends.
const LAST_BACK_OFF: Duration = Duration::from_millis(10);

impl Queue {
    /// Says which thread the worker is.
    pub(in crate::writer) fn begin(&self) {
        if let Some(turn) = Turn::of_this_thread() {
            let _ = self.turn.set(turn);
        }
    }

    /// Waits for lines and takes all there are, for an empty batch.
    pub(in crate::writer) fn take(&self, batch: &mut BatchBuf, counters: &Counters) -> Work {
        let mut state = self.gather(self.lock());
        while !state.is_pressing() && state.waiting.bytes.is_empty() {
            state.worker = Worker::Parked;
            state.waiting.shrink();
            batch.shrink();
            state = wait(&self.work, state);
            state = self.gather(state);
        }
        state.worker = Worker::Busy;
        state.is_urgent = false;
        state.flushes.taken = state.flushes.wanted;
        std::mem::swap(&mut state.waiting, batch);
        if batch.bytes.len() < KEPT {
            state.waiting.shrink(); // what it grew to is not needed any more
        }
        state.in_flight += batch.bytes.len();
        match (batch.bytes.is_empty(), state.mode) {
            (_, Mode::Direct | Mode::Ended) => Work::End,
            (false, _) => Work::Lines,
            (true, Mode::Open) => Work::Nothing,
            (true, Mode::Closing) => {
                state.report_gap(counters);
                Work::End
            }
        }
    }

    /// Asks whether the sink may be given these lines; it may not once their
    /// time is up. Then [`answered`](Self::answered) says what it took.
    pub(in crate::writer) fn offer(&self, lines: &Levels) -> bool {
        let mut state = self.lock();
        if state.is_in_use() {
            state.offered = *lines;
        }
        state.is_in_use()
    }

    /// Counts what the sink took of what it was offered.
    pub(in crate::writer) fn answered(&self, bytes: usize, lines: &Levels, counters: &Counters) {
        let mut state = self.lock();
        state.advance(bytes, lines);
        counters.written(lines.total());
        if state.mode == Mode::Ended {
            // It will not be offered again.
            let rest = std::mem::take(&mut state.offered);
            state.pending.subtract(&rest);
            drop_now(Cause::Ended, rest, counters);
        }
        state.offered = Levels::default();
        if state.mode != Mode::Open {
            self.progress.notify_all();
        }
        self.make_room(state, counters);
    }

    /// Drops some of what was taken, unless it is counted already.
    pub(in crate::writer) fn dropped(&self, bytes: usize, gap: &Gap, counters: &Counters) {
        let mut state = self.lock();
        if state.is_in_use() {
            state.advance(bytes, &gap.lines);
            counters.dropped(gap);
        }
        self.make_room(state, counters);
    }

    /// The buffer is not full any more, once it is half empty. Callers that
    /// wait keep a place each: those that come now could take all there is.
    fn make_room(&self, mut state: MutexGuard<'_, State>, counters: &Counters) {
        if state.used() > self.capacity / 2 {
            return;
        }
        state.report_gap(counters);
        state.room = Rooms::default();
        if state.awaited > 0 {
            state.openings += 1;
            state.in_flight += std::mem::take(&mut state.awaited);
            self.progress.notify_all();
        }
    }

    /// Says that what was taken is out, and the sink flushed.
    pub(in crate::writer) fn flushed(&self) {
        let mut state = self.lock();
        state.flushes.over = state.flushes.taken;
        if state.waiters > 0 {
            self.progress.notify_all();
        }
    }

    /// Waits before the next attempt, unless there is no time for that.
    pub(in crate::writer) fn back_off(&self, time: Duration) {
        let mut state = self.lock();
        let mode = state.mode;
        let time = if mode == Mode::Open { time } else { time.min(LAST_BACK_OFF) };
        let may_wait = |state: &mut State| state.mode == mode && !state.is_urgent;
        state = wait_while((&self.state, &self.work), state, time, may_wait);
        state.is_urgent = false;
    }

    /// Returns whether the worker is to go on.
    pub(in crate::writer) fn is_in_use(&self) -> bool {
        self.lock().is_in_use()
    }

    /// Says that all is done, after [`Work::End`]: callers write themselves.
    pub(in crate::writer) fn end(&self) {
        let mut state = self.lock();
        if state.is_in_use() {
            self.leave(&mut state, Mode::Direct);
        }
    }

    /// Gives up: callers write themselves, and what waits is dropped.
    pub(in crate::writer) fn abandon(&self, counters: &Counters) {
        let mut state = self.lock();
        if state.is_in_use() {
            state.offered = Levels::default();
            state.drop_rest(Cause::Sink, counters);
            self.leave(&mut state, Mode::Direct);
        }
    }

    fn gather<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.worker = Worker::Gathering;
        wait_while((&self.state, &self.work), state, GATHER, |state| !state.is_pressing())
    }
}
