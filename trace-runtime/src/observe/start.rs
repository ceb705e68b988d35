//! A request that opens.

use super::{Trace, TraceFacts};
use crate::id::{SpanId, inherited::SAMPLED};

/// A request or a job that opens.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a>(StartFacts<'a>);

/// What [`Start`] shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartFacts<'a> {
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    pub(crate) method: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
    pub(crate) start_unix_ns: u64,
    pub(crate) trace: TraceFacts<'a>,
    pub(crate) span_id: SpanId,
    pub(crate) parent_id: Option<SpanId>,
}

impl<'a> Start<'a> {
    pub(crate) fn new(facts: StartFacts<'a>) -> Self {
        Self(facts)
    }

    /// Returns the name of the handler, or of the edge's request.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Returns the module, or the target that replaces it.
    pub fn target(&self) -> &'static str {
        self.0.target
    }

    /// Returns the method, if an HTTP edge opened it.
    pub fn method(&self) -> Option<&'a str> {
        self.0.method
    }

    /// Returns the path without the query string, if an HTTP edge opened it.
    pub fn path(&self) -> Option<&'a str> {
        self.0.path
    }

    /// Returns when it opened, in nanoseconds since 1970-01-01 UTC.
    pub fn start_unix_ns(&self) -> u64 {
        self.0.start_unix_ns
    }

    /// Returns its trace. While [`sample`](super::Observe::sample) is called,
    /// the flags are those of the caller.
    pub fn trace(&self) -> Trace<'a> {
        Trace::new(self.0.trace)
    }

    /// Returns its own span.
    pub fn span_id(&self) -> SpanId {
        self.0.span_id
    }

    /// Returns the span of the caller, if the caller sent one.
    pub fn parent_id(&self) -> Option<SpanId> {
        self.0.parent_id
    }

    /// Returns whether the caller sampled the trace, if there is a caller.
    pub fn parent_is_sampled(&self) -> Option<bool> {
        self.0.parent_id.map(|_| self.0.trace.flags & SAMPLED != 0)
    }
}
