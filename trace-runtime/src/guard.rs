//! Runs code that is not ours: a value's `Display`, an error's `source`, a
//! user's sink.
//!
//! A panic in that code stops here, and the panic hook does not report it: the
//! panic concerns the line that is being written, not the service.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

thread_local! {
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Calls `run`. Returns `None` if it panicked.
pub(crate) fn caught<R>(run: impl FnOnce() -> R) -> Option<R> {
    let before = CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(run));
    CATCHING.set(before);
    match result {
        Ok(result) => Some(result),
        // The payload's destructor is foreign code, too, and could panic.
        Err(payload) => {
            std::mem::forget(payload);
            None
        }
    }
}

/// Returns whether [`caught`] would catch a panic at this point.
pub(crate) fn is_catching() -> bool {
    CATCHING.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_none_and_leaves_nothing_behind() {
        assert_eq!(caught(|| 1), Some(1));
        assert_eq!(caught(|| caught(|| panic!("inner")).is_none()), Some(true));
        assert_eq!(caught(|| -> u8 { panic!("outer") }), None);
        assert!(!is_catching());
    }
}
