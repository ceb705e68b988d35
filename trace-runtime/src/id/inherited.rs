//! What a trace takes over from its caller: an id, and what is to be
//! passed on with it.
//!
//! Where it is read from is left to others: `propagation` from headers, a
//! handler from its `trace_id = …`.

use super::{
    span::SpanId,
    trace::{Rejected, TraceId},
};

/// What a trace takes over from its caller.
#[derive(Clone, Debug, Default)]
pub struct Inherited {
    /// None: a new one is made.
    pub(crate) id: Option<TraceId>,
    /// The flags that came with the id: [`SAMPLED`], [`RANDOM`].
    pub(crate) flags: Option<u8>,
    pub(crate) remote: Remote,
}

/// What a trace keeps of its caller besides the id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Remote {
    /// The span that called.
    pub(crate) parent: Option<SpanId>,
    /// An id that came in beside that of the trace.
    pub(crate) request_id: Option<TraceId>,
    /// Why an id that came in was not taken.
    pub(crate) rejected: Option<Rejected>,
    /// What other tracing systems want to have passed on; never empty.
    pub(crate) state: Option<Box<str>>,
}

/// The trace may be recorded by any service that takes part in it.
pub(crate) const SAMPLED: u8 = 0b01;

/// The last seven bytes of its id are random.
pub(crate) const RANDOM: u8 = 0b10;

impl Inherited {
    pub(crate) fn of_id(id: Result<Option<TraceId>, Rejected>) -> Self {
        let rejected = id.as_ref().err().copied();
        let remote = Remote { rejected, ..Remote::default() };
        Self { id: id.unwrap_or_default(), flags: None, remote }
    }
}
