//! Lines of several lanes, put in the order in which they were appended.
//!
//! A task may move to another thread between two lines, and so to another
//! lane: its lines must not change places.

use std::mem;

use super::lane::{Stamp, Stamped};
use crate::writer::batch::{BATCH, BatchBuf};

/// How many bytes are merged at once: few, so that the sink is soon given some.
const PART: usize = 4 * BATCH;

/// What was taken from the lanes and is not merged yet.
pub(super) struct Merge {
    /// The lines of each lane.
    lanes: Vec<Stamped>,
    /// The order of all, and how far it has been followed.
    order: Vec<Step>,
    next: usize,
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
        Self { lanes: (0..lanes).map(|_| Stamped::default()).collect(), order: Vec::new(), next: 0 }
    }

    /// Returns the place for the lines of each lane.
    pub(super) fn lanes(&mut self) -> impl Iterator<Item = &mut Stamped> {
        self.lanes.iter_mut()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lanes.iter().all(Stamped::is_empty)
    }

    /// Moves the next lines into an empty batch; those of one lane, if there is
    /// no memory to put all in order.
    pub(super) fn drain_into(&mut self, batch: &mut BatchBuf) {
        let is_begun = self.next > 0;
        let with_lines = self.lanes.iter().filter(|lane| !lane.is_empty()).count();
        if is_begun || (with_lines > 1 && batch.reserve(PART, 0) && self.put_in_order()) {
            self.copy_into(batch);
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

    /// Finds the order of all lines; returns whether there is memory.
    fn put_in_order(&mut self) -> bool {
        let pieces = self.lanes.iter().map(|lane| lane.pieces.len()).sum();
        self.order.clear();
        if self.order.try_reserve(pieces).is_err() {
            return false;
        }
        for (number, lane) in self.lanes.iter().enumerate() {
            self.order.extend(steps(number, lane));
        }
        // Stable, so that batches of one lane keep their order.
        self.order.sort_by_key(|step| step.stamp);
        true
    }

    /// Copies the next lines in their order.
    fn copy_into(&mut self, batch: &mut BatchBuf) {
        while let Some(step) = self.order.get(self.next).filter(|_| batch.bytes.len() < PART) {
            let lane = self.lanes.get(step.lane);
            if !lane.is_some_and(|lane| batch.extend(&lane.lines, step.at, step.len)) {
                return; // there is no memory: the rest follows
            }
            self.next += 1;
        }
        if self.next == self.order.len() {
            self.lanes.iter_mut().for_each(Stamped::clear);
            self.next = 0;
        }
    }
}

fn steps(number: usize, lane: &Stamped) -> impl Iterator<Item = Step> {
    lane.pieces.iter().scan((0, 0), move |at, piece| {
        let (begin, len) = (*at, (piece.bytes, piece.lines));
        *at = (begin.0 + len.0, begin.1 + len.1);
        Some(Step { stamp: piece.stamp, lane: number, at: begin, len })
    })
}
