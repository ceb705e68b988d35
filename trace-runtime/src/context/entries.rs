//! What was entered on a thread, and may be left in any order.
//!
//! A stack whose innermost entry is the current one. Entries below the floor
//! are hidden: a context that was entered after them, by a closure, covers
//! them until the closure returns.

/// Entries with their keys, the innermost last.
#[derive(Debug)]
pub(super) struct Entries<K, T> {
    entries: Vec<Entry<K, T>>,
    /// How many are hidden.
    floor: usize,
}

#[derive(Debug)]
struct Entry<K, T> {
    key: K,
    /// None once it was left: it goes when all above it have gone.
    value: Option<T>,
}

impl<K: PartialEq, T> Entries<K, T> {
    pub(super) const fn new() -> Self {
        Self { entries: Vec::new(), floor: 0 }
    }

    #[expect(clippy::inline_always, reason = "the entry would be copied otherwise")]
    #[inline(always)]
    pub(super) fn push(&mut self, key: K, value: T) {
        self.entries.push(Entry { key, value: Some(value) });
    }

    /// Returns the innermost that is not hidden.
    pub(super) fn innermost(&self) -> Option<&T> {
        self.visible().last()?.value.as_ref()
    }

    /// Returns those that are not hidden, the innermost first.
    pub(super) fn each(&self) -> impl Iterator<Item = &T> {
        self.visible().iter().rev().filter_map(|entry| entry.value.as_ref())
    }

    /// Removes the innermost, if it has this key and what was the innermost when
    /// it came is so again.
    #[inline]
    pub(super) fn pop(&mut self, key: &K) -> Option<T> {
        let (last, below) = self.visible().split_last()?;
        let is_in_order = below.last().is_none_or(|below| below.value.is_some());
        (is_in_order && last.key == *key).then(|| self.entries.pop()?.value)?
    }

    /// Removes an entry, wherever it is.
    pub(super) fn remove(&mut self, key: &K) -> Option<T> {
        let entry = self.entries.iter_mut().rev().find(|entry| entry.key == *key)?;
        let value = entry.value.take();
        self.settle();
        value
    }

    /// Removes an entry that is not hidden.
    pub(super) fn remove_visible(&mut self, key: &K) -> Option<T> {
        self.visible().iter().any(|entry| entry.key == *key).then(|| self.remove(key))?
    }

    /// Hides all that there are; returns what [`show`](Self::show) takes.
    pub(super) fn hide(&mut self) -> usize {
        std::mem::replace(&mut self.floor, self.entries.len())
    }

    /// Removes and returns those that are not hidden.
    pub(super) fn take_visible(&mut self) -> Vec<T> {
        let floor = self.floor.min(self.entries.len());
        self.entries.drain(floor..).filter_map(|entry| entry.value).collect()
    }

    /// Shows again what was hidden.
    pub(super) fn show(&mut self, floor: usize) {
        self.floor = floor;
        self.settle();
    }

    fn visible(&self) -> &[Entry<K, T>] {
        self.entries.get(self.floor..).unwrap_or_default()
    }

    /// Lets those go that were left, as far as no other is above them.
    fn settle(&mut self) {
        while self.visible().last().is_some_and(|entry| entry.value.is_none()) {
            self.entries.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(keys: &[u8]) -> Entries<u8, u8> {
        let mut entries = Entries::new();
        for key in keys {
            entries.push(*key, *key);
        }
        entries
    }

    #[test]
    fn the_innermost_is_the_last_that_was_not_left() {
        let mut entries = entries(&[1, 2, 3]);
        assert_eq!(entries.remove(&2), Some(2));
        assert_eq!(entries.innermost(), Some(&3));
        assert_eq!(entries.remove(&3), Some(3));
        assert_eq!(entries.innermost(), Some(&1));
        assert_eq!(entries.remove(&2), None);
        assert_eq!(entries.remove(&1), Some(1));
        assert_eq!((entries.innermost(), entries.entries.len()), (None, 0));
    }

    #[test]
    fn only_the_innermost_is_popped_and_only_above_one_that_was_not_left() {
        let mut entries = entries(&[1, 2, 3]);
        assert_eq!((entries.pop(&2), entries.pop(&3)), (None, Some(3)));
        entries.push(4, 4);
        entries.remove(&2);
        assert_eq!((entries.pop(&4), entries.remove(&4)), (None, Some(4)));
        let floor = entries.hide();
        assert_eq!(entries.pop(&1), None);
        entries.show(floor);
        assert_eq!((entries.pop(&1), entries.pop(&1)), (Some(1), None));
    }

    #[test]
    fn what_is_hidden_can_be_left_and_is_not_current() {
        let mut entries = entries(&[1, 2]);
        let floor = entries.hide();
        assert_eq!(entries.innermost(), None);
        entries.push(3, 3);
        assert_eq!(entries.remove_visible(&2), None);
        assert_eq!(entries.remove(&2), Some(2));
        assert_eq!(entries.take_visible(), [3]);
        entries.show(floor);
        assert_eq!(entries.each().collect::<Vec<_>>(), [&1]);
    }
}
