//! The thread that writes: takes what waits, and hands it to the sink in
//! batches of whole lines.
//!
//! What the sink refuses is kept and offered again, later and later, while
//! the queue bounds what comes meanwhile; at the end of the process, until its
//! time is up. Only where the reader has gone away is it dropped: it would wait
//! for ever, and then arrive out of date.
//!
//! The sink is given no more than it takes without waiting, if it can say how
//! much that is: so it is known at the end what was written.

use std::{
    io,
    sync::{Arc, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{
    Cause, Gap,
    batch::{BATCH, Batch},
    buffered::Shared,
    direct,
    lines::Progress,
    queue::Work,
    stats::Levels,
};
use crate::guard;

/// How long to wait after a first error, and at most.
const BACK_OFF: Duration = Duration::from_millis(100);
const MOST_BACK_OFF: Duration = Duration::from_secs(10);

/// How long to wait for a sink that takes nothing, before the queue is asked
/// whether to go on.
const LOOK: Duration = Duration::from_millis(100);

/// How often it is tried whether a reader has come back.
const PROBE: Duration = Duration::from_secs(1);

/// How often the worker may panic before callers write themselves.
const MOST_PANICS: u8 = 3;

/// What the worker has taken, and how it fares with it.
#[derive(Default)]
pub(super) struct Hand {
    batch: Batch,
    /// How much of it is done with: bytes and lines.
    bytes: usize,
    lines: usize,
    back_off: Option<Duration>,
    /// There is no reader, and none is looked for before then.
    closed_until: Option<Instant>,
}

/// Starts the worker, which ends when the queue is closed.
pub(super) fn spawn(shared: Arc<Shared>) -> io::Result<()> {
    let run = move || {
        shared.queue.begin();
        let has_ended = (0..MOST_PANICS).any(|_| guard::caught(|| work(&shared)).is_some());
        if !has_ended {
            give_up(&shared);
        }
    };
    thread::Builder::new().name("trace-writer".to_owned()).spawn(run).map(drop)
}

fn work(shared: &Shared) {
    let mut hand = shared.hand.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        hand.write_all(shared);
        hand.start_anew();
        if shared.queue.take(&mut hand.batch, &shared.direct.counters) == Work::End {
            report_at_last(shared);
            return shared.queue.end();
        }
    }
}

/// Reports each gap, if the sink takes it in time.
fn report_at_last(shared: &Shared) {
    while shared.direct.counters.is_unreported() && room(shared).is_some() {
        match shared.direct.report_gaps() {
            // What a sink logs while it takes a report would need the next one.
            Ok(()) | Err(Cause::Closed) => return,
            Err(_) => shared.queue.back_off(BACK_OFF),
        }
    }
}

/// Waits until the sink takes something, and returns how much; nothing, once
/// there is no more time.
fn room(shared: &Shared) -> Option<usize> {
    while shared.queue.is_in_use() {
        // From inside the sink, which only the sink could be, it takes nothing.
        let room = shared.direct.room(LOOK).unwrap_or(usize::MAX);
        if room > 0 {
            return Some(room);
        }
    }
    None
}

/// The worker panics again and again: callers write from now on.
fn give_up(shared: &Shared) {
    shared.queue.abandon(&shared.direct.counters);
}

impl Hand {
    fn start_anew(&mut self) {
        self.batch.clear();
        (self.bytes, self.lines) = (0, 0);
    }

    /// Writes all that was taken, or drops it where it has to.
    fn write_all(&mut self, shared: &Shared) {
        while self.bytes < self.batch.bytes.len() {
            if self.closed_until.is_some_and(|until| Instant::now() < until) {
                self.drop_all(shared, Cause::Closed);
                continue;
            }
            let Some(room) = room(shared) else { return };
            let chunk = self.chunk(room);
            if !shared.queue.offer(&self.levels(newlines(chunk))) {
                return;
            }
            // Only the sink may log here, and it does so inside.
            let Some(Progress { taken, result }) = shared.direct.write_lines(chunk) else {
                self.drop_all(shared, Cause::Nested);
                continue;
            };
            let lines = newlines(chunk.get(..taken).unwrap_or_default());
            self.answered(shared, taken, lines);
            match result {
                Ok(()) => self.went_well(shared),
                Err(error) => self.went_wrong(shared, direct::cause(&error)),
            }
        }
        shared.direct.flush();
        shared.queue.flushed();
    }

    /// Returns the next lines: as many whole ones as there is room for, or one.
    fn chunk(&self, room: usize) -> &[u8] {
        let rest = self.batch.bytes.get(self.bytes..).unwrap_or_default();
        let Some(most) = rest.get(..room.min(BATCH)) else { return rest };
        let is_newline = |byte: &u8| *byte == b'\n';
        let end = most.iter().rposition(is_newline).or_else(|| rest.iter().position(is_newline));
        end.and_then(|end| rest.get(..=end)).unwrap_or(rest)
    }

    /// Returns the levels of the next lines.
    fn levels(&self, lines: usize) -> Levels {
        self.batch.levels.iter().skip(self.lines).take(lines).copied().collect()
    }

    fn answered(&mut self, shared: &Shared, bytes: usize, lines: usize) {
        let levels = self.levels(lines);
        self.advance(bytes, lines);
        shared.queue.answered(bytes, &levels, &shared.direct.counters);
        if lines > 0 {
            self.back_off = None; // it gets on
        }
    }

    fn went_well(&mut self, shared: &Shared) {
        self.closed_until = None;
        shared.direct.report();
    }

    fn went_wrong(&mut self, shared: &Shared, cause: Cause) {
        if cause == Cause::Closed {
            self.closed_until = Some(Instant::now() + PROBE);
            return self.drop_all(shared, cause);
        }
        let time = self.back_off.unwrap_or(BACK_OFF);
        self.back_off = Some(MOST_BACK_OFF.min(2 * time));
        shared.queue.back_off(time);
    }

    /// Drops what is left of what was taken.
    fn drop_all(&mut self, shared: &Shared, cause: Cause) {
        let bytes = self.batch.bytes.len().saturating_sub(self.bytes);
        let left = self.batch.levels.len().saturating_sub(self.lines);
        let lines = self.levels(left);
        if let Some((first, last)) = self.batch.times {
            let gap = Gap { cause, lines, first, last };
            shared.queue.dropped(bytes, &gap, &shared.direct.counters);
        }
        self.advance(bytes, left);
    }

    fn advance(&mut self, bytes: usize, lines: usize) {
        self.bytes += bytes;
        self.lines += lines;
    }
}

/// Counted in bytes first, up to what fits into one: sixteen at a time, where
/// the machine can, and the worker has little else to do with them.
fn newlines(bytes: &[u8]) -> usize {
    let count = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    bytes.chunks(240).map(|bytes| usize::from(count(bytes))).sum()
}
