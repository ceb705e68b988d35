//! Calls closures that a layer was given: a panic in one never reaches the
//! service.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `run`; `None` if it panicked, which the panic hook has reported.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    // The closure only reads what it is given.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // Its destructor could panic again.
            std::mem::forget(payload);
            None
        }
    }
}
