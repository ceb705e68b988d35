//! What a trace takes over from its caller: an id, and the values to pass on
//! with it.
//!
//! Other modules read these: `propagation` from headers, a handler from its
//! `trace_id = …`.

use super::{
    span::SpanId,
    trace::{Rejected, TraceId},
};

/// What a trace takes over from its caller.
#[derive(Clone, Debug, Default)]
pub struct Inherited {
    /// If `None`, a new id is made.
    pub(crate) id: Option<TraceId>,
    /// The flags that came with the id: [`SAMPLED`], [`RANDOM`].
    pub(crate) flags: Option<u8>,
    pub(crate) remote: Remote,
}

/// What a trace keeps about its caller besides the id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remote {
    /// The span of the caller.
    pub(crate) parent: Option<SpanId>,
    /// Whether that span belongs to this service.
    pub(crate) is_local: bool,
    /// A request id that arrived beside the id of the trace.
    pub(crate) request_id: Option<TraceId>,
    /// Why an incoming id was refused.
    pub(crate) rejected: Option<Rejected>,
    /// The `tracestate` of other tracing systems, to be passed on; never empty.
    pub(crate) state: Option<Box<str>>,
}

/// The flag `sampled`: the caller may have recorded the trace (W3C).
pub(crate) const SAMPLED: u8 = 0b01;

/// The flag `random`: the last seven bytes of the id are random (W3C).
pub(crate) const RANDOM: u8 = 0b10;

impl Inherited {
    /// Returns the flags of the trace that takes this over. It cannot be known how
    /// random a caller's id is.
    #[inline]
    pub(crate) fn flags_of_trace(&self) -> u8 {
        self.flags.unwrap_or(if self.id.is_some() { SAMPLED } else { SAMPLED | RANDOM })
    }

    #[inline]
    pub(crate) fn is_sampled_by_caller(&self) -> bool {
        self.remote.parent.is_some() && self.flags.is_some_and(|flags| flags & SAMPLED != 0)
    }

    pub(crate) fn of_id(id: Result<Option<TraceId>, Rejected>) -> Self {
        let rejected = id.as_ref().err().copied();
        let remote = Remote { rejected, ..Remote::default() };
        Self { id: id.unwrap_or_default(), flags: None, remote }
    }
}
