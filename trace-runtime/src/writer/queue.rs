//! The buffer between those who log and the thread that writes: bounded, by
//! bytes.
//!
//! Anybody appends; one thread, the worker, swaps the whole buffer for an
//! empty one and tells how far it got. The bound counts what waits and what
//! was taken and is not yet written. Lines are never split, and nothing that
//! was taken in is thrown away to make room.
//!
//! A **stall** begins when a line finds no room, and ends when the buffer is
//! half empty. What is dropped in between is one gap, without lines in it:
//! whoever reads the log finds it whole before and after.

use std::{sync::PoisonError, time::Duration};

use super::{
    Cause, Gap, Line, Overflow,
    batch::{BATCH, Batch, KEPT},
    stats::{self, Levels},
    sync::{Condvar, Mutex, MutexGuard, wait, wait_while},
};

/// How long the worker waits for a batch to become full.
const GATHER: Duration = Duration::from_millis(5);

/// How long a caller waits for room, once in a stall.
const STALL: Duration = Duration::from_millis(50);

/// How often a caller waits as long again, where the sink gets on and others
/// take the room.
const MOST_TURNS: u8 = 10;

/// How long the end of the process waits for the worker.
pub(super) const CLOSE: Duration = Duration::from_secs(2);

/// What became of a line that was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    Queued,
    /// There was no room, or no more time.
    Dropped(Cause),
    /// The queue is closed: the caller writes it.
    NotMine,
}

/// What comes of a line at first.
enum Offer {
    Answered(Pushed),
    Full,
    Closing,
}

/// What the worker is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Write what it was given.
    Lines,
    /// Nothing was there; it was woken to look.
    Nothing,
    /// End: from now on callers write themselves.
    End,
}

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The worker.
    Open,
    /// The worker what is there, while everybody waits for it.
    Closing,
    /// The callers.
    Direct,
    /// Nobody: the sink has not come back in time.
    Ended,
}

/// What the worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worker {
    /// It waits for a first line.
    Parked,
    /// It waits for a batch to become full.
    Gathering,
    /// It writes, or was told to.
    Busy,
}

/// The buffer, and what is known of those at its two ends.
pub(super) struct Queue {
    capacity: usize,
    state: Mutex<State>,
    /// To the worker: there is something to do.
    work: Condvar,
    /// To those who wait for the worker: it got on.
    progress: Condvar,
}

struct State {
    waiting: Batch,
    /// Bytes that the worker has taken and not done with.
    in_flight: usize,
    /// Lines that are in one of the two.
    pending: Levels,
    /// Lines that were ever taken in, and that the worker is done with.
    pushed: u64,
    done: u64,
    mode: Mode,
    worker: Worker,
    /// Somebody wants the worker to try again at once.
    is_urgent: bool,
    /// Flushes asked for, those that come with what the worker has taken, and
    /// those that are over.
    flushes: Flushes,
    /// How many threads wait for progress.
    waiters: usize,
    /// Whether there is a stall, for ordinary and for important lines.
    stalled: Stalled,
    /// What was dropped in it.
    gap: Option<Gap>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Flushes {
    wanted: u64,
    taken: u64,
    over: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stalled {
    ordinary: bool,
    important: bool,
}

impl Stalled {
    fn is_for(self, line: &Line<'_>) -> bool {
        if line.is_important { self.important } else { self.ordinary }
    }

    fn begin(&mut self, line: &Line<'_>) {
        *(if line.is_important { &mut self.important } else { &mut self.ordinary }) = true;
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

    fn refuse(&mut self, line: &Line<'_>) -> Pushed {
        stats::widen(&mut self.gap, &Gap::of(Cause::Overflow, line.level, line.time));
        Pushed::Dropped(Cause::Overflow)
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
            pending: Levels::default(),
            pushed: 0,
            done: 0,
            mode: Mode::Open,
            worker: Worker::Busy,
            is_urgent: false,
            flushes: Flushes::default(),
            waiters: 0,
            stalled: Stalled::default(),
            gap: None,
        };
        let (work, progress) = (Condvar::new(), Condvar::new());
        Self { capacity, state: Mutex::new(state), work, progress }
    }

    // For those who log.

    /// Appends a line, and wakes the worker if need be.
    pub(super) fn push(&self, line: &Line<'_>, mut overflow: Overflow) -> Pushed {
        let mut state = self.lock();
        loop {
            state = match (self.offer(&mut state, line), overflow) {
                (Offer::Answered(pushed), _) => return pushed,
                (Offer::Closing, _) => match self.wait_for_close(state) {
                    Some(state) => state,
                    None => return Pushed::Dropped(Cause::Ended),
                },
                (Offer::Full, Overflow::Block) => self.wait_for_progress(state),
                (Offer::Full, Overflow::BlockThenDrop) => {
                    overflow = Overflow::DropNew; // one wait is enough
                    self.wait_for_room(state, line)
                }
                (Offer::Full, Overflow::DropNew) => {
                    state.stalled.begin(line);
                    return state.refuse(line);
                }
            };
        }
    }

    fn offer(&self, state: &mut State, line: &Line<'_>) -> Offer {
        match state.mode {
            Mode::Open if !self.has_room(state, line) => return Offer::Full,
            Mode::Open => {}
            // A line written now would come before those that wait.
            Mode::Closing => return Offer::Closing,
            Mode::Direct => return Offer::Answered(Pushed::NotMine),
            Mode::Ended => return Offer::Answered(Pushed::Dropped(Cause::Ended)),
        }
        if !state.append(line) {
            return Offer::Answered(state.refuse(line)); // there is no memory
        }
        self.wake_for_lines(state);
        Offer::Answered(Pushed::Queued)
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
        state = waiting(state, |state| {
            wait_while((&self.state, &self.progress), state, timeout, is_behind)
        });
        let lines = target.saturating_sub(state.done);
        if is_behind(&mut state) || lines > 0 { Err(lines) } else { Ok(()) }
    }

    /// Waits until the worker has written all and ended, but not for ever:
    /// returns the lines that it has not.
    pub(super) fn close(&self, timeout: Duration) -> Levels {
        let mut state = self.lock();
        if state.mode == Mode::Open {
            state.mode = Mode::Closing;
            self.work.notify_one();
            self.progress.notify_all();
        }
        state = waiting(state, |state| {
            let is_closing = |state: &mut State| state.mode == Mode::Closing;
            wait_while((&self.state, &self.progress), state, timeout, is_closing)
        });
        if state.mode == Mode::Closing { self.leave(state, Mode::Ended) } else { Levels::default() }
    }

    /// Returns how many lines are not done with.
    pub(super) fn pending(&self) -> u64 {
        self.lock().pending.total()
    }

    // For the worker.

    /// Waits for lines and takes all there are, for an empty batch.
    pub(super) fn take(&self, batch: &mut Batch) -> Work {
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
        state.in_flight = batch.bytes.len();
        match (batch.bytes.is_empty(), state.mode) {
            (false, _) => Work::Lines,
            (true, Mode::Open) => Work::Nothing,
            (true, Mode::Closing) => {
                self.leave(state, Mode::Direct);
                Work::End
            }
            (true, Mode::Direct | Mode::Ended) => Work::End,
        }
    }

    /// Tells that some of what was taken is done with; returns whether these
    /// lines are the worker's to count, and the gap of a stall that ends.
    pub(super) fn done(&self, bytes: usize, lines: &Levels) -> (bool, Option<Gap>) {
        let mut state = self.lock();
        let is_counted = state.is_in_use();
        state.in_flight = state.in_flight.saturating_sub(bytes);
        state.pending.subtract(lines);
        state.done += lines.total();
        let gap = if state.used() <= self.capacity / 2 {
            state.stalled = Stalled::default();
            state.gap.take()
        } else {
            None
        };
        if state.waiters > 0 {
            self.progress.notify_all();
        }
        (is_counted, gap)
    }

    /// Tells that what was taken is out, and the sink flushed.
    pub(super) fn flushed(&self) {
        let mut state = self.lock();
        state.flushes.over = state.flushes.taken;
        if state.waiters > 0 {
            self.progress.notify_all();
        }
    }

    /// Waits before the next attempt, unless somebody is in a hurry.
    pub(super) fn back_off(&self, time: Duration) {
        let mut state = self.lock();
        let may_wait = |state: &mut State| state.mode == Mode::Open && !state.is_urgent;
        state = wait_while((&self.state, &self.work), state, time, may_wait);
        state.is_urgent = false;
    }

    /// Returns whether the process is about to end.
    pub(super) fn is_closing(&self) -> bool {
        self.lock().mode != Mode::Open
    }

    /// Gives up: callers write themselves. Returns the lines that nobody will.
    pub(super) fn abandon(&self) -> Levels {
        let state = self.lock();
        if state.is_in_use() { self.leave(state, Mode::Direct) } else { Levels::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last quarter is for important lines, and in a stall there is no
    /// room at all. An empty buffer has room for any line: who waits for room
    /// waits for the worker, and that has something to do then.
    fn has_room(&self, state: &State, line: &Line<'_>) -> bool {
        let kept = if line.is_important { 0 } else { self.capacity / 4 };
        let used = state.used();
        let fits = used.saturating_add(line.bytes.len()) <= self.capacity - kept;
        used == 0 || (fits && !state.stalled.is_for(line))
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

    fn wait_for_progress<'a>(&'a self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        waiting(state, |state| wait(&self.progress, state))
    }

    /// Waits for room; after the first who did so in vain, nobody waits.
    fn wait_for_room<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        line: &Line<'_>,
    ) -> MutexGuard<'a, State> {
        let is_full = |state: &mut State| {
            state.mode == Mode::Open && !state.stalled.is_for(line) && !self.has_room(state, line)
        };
        for _ in 0..MOST_TURNS {
            let before = state.done;
            state = waiting(state, |state| {
                wait_while((&self.state, &self.progress), state, STALL, is_full)
            });
            if !is_full(&mut state) || state.done == before {
                break;
            }
            // The sink gets on, but others were quicker.
        }
        if is_full(&mut state) {
            state.stalled.begin(line);
            self.progress.notify_all();
        }
        state
    }

    /// Waits until who closes the queue is done, or has given up; nothing, if
    /// whoever it was is gone.
    fn wait_for_close<'a>(&'a self, state: MutexGuard<'a, State>) -> Option<MutexGuard<'a, State>> {
        let is_closing = |state: &mut State| state.mode == Mode::Closing;
        let mut state = waiting(state, |state| {
            wait_while((&self.state, &self.progress), state, 2 * CLOSE, is_closing)
        });
        if is_closing(&mut state) { None } else { Some(state) }
    }

    fn leave(&self, mut state: MutexGuard<'_, State>, mode: Mode) -> Levels {
        state.mode = mode;
        self.work.notify_one();
        self.progress.notify_all();
        std::mem::take(&mut state.pending)
    }
}

/// Who is told of progress says so, for telling costs a system call.
fn waiting<'a>(
    mut state: MutexGuard<'a, State>,
    wait: impl FnOnce(MutexGuard<'a, State>) -> MutexGuard<'a, State>,
) -> MutexGuard<'a, State> {
    state.waiters += 1;
    let mut state = wait(state);
    state.waiters -= 1;
    state
}
