//! Remembers the callsites of events none of whose keys is special in a format,
//! so that they need not be looked at again.

use std::{
    ptr,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    spelling::{Spelling, spelling_of_value},
    table::Fields,
};
use crate::callsite::Callsite;

/// How many places there are. Two callsites that share one take turns.
const PLACES: usize = 256;

/// The addresses of callsites, each in a place that follows from it.
///
/// Callsites are static. An address is only compared, and what it stands for
/// never changes, so relaxed ordering is enough.
pub(super) struct Plain([AtomicUsize; PLACES]);

impl Plain {
    pub(super) const fn new() -> Self {
        Self([const { AtomicUsize::new(0) }; PLACES])
    }

    /// Returns whether a callsite has been found to be plain.
    #[inline]
    pub(super) fn contains(&self, callsite: &'static Callsite) -> bool {
        let address = ptr::from_ref(callsite).addr();
        self.place(address).load(Ordering::Relaxed) == address
    }

    /// Looks at the keys of a callsite. Returns whether it is plain, and
    /// remembers it if it is.
    #[cold]
    pub(super) fn is_found(&self, fields: &Fields, callsite: &'static Callsite) -> bool {
        let usual = Spelling::usual(fields);
        let is_usual = |key: &&str| spelling_of_value(fields, key, callsite.facts.kind) == usual;
        let is_plain = !callsite.facts.is_call && callsite.facts.text.keys.iter().all(is_usual);
        if is_plain {
            let address = ptr::from_ref(callsite).addr();
            self.place(address).store(address, Ordering::Relaxed);
        }
        is_plain
    }

    #[inline]
    fn place(&self, address: usize) -> &AtomicUsize {
        // A callsite is larger than a hundred bytes.
        &self.0[(address >> 6) % PLACES]
    }
}
