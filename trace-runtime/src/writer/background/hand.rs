//! What the worker has taken, and how the sink takes it: in batches of whole
//! lines.
//!
//! What the sink refuses is kept and offered again, later and later, while
//! the queue bounds what comes meanwhile; at the end of the process, until its
//! time is up. Only where the reader has gone away is it dropped: it would wait
//! for ever, and then arrive out of date.
//!
//! The sink is given no more than it takes without waiting, if it can say how
//! much that is: so it is known at the end what was written.

use std::time::{Duration, Instant};

use super::{merge::Merge, queue::Work, shared::Shared};
use crate::{
    sink::ends,
    writer::{
        batch::BatchBuf,
        outlet,
        stats::{Cause, Gap, Levels},
        whole::Progress,
    },
};

/// How long to wait after a first error, and at most.
const BACK_OFF: Duration = Duration::from_millis(100);
const MOST_BACK_OFF: Duration = Duration::from_secs(10);

/// How often the worker looks whether a reader has come back.
const PROBE: Duration = Duration::from_secs(1);

/// What the worker has taken, and how it fares with it.
pub(super) struct Hand {
    merge: Merge,
    batch: BatchBuf,
    /// How much of it is done with: bytes and lines.
    bytes: usize,
    lines: usize,
    back_off: Option<Duration>,
    /// There is no reader, and none is looked for before then.
    closed_until: Option<Instant>,
}

impl Hand {
    pub(super) fn new(lanes: usize) -> Self {
        Self {
            merge: Merge::new(lanes),
            batch: BatchBuf::default(),
            bytes: 0,
            lines: 0,
            back_off: None,
            closed_until: None,
        }
    }

    /// Waits for the next lines, once those before are done with.
    pub(super) fn take(&mut self, shared: &Shared) -> Work {
        self.batch.clear();
        (self.bytes, self.lines) = (0, 0);
        let work = if self.merge.is_empty() {
            shared.queue.take(&mut self.merge, &shared.outlet.counters)
        } else {
            Work::Lines // the next part of what was taken
        };
        self.merge.drain_into(&mut self.batch);
        work
    }

    /// Writes all that was taken, or drops it where it has to.
    pub(super) fn write_all(&mut self, shared: &Shared) {
        while self.bytes < self.batch.bytes.len() {
            if self.closed_until.is_some_and(|until| Instant::now() < until) {
                self.drop_all(shared, Cause::Closed);
                continue;
            }
            let Some(room) = shared.room() else { return };
            let chunk = self.chunk(room.min(shared.most_at_once()));
            let lines = self.lines_in(chunk);
            if !shared.queue.offer(&self.levels(lines)) {
                return;
            }
            // Only the sink may log here, and it does so inside.
            let Some(Progress { taken, result }) = shared.outlet.write_lines(chunk) else {
                self.drop_all(shared, Cause::Nested);
                continue;
            };
            let lines = if taken == chunk.len() { lines } else { lines_before(chunk, taken) };
            self.answered(shared, taken, lines);
            match result {
                Ok(()) => self.went_well(shared),
                Err(error) => self.went_wrong(shared, outlet::cause(&error)),
            }
        }
        if self.merge.is_empty() {
            shared.outlet.flush();
            shared.queue.flushed();
        }
    }

    /// Returns the next lines: as many whole ones as there is room for, or one.
    fn chunk(&self, room: usize) -> &[u8] {
        let rest = self.batch.bytes.get(self.bytes..).unwrap_or_default();
        if rest.len() < room {
            return rest;
        }
        let end = ends::last(rest, room).or_else(|| ends::first(rest));
        end.and_then(|end| rest.get(..=end)).unwrap_or(rest)
    }

    /// Counts the next lines. If they are all that is left, their number is known.
    fn lines_in(&self, chunk: &[u8]) -> usize {
        if self.bytes + chunk.len() == self.batch.bytes.len() {
            self.batch.levels.len().saturating_sub(self.lines)
        } else {
            ends::count(chunk)
        }
    }

    /// Returns the levels of the next lines.
    fn levels(&self, lines: usize) -> Levels {
        self.batch.levels.iter().skip(self.lines).take(lines).copied().collect()
    }

    fn answered(&mut self, shared: &Shared, bytes: usize, lines: usize) {
        let levels = self.levels(lines);
        self.advance(bytes, lines);
        shared.queue.answered(bytes, &levels, &shared.outlet.counters);
        if lines > 0 {
            self.back_off = None; // it gets on
        }
    }

    fn went_well(&mut self, shared: &Shared) {
        self.closed_until = None;
        shared.outlet.report();
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
            shared.queue.dropped(bytes, &gap, &shared.outlet.counters);
        }
        self.advance(bytes, left);
    }

    fn advance(&mut self, bytes: usize, lines: usize) {
        self.bytes += bytes;
        self.lines += lines;
    }
}

/// Counts the lines that end before a place.
fn lines_before(chunk: &[u8], place: usize) -> usize {
    ends::count(chunk.get(..place).unwrap_or_default())
}
