//! The owner of lines: a trace, or only an output.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering, fence},
    },
};

use super::{
    asked::Asked,
    listed::{Facts, Listed, Lock, Part, Parts},
    trace::{OpenedBy, Trace},
};
use crate::{
    callsite::Callsite,
    clock::Moment,
    field::{kept::Kept, limits::Limits},
    id::inherited::Inherited,
    output::{self, Output},
};

/// The owner of a context's lines: the process, a trace, or a capture's output.
/// It is one pointer wide, because futures keep it.
#[derive(Clone, Default)]
pub(crate) struct Owner(Option<Arc<Ownership>>);

/// Where the lines of a `testing::Capture` go, and the requests that are open
/// there: a test needs to know which have not ended, and why.
pub(crate) struct Captured {
    pub(crate) output: Output,
    requests: Part<Ownership>,
}

impl Captured {
    pub(crate) fn new(output: Output) -> Self {
        Self { output, requests: Part::new() }
    }
}

/// The open requests whose lines go to the process's output.
static REQUESTS: Parts<Ownership> = Parts::new();

thread_local! {
    /// The memory of a request that has ended on this thread.
    static SPARE: Cell<Option<Arc<Ownership>>> = const { Cell::new(None) };
}

#[derive(Default)]
struct Ownership {
    /// Where lines go, unless to the process's output.
    captured: Option<Arc<Captured>>,
    trace: Option<Trace>,
    /// Where its request is in the list of open ones, plus one; zero if it is not.
    /// Written and read by the scope of the request.
    listed: AtomicUsize,
}

impl Owner {
    /// No trace, and the process's output.
    pub(crate) const NONE: Self = Self(None);

    /// No trace, and the output of a capture.
    pub(crate) fn of_capture(captured: Arc<Captured>) -> Self {
        Self(Some(Arc::new(Ownership { captured: Some(captured), ..Ownership::default() })))
    }

    /// A trace that begins, and whose lines go to the same output as those of
    /// `outer`. Before another thread can see it, `offer` is called.
    #[expect(clippy::inline_always, reason = "the facts of the trace would be copied")]
    #[inline(always)]
    pub(crate) fn of_trace(
        outer: &Self,
        (inherited, opened_by): (Inherited, OpenedBy),
        (fields, asked): (Kept, Option<Asked>),
        offer: impl FnOnce(&mut Trace),
    ) -> Self {
        loop {
            let mut shared = SPARE.try_with(Cell::take).ok().flatten().unwrap_or_default();
            // Nothing else refers to a spare one.
            if let Some(it) = Arc::get_mut(&mut shared) {
                it.captured = outer.captured().cloned();
                let trace = it.trace.get_or_insert_with(Trace::unset);
                trace.begin(inherited, opened_by, fields, asked);
                offer(trace);
                return Self(Some(shared));
            }
        }
    }

    /// Keeps the memory of a request that has ended for the next one of this thread,
    /// unless something still refers to it.
    #[inline]
    pub(crate) fn spare(self) {
        let Some(shared) = self.0 else { return };
        if shared.captured.is_none() && Arc::strong_count(&shared) == 1 {
            let _ = SPARE.try_with(|spare| spare.set(Some(shared)));
        }
    }

    /// Lists its request, which has been opened, among those of the capture or of
    /// the process.
    #[inline]
    pub(crate) fn opened(&self, callsite: &'static Callsite, since: Moment) {
        let Some(shared) = &self.0 else { return };
        let request = Arc::clone(shared);
        let request = Listed { facts: Facts { callsite, since, reports: 0 }, request };
        let at = match &shared.captured {
            Some(captured) => captured.requests.add(request),
            None => REQUESTS.add(request),
        };
        shared.listed.store(at + 1, Ordering::Relaxed);
    }

    /// Removes its request, which has ended, from the list.
    #[inline]
    pub(crate) fn ended(&self) {
        let Some(shared) = &self.0 else { return };
        let Some(at) = shared.listed.load(Ordering::Relaxed).checked_sub(1) else { return };
        shared.listed.store(0, Ordering::Relaxed);
        match &shared.captured {
            Some(captured) => captured.requests.remove(at),
            None => REQUESTS.remove(at),
        }
    }

    /// Calls `look` with each open request whose lines go to the same output. What
    /// it returns, if anything, is collected.
    pub(super) fn requests_beside<R>(
        &self,
        look: impl FnMut(&mut Facts) -> Option<R>,
    ) -> Vec<(R, Self)> {
        self.requests_locked_by(Lock::Wait, look)
    }

    /// Does the same without waiting for another thread: some may be missing.
    pub(super) fn requests_seen_now(&self) -> Vec<(Facts, Self)> {
        self.requests_locked_by(Lock::TryNow, |facts| Some(*facts))
    }

    fn requests_locked_by<R>(
        &self,
        by: Lock,
        mut look: impl FnMut(&mut Facts) -> Option<R>,
    ) -> Vec<(R, Self)> {
        let mut found = Vec::new();
        let look = |listed: &mut Listed<Ownership>| {
            let looked = look(&mut listed.facts);
            found.extend(looked.map(|looked| (looked, Self(Some(Arc::clone(&listed.request))))));
        };
        match self.captured() {
            Some(captured) => captured.requests.each(by, look),
            None => REQUESTS.each(by, look),
        }
        found
    }

    /// Returns whether only the thread that polls this request can begin steps of
    /// it: all that refers to it is its scope, its slot, and the list of open
    /// requests. A step elsewhere begins in a context, which refers to it, too.
    #[inline]
    pub(super) fn is_alone(&self) -> bool {
        let is_alone = self.0.as_ref().is_some_and(|shared| Arc::strong_count(shared) == 3);
        // What was done in a context is seen once that is gone.
        fence(Ordering::Acquire);
        is_alone
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        __callsite as callsite,
        context::totals::{Around, ByNumber},
        field::value::Value,
        id::{SpanId, TraceId, inherited::Remote},
    };

    fn opened(inherited: Inherited, asked: Option<Asked>) -> Owner {
        let opening = (inherited, OpenedBy::Edge);
        Owner::of_trace(&Owner::NONE, opening, (Kept::default(), asked), |_| {})
    }

    fn address(owner: &Owner) -> Option<*const Ownership> {
        owner.0.as_ref().map(Arc::as_ptr)
    }

    /// What a caller gives, with all that can be given.
    fn given() -> Inherited {
        let (id, state) = (TraceId::accept(b"request-7"), Some("a=b".into()));
        let parent = SpanId::from_bytes([7; 8]);
        let request_id = TraceId::accept(b"r-8").ok();
        let inherited = Inherited::of_id(id.map(Some));
        let remote = Remote { parent, request_id, state, ..inherited.remote };
        Inherited { flags: Some(1), remote, ..inherited }
    }

    #[test]
    fn a_request_in_spare_memory_has_nothing_of_the_one_before() {
        let callsite = callsite! { step, target: "t", name: "s" }.0;
        let first = opened(given(), Some(Asked::new("GET".into(), "/a".into())));
        let (before, trace) = (address(&first), first.trace().unwrap());
        let carried = Kept::encoded(&["user"], &[Value::text("ada")], &Limits::new());
        trace.carried.extend(&carried);
        trace.set_quiet();
        trace.set_reason(carried);
        trace.number(callsite, || false);
        let open_at = trace.open_steps.begin(callsite, Moment::of_nanos(7));
        trace.asked.set_status(200);
        trace.asked.swap_route(Some("/{name}".into()));
        trace.close(ByNumber::default());
        assert!(!trace.is_open());
        first.spare();

        let second = opened(Inherited::default(), None);
        assert_eq!(address(&second), before);
        let trace = second.trace().unwrap();
        let (id, remote) = (trace.id.to_string(), &trace.remote);
        assert!(trace.is_open() && !trace.is_quiet() && trace.offered.is_none());
        assert_eq!((id.len(), trace.flags), (32, 3));
        assert!(remote.parent.is_none() && remote.state.is_none() && remote.request_id.is_none());
        assert!(trace.carried.if_any().is_none());
        assert!(trace.asked.line().is_none() && trace.asked.route().is_none());
        assert_eq!(trace.asked.status(), None);
        assert!(trace.open_steps.read().is_empty(), "{open_at:?}");
        let other = callsite! { step, target: "t", name: "other" }.0;
        let first_number = Around::NOTHING.and(trace.number(other, || true));
        let fresh = Trace::unset();
        assert_eq!(first_number, Around::NOTHING.and(fresh.number(other, || true)));
        assert!(trace.close(ByNumber::default()).reason.is_empty());
    }

    #[test]
    fn memory_that_something_refers_to_is_not_spare() {
        let first = opened(given(), None);
        let kept = first.clone();
        first.spare();
        let second = opened(Inherited::default(), None);
        assert_ne!(address(&second), address(&kept));
        assert_eq!(kept.trace().unwrap().id.to_string(), "request-7");
    }
}
