//! Whether a thread is inside the writer, where it must not wait for it.

use std::cell::Cell;

thread_local! {
    /// Whether this thread is inside a sink, or holds a lock of the writer's: of
    /// any writer, for two sinks that log to each other would wait for ever.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Returns whether this thread may be inside a sink. If it is, it must not wait
/// for another thread, which may wait for that sink.
pub(crate) fn is_inside() -> bool {
    INSIDE.get()
}

/// This thread is inside the writer: what it logs meanwhile is dropped.
pub(super) struct Inside(());

impl Inside {
    /// Returns nothing if it is inside already.
    #[inline]
    pub(super) fn enter() -> Option<Self> {
        if INSIDE.replace(true) { None } else { Some(Self(())) }
    }
}

impl Drop for Inside {
    #[inline]
    fn drop(&mut self) {
        INSIDE.with(|inside| inside.set(false)); // `INSIDE.set` would be a call
    }
}
