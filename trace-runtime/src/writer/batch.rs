//! Whole lines, one after the other, with what is counted of them.

use super::Line;
use crate::{Level, clock::Timestamp};

/// How many bytes are written at once, at most, and how many are worth
/// waking the worker for.
pub(super) const BATCH: usize = 64 * 1024;

/// Memory that a buffer keeps while it rests.
pub(super) const KEPT: usize = 4 * BATCH;

/// Hardly a line is shorter, in bytes.
const LEAST_LINE: usize = 64;

/// Whole lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    /// The level of each line.
    pub(super) levels: Vec<Level>,
    /// When the first and the last of them were made.
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

impl Batch {
    /// Appends a line; no, if there is no memory for it.
    pub(super) fn push(&mut self, line: &Line<'_>) -> bool {
        let has_memory =
            self.bytes.try_reserve(line.bytes.len()).is_ok() && self.levels.try_reserve(1).is_ok();
        if has_memory {
            self.bytes.extend_from_slice(line.bytes);
            self.levels.push(line.level);
            let (first, last) = self.times.unwrap_or((line.time, line.time));
            self.times = Some((first.min(line.time), last.max(line.time)));
        }
        has_memory
    }

    /// Empties it, but for its memory: to have that anew for each batch costs a
    /// busy caller a tenth of its time.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.levels.clear();
        self.times = None;
    }

    /// Gives memory back, now that it rests.
    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to(KEPT);
        self.levels.shrink_to(KEPT / LEAST_LINE);
    }
}
