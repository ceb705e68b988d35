//! Reports on standard error, in debug builds, that a handler seems to have
//! bypassed the edge.
//!
//! axum applies a layer only to the routes that were added before it. The layer
//! never sees the others. But a handler that opens a trace by itself, in a
//! process that has an edge, is noticed here.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::{
    callsite::{Callsite, LineKind},
    writer,
};

/// Whether a handler outside any edge would be reported. Nothing else depends
/// on it, so relaxed ordering is enough.
static IS_AWAITED: AtomicBool = AtomicBool::new(false);

/// Whether one has been reported.
static IS_REPORTED: AtomicBool = AtomicBool::new(false);

/// Records that the process has an edge.
pub(crate) fn announce_edge() {
    if cfg!(debug_assertions) && !IS_REPORTED.load(Ordering::Relaxed) {
        IS_AWAITED.store(true, Ordering::Relaxed);
    }
}

/// Reports a handler that has opened a trace by itself with a new id: the first
/// one in a process that has an edge.
pub(super) fn opened(callsite: &Callsite) {
    if !cfg!(debug_assertions) || !IS_AWAITED.load(Ordering::Relaxed) {
        return;
    }
    let is_handler = callsite.facts.kind == LineKind::Request;
    if is_handler
        && IS_AWAITED.swap(false, Ordering::Relaxed)
        && !IS_REPORTED.swap(true, Ordering::Relaxed)
    {
        let name = callsite.facts.name;
        writer::complain_at_last(format_args!(
            "`{name}` opened a trace of its own, outside the layer that this process has. axum \
             applies `Router::layer` only to the routes added before it: add the layer after the \
             last `.route(..)`. If this is not a request, write `#[traced_handler(kind = \"job\")]`"
        ));
    }
}
