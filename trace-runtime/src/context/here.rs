//! What lines and steps need of the current context, without a copy of the
//! whole. That takes two atomic operations, as much as a fifth of an event
//! ("atomic operations" in `speed-notes.md`).

use super::{
    ids::Ids,
    owner::Owner,
    slot::Slot,
    store,
    totals::{Around, Finished},
    trace::Trace,
};
use crate::id::{SpanId, TraceId};

/// The current context, borrowed: as long as no foreign code runs.
#[derive(Clone, Copy)]
pub(crate) struct Here<'a>(&'a Slot);

/// The ids of a trace whose lines need nothing else of it.
pub(crate) struct Copied {
    trace: TraceId,
    root: SpanId,
    root_digits: [u8; 16],
    span: SpanId,
}

/// Calls `look` with the current context, if that is a trace whose lines go to
/// the output of the process, and was not entered by a token. `look` must not
/// run foreign code.
#[expect(clippy::inline_always, reason = "what it returns would be copied otherwise")]
#[inline(always)]
pub(crate) fn look<R>(look: impl FnOnce(Here<'_>) -> R) -> Option<R> {
    if store::place().is_usual() { store::look_at_current(|slot| look(Here(slot))) } else { None }
}

/// Returns the ids of the current trace, if its lines need nothing else.
#[expect(clippy::inline_always, reason = "it would be copied otherwise")]
#[inline(always)]
pub(crate) fn copy() -> Option<Copied> {
    look(|here| here.copy()).flatten()
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

    /// Returns the id of the current request or step.
    #[inline]
    pub(crate) fn span_id(self) -> Option<SpanId> {
        self.0.span.get().or_else(|| self.trace().map(|trace| trace.root))
    }

    /// Counts a step of the trace that has ended.
    #[inline]
    pub(crate) fn count(self, trace: &Trace, step: &Finished) {
        self.0.count(trace, step);
    }

    /// Returns the ids of the trace, if its lines need nothing else.
    #[expect(clippy::inline_always, reason = "it would be copied otherwise")]
    #[inline(always)]
    pub(crate) fn copy(self) -> Option<Copied> {
        let trace = self.trace()?;
        if trace.remote.request_id.is_some() || trace.carried.if_any().is_some() {
            return None;
        }
        Some(Copied {
            trace: TraceId::of_digits(*trace.id.digits()?),
            root: trace.root,
            root_digits: trace.root_digits,
            span: self.0.span.get().unwrap_or(trace.root),
        })
    }
}

impl Copied {
    /// Returns the ids on the lines of events.
    #[inline]
    pub(crate) fn ids(&self) -> Ids<'_> {
        self.ids_of(self.span, None)
    }

    /// Returns the ids on the line of a span.
    #[inline]
    pub(crate) fn ids_of(&self, span: SpanId, parent: Option<SpanId>) -> Ids<'_> {
        let root = Some((self.root, &self.root_digits));
        Ids { trace: Some(&self.trace), span, parent, request: None, root }
    }
}
