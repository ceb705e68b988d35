//! The place of the current context: its owner, and the frame of its scope.

use std::{
    cell::{Cell, RefCell},
    mem,
};

use super::{
    frame::{Frame, Inside},
    owner::Owner,
    totals::{Around, ByNumber, Finished},
    trace::Trace,
};
use crate::{clock::Moment, field::kept::Kept, id::SpanId};

tokio::task_local! {
    /// The slot of the task or thread.
    pub(super) static CURRENT: Slot;
}

/// What a step that was entered by a token lends to its entry, and takes back.
pub(crate) struct Lent {
    pub(crate) owner: Owner,
    /// What was recorded meanwhile.
    pub(crate) fields: Kept,
    pub(crate) inside: Inside,
}

/// An owner, and the frame of the scope that is current in it.
pub(super) struct Slot {
    pub(super) owner: Owner,
    pub(super) span: Cell<Option<SpanId>>,
    pub(super) fields: Cell<Kept>,
    pub(super) is_step: Cell<bool>,
    pub(super) around: Cell<Around>,
    inside: Cell<Inside>,
    /// Whether the request itself is polled here.
    is_request: bool,
    /// The totals of steps that have ended meanwhile and are not counted alone. No
    /// other thread looks for them, so they need no lock.
    totals: RefCell<ByNumber>,
}

impl Slot {
    /// A slot whose frame will be swapped in.
    #[expect(clippy::inline_always, reason = "the slot would be copied otherwise")]
    #[inline(always)]
    pub(super) fn new(owner: Owner, is_request: bool) -> Self {
        Self { is_request, ..Self::with(owner, Frame::default()) }
    }

    #[expect(clippy::inline_always, reason = "the slot would be copied otherwise")]
    #[inline(always)]
    pub(super) fn with(owner: Owner, frame: Frame) -> Self {
        let Frame { span, fields, is_step, around, inside } = frame;
        Self {
            owner,
            span: span.into(),
            fields: fields.into(),
            is_step: is_step.into(),
            around: around.into(),
            inside: inside.into(),
            is_request: false,
            totals: RefCell::default(),
        }
    }

    #[inline]
    pub(super) fn is_request_polled(&self) -> bool {
        self.is_request
    }

    /// Counts a step of the trace that the slot belongs to.
    #[inline]
    pub(super) fn count(&self, trace: &Trace, step: &Finished) {
        if self.is_request && !trace.is_counted_alone(step) {
            if let (Some(number), Ok(mut totals)) = (step.number, self.totals.try_borrow_mut()) {
                return totals.add(number, step);
            }
        }
        trace.count(step);
    }

    /// Swaps its totals, unless they are empty, with others.
    #[inline]
    pub(super) fn swap_totals(&self, with: &mut ByNumber) {
        if let Ok(mut totals) = self.totals.try_borrow_mut() {
            if !totals.is_empty() {
                mem::swap(&mut *totals, with);
            }
        }
    }

    /// Returns what was lent to it.
    #[inline]
    pub(super) fn into_lent(self) -> Lent {
        let Self { owner, fields, inside, .. } = self;
        Lent { owner, fields: fields.into_inner(), inside: inside.get() }
    }

    /// Swaps a frame with the one in the slot. A second call restores both.
    #[inline]
    pub(super) fn swap(&self, frame: &mut Frame) {
        frame.span = self.span.replace(frame.span);
        frame.fields = self.fields.replace(mem::take(&mut frame.fields));
        frame.is_step = self.is_step.replace(frame.is_step);
        frame.around = self.around.replace(frame.around);
        frame.inside = self.inside.replace(frame.inside);
    }

    /// Notes that a step begins inside.
    #[inline]
    pub(super) fn begin(&self, at: Moment) {
        let mut inside = self.inside.get();
        inside.begin(at);
        self.inside.set(inside);
    }

    /// Notes that a step ends inside.
    #[inline]
    pub(super) fn end(&self, at: Moment) {
        let mut inside = self.inside.get();
        inside.end(at);
        self.inside.set(inside);
    }
}
