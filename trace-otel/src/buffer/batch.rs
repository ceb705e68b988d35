//! Items that are sent together.

use std::time::Instant;

use crate::wire::{Wire, first_field, varint_len};

/// The number of the field that holds items, in both signals.
const ITEMS: u32 = 2;

/// The memory of a batch at first, so that callers seldom wait while it grows.
const FIRST_ROOM: usize = 64 * 1024;

/// Encoded items, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) bytes: Vec<u8>,
    pub(crate) items: usize,
    /// When the first item was added.
    pub(crate) since: Option<Instant>,
}

impl Batch {
    /// Returns how many bytes an item takes.
    pub(super) fn size_of(item: &[u8]) -> usize {
        1 + varint_len(item.len() as u64) + item.len()
    }

    pub(super) fn push(&mut self, item: &[u8]) {
        if self.bytes.capacity() == 0 {
            self.bytes.reserve(FIRST_ROOM);
        }
        let mut wire = Wire::appending(std::mem::take(&mut self.bytes));
        wire.bytes(ITEMS, item);
        self.bytes = wire.into_bytes();
        self.items += 1;
        if self.items == 1 {
            self.since = Some(Instant::now());
        }
    }

    /// Divides it into two halves, by number. One of them may be empty.
    pub(crate) fn halves(self) -> (Self, Self) {
        let half = self.items / 2;
        let mut at = 0;
        for _ in 0..half {
            at += first_field(&self.bytes[at..]).map_or(0, |(_, _, len)| len);
        }
        let (first, second) = self.bytes.split_at(at);
        let part = |bytes: &[u8], items| Self { bytes: bytes.to_vec(), items, since: self.since };
        (part(first, half), part(second, self.items - half))
    }
}
