//! Detects that the thread-locals of this thread are being destroyed.
//!
//! tokio's `scope` panics if its thread-local is already gone, and offers no
//! way to check. So this module creates a thread-local of its own *after*
//! tokio's. It is destroyed before tokio's, and records that.

use std::cell::Cell;

use super::slot::CURRENT;

thread_local! {
    static BEGUN: Cell<bool> = const { Cell::new(false) };
    static SENTINEL: Sentinel = {
        let _ = CURRENT.try_with(|_| ());
        Sentinel
    };
}

struct Sentinel;

impl Drop for Sentinel {
    fn drop(&mut self) {
        BEGUN.set(true);
    }
}

/// Must be called each time before the slot is used: a sentinel that is
/// created later might outlive the slot.
#[inline]
pub(super) fn watch() {
    let _ = SENTINEL.try_with(|_| ());
}

pub(super) fn has_begun() -> bool {
    BEGUN.get()
}
