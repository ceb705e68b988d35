//! The owner of lines: a trace, or only an output.

use std::sync::Arc;

use super::{
    captured::{Captured, HasTrace},
    trace::Trace,
};
use crate::{
    callsite::Callsite,
    field::limits::Limits,
    output::{self, Output},
};

/// The owner of a context's lines: the process, a trace, or a capture's output.
/// It is one pointer wide, because futures keep it.
#[derive(Clone, Default)]
pub(crate) struct Owner(Option<Arc<Ownership>>);

struct Ownership {
    /// Where lines go, unless to the process's output.
    captured: Option<Arc<Captured>>,
    trace: Option<Trace>,
}

impl HasTrace for Ownership {
    fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }
}

impl Owner {
    /// No trace, and the process's output.
    pub(crate) const NONE: Self = Self(None);

    /// No trace, and the output of a capture.
    pub(crate) fn of_capture(captured: Arc<Captured>) -> Self {
        Self::new(Some(captured), None)
    }

    /// A trace whose lines go to the same output as those of `outer`.
    #[inline]
    pub(crate) fn of_trace(trace: Trace, outer: &Self) -> Self {
        Self::new(outer.captured().cloned(), Some(trace))
    }

    #[inline]
    fn new(captured: Option<Arc<Captured>>, trace: Option<Trace>) -> Self {
        Self(Some(Arc::new(Ownership { captured, trace })))
    }

    /// Reports to the capture, if there is one, that a request of this owner
    /// has been opened.
    pub(crate) fn opened(&self, callsite: &'static Callsite) {
        let Some(shared) = &self.0 else { return };
        if let Some(captured) = &shared.captured {
            let request = Arc::downgrade(shared);
            captured.opened(callsite, request);
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    #[inline]
    pub(crate) fn trace(&self) -> Option<&Trace> {
        self.0.as_ref()?.trace.as_ref()
    }

    /// Returns the capture that this owner belongs to, if any.
    #[inline]
    pub(super) fn captured(&self) -> Option<&Arc<Captured>> {
        self.0.as_ref()?.captured.as_ref()
    }

    /// Returns the output that lines go to.
    #[inline]
    pub(crate) fn output(&self) -> Option<&Output> {
        match self.captured() {
            Some(captured) => Some(&captured.output),
            None => output::process_for_line(),
        }
    }

    /// Returns the limits of that output.
    pub(crate) fn limits(&self) -> Limits {
        self.output().map(|output| output.style.limits).unwrap_or_default()
    }

    pub(crate) fn without_trace(&self) -> Self {
        self.captured().cloned().map_or(Self::NONE, Self::of_capture)
    }

    #[inline]
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }
}
