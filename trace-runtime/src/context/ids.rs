//! The ids of the trace and of the request or step that a line belongs to.

use super::trace::Trace;
use crate::id::{SpanId, TraceId};

/// The trace that a line belongs to, if any, and the request or step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids<'a> {
    pub(crate) trace: Option<&'a TraceId>,
    /// Its digits, if it consists of them. A native line needs nothing else of it,
    /// so where only such a line is made, `trace` may be `None`.
    pub(crate) digits: Option<&'a [u8; 32]>,
    pub(crate) span: SpanId,
    /// `None` for events.
    pub(crate) parent: Option<SpanId>,
    /// A request id that arrived beside the id of the trace. It is the one that
    /// the caller searches for.
    pub(crate) request: Option<&'a TraceId>,
    /// The span of the trace's request, and its digits.
    pub(crate) root: Option<(SpanId, &'a [u8; 16])>,
}

impl<'a> Ids<'a> {
    /// Returns the ids for a line.
    #[inline]
    pub(crate) fn of(trace: Option<&'a Trace>, span: SpanId, parent: Option<SpanId>) -> Self {
        let request = trace.and_then(|trace| trace.remote.request_id.as_ref());
        let root = trace.map(|trace| (trace.root, &trace.root_digits));
        let trace = trace.map(|trace| &trace.id);
        Self { trace, digits: trace.and_then(TraceId::digits), span, parent, request, root }
    }

    /// Writes the digits of one of its spans.
    #[inline]
    pub(crate) fn write(&self, span: SpanId, to: &mut [u8; 16]) {
        *to = match self.root {
            Some((root, digits)) if root == span => *digits,
            Some(_) | None => span.digits(),
        };
    }
}
