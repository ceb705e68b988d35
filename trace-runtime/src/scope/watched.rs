//! Steps outside any trace whose level is filtered out. They are watched
//! because the line of a step that fails is a warning, which may pass.
//!
//! Only the start and the fields are kept. A watched step has no frame, so
//! steps inside it have the same parent as the step itself. The facts about its
//! context are looked up at its end.

use std::{pin::Pin, task, thread};

use super::{
    Position, Role, Scope,
    running::{Clear, Polled},
};
use crate::{
    callsite::Callsite,
    clock::Moment,
    context::{Context, Frame},
    field::kept::Kept,
    id::SpanId,
    outcome::{Outcome, reading::Returned},
    panic,
    record::Closing,
};

/// A step whose line is written only if it fails.
pub(crate) struct Watched {
    callsite: &'static Callsite,
    fields: Kept,
    start: Moment,
    pub(super) was_panicking: bool,
    has_ended: bool,
}

impl Watched {
    #[expect(clippy::inline_always, reason = "the step would be copied otherwise")]
    #[inline(always)]
    pub(super) fn new(callsite: &'static Callsite, fields: Kept) -> Self {
        let (start, was_panicking) = (Moment::now(), thread::panicking());
        Self { callsite, fields, start, was_panicking, has_ended: false }
    }

    /// Ends it with its value.
    pub(super) fn finished(&mut self, returned: &Returned<'_>) {
        if !self.has_gone_well(returned) {
            self.close(|start| Closing::of(start, returned));
        }
        self.has_ended = true;
    }

    /// Returns whether there is nothing to report, without reading the clock.
    fn has_gone_well(&self, returned: &Returned<'_>) -> bool {
        matches!(returned, Returned::Ok) && self.callsite.facts.slow.is_none()
    }

    /// Ends it without a value.
    pub(super) fn ended(&mut self, outcome: Outcome) {
        if outcome != Outcome::Ok || self.callsite.facts.slow.is_some() {
            self.close(|start| Closing::now(start, outcome, None));
        }
        self.has_ended = true;
    }

    /// Writes its line, if that passes at its level.
    #[cold]
    #[inline(never)]
    fn close<'f>(&mut self, closing: impl FnOnce(Moment) -> Closing<'f>) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        let here = Context::current();
        // If it ends inside a trace, it did not begin in that trace.
        let parent = here.span.filter(|_| here.owner.trace().is_none());
        let span = Some(SpanId::generate());
        let fields = std::mem::take(&mut self.fields);
        let frame = Frame { span, fields, is_step: true, ..Frame::default() };
        let owner = here.owner.without_trace();
        let mut scope = Scope::new(
            self.callsite,
            Role::Step,
            owner,
            frame,
            parent,
            Position::UNCOUNTED,
            self.start,
        );
        scope.close(&closing(self.start));
    }
}

/// Polls the body of a watched step.
pub(super) fn poll(watched: &mut Watched, body: &mut dyn Polled, cx: &mut task::Context<'_>) {
    if watched.has_ended {
        return body.poll(cx);
    }
    panic::forget();
    let mut running = WatchedBody { watched, has_returned: false };
    body.poll(cx);
    running.has_returned = true;
    if let Some(returned) = &body.returned() {
        running.watched.finished(returned);
    }
}

/// Drops the body of a watched step, which was cancelled.
pub(super) fn cancel(watched: &mut Watched, body: Pin<&mut dyn Clear>) {
    if watched.has_ended {
        return;
    }
    let mut running = WatchedBody { watched, has_returned: false };
    body.clear();
    running.has_returned = true;
    running.watched.ended(Outcome::Cancelled);
}

/// A body that is running. If it is dropped before it has returned, it unwinds.
struct WatchedBody<'a> {
    watched: &'a mut Watched,
    has_returned: bool,
}

impl Drop for WatchedBody<'_> {
    fn drop(&mut self) {
        if !self.has_returned {
            self.watched.ended(Outcome::Panicked);
        }
    }
}
