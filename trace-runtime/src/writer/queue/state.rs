//! What is known under the lock, and how it changes.

use super::{Mode, Pushed, Room, Rooms, State};
use crate::{
    clock::Timestamp,
    writer::{
        Cause, Gap, Line, Overflow,
        batch::BATCH,
        stats::{self, Counters, Levels},
    },
};

impl Rooms {
    pub(super) fn of(self, line: &Line<'_>) -> Room {
        if line.is_important { self.important } else { self.ordinary }
    }

    pub(super) fn set(&mut self, line: &Line<'_>, room: Room) {
        *(if line.is_important { &mut self.important } else { &mut self.ordinary }) = room;
    }
}

impl State {
    pub(super) fn used(&self) -> usize {
        self.waiting.bytes.len().saturating_add(self.in_flight)
    }

    pub(super) fn append(&mut self, line: &Line<'_>) -> bool {
        let is_appended = self.waiting.push(line);
        if is_appended {
            self.pending.add(line.level);
            self.pushed += 1;
        }
        is_appended
    }

    /// Says that the buffer is full; returns whether a caller waits for room.
    #[cold]
    pub(super) fn is_worth_waiting(&mut self, line: &Line<'_>, overflow: Overflow) -> bool {
        let room = match (self.room.of(line), overflow) {
            (_, Overflow::DropNew) => Room::Stalled,
            (Room::Open, _) => Room::Full,
            (room, _) => room,
        };
        self.room.set(line, room);
        room == Room::Full || overflow == Overflow::Block
    }

    pub(super) fn refuse(&mut self, line: &Line<'_>) -> Pushed {
        stats::widen(&mut self.gap, &Gap::of(Cause::Overflow, line.level, line.time));
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
