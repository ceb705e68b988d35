//! What is known under the lock, and how it changes.

use super::{Mode, Pushed, Room, Rooms, State};
use crate::{
    clock::Timestamp,
    writer::{
        batch::{BATCH, Batch},
        counters::Counters,
        mode::Overflow,
        stats::{self, Cause, Gap, Levels},
    },
};

impl Rooms {
    pub(super) fn is_open(self) -> bool {
        self.ordinary == Room::Open && self.important == Room::Open
    }

    pub(super) fn of(self, batch: &Batch<'_>) -> Room {
        if batch.is_important { self.important } else { self.ordinary }
    }

    pub(super) fn set(&mut self, batch: &Batch<'_>, room: Room) {
        *(if batch.is_important { &mut self.important } else { &mut self.ordinary }) = room;
    }
}

impl State {
    /// Notes that the buffer is full; returns whether a caller waits for room.
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
        let (expendable, _) = batch.split_expendable();
        stats::widen(&mut self.gap, &expendable.gap(Cause::Overflow));
        Pushed::Dropped(Cause::Overflow)
    }

    /// Counts so many bytes and lines that the worker had taken as done with.
    pub(super) fn advance(&mut self, bytes: usize, lines: &Levels) {
        self.used = self.used.saturating_sub(bytes);
        self.taken.subtract(lines);
        self.offered.subtract(lines);
        self.done += lines.total();
        self.done_bytes += bytes as u64;
    }

    /// Drops lines that the worker will not offer any more: those that it was
    /// given are the sink's to answer for.
    pub(super) fn drop_unoffered(
        &mut self,
        cause: Cause,
        mut waiting: Levels,
        counters: &Counters,
    ) {
        waiting.add_all(&std::mem::replace(&mut self.taken, self.offered));
        waiting.subtract(&self.offered);
        self.done += waiting.total();
        drop_now(cause, waiting, counters);
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

    /// Whether the worker is not to wait for more lines.
    pub(super) fn is_pressing(&self) -> bool {
        let is_flush_wanted = self.flushes.taken < self.flushes.wanted;
        self.mode != Mode::Open || is_flush_wanted || self.counted >= BATCH
    }
}

/// Drops lines whose levels alone are known.
pub(super) fn drop_now(cause: Cause, lines: Levels, counters: &Counters) {
    if lines.total() > 0 {
        let now = Timestamp::now();
        counters.dropped(&Gap { cause, lines, first: now, last: now });
    }
}
