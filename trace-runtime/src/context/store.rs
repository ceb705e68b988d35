//! Where the current context is kept: in a task-local of tokio's.
//!
//! It is set around every poll and restored after, also when the poll panics,
//! so that a task cannot leave it behind on a thread. Code that is not ours
//! never runs while it is borrowed: what is needed is copied out first.
//!
//! On a thread whose thread-locals are being destroyed nothing can be set any
//! more. Then code runs without a context of its own, instead of aborting.

use std::cell::Cell;

use super::{Context, Owner};
use crate::{
    Limits, SpanId, TraceId,
    fields::{Encoded, Fields},
    output::OutputRef,
    totals::Finished,
};

tokio::task_local! {
    static CURRENT: Slot;
}

/// What is in the task-local.
struct Slot {
    owner: Owner,
    span: Cell<Option<SpanId>>,
    fields: Cell<Option<Fields>>,
}

/// What differs from scope to scope within one trace.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub(crate) span: Option<SpanId>,
    /// The fields of the step that is running. None where it is no step: what
    /// is recorded there goes to the request.
    pub(crate) fields: Option<Fields>,
}

/// What a line needs of the current context.
#[derive(Clone)]
pub(crate) struct Here {
    pub(crate) ids: Option<(TraceId, SpanId)>,
    pub(crate) output: Option<OutputRef>,
}

impl Here {
    pub(crate) fn of(owner: &Owner, span: Option<SpanId>) -> Self {
        let ids = owner.trace().map(|trace| (trace.id.clone(), span.unwrap_or(trace.root)));
        Self { ids, output: owner.output() }
    }
}

/// Looks into the slot, if a context is set. `look` must not run foreign code.
fn look<R>(look: impl FnOnce(&Slot) -> R) -> Option<R> {
    ending::watch();
    CURRENT.try_with(look).ok()
}

/// Returns a copy of the current context.
pub(crate) fn current() -> Context {
    look(|slot| Context { owner: slot.owner.clone(), span: slot.span.get() })
        .unwrap_or(Context { owner: Owner::Nobody, span: None })
}

/// Returns what a line needs, without touching a count of references unless
/// the id or the output is shared.
pub(crate) fn here() -> Here {
    look(|slot| Here::of(&slot.owner, slot.span.get()))
        .unwrap_or_else(|| Here::of(&Owner::Nobody, None))
}

/// Adds a field to the step that is running, or else to the request.
pub(crate) fn set_field(field: &Encoded<'_>, limits: &Limits) {
    look(|slot| match slot.fields.take() {
        Some(mut fields) => {
            fields.set(field, limits);
            slot.fields.set(Some(fields));
        }
        None => set_in_trace(slot, field, limits),
    });
}

/// Adds a field to the request, wherever below it this is.
pub(crate) fn set_request_field(field: &Encoded<'_>, limits: &Limits) {
    look(|slot| set_in_trace(slot, field, limits));
}

fn set_in_trace(slot: &Slot, field: &Encoded<'_>, limits: &Limits) {
    if let Some(trace) = slot.owner.trace() {
        trace.set_field(field, limits);
    }
}

/// Counts a step that has ended.
pub(crate) fn count(step: Finished) {
    look(|slot| slot.owner.trace().map(|trace| trace.count(step)));
}

/// Calls `run` with an owner and a frame current. The frame is in the slot
/// meanwhile, and back in its place when this returns or unwinds.
pub(crate) fn enter<R>(owner: &Owner, frame: &mut Frame, run: impl FnOnce() -> R) -> R {
    let is_current = is_current(owner);
    if !is_current && ending::has_begun() {
        return run();
    }
    let run = || {
        let _swapped = Swapped::new(frame);
        run()
    };
    if is_current {
        return run();
    }
    let (span, fields) = (Cell::new(None), Cell::new(None));
    CURRENT.sync_scope(Slot { owner: owner.clone(), span, fields }, run)
}

fn is_current(owner: &Owner) -> bool {
    look(|slot| slot.owner.is(owner)).unwrap_or(matches!(owner, Owner::Nobody))
}

/// Swaps a frame with the one in the slot. Done twice, all is as before.
pub(crate) fn swap(frame: &mut Frame) {
    look(|slot| {
        frame.span = slot.span.replace(frame.span);
        frame.fields = slot.fields.replace(frame.fields.take());
    });
}

/// Swaps a frame in, and out again when dropped.
struct Swapped<'a>(&'a mut Frame);

impl<'a> Swapped<'a> {
    fn new(frame: &'a mut Frame) -> Self {
        swap(frame);
        Self(frame)
    }
}

impl Drop for Swapped<'_> {
    fn drop(&mut self) {
        swap(self.0);
    }
}

/// Whether this thread's thread-locals are being destroyed.
///
/// tokio's `scope` panics where its thread-local is gone already, and does not
/// let one ask. So a thread-local of ours is made *after* tokio's. It is
/// destroyed before it, and from then on the answer is yes.
mod ending {
    use std::cell::Cell;

    use super::CURRENT;

    thread_local! {
        static BEGUN: Cell<bool> = const { Cell::new(false) };
        static SENTINEL: Sentinel = {
            let _ = CURRENT.try_with(|_| ());
            Sentinel
        };
    }

    struct Sentinel;

    impl Drop for Sentinel {
        fn drop(&mut self) {
            BEGUN.set(true);
        }
    }

    /// To be called before the slot is touched, each time: a sentinel made
    /// later than that might outlive it.
    pub(super) fn watch() {
        let _ = SENTINEL.try_with(|_| ());
    }

    pub(super) fn has_begun() -> bool {
        BEGUN.get()
    }
}
