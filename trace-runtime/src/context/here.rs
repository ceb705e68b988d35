//! What lines and steps need of the current context, without a copy of it. To
//! copy it takes two atomic operations, which are a fifth of an event ("atomic
//! operations" in `speed-notes.md`).

use super::{
    frame::Frame,
    ids::Ids,
    owner::Owner,
    slot::Slot,
    store,
    totals::{Around, Finished, Number},
    trace::Trace,
};
use crate::{callsite::Callsite, clock::Moment, id::SpanId};

/// The current context, borrowed while no foreign code runs.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a>(&'a Slot);

/// The ids of a trace whose lines need nothing else of it. They are copied to the
/// place where they stay ("store forwarding" in `speed-notes.md`).
#[derive(Debug, Default)]
pub(crate) struct Copied {
    trace: [u8; 32],
    root_digits: [u8; 16],
    root: Option<SpanId>,
    span: Option<SpanId>,
}

/// Calls `look` with the current context, if that is a trace whose lines go to
/// the output of the process, and was not entered by a token. `look` must not
/// run foreign code.
#[expect(clippy::inline_always, reason = "what it returns would be copied otherwise")]
#[inline(always)]
pub(crate) fn look<R>(look: impl FnOnce(Here<'_>) -> R) -> Option<R> {
    if store::place().is_usual() { store::look_at_current(|slot| look(Here(slot))) } else { None }
}

/// Copies the ids of the current trace, if its lines need nothing else. Returns
/// whether that is so.
#[expect(clippy::inline_always, reason = "it would be copied otherwise")]
#[inline(always)]
pub(crate) fn copy(to: &mut Copied) -> bool {
    look(|here| here.copy(to)).unwrap_or(false)
}

/// Counts a step of this owner's trace that has ended.
#[inline]
pub(crate) fn count(owner: &Owner, trace: &Trace, step: &Finished) {
    let counted = look(|here| here.0.owner.is(owner).then(|| here.0.count(trace, step)));
    if counted.flatten().is_none() {
        trace.count(step);
    }
}

impl<'a> Here<'a> {
    /// Returns the trace.
    #[inline]
    pub(crate) fn trace(self) -> Option<&'a Trace> {
        self.0.owner.trace()
    }

    /// Returns the callsites of the enclosing steps.
    #[inline]
    pub(crate) fn around(self) -> Around {
        self.0.around.get()
    }

    /// Returns whether the request itself is polled here.
    #[inline]
    pub(crate) fn is_request_polled(self) -> bool {
        self.0.is_request_polled()
    }

    /// Returns the number of a callsite whose step begins in the current trace.
    #[inline]
    pub(crate) fn number(self, trace: &Trace, callsite: &'static Callsite) -> Option<Number> {
        trace.number(callsite, || self.is_request_polled() && self.0.owner.is_alone())
    }

    /// Returns the id of the current request or step.
    #[inline]
    pub(crate) fn span_id(self) -> Option<SpanId> {
        self.0.span.get().or_else(|| self.trace().map(|trace| trace.root))
    }

    /// Begins a sync step, and swaps its frame in.
    #[inline]
    pub(crate) fn begin_sync(self, frame: &mut Frame, at: Moment) {
        self.0.begin(at);
        self.0.swap(frame);
    }

    /// Ends a sync step, whose frame is swapped out.
    #[inline]
    pub(crate) fn end_sync(self, frame: &mut Frame, at: Moment) {
        self.0.swap(frame);
        self.0.end(at);
    }

    /// Ends an async step whose parent is `parent`.
    #[inline]
    pub(crate) fn end(self, parent: Option<SpanId>, at: Moment) {
        if self.0.span.get() == parent {
            self.0.end(at);
        }
    }

    /// Counts a step of the trace that has ended.
    #[inline]
    pub(crate) fn count(self, trace: &Trace, step: &Finished) {
        self.0.count(trace, step);
    }

    /// Copies the ids of the trace, if its lines need nothing else. Returns whether
    /// that is so.
    #[expect(clippy::inline_always, reason = "it would be copied otherwise")]
    #[inline(always)]
    pub(crate) fn copy(self, to: &mut Copied) -> bool {
        let Some(trace) = self.trace() else { return false };
        let Some(digits) = trace.id.digits() else { return false };
        if trace.remote.request_id.is_some() || trace.carried.if_any().is_some() {
            return false;
        }
        (to.trace, to.root_digits) = (*digits, trace.root_digits);
        (to.root, to.span) = (Some(trace.root), self.0.span.get());
        true
    }
}

impl Copied {
    /// Returns the ids on the lines of events.
    #[inline]
    pub(crate) fn ids(&self) -> Option<Ids<'_>> {
        Some(self.ids_of(self.span.or(self.root)?, None))
    }

    /// Returns the ids on the line of a span.
    #[inline]
    pub(crate) fn ids_of(&self, span: SpanId, parent: Option<SpanId>) -> Ids<'_> {
        let root = self.root.map(|root| (root, &self.root_digits));
        Ids { trace: None, digits: Some(&self.trace), span, parent, request: None, root }
    }
}
