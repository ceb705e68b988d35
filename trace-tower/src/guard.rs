//! Running what a layer was given: a panic in it never reaches the service.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `run`; `None` if it panicked, which the panic hook has reported.
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Option<T> {
    // What it has seen is only read.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(value) => Some(value),
        Err(payload) => {
            // To drop it is to run code that may panic once more.
            std::mem::forget(payload);
            None
        }
    }
}
