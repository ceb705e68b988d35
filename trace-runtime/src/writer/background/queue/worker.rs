//! What the worker does with the queue: take what waits, and report what
//! became of it.

use std::time::Duration;

use super::{super::merge::Merge, Mode, Queue, Rooms, State, Work, Worker, state::drop_now};
use crate::writer::{
    batch::BATCH,
    counters::Counters,
    stats::{Cause, Gap, Levels},
    sync::{MutexGuard, wait, wait_while},
    turn::Turn,
};

/// How long the worker waits for a batch to become full.
const GATHER: Duration = Duration::from_millis(5);

/// How long nothing is logged before memory is given back.
const REST: Duration = Duration::from_secs(1);

/// How soon the sink is tried again while the process ends.
const LAST_BACK_OFF: Duration = Duration::from_millis(10);

impl Queue {
    /// Notes which thread the worker is.
    pub(in crate::writer) fn begin(&self) {
        if let Some(turn) = Turn::of_this_thread() {
            let _ = self.turn.set(turn);
        }
    }

    /// Waits for lines and takes all there are.
    pub(in crate::writer) fn take(&self, merge: &mut Merge, counters: &Counters) -> Work {
        let mut state = self.gather(self.lock());
        self.collect(&mut state, merge);
        while merge.is_empty() && !state.is_pressing() {
            state = self.gather(self.rest(state, merge));
            self.collect(&mut state, merge);
        }
        state.worker = Worker::Busy;
        state.is_urgent = false;
        state.flushes.taken = state.flushes.wanted;
        match (merge.is_empty(), state.mode) {
            (_, Mode::Direct | Mode::Ended) => Work::End,
            (false, _) => Work::Lines,
            (true, Mode::Open) => Work::Nothing,
            (true, Mode::Closing) => {
                state.report_gap(counters);
                Work::End
            }
        }
    }

    /// Exchanges the lines of all lanes for empty memory.
    ///
    /// What is appended to a lane that was emptied already must not be overtaken
    /// by what is appended a little later to one that was not. So only lines from
    /// before a moment are taken at which no lane had been emptied.
    fn collect(&self, state: &mut State, merge: &mut Merge) {
        let until = self.stamp();
        for (lane, taken) in self.lanes.iter().zip(merge.lanes()) {
            lane.lock().take(taken, until, self.kept());
            state.taken.add_all(&taken.lines.counts);
        }
        state.counted = 0;
    }

    /// Waits for a first line, unless there is one.
    fn rest<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        merge: &mut Merge,
    ) -> MutexGuard<'a, State> {
        // From now on callers ask, so that none comes unnoticed.
        if !self.call_in(&mut state) {
            return state;
        }
        let is_resting = |state: &mut State| state.worker == Worker::Parked && !state.is_pressing();
        state.worker = Worker::Parked;
        state = wait_while((&self.state, &self.work), state, REST, is_resting);
        if is_resting(&mut state) {
            self.give_memory_back(merge);
        }
        while is_resting(&mut state) {
            state = wait(&self.work, state);
        }
        state
    }

    fn give_memory_back(&self, merge: &mut Merge) {
        self.lanes.iter().for_each(|lane| lane.lock().shrink(BATCH));
        merge.shrink(BATCH);
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
            let rest = state.offered;
            state.advance(0, &rest);
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
        if state.used > self.capacity / 2 {
            return;
        }
        state.report_gap(counters);
        state.room = Rooms::default();
        if state.awaited > 0 {
            state.openings += 1;
            state.used += std::mem::take(&mut state.awaited);
            self.progress.notify_all();
        }
    }

    /// Notes that what was taken is out, and the sink flushed.
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

    /// Confirms that all is done, after [`Work::End`]: callers write themselves.
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
            self.call_in(&mut state);
            self.drop_rest(&mut state, Cause::Sink, counters);
            self.leave(&mut state, Mode::Direct);
        }
    }

    fn gather<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.worker = Worker::Gathering;
        wait_while((&self.state, &self.work), state, GATHER, |state| !state.is_pressing())
    }
}
