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

use std::{
    sync::{OnceLock, PoisonError},
    time::Duration,
};

use super::{
    CLOSE, Cause, Gap, Line, Overflow, Stats,
    batch::{BATCH, Batch, KEPT},
    stats::{self, Counters, Levels},
    sync::{Condvar, Mutex, MutexGuard, wait, wait_while},
    turn::Turn,
};
use crate::clock::Timestamp;

/// How long the worker waits for a batch to become full.
const GATHER: Duration = Duration::from_millis(5);

/// How long a caller waits while the sink takes nothing, or little.
const STALL: Duration = Duration::from_millis(50);

/// How much of the buffer the sink takes meanwhile, if it is not stalled.
const EIGHTH: u64 = 8;

/// So often a caller waits as long again where it is worth it: half the buffer
/// is empty then.
const MOST_TURNS: u8 = 4;

/// How soon the sink is tried again while the process ends.
const LAST_BACK_OFF: Duration = Duration::from_millis(10);

/// How long the end of the process waits besides for a sink that was given
/// lines at the last moment.
const GRACE: Duration = Duration::from_millis(100);

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
    waiting: Batch,
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

impl Rooms {
    fn of(self, line: &Line<'_>) -> Room {
        if line.is_important { self.important } else { self.ordinary }
    }

    fn set(&mut self, line: &Line<'_>, room: Room) {
        *(if line.is_important { &mut self.important } else { &mut self.ordinary }) = room;
    }
}

impl State {
    fn used(&self) -> usize {
        self.waiting.bytes.len().saturating_add(self.in_flight)
    }

    fn append(&mut self, line: &Line<'_>) -> bool {
        let is_appended = self.waiting.push(line);
        if is_appended {
            self.pending.add(line.level);
            self.pushed += 1;
        }
        is_appended
    }

    /// Says that the buffer is full; returns whether a caller waits for room.
    #[cold]
    fn is_worth_waiting(&mut self, line: &Line<'_>, overflow: Overflow) -> bool {
        let room = match (self.room.of(line), overflow) {
            (_, Overflow::DropNew) => Room::Stalled,
            (Room::Open, _) => Room::Full,
            (room, _) => room,
        };
        self.room.set(line, room);
        room == Room::Full || overflow == Overflow::Block
    }

    fn refuse(&mut self, line: &Line<'_>) -> Pushed {
        stats::widen(&mut self.gap, &Gap::of(Cause::Overflow, line.level, line.time));
        Pushed::Dropped(Cause::Overflow)
    }

    /// Moves so many bytes and lines out of what the worker has taken.
    fn advance(&mut self, bytes: usize, lines: &Levels) {
        self.in_flight = self.in_flight.saturating_sub(bytes);
        self.pending.subtract(lines);
        self.offered.subtract(lines);
        self.done += lines.total();
        self.done_bytes += bytes as u64;
    }

    /// Drops what the worker will not offer any more; what the sink has is
    /// the worker's to count.
    fn drop_rest(&mut self, cause: Cause, counters: &Counters) {
        let mut lines = std::mem::replace(&mut self.pending, self.offered);
        lines.subtract(&self.offered);
        drop_now(cause, lines, counters);
        self.report_gap(counters);
    }

    fn report_gap(&mut self, counters: &Counters) {
        if let Some(gap) = self.gap.take() {
            counters.to_report(&gap);
        }
    }

    /// Whether the buffer has not become half empty since.
    fn is_full_since(&self, opening: u64) -> bool {
        self.mode == Mode::Open && self.openings == opening
    }

    /// Whether there is a worker that writes.
    fn is_in_use(&self) -> bool {
        matches!(self.mode, Mode::Open | Mode::Closing)
    }

    /// Whether the worker has nothing to wait for.
    fn is_pressing(&self) -> bool {
        let is_flush_wanted = self.flushes.taken < self.flushes.wanted;
        self.mode != Mode::Open || is_flush_wanted || self.waiting.bytes.len() >= BATCH
    }
}

impl Queue {
    pub(super) fn new(capacity: usize) -> Self {
        let state = State {
            waiting: Batch::default(),
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

    // For the callers.

    /// Appends a line, and wakes the worker if need be.
    pub(super) fn push(&self, line: &Line<'_>, overflow: Overflow) -> Pushed {
        let mut state = self.lock();
        loop {
            let mode = state.mode;
            match mode {
                Mode::Open if self.has_room(&state, line) => return self.append(&mut state, line),
                Mode::Open if !state.is_worth_waiting(line, overflow) => return state.refuse(line),
                Mode::Open => {
                    let has_place;
                    (state, has_place) = self.wait_for_room(state, line, overflow);
                    if has_place && state.mode == Mode::Open {
                        return self.append(&mut state, line);
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

    fn append(&self, state: &mut State, line: &Line<'_>) -> Pushed {
        if !state.append(line) {
            return state.refuse(line); // there is no memory
        }
        self.wake_for_lines(state);
        Pushed::Queued
    }

    /// Waits until all that was pushed before is done with; returns how many
    /// lines are not, if it takes too long.
    pub(super) fn flush(&self, timeout: Duration) -> Result<(), u64> {
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
    pub(super) fn close(&self, timeout: Duration, counters: &Counters) {
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

    /// Returns the counts as they are at one moment.
    pub(super) fn stats(&self, counters: &Counters) -> Stats {
        let state = self.lock();
        counters.snapshot().waiting(state.pending.total())
    }

    /// Returns how many lines are not done with.
    pub(super) fn pending(&self) -> u64 {
        self.lock().pending.total()
    }

    // For the worker.

    /// Says which thread the worker is.
    pub(super) fn begin(&self) {
        if let Some(turn) = Turn::of_this_thread() {
            let _ = self.turn.set(turn);
        }
    }

    /// Waits for lines and takes all there are, for an empty batch.
    pub(super) fn take(&self, batch: &mut Batch, counters: &Counters) -> Work {
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
    pub(super) fn offer(&self, lines: &Levels) -> bool {
        let mut state = self.lock();
        if state.is_in_use() {
            state.offered = *lines;
        }
        state.is_in_use()
    }

    /// Counts what the sink took of what it was offered.
    pub(super) fn answered(&self, bytes: usize, lines: &Levels, counters: &Counters) {
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
    pub(super) fn dropped(&self, bytes: usize, gap: &Gap, counters: &Counters) {
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
    pub(super) fn flushed(&self) {
        let mut state = self.lock();
        state.flushes.over = state.flushes.taken;
        if state.waiters > 0 {
            self.progress.notify_all();
        }
    }

    /// Waits before the next attempt, unless there is no time for that.
    pub(super) fn back_off(&self, time: Duration) {
        let mut state = self.lock();
        let mode = state.mode;
        let time = if mode == Mode::Open { time } else { time.min(LAST_BACK_OFF) };
        let may_wait = |state: &mut State| state.mode == mode && !state.is_urgent;
        state = wait_while((&self.state, &self.work), state, time, may_wait);
        state.is_urgent = false;
    }

    /// Returns whether the worker is to go on.
    pub(super) fn is_in_use(&self) -> bool {
        self.lock().is_in_use()
    }

    /// Says that all is done, after [`Work::End`]: callers write themselves.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        if state.is_in_use() {
            self.leave(&mut state, Mode::Direct);
        }
    }

    /// Gives up: callers write themselves, and what waits is dropped.
    pub(super) fn abandon(&self, counters: &Counters) {
        let mut state = self.lock();
        if state.is_in_use() {
            state.offered = Levels::default();
            state.drop_rest(Cause::Sink, counters);
            self.leave(&mut state, Mode::Direct);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last quarter is for important lines, and once the buffer is full
    /// there is no room at all. An empty buffer has room for any line: a caller
    /// that waits for room waits for the worker, which has something to do then.
    fn has_room(&self, state: &State, line: &Line<'_>) -> bool {
        let kept = if line.is_important { 0 } else { self.capacity / 4 };
        let used = state.used();
        let fits = used.saturating_add(line.bytes.len()) <= self.capacity - kept;
        used == 0 || (fits && state.room.of(line) == Room::Open)
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

    fn gather<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.worker = Worker::Gathering;
        wait_while((&self.state, &self.work), state, GATHER, |state| !state.is_pressing())
    }

    /// Waits until the buffer is half empty, while the sink gets on. Returns
    /// whether there is a place for the line then, kept for it.
    fn wait_for_room<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        line: &Line<'_>,
        overflow: Overflow,
    ) -> (MutexGuard<'a, State>, bool) {
        let opening = state.openings;
        state.awaited += line.bytes.len();
        state = match overflow {
            Overflow::Block => self.wait_for_opening(state, opening),
            _ => self.wait_while_it_gets_on(state, opening, line),
        };
        let has_place = state.openings != opening;
        let place = if has_place { &mut state.in_flight } else { &mut state.awaited };
        *place = place.saturating_sub(line.bytes.len());
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
        line: &Line<'_>,
    ) -> MutexGuard<'a, State> {
        let is_full =
            |state: &mut State| state.is_full_since(opening) && state.room.of(line) == Room::Full;
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
            state.room.set(line, Room::Stalled);
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

    fn leave(&self, state: &mut State, mode: Mode) {
        state.mode = mode;
        self.work.notify_one();
        self.progress.notify_all();
    }
}

/// Drops lines whose levels alone are known.
fn drop_now(cause: Cause, lines: Levels, counters: &Counters) {
    if lines.total() > 0 {
        let now = Timestamp::now();
        counters.dropped(&Gap { cause, lines, first: now, last: now });
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
