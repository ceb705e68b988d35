//! What all scopes of one request share.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    Rejected, SpanId, TraceId,
    output::{self, Output, OutputRef},
};

/// One request's whole story: one allocation, made when it opens.
pub(crate) struct Trace {
    pub(crate) id: TraceId,
    /// The span of the request itself.
    pub(crate) root: SpanId,
    /// Why the id that came in was not taken.
    pub(crate) rejected: Option<Rejected>,
    /// Where its lines go, if not to the process's output.
    pub(crate) output: Option<Arc<Output>>,
    /// Whether its request line has been written.
    closed: AtomicBool,
}

impl Trace {
    pub(crate) fn new(
        id: TraceId,
        rejected: Option<Rejected>,
        output: Option<Arc<Output>>,
    ) -> Self {
        Self { id, root: SpanId::generate(), rejected, output, closed: AtomicBool::new(false) }
    }

    pub(crate) fn is_open(&self) -> bool {
        !self.closed.load(Ordering::Relaxed)
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
    }
}

/// Who the lines of a context belong to.
#[derive(Clone, Default)]
pub(crate) enum Owner {
    /// No trace: to the process.
    #[default]
    Nobody,
    /// No trace, but an output of its own.
    Output(Arc<Output>),
    Trace(Arc<Trace>),
}

impl Owner {
    pub(crate) fn trace(&self) -> Option<&Arc<Trace>> {
        match self {
            Self::Trace(trace) => Some(trace),
            Self::Nobody | Self::Output(_) => None,
        }
    }

    /// Returns the output that was brought along, if it is not the process's.
    pub(crate) fn own_output(&self) -> Option<&Arc<Output>> {
        match self {
            Self::Nobody => None,
            Self::Output(output) => Some(output),
            Self::Trace(trace) => trace.output.as_ref(),
        }
    }

    /// Returns where lines go.
    pub(crate) fn output(&self) -> Option<OutputRef> {
        match self.own_output() {
            Some(output) => Some(OutputRef::Own(Arc::clone(output))),
            None => output::process().map(OutputRef::Process),
        }
    }

    pub(crate) fn without_trace(&self) -> Self {
        self.own_output().map_or(Self::Nobody, |output| Self::Output(Arc::clone(output)))
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nobody, Self::Nobody) => true,
            (Self::Output(one), Self::Output(two)) => Arc::ptr_eq(one, two),
            (Self::Trace(one), Self::Trace(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }
}
