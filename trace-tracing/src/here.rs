//! What `Span::current()` gets where the current step is one of ours.
//!
//! Libraries clone it, take it to a thread of their own, and enter it there:
//! sqlx does so with each query on `SQLite`. An id of its own says "what is current
//! here"; it is cloned at once, and the clone stands for that step.

use tracing_core::{
    Interest, Kind, Level, Metadata, callsite::Callsite, field::FieldSet, identify_callsite, span,
};

/// The id before it is cloned: that of no other span.
pub(crate) const ID: u64 = u64::MAX;

static HERE: Here = Here;

/// The metadata of a step of ours: it has no fields to be recorded.
pub(crate) static METADATA: Metadata<'static> = Metadata::new(
    "current",
    "trace_tracing",
    Level::INFO,
    None,
    None,
    None,
    FieldSet::new(&[], identify_callsite!(&HERE)),
    Kind::SPAN,
);

struct Here;

impl Callsite for Here {
    fn set_interest(&self, _: Interest) {}

    fn metadata(&self) -> &Metadata<'_> {
        &METADATA
    }
}

/// Returns what is to be cloned.
pub(crate) fn current() -> span::Current {
    span::Current::new(span::Id::from_u64(ID), &METADATA)
}
