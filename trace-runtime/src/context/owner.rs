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
        // The first turn returns, because nothing else refers to spare or new memory.
        loop {
            let mut shared = SPARE.try_with(Cell::take).ok().flatten().unwrap_or_default();
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
    /// unless something still refers to it. No data of its user stays there.
    #[inline]
    pub(crate) fn spare(self) {
        if let Some(shared) = self.0 {
            spare(shared);
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

#[inline(never)]
fn spare(mut shared: Arc<Ownership>) {
    if shared.captured.is_some() || Arc::strong_count(&shared) > 1 {
        return;
    }
    if shared.trace.as_ref().is_some_and(Trace::keeps_data) {
        let trace = Arc::get_mut(&mut shared).and_then(|it| it.trace.as_mut());
        trace.into_iter().for_each(Trace::forget_data);
    }
    let _ = SPARE.try_with(|spare| spare.set(Some(shared)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        __callsite as callsite,
        context::totals::ByNumber,
        field::{sums::Countable as _, value::Value},
        id::{SpanId, TraceId, inherited::Remote},
    };

    fn opened(inherited: Inherited, by: OpenedBy, asked: Option<Asked>) -> Owner {
        Owner::of_trace(&Owner::NONE, (inherited, by), (Kept::default(), asked), |_| {})
    }

    /// A request whose caller gave all that can be given.
    fn opened_with_all() -> Owner {
        let (id, state) = (TraceId::accept(b"request-7"), Some("a=b".into()));
        let parent = SpanId::from_bytes([7; 8]);
        let request_id = TraceId::accept(b"r-8").ok();
        let inherited = Inherited::of_id(id.map(Some));
        let remote = Remote { parent, request_id, state, ..inherited.remote };
        let inherited = Inherited { flags: Some(1), remote, ..inherited };
        opened(inherited, OpenedBy::Edge, Some(Asked::new("GET".into(), "/a".into())))
    }

    /// Leaves something of every kind behind.
    fn use_all_of(trace: &Trace, callsite: &'static Callsite) {
        let fields = || Kept::encoded(&["user"], &[Value::text("ada")], &Limits::new());
        trace.carried.extend(&fields());
        trace.set_quiet();
        trace.set_reason(fields());
        trace.add(&["hits"], &[1_u32.to_amount()]);
        trace.number(callsite, || false);
        trace.open_steps.begin(callsite, Moment::of_nanos(7));
        trace.asked.set_status(200);
        trace.asked.swap_route(Some("/{name}".into()));
        trace.detail.want();
        trace.count_all(ByNumber::default());
    }

    fn address(owner: &Owner) -> Option<*const Ownership> {
        owner.0.as_ref().map(Arc::as_ptr)
    }

    /// Returns all facts of a request but its random ids.
    fn facts(owner: &mut Owner) -> String {
        let shared = owner.0.as_mut().and_then(Arc::get_mut).unwrap();
        let trace = shared.trace.as_mut().unwrap();
        assert_eq!(trace.root_digits, trace.root.digits());
        assert_eq!(trace.id.to_string().len(), 32);
        (trace.id, trace.root, trace.root_digits) = (TraceId::ZERO, SpanId::ONE, [0; 16]);
        format!("{trace:?}")
    }

    #[test]
    fn a_request_in_spare_memory_has_nothing_of_the_one_before() {
        let open = || opened(Inherited::default(), OpenedBy::Handler, None);
        let in_new_memory = facts(&mut open());
        let first = opened_with_all();
        let before = address(&first);
        use_all_of(first.trace().unwrap(), callsite! { step, target: "t", name: "s" }.0);
        first.trace().unwrap().close(ByNumber::default());
        first.spare();
        let mut second = open();
        assert_eq!((address(&second), facts(&mut second)), (before, in_new_memory));
    }

    #[test]
    fn spare_memory_holds_no_data_of_the_user() {
        let first = opened_with_all();
        let trace = first.trace().unwrap();
        use_all_of(trace, callsite! { step, target: "t", name: "s" }.0);
        trace.close(ByNumber::default());
        assert!(trace.keeps_data());
        first.spare();
        let spare = SPARE.take().unwrap();
        let trace = spare.trace.as_ref().unwrap();
        assert!(!trace.keeps_data() && trace.asked.route().is_none());
        assert!(trace.close(ByNumber::default()).reason.is_empty());
    }

    #[test]
    fn memory_that_something_refers_to_is_not_spare() {
        let first = opened_with_all();
        let kept = first.clone();
        first.spare();
        let second = opened(Inherited::default(), OpenedBy::Handler, None);
        assert_ne!(address(&second), address(&kept));
        assert_eq!(kept.trace().unwrap().id.to_string(), "request-7");
    }
}
