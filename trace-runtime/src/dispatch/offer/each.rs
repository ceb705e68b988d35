//! Calls the observers of an output.

use crate::{
    dispatch::report,
    observe::{Observe, Wants},
    output::Output,
};

/// Calls each observer that wants this, and reports the first one that panics.
pub(super) fn each(output: &Output, wanted: Wants, call: impl Fn(&dyn Observe)) {
    if let Some(name) = output.observers.each(wanted, call) {
        report::observer_panicked(output, name);
    }
}
