//! Whole lines, one after the other, with what is counted of them: what is
//! handed from the thread that logs to the sink.

use super::whole::newlines;
use crate::{clock::Timestamp, level::Level};

/// How many bytes are written at once, at most, and how many are worth
/// waking the worker for.
pub(super) const BATCH: usize = 64 * 1024;

/// Memory that a buffer keeps while it rests.
pub(super) const KEPT: usize = 4 * BATCH;

/// Hardly a line is shorter, in bytes.
const LEAST_LINE: usize = 64;

/// One or more whole lines, which stay together, borrowed for the hand-over.
#[derive(Clone, Copy)]
pub(crate) struct Batch<'a> {
    /// The lines, their newlines included.
    pub(crate) bytes: &'a [u8],
    /// The level of each line.
    pub(crate) levels: &'a [Level],
    /// When the first and the last of them were made.
    pub(crate) times: (Timestamp, Timestamp),
    /// Whether they go before others where there is little room.
    pub(crate) is_important: bool,
}

impl<'a> Batch<'a> {
    /// A single line.
    #[inline]
    pub(crate) fn line(
        bytes: &'a [u8],
        level: &'a Level,
        time: Timestamp,
        is_important: bool,
    ) -> Self {
        let levels = std::slice::from_ref(level);
        Self { bytes, levels, times: (time, time), is_important }
    }

    /// Splits it behind so many bytes of whole lines.
    pub(super) fn split_at(self, bytes: usize) -> (Self, Self) {
        let (before, after) = self.bytes.split_at_checked(bytes).unwrap_or((self.bytes, &[]));
        let lines = newlines(before);
        let levels = self.levels.split_at_checked(lines).unwrap_or((self.levels, &[]));
        let part = |bytes, levels| Self { bytes, levels, ..self };
        (part(before, levels.0), part(after, levels.1))
    }

    /// Splits it behind its first line.
    pub(super) fn split_first(self) -> (Self, Self) {
        let newline = self.bytes.iter().position(|byte| *byte == b'\n');
        self.split_at(newline.map_or(self.bytes.len(), |newline| newline + 1))
    }
}

/// Batches, one after the other, in memory of their own.
#[derive(Debug, Default)]
pub(super) struct BatchBuf {
    pub(super) bytes: Vec<u8>,
    /// The level of each line.
    pub(super) levels: Vec<Level>,
    /// When the first and the last of them were made.
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

impl BatchBuf {
    /// Appends a batch; returns whether there is memory for it.
    pub(super) fn push(&mut self, batch: &Batch<'_>) -> bool {
        let has_memory = self.bytes.try_reserve(batch.bytes.len()).is_ok()
            && self.levels.try_reserve(batch.levels.len()).is_ok();
        if has_memory {
            self.bytes.extend_from_slice(batch.bytes);
            self.levels.extend_from_slice(batch.levels);
            self.widen(batch.times);
        }
        has_memory
    }

    fn widen(&mut self, (first, last): (Timestamp, Timestamp)) {
        let (earliest, latest) = self.times.unwrap_or((first, last));
        self.times = Some((earliest.min(first), latest.max(last)));
    }

    /// Empties it, but keeps its memory: new memory for each batch would cost
    /// a busy caller a tenth of its time.
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
