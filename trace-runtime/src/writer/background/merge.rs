//! Lines of several lanes, put in the order in which they were appended.
//!
//! A task may move to another thread between two lines, and so to another
//! lane: its lines must not change places. They are merged in parts, so that
//! the sink is soon given some.

use std::mem;

use super::lane::{Piece, Stamp, Stamped};
use crate::writer::batch::{BATCH, BatchBuf};

/// How many bytes are merged at once.
const PART: usize = 4 * BATCH;

/// What was taken from the lanes and is not merged yet.
pub(super) struct Merge(Vec<Source>);

/// The lines of a lane, and how far they are merged.
#[derive(Default)]
struct Source {
    lines: Stamped,
    /// Pieces.
    next: usize,
    /// Bytes and lines.
    at: (usize, usize),
}

impl Merge {
    pub(super) fn new(lanes: usize) -> Self {
        Self((0..lanes).map(|_| Source::default()).collect())
    }

    /// Returns the place for the lines of each lane.
    pub(super) fn lanes(&mut self) -> impl Iterator<Item = &mut Stamped> {
        self.0.iter_mut().map(|source| &mut source.lines)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|source| source.lines.is_empty())
    }

    /// Moves the next lines into an empty batch.
    pub(super) fn drain_into(&mut self, batch: &mut BatchBuf) {
        let mut with_lines = self.0.iter_mut().filter(|source| !source.lines.is_empty());
        match (with_lines.next(), with_lines.next()) {
            (None, _) => {}
            (Some(only), None) if only.next == 0 => only.move_into(batch),
            _ => self.merge_into(batch),
        }
    }

    /// Gives memory back, now that nothing is logged.
    pub(super) fn shrink(&mut self, kept: usize) {
        self.0.iter_mut().for_each(|source| source.lines.shrink(kept));
    }

    fn merge_into(&mut self, batch: &mut BatchBuf) {
        while batch.bytes.len() < PART {
            let Some((first, until)) = self.next_run() else { return };
            let Some(source) = self.0.get_mut(first) else { return };
            if !source.copy_run(until, batch) {
                return; // there is no memory: the rest follows
            }
        }
    }

    /// Returns the lane whose next piece comes first, and until when it is so.
    fn next_run(&self) -> Option<(usize, Option<Stamp>)> {
        let (mut first, mut until) = (None, None);
        for (number, source) in self.0.iter().enumerate() {
            let Some(stamp) = source.piece().map(|piece| piece.stamp) else { continue };
            match first {
                Some((_, earliest)) if stamp >= earliest => {
                    until = Some(until.map_or(stamp, |until: Stamp| until.min(stamp)));
                }
                _ => {
                    until = first.map(|(_, second)| second);
                    first = Some((number, stamp));
                }
            }
        }
        first.map(|(number, _)| (number, until))
    }
}

impl Source {
    fn piece(&self) -> Option<&Piece> {
        self.lines.pieces.get(self.next)
    }

    /// Moves all lines, without a copy.
    fn move_into(&mut self, batch: &mut BatchBuf) {
        mem::swap(&mut self.lines.lines, batch);
        self.lines.clear();
    }

    /// Copies pieces until another lane's come first, or there are enough;
    /// returns whether there is memory.
    fn copy_run(&mut self, until: Option<Stamp>, batch: &mut BatchBuf) -> bool {
        let is_next = |piece: &&Piece| until.is_none_or(|until| piece.stamp <= until);
        while let Some(&piece) = self.piece().filter(is_next) {
            if batch.bytes.len() >= PART {
                break;
            }
            if !batch.extend(&self.lines.lines, self.at, (piece.bytes, piece.lines)) {
                return false;
            }
            self.at = (self.at.0 + piece.bytes, self.at.1 + piece.lines);
            self.next += 1;
        }
        if self.piece().is_none() {
            self.lines.clear();
            (self.next, self.at) = (0, (0, 0));
        }
        true
    }
}
