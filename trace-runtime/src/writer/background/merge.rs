//! Lines of several lanes, put in the order in which they were appended.
//!
//! A task may move to another thread between two lines, and so to another
//! lane: its lines must not change places.

use std::mem;

use super::lane::{Stamp, Stamped};
use crate::writer::batch::BatchBuf;

/// What was taken from the lanes and is not merged yet.
pub(super) struct Merge {
    /// The lines of each lane.
    lanes: Vec<Stamped>,
    order: Vec<Step>,
}

/// A batch on its way into the order of all.
struct Step {
    stamp: Stamp,
    lane: usize,
    /// Where it begins, in bytes and lines, and how long it is.
    at: (usize, usize),
    len: (usize, usize),
}

impl Merge {
    pub(super) fn new(lanes: usize) -> Self {
        Self { lanes: (0..lanes).map(|_| Stamped::default()).collect(), order: Vec::new() }
    }

    /// Returns the place for the lines of each lane.
    pub(super) fn lanes(&mut self) -> impl Iterator<Item = &mut Stamped> {
        self.lanes.iter_mut()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.iter().all(Stamped::is_empty)
    }

    /// Moves all lines into an empty batch; those of one lane, if there is no
    /// memory for all.
    pub(super) fn drain_into(&mut self, batch: &mut BatchBuf) {
        let with_lines = self.lanes.iter().filter(|lane| !lane.is_empty()).count();
        if with_lines > 1 && self.merge_into(batch) {
            self.lanes.iter_mut().for_each(Stamped::clear);
        } else if let Some(lane) = self.lanes.iter_mut().find(|lane| !lane.is_empty()) {
            mem::swap(&mut lane.lines, batch);
            lane.clear();
        }
    }

    /// Gives memory back, now that nothing is logged.
    pub(super) fn shrink(&mut self, kept: usize) {
        self.lanes.iter_mut().for_each(|lane| lane.shrink(kept));
        self.order = Vec::new();
    }

    /// Copies all lines in their order; returns whether there is memory.
    fn merge_into(&mut self, batch: &mut BatchBuf) -> bool {
        let lines = self.lanes.iter().map(|lane| lane.lines.levels.len()).sum();
        let bytes = self.lanes.iter().map(|lane| lane.lines.bytes.len()).sum();
        self.order.clear();
        if !batch.reserve(bytes, lines) || self.order.try_reserve(lines).is_err() {
            return false;
        }
        for (number, lane) in self.lanes.iter().enumerate() {
            self.order.extend(steps(number, lane));
        }
        // Stable, so that batches of one lane keep their order.
        self.order.sort_by_key(|step| step.stamp);
        for step in &self.order {
            if let Some(lane) = self.lanes.get(step.lane) {
                batch.extend(&lane.lines, step.at, step.len);
            }
        }
        true
    }
}

fn steps(number: usize, lane: &Stamped) -> impl Iterator<Item = Step> {
    lane.pieces.iter().scan((0, 0), move |at, piece| {
        let (begin, len) = (*at, (piece.bytes, piece.lines));
        *at = (begin.0 + len.0, begin.1 + len.1);
        Some(Step { stamp: piece.stamp, lane: number, at: begin, len })
    })
}
