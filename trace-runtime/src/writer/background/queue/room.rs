//! Room: how lanes get credit, and how it is called in.

use super::{Queue, Room, State, Worker};
use crate::writer::{
    background::lane::Lane,
    batch::{BATCH, Batch},
};

/// What became of a batch for which there was no credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    Appended,
    NoRoom,
    NoMemory,
}

/// How much of the buffer may be used, and how much of that is kept for the
/// batch already.
#[derive(Clone, Copy)]
pub(super) struct Ask {
    pub(super) most: usize,
    pub(super) kept: usize,
}

impl Queue {
    /// Appends a batch for which the lane has no credit, if there is room, and
    /// wakes the worker if need be.
    pub(super) fn admit(&self, state: &mut State, lane: &Lane, batch: &Batch<'_>) -> Admitted {
        let ordinary = self.capacity - self.capacity / 4;
        let admitted = self.append_to(state, lane, batch, Ask { most: ordinary, kept: 0 });
        if admitted != Admitted::NoRoom || state.room.of(batch) != Room::Open {
            return admitted;
        }
        // Other lanes may have more credit than they need.
        if state.room.is_open() {
            self.call_in(state);
            self.wake_for_lines(state);
        }
        let most = if batch.is_important { self.capacity } else { ordinary };
        self.append_to(state, lane, batch, Ask { most, kept: 0 })
    }

    /// Appends a batch, if that leaves as much free as is asked.
    pub(super) fn append_to(
        &self,
        state: &mut State,
        lane: &Lane,
        batch: &Batch<'_>,
        ask: Ask,
    ) -> Admitted {
        let mut lane = lane.lock();
        let need = batch.bytes.len().saturating_sub(lane.credit + ask.kept);
        let Some(more) = self.room_for(state, batch, need, ask.most) else {
            return Admitted::NoRoom;
        };
        state.used += more;
        lane.credit += ask.kept + more;
        let is_appended = lane.append(batch, || self.stamp());
        state.counted += lane.uncounted();
        drop(lane);
        if is_appended {
            self.wake_for_lines(state);
        }
        if is_appended { Admitted::Appended } else { Admitted::NoMemory }
    }

    /// Returns how much credit a lane gets that needs so much, if there is as
    /// much room.
    ///
    /// The last quarter is for important lines, for which all credit is called in
    /// first. Once the buffer is full there is no room at all. An empty buffer has room for any line: a caller
    /// that waits for room waits for the worker, which has something to do then.
    fn room_for(
        &self,
        state: &State,
        batch: &Batch<'_>,
        need: usize,
        most: usize,
    ) -> Option<usize> {
        let free = |most: usize| most.saturating_sub(state.used);
        let has_room = need == 0 || (need <= free(most) && state.room.of(batch) == Room::Open);
        let ordinary = free(self.capacity - self.capacity / 4);
        let in_advance = if state.room.is_open() { ordinary.min(self.in_advance()) } else { 0 };
        (has_room || state.used == 0).then(|| need.max(in_advance))
    }

    /// How much credit a lane draws at once: all lanes together hold back no
    /// more than a quarter of the buffer.
    fn in_advance(&self) -> usize {
        BATCH.min(self.capacity / 4 / self.lanes.len())
    }

    /// Takes the credit of all lanes back, so that callers ask for the next
    /// line; returns whether nothing waits.
    pub(super) fn call_in(&self, state: &mut State) -> bool {
        let mut is_empty = true;
        for lane in &self.lanes {
            let mut lane = lane.lock();
            state.used -= std::mem::take(&mut lane.credit).min(state.used);
            state.counted += lane.uncounted();
            is_empty &= lane.is_empty();
        }
        is_empty
    }

    fn wake_for_lines(&self, state: &mut State) {
        let is_wanted = match state.worker {
            Worker::Parked => true,
            Worker::Gathering => state.counted >= BATCH,
            Worker::Busy => false,
        };
        if is_wanted {
            state.worker = Worker::Busy;
            self.work.notify_one();
        }
    }
}
