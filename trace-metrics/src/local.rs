//! What a thread remembers: the rows that it owns, by their labels.

use std::{
    cell::RefCell,
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasherDefault, Hasher},
};

use crate::{labels::Key, series::Owned};

thread_local! {
    static LOCAL: RefCell<Vec<(u64, Local)>> = const { RefCell::new(Vec::new()) };
}

/// The rows that a thread owns in one [`Metrics`](crate::Metrics).
#[derive(Debug, Default)]
pub(crate) struct Local {
    pub(crate) steps: ByIndex,
    pub(crate) handlers: ByIndex,
    pub(crate) requests: ByKey,
    pub(crate) streams: ByKey,
    pub(crate) calls: ByKey,
    pub(crate) active: Option<Owned>,
    pub(crate) lines: Option<Owned>,
}

/// Calls `run` with the thread's rows in the metrics `id`. Returns `None` if the
/// thread is ending.
#[inline]
pub(crate) fn with<R>(id: u64, run: impl FnOnce(&mut Local) -> R) -> Option<R> {
    let found = LOCAL.try_with(|all| {
        let mut all = all.try_borrow_mut().ok()?;
        let place = all.iter().position(|(known, _)| *known == id);
        let place = place.unwrap_or_else(|| {
            all.push((id, Local::default()));
            all.len() - 1
        });
        all.get_mut(place).map(|(_, local)| run(local))
    });
    found.ok().flatten()
}

/// Rows by a dense index.
#[derive(Debug, Default)]
pub(crate) struct ByIndex(Vec<Option<Owned>>);

impl ByIndex {
    #[inline]
    pub(crate) fn get(&mut self, index: usize, find: impl FnOnce() -> Owned) -> Option<&Owned> {
        if self.0.len() <= index {
            self.0.resize_with(index + 1, || None);
        }
        let place = self.0.get_mut(index)?;
        Some(place.get_or_insert_with(find))
    }
}

/// Rows by a key.
#[derive(Debug, Default)]
pub(crate) struct ByKey(HashMap<u64, (Key<Box<str>>, Owned), BuildHasherDefault<Hashed>>);

impl ByKey {
    /// Returns the row of a key. If `find` finds none, nothing is remembered.
    #[inline]
    pub(crate) fn get(
        &mut self,
        key: &Key<&str>,
        find: impl FnOnce() -> Option<Owned>,
    ) -> Option<&Owned> {
        let mut hash = key.hash();
        while self.0.get(&hash).is_some_and(|(known, _)| !known.is(key)) {
            hash = hash.wrapping_add(1);
        }
        Some(match self.0.entry(hash) {
            Entry::Occupied(known) => &known.into_mut().1,
            Entry::Vacant(place) => &place.insert((key.to_boxed(), find()?)).1,
        })
    }
}

/// The hash of a number that is one already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
