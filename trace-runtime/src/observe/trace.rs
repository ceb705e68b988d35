//! The trace that something belongs to.

use std::sync::OnceLock;

use crate::id::{TraceId, inherited::SAMPLED};

/// The trace that a request, a step or an event belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a>(TraceFacts<'a>);

/// What [`Trace`] shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TraceFacts<'a> {
    pub(crate) id: &'a TraceId,
    /// The bytes of the id, made when first asked for: a hash would cost more
    /// than a span.
    pub(crate) bytes: &'a OnceLock<[u8; 16]>,
    pub(crate) flags: u8,
    pub(crate) state: Option<&'a str>,
    /// The request id that arrived beside the id of the trace.
    pub(crate) request_id: Option<&'a TraceId>,
}

impl<'a> Trace<'a> {
    pub(super) fn new(facts: TraceFacts<'a>) -> Self {
        Self(facts)
    }

    /// Returns the id as it stands on the lines.
    pub fn id(&self) -> &'a TraceId {
        self.0.id
    }

    /// Returns the 16 bytes of [`TraceId::to_bytes`], which are computed once a
    /// trace.
    pub fn id_bytes(&self) -> [u8; 16] {
        *self.0.bytes.get_or_init(|| self.0.id.to_bytes())
    }

    /// Returns the flags of `traceparent` ([W3C Trace Context §3.2.2.5]): bit 0
    /// is `sampled`, bit 1 is `random`.
    ///
    /// [W3C Trace Context §3.2.2.5]: https://www.w3.org/TR/trace-context-2/#trace-flags
    pub fn flags(&self) -> u8 {
        self.0.flags
    }

    /// Returns whether the trace is sampled.
    pub fn is_sampled(&self) -> bool {
        self.0.flags & SAMPLED != 0
    }

    /// Returns the `tracestate` that arrived, if any.
    pub fn state(&self) -> Option<&'a str> {
        self.0.state
    }

    /// Returns the request id that arrived beside the id of the trace, if any.
    pub fn request_id(&self) -> Option<&'a TraceId> {
        self.0.request_id
    }
}
