//! A list of the requests that are open, in parts with a lock each.
//!
//! A thread adds its requests to one part, so threads rarely meet. To add and to
//! remove one takes the same time however many there are, and allocates only
//! when there are more than ever before. A look at all of them never holds a
//! lock for longer than a few microseconds. Memory for many is given back once
//! none of them is open.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError},
};

use super::token;
use crate::{callsite::Callsite, clock::Moment};

/// A request that was opened, in the shared data that it lives in.
pub(super) struct Listed<T> {
    pub(super) facts: Facts,
    pub(super) request: Arc<T>,
}

/// What the list knows of a request.
#[derive(Clone, Copy)]
pub(super) struct Facts {
    pub(super) callsite: &'static Callsite,
    pub(super) since: Moment,
    /// How often it was reported that it is still running.
    pub(super) reports: u8,
}

/// How a part is locked for a look.
#[derive(Clone, Copy)]
pub(super) enum Lock {
    Wait,
    /// For a panic hook: its thread may have the lock. What is locked is left out.
    TryNow,
}

/// The list of a process, of many parts.
pub(super) struct Parts<T>([Part<T>; PARTS]);

/// One part of the list. It has cache lines of its own.
#[repr(align(128))]
pub(super) struct Part<T>(Mutex<Entries<T>>);

struct Entries<T> {
    all: Vec<Entry<T>>,
    /// The entry to be used next; beyond the last, if none is free.
    free: usize,
    open: usize,
}

enum Entry<T> {
    Open(Listed<T>),
    Free { next: usize },
}

/// How many parts the process's list has.
const PARTS: usize = 32;

/// How many entries are looked at while the lock is held.
const CHUNK: usize = 256;

/// For how many entries memory is kept while none is used.
const MOST_KEPT: usize = 1_024;

impl<T> Parts<T> {
    pub(super) const fn new() -> Self {
        Self([const { Part::new() }; PARTS])
    }

    /// Adds a request, and returns what [`remove`](Self::remove) takes.
    #[inline]
    pub(super) fn add(&self, request: Listed<T>) -> usize {
        let nth = token::thread() as usize % PARTS;
        self.0.get(nth).map_or(0, |part| part.add(request) * PARTS + nth)
    }

    #[inline]
    pub(super) fn remove(&self, at: usize) {
        if let Some(part) = self.0.get(at % PARTS) {
            part.remove(at / PARTS);
        }
    }

    /// Calls `look` with each request; see [`Part::each`].
    pub(super) fn each(&self, by: Lock, mut look: impl FnMut(&mut Listed<T>)) {
        self.0.iter().for_each(|part| part.each(by, &mut look));
    }
}

impl<T> Part<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Entries::NONE))
    }

    /// Adds a request, and returns what [`remove`](Self::remove) takes.
    #[inline]
    pub(super) fn add(&self, request: Listed<T>) -> usize {
        self.entries().add(request)
    }

    #[inline]
    pub(super) fn remove(&self, at: usize) {
        let removed = self.entries().remove(at);
        drop(removed); // without the lock
    }

    /// Calls `look` with each request, and with the chance to change it. One that
    /// is added or removed meanwhile may be left out.
    pub(super) fn each(&self, by: Lock, mut look: impl FnMut(&mut Listed<T>)) {
        let mut from = 0;
        while let Some(mut entries) = self.locked(by) {
            let Some(rest) = entries.all.get_mut(from..) else { return };
            if rest.is_empty() {
                return;
            }
            for entry in rest.iter_mut().take(CHUNK) {
                if let Entry::Open(request) = entry {
                    look(request);
                }
            }
            from += CHUNK;
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked(&self, by: Lock) -> Option<MutexGuard<'_, Entries<T>>> {
        match by {
            Lock::Wait => Some(self.entries()),
            Lock::TryNow => match self.0.try_lock() {
                Ok(entries) => Some(entries),
                Err(TryLockError::Poisoned(entries)) => Some(entries.into_inner()),
                Err(TryLockError::WouldBlock) => None,
            },
        }
    }
}

impl<T> Entries<T> {
    const NONE: Self = Self { all: Vec::new(), free: 0, open: 0 };

    #[inline]
    fn add(&mut self, request: Listed<T>) -> usize {
        let at = self.free;
        if let Some(entry) = self.all.get_mut(at) {
            if let Entry::Free { next } = mem::replace(entry, Entry::Open(request)) {
                self.free = next;
            }
        } else {
            self.all.push(Entry::Open(request));
            self.free = self.all.len();
        }
        self.open += 1;
        at
    }

    #[inline]
    fn remove(&mut self, at: usize) -> Option<Entry<T>> {
        let entry = self.all.get_mut(at)?;
        if matches!(entry, Entry::Free { .. }) {
            return None;
        }
        let removed = mem::replace(entry, Entry::Free { next: self.free });
        self.free = at;
        self.open -= 1;
        if self.open == 0 && self.all.len() > MOST_KEPT {
            *self = Self::NONE;
        }
        Some(removed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::__callsite as callsite;

    fn listed(nth: u64, request: &Arc<()>) -> Listed<()> {
        let callsite = callsite! { request, target: "t", name: "r" }.0;
        let request = Arc::clone(request);
        let facts = Facts { callsite, since: Moment::of_nanos(nth), reports: 0 };
        Listed { facts, request }
    }

    fn all(part: &Part<()>) -> Vec<u64> {
        let mut all = Vec::new();
        part.each(Lock::Wait, |request| all.push(request.facts.since.as_nanos()));
        all.sort_unstable();
        all
    }

    proptest! {
        #[test]
        fn what_is_listed_is_what_was_added_and_not_removed(
            steps in prop::collection::vec(prop::option::of(any::<prop::sample::Index>()), 0..1_500),
        ) {
            let (part, request) = (Part::new(), Arc::new(()));
            let (mut open, mut most) = (Vec::new(), 0);
            for (nth, removed) in (0..).zip(steps) {
                match removed.filter(|_| !open.is_empty()) {
                    None => open.push((part.add(listed(nth, &request)), nth)),
                    Some(index) => part.remove(open.swap_remove(index.index(open.len())).0),
                }
                most = most.max(open.len());
                prop_assert!(part.entries().all.len() <= most);
            }
            let mut expected: Vec<_> = open.iter().map(|(_, nth)| *nth).collect();
            expected.sort_unstable();
            prop_assert_eq!(all(&part), expected);
            for (at, _) in &open {
                part.remove(*at);
            }
            prop_assert_eq!(all(&part), [0_u64; 0]);
            prop_assert_eq!(Arc::strong_count(&request), 1);
        }
    }

    #[test]
    fn memory_for_many_goes_with_the_last_of_them() {
        let (part, request) = (Part::new(), Arc::new(()));
        let many: Vec<_> = (0..5_000).map(|nth| part.add(listed(nth, &request))).collect();
        assert_eq!(all(&part).len(), 5_000);
        for at in many {
            part.remove(at);
        }
        assert_eq!(part.entries().all.capacity(), 0);
        let at = part.add(listed(7, &request));
        assert_eq!((at, all(&part)), (0, vec![7]));
    }
}
