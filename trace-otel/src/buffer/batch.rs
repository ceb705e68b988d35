//! Items that are sent together.

use std::time::Instant;

use crate::wire::{Wire, first_field, varint_len};

/// The number of the field that holds items, in all signals.
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
    /// How many items each field holds. Empty if it is one each, as for spans.
    pub(super) groups: Vec<usize>,
}

impl Batch {
    /// Returns how many bytes an item takes.
    pub(super) fn size_of(item: &[u8]) -> usize {
        1 + varint_len(item.len() as u64) + item.len()
    }

    pub(super) fn push(&mut self, item: &[u8]) {
        self.append(item, 1);
    }

    /// Adds items that are one field. A batch has such fields alone, or none.
    #[cfg(any(test, feature = "metrics"))]
    pub(super) fn push_group(&mut self, group: &[u8], items: usize) {
        self.append(group, items);
        self.groups.push(items);
    }

    fn append(&mut self, field: &[u8], items: usize) {
        if self.bytes.capacity() == 0 {
            self.bytes.reserve(FIRST_ROOM);
        }
        let mut wire = Wire::appending(std::mem::take(&mut self.bytes));
        wire.bytes(ITEMS, field);
        self.bytes = wire.into_bytes();
        self.items += items;
        self.since.get_or_insert_with(Instant::now);
    }

    /// Returns whether it can be divided.
    pub(crate) fn has_halves(&self) -> bool {
        self.fields() > 1
    }

    fn fields(&self) -> usize {
        if self.groups.is_empty() { self.items } else { self.groups.len() }
    }

    /// Divides it into two halves, by number. One of them may be empty.
    pub(crate) fn halves(self) -> (Self, Self) {
        let half = self.fields() / 2;
        let mut at = 0;
        for _ in 0..half {
            at += first_field(&self.bytes[at..]).map_or(0, |(_, _, len)| len);
        }
        let (first, second) = self.bytes.split_at(at);
        let (ones, others) = self.groups.split_at(half.min(self.groups.len()));
        let items = if self.groups.is_empty() { half } else { ones.iter().sum() };
        let part = |bytes: &[u8], items, groups: &[usize]| Self {
            bytes: bytes.to_vec(),
            items,
            since: self.since,
            groups: groups.to_vec(),
        };
        (part(first, items, ones), part(second, self.items - items, others))
    }
}
