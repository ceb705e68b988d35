//! Whole lines, one after the other, with what is counted of them: what is
//! handed from the thread that logs to the sink.

use super::stats::{Cause, Gap, Levels};
use crate::{clock::Timestamp, level::Level, sink::ends};

/// How many bytes are written at once, at most, and how many are worth
/// waking the worker for.
pub(super) const BATCH: usize = 64 * 1024;

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

    /// Returns the gap that it leaves if it is dropped.
    pub(super) fn gap(&self, cause: Cause) -> Gap {
        let (first, last) = self.times;
        Gap { cause, lines: self.levels.iter().copied().collect(), first, last }
    }

    /// Splits it behind so many bytes of whole lines.
    pub(super) fn split_at(self, bytes: usize) -> (Self, Self) {
        if bytes == self.bytes.len() {
            return (self, Self { bytes: &[], levels: &[], ..self });
        }
        let (before, after) = self.bytes.split_at_checked(bytes).unwrap_or((self.bytes, &[]));
        let lines = ends::count(before);
        let levels = self.levels.split_at_checked(lines).unwrap_or((self.levels, &[]));
        let part = |bytes, levels| Self { bytes, levels, ..self };
        (part(before, levels.0), part(after, levels.1))
    }

    /// Splits it behind as many whole lines as fit into so many bytes, or one.
    pub(super) fn split_within(self, bytes: usize) -> (Self, Self) {
        if self.bytes.len() <= bytes || self.levels.len() == 1 {
            return self.split_at(self.bytes.len());
        }
        match ends::last(self.bytes, bytes) {
            Some(end) => self.split_at(end + 1),
            None => self.split_first(),
        }
    }

    /// Returns whether it is more than one line.
    #[inline]
    pub(super) fn has_several(&self) -> bool {
        self.levels.len() > 1
    }

    /// Returns what is dropped if there is no room, and what is worth trying
    /// again: of several lines the last one, which is that of the request.
    pub(super) fn split_expendable(self) -> (Self, Option<Self>) {
        if !self.has_several() {
            return (self, None);
        }
        let end = ends::last(self.bytes, self.bytes.len().saturating_sub(1));
        let (expendable, last) = self.split_at(end.map_or(0, |end| end + 1));
        (expendable, Some(last))
    }

    /// Splits it behind its first line.
    pub(super) fn split_first(self) -> (Self, Self) {
        self.split_at(ends::first(self.bytes).map_or(self.bytes.len(), |end| end + 1))
    }
}

/// Batches, one after the other, in memory of their own.
#[derive(Debug, Default)]
pub(super) struct BatchBuf {
    pub(super) bytes: Vec<u8>,
    /// The level of each line.
    pub(super) levels: Vec<Level>,
    /// How many there are of each level.
    pub(super) counts: Levels,
    /// When the first and the last of them were made.
    pub(super) times: Option<(Timestamp, Timestamp)>,
}

impl BatchBuf {
    /// Hardly a line is shorter, in bytes.
    pub(super) const LEAST_LINE: usize = 64;

    /// Appends a batch; returns whether there is memory for it.
    pub(super) fn push(&mut self, batch: &Batch<'_>) -> bool {
        let has_memory = self.reserve(batch.bytes.len(), batch.levels.len());
        if has_memory {
            self.bytes.extend_from_slice(batch.bytes);
            self.levels.extend_from_slice(batch.levels);
            batch.levels.iter().for_each(|level| self.counts.add(*level));
            self.widen(batch.times);
        }
        has_memory
    }

    /// Makes room for so many bytes and lines; returns whether there is memory.
    pub(super) fn reserve(&mut self, bytes: usize, lines: usize) -> bool {
        self.bytes.try_reserve(bytes).is_ok() && self.levels.try_reserve(lines).is_ok()
    }

    /// Appends a part of another one, so many bytes and lines from a place on;
    /// returns whether there is memory.
    pub(super) fn extend(&mut self, from: &Self, at: (usize, usize), len: (usize, usize)) -> bool {
        let bytes = from.bytes.get(at.0..at.0 + len.0).unwrap_or_default();
        let levels = from.levels.get(at.1..at.1 + len.1).unwrap_or_default();
        from.times
            .is_none_or(|times| self.push(&Batch { bytes, levels, times, is_important: false }))
    }

    /// Moves its last bytes and lines to another one; returns whether there is
    /// memory.
    pub(super) fn move_last(&mut self, (bytes, lines): (usize, usize), to: &mut Self) -> bool {
        let at = (self.bytes.len() - bytes, self.levels.len() - lines);
        if !to.extend(self, at, (bytes, lines)) {
            return false;
        }
        for level in self.levels.drain(at.1..) {
            self.counts.subtract(&Levels::from_iter([level]));
        }
        self.bytes.truncate(at.0);
        true
    }

    /// Returns all there is, as one batch.
    pub(super) fn as_batch(&self) -> Option<Batch<'_>> {
        let times = self.times?;
        Some(Batch { bytes: &self.bytes, levels: &self.levels, times, is_important: false })
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
        self.counts = Levels::default();
        self.times = None;
    }

    /// Gives memory back beyond so many bytes.
    pub(super) fn shrink(&mut self, kept: usize) {
        self.bytes.shrink_to(kept);
        self.levels.shrink_to(kept / Self::LEAST_LINE);
    }
}
