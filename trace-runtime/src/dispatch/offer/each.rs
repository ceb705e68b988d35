//! Calls the observers of an output.

use crate::{
    dispatch::report,
    observe::{Observe, Start, Wants},
    output::Output,
};

/// Calls each observer that wants this, and reports the first one that panics.
pub(super) fn each(output: &Output, wanted: Wants, call: impl Fn(&dyn Observe)) {
    output.observers.each(wanted, call);
    report::observer_panic(output);
}

/// Asks whether a trace is sampled, and reports the same.
pub(super) fn sample(output: &Output, start: &Start<'_>) -> Option<bool> {
    let decision = output.observers.sample(start);
    report::observer_panic(output);
    decision
}
