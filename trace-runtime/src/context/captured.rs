//! The output of a `testing::Capture`, and the requests that are open in it.
//!
//! A test needs to know which requests have not ended, and why.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError, Weak},
};

use super::trace::{OpenedBy, Trace};
use crate::{
    callsite::Callsite,
    id::{SpanId, TraceId},
    output::Output,
};

/// Where the lines of a capture go, and the requests that are open there.
pub(crate) struct Captured {
    pub(crate) output: Output,
    requests: Mutex<Requests>,
}

/// The requests of a capture that are open, and some that have ended.
#[derive(Default)]
struct Requests {
    open: Vec<Open>,
    /// The number of requests at which ended ones are removed. It grows with
    /// the number of open ones, so that removal stays rare.
    most: usize,
}

impl Requests {
    fn push(&mut self, request: Open) {
        if self.open.len() >= self.most {
            self.open.retain(|open| open.request.strong_count() > 0);
            self.most = 2 * self.open.len() + 8;
        }
        self.open.push(request);
    }
}

/// The shared data that a request lives in.
pub(super) trait HasTrace: Send + Sync {
    fn trace(&self) -> Option<&Trace>;
}

/// A request that was opened and may have ended since.
struct Open {
    callsite: &'static Callsite,
    request: Weak<dyn HasTrace>,
}

/// A request that has not ended.
pub(crate) struct Unended {
    pub(crate) name: &'static str,
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) why: Why,
}

/// Why a request has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It belongs to an edge and has no response yet.
    Response,
    /// It belongs to an edge, and the body of its response has not ended.
    Body,
    /// It belongs to a handler whose future still exists.
    Future,
}

impl Captured {
    pub(crate) fn new(output: Output) -> Self {
        Self { output, requests: Mutex::default() }
    }

    /// Records that a request has been opened.
    pub(super) fn opened(&self, callsite: &'static Callsite, request: Weak<dyn HasTrace>) {
        self.requests().push(Open { callsite, request });
    }

    /// Returns the requests that have not ended, in the order in which they
    /// were opened.
    pub(crate) fn unended(&self) -> Vec<Unended> {
        self.requests().open.iter().filter_map(Open::unended).collect()
    }

    fn requests(&self) -> MutexGuard<'_, Requests> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn unended(&self) -> Option<Unended> {
        let request = self.request.upgrade()?;
        let trace = request.trace().filter(|trace| trace.is_open())?;
        let callsite = trace.handler().unwrap_or(self.callsite);
        let why = match trace.opened_by {
            OpenedBy::Handler => Why::Future,
            OpenedBy::Edge if trace.has_response() => Why::Body,
            OpenedBy::Edge => Why::Response,
        };
        let (trace_id, span_id) = (trace.id.clone(), trace.root);
        Some(Unended { name: callsite.facts.name, trace_id, span_id, why })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Response => "there is no response yet",
            Self::Body => "its response body has not been read to its end or dropped",
            Self::Future => "its future has not been polled to its end or dropped",
        })
    }
}
