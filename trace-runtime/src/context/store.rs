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
use crate::{SpanId, TraceId, output::OutputRef};

tokio::task_local! {
    static CURRENT: Slot;
}

/// What is in the task-local. A step of the same trace only swaps the span.
struct Slot {
    owner: Owner,
    span: Cell<Option<SpanId>>,
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

/// Returns a copy of the current context.
pub(crate) fn current() -> Context {
    CURRENT
        .try_with(|slot| Context { owner: slot.owner.clone(), span: slot.span.get() })
        .unwrap_or(Context { owner: Owner::Nobody, span: None })
}

/// Returns what a line needs, without touching a count of references unless
/// the id or the output is shared.
pub(crate) fn here() -> Here {
    CURRENT
        .try_with(|slot| Here::of(&slot.owner, slot.span.get()))
        .unwrap_or_else(|_| Here::of(&Owner::Nobody, None))
}

/// Calls `run` with a context current.
pub(crate) fn enter<R>(owner: &Owner, span: Option<SpanId>, run: impl FnOnce() -> R) -> R {
    if is_current(owner) {
        let _restored = swap_span(span);
        run()
    } else if ending::has_begun() {
        run()
    } else {
        let slot = Slot { owner: owner.clone(), span: Cell::new(span) };
        CURRENT.sync_scope(slot, run)
    }
}

fn is_current(owner: &Owner) -> bool {
    CURRENT.try_with(|slot| slot.owner.is(owner)).unwrap_or(matches!(owner, Owner::Nobody))
}

/// Makes `span` the current one until the guard is dropped.
pub(crate) fn swap_span(span: Option<SpanId>) -> Restore {
    match CURRENT.try_with(|slot| slot.span.replace(span)) {
        Ok(before) => Restore { before, is_swapped: true },
        Err(_) => Restore { before: None, is_swapped: false },
    }
}

/// Puts back the span that was current before.
#[must_use]
pub(crate) struct Restore {
    before: Option<SpanId>,
    /// Whether there was a slot to swap in.
    is_swapped: bool,
}

impl Drop for Restore {
    fn drop(&mut self) {
        if self.is_swapped {
            let _ = CURRENT.try_with(|slot| slot.span.set(self.before));
        }
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

    pub(super) fn has_begun() -> bool {
        BEGUN.get() || SENTINEL.try_with(|_| ()).is_err()
    }
}
