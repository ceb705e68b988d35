//! Which trace, request or step a line names.

use super::trace::Trace;
use crate::id::{SpanId, TraceId};

/// Which trace a line belongs to, if any, and which request or step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids<'a> {
    pub(crate) trace: Option<&'a TraceId>,
    pub(crate) span: SpanId,
    /// Events do not say theirs.
    pub(crate) parent: Option<SpanId>,
    /// An id of another origin that came in beside that of the trace: what the
    /// caller searches for.
    pub(crate) request: Option<&'a TraceId>,
}

impl<'a> Ids<'a> {
    /// Says what a line says of its place.
    #[inline]
    pub(crate) fn of(trace: Option<&'a Trace>, span: SpanId, parent: Option<SpanId>) -> Self {
        let request = trace.and_then(|trace| trace.remote.request_id.as_ref());
        Self { trace: trace.map(|trace| &trace.id), span, parent, request }
    }
}
