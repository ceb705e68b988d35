//! What is known under the lock, and how it changes.

use super::{Mode, Pushed, Room, Rooms, State};
use crate::{
    clock::Timestamp,
    writer::{
        batch::{BATCH, Batch},
        mode::Overflow,
        stats::{self, Cause, Counters, Gap, Levels},
    },
};

impl Rooms {
    pub(super) fn of(self, batch: &Batch<'_>) -> Room {
        if batch.is_important { self.important } else { self.ordinary }
    }

    pub(super) fn set(&mut self, batch: &Batch<'_>, room: Room) {
        *(if batch.is_important { &mut self.important } else { &mut self.ordinary }) = room;
    }
}

impl State {
    pub(super) fn used(&self) -> usize {
        self.waiting.bytes.len().saturating_add(self.in_flight)
    }

    pub(super) fn append(&mut self, batch: &Batch<'_>) -> bool {
        let is_appended = self.waiting.push(batch);
        if is_appended {
            batch.levels.iter().for_each(|level| self.pending.add(*level));
            self.pushed += batch.levels.len() as u64;
        }
        is_appended
    }

    /// Says that the buffer is full; returns whether a caller waits for room.
    #[cold]
    pub(super) fn is_worth_waiting(&mut self, batch: &Batch<'_>, overflow: Overflow) -> bool {
        let room = match (self.room.of(batch), overflow) {
            (_, Overflow::DropNew) => Room::Stalled,
            (Room::Open, _) => Room::Full,
            (room, _) => room,
        };
        self.room.set(batch, room);
        room == Room::Full || overflow == Overflow::Block
    }

    pub(super) fn refuse(&mut self, batch: &Batch<'_>) -> Pushed {
        stats::widen(&mut self.gap, &Gap::of_batch(Cause::Overflow, batch));
        Pushed::Dropped(Cause::Overflow)
    }

    /// Moves so many bytes and lines out of what the worker has taken.
    pub(super) fn advance(&mut self, bytes: usize, lines: &Levels) {
        self.in_flight = self.in_flight.saturating_sub(bytes);
        self.pending.subtract(lines);
        self.offered.subtract(lines);
        self.done += lines.total();
        self.done_bytes += bytes as u64;
    }

    /// Drops what the worker will not offer any more; what the sink has is
    /// the worker's to count.
    pub(super) fn drop_rest(&mut self, cause: Cause, counters: &Counters) {
        let mut lines = std::mem::replace(&mut self.pending, self.offered);
        lines.subtract(&self.offered);
        drop_now(cause, lines, counters);
        self.report_gap(counters);
    }

    pub(super) fn report_gap(&mut self, counters: &Counters) {
        if let Some(gap) = self.gap.take() {
            counters.to_report(&gap);
        }
    }

    /// Whether the buffer has not become half empty since.
    pub(super) fn is_full_since(&self, opening: u64) -> bool {
        self.mode == Mode::Open && self.openings == opening
    }

    /// Whether there is a worker that writes.
    pub(super) fn is_in_use(&self) -> bool {
        matches!(self.mode, Mode::Open | Mode::Closing)
    }

    /// Whether the worker has nothing to wait for.
    pub(super) fn is_pressing(&self) -> bool {
        let is_flush_wanted = self.flushes.taken < self.flushes.wanted;
        self.mode != Mode::Open || is_flush_wanted || self.waiting.bytes.len() >= BATCH
    }
}

/// Drops lines whose levels alone are known.
pub(super) fn drop_now(cause: Cause, lines: Levels, counters: &Counters) {
    if lines.total() > 0 {
        let now = Timestamp::now();
        counters.dropped(&Gap { cause, lines, first: now, last: now });
    }
}
