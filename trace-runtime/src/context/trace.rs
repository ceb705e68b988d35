//! The data that all scopes of a request share.

use std::sync::{
    Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use super::{
    asked::Asked,
    open_steps::OpenSteps,
    totals::{Around, ByNumber, Finished, Number, Numbers, Totals},
};
use crate::{
    callsite::Callsite,
    clock::Clocks,
    detail::Held,
    field::{
        carried::Carried,
        kept::{Encoded, Kept},
        limits::Limits,
        sums::{Amount, Sums},
    },
    id::{
        SpanId, TraceId,
        inherited::{Inherited, Remote, SAMPLED},
    },
    observe::TraceFacts,
    outcome::Outcome,
};

/// One request, from its start to its line.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Trace {
    pub(crate) id: TraceId,
    /// The span of the request itself.
    pub(crate) root: SpanId,
    /// Its digits, which stand on most lines of the request.
    pub(super) root_digits: [u8; 16],
    /// The flags of the id in `traceparent`: `inherited::{SAMPLED, RANDOM}`.
    pub(crate) flags: u8,
    /// What arrived with the request besides the id.
    pub(crate) remote: Remote,
    /// Fields on each of its lines, even after its end.
    pub(crate) carried: Carried,
    pub(super) opened_by: OpenedBy,
    /// Set if it was offered to observers.
    pub(crate) offered: Option<Box<Offered>>,
    /// Whether its edge wants no line if it succeeds.
    is_quiet: AtomicBool,
    /// The data for the request line; `None` once the line is being written.
    /// The lock is held for a few instructions, never while foreign code runs.
    story: Mutex<Option<Story>>,
    /// Whether the story can still be added to. It is a hint for callers that
    /// check often.
    is_open: AtomicBool,
    /// What the edge knows that opened the request.
    pub(crate) asked: Asked,
    pub(crate) open_steps: OpenSteps,
    /// Whether each step is counted alone from now on: one ran elsewhere than its
    /// parent, or steps of an earlier poll of the request were counted. A later
    /// poll has few, and to merge them takes longer ("atomic operations" in
    /// `speed-notes.md`).
    each_alone: AtomicBool,
    numbers: Numbers,
    /// The lines that it holds.
    pub(crate) detail: Held,
}

/// What a trace keeps for observers.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Offered {
    /// Both clocks when it opened.
    pub(crate) clocks: Clocks,
    /// The bytes of the id, once they were asked for.
    bytes: OnceLock<[u8; 16]>,
}

impl Offered {
    pub(crate) fn at(clocks: Clocks) -> Self {
        Self { clocks, bytes: OnceLock::new() }
    }
}

/// The data that is collected while a request is open.
#[derive(Default)]
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Story {
    pub(crate) fields: Kept,
    sums: Sums,
    pub(crate) steps: Totals,
    /// The handler that answers, if an edge opened the request.
    pub(crate) handler: Option<Handler>,
    /// The reason that was given for its failure, as members of the line.
    pub(crate) reason: Kept,
}

impl Story {
    /// Adds the sums to the fields.
    pub(crate) fn sum_up(&mut self, limits: &Limits) {
        self.sums.put_into(&mut self.fields, limits);
    }
}

/// The known facts about the handler of a request that an edge opened.
#[cfg_attr(test, derive(Debug))]
pub(crate) struct Handler {
    pub(crate) callsite: &'static Callsite,
    /// Its error and the causes, as members of the line.
    pub(crate) failure: Kept,
    /// Whether the failure holds more than the type of the error.
    pub(crate) says_why: bool,
    pub(crate) answer: Answer,
}

/// Whether a handler has answered a request that an edge opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The handler is still running.
    Awaited,
    Given,
    /// The handler was dropped before it answered: the response is not the
    /// handler's.
    CutOff,
    /// The handler panicked: the response, if there is one, is not the
    /// handler's.
    Panicked,
}

/// The role of a handler that begins in an open trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// It answers the request.
    Joined,
    /// A step that may answer instead: a retry, or a second attempt in
    /// parallel.
    Beside,
    Step,
}

/// What opened a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenedBy {
    Handler,
    /// The first handler that opens below the edge joins the request.
    Edge,
}

impl Answer {
    /// Returns the answer that follows from the end of a handler below an edge.
    pub(crate) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ok | Outcome::Error => Self::Given,
            Outcome::Cancelled => Self::CutOff,
            Outcome::Panicked => Self::Panicked,
        }
    }

    /// Returns how a request ended, given the outcome that its edge sees. A
    /// panic in the handler decides, even if a layer below the edge caught it.
    pub(crate) fn outcome(self, outcome: Outcome) -> Outcome {
        if self == Self::Panicked { Outcome::Panicked } else { outcome }
    }

    /// Returns the outcome on the request line. A handler that was cut off
    /// never counts as successful.
    pub(crate) fn outcome_of_request(self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Ok | Outcome::Error if self == Self::CutOff => Outcome::Cancelled,
            outcome => outcome,
        }
    }
}

impl Trace {
    /// Returns the memory of a trace, for [`begin`](Self::begin) to set.
    pub(crate) fn unset() -> Self {
        Self {
            id: TraceId::ZERO,
            root: SpanId::ONE,
            root_digits: [0; 16],
            flags: 0,
            remote: Remote::default(),
            carried: Carried::default(),
            opened_by: OpenedBy::Handler,
            offered: None,
            is_quiet: AtomicBool::new(false),
            story: Mutex::new(None),
            is_open: AtomicBool::new(false),
            asked: Asked::default(),
            open_steps: OpenSteps::default(),
            each_alone: AtomicBool::new(false),
            numbers: Numbers::default(),
            detail: Held::new(false),
        }
    }

    /// Begins a request in the memory of one that has ended. Each fact is set in
    /// its place, because a trace is large, and most of it stays zero. All are
    /// named, so that none is left as it was.
    #[expect(clippy::inline_always, reason = "its arguments would be copied")]
    #[inline(always)]
    pub(crate) fn begin(
        &mut self,
        inherited: Inherited,
        by: OpenedBy,
        fields: Kept,
        asks: Option<Asked>,
    ) {
        let Self {
            id,
            root,
            root_digits,
            flags,
            remote,
            carried,
            opened_by,
            offered,
            is_quiet,
            story,
            is_open,
            asked,
            open_steps,
            each_alone,
            numbers,
            detail,
        } = self;
        *detail = Held::new(inherited.is_sampled_by_caller());
        *flags = inherited.flags_of_trace();
        match inherited.id {
            Some(given) => *id = given,
            None => id.set_generated(),
        }
        *root = SpanId::generate();
        *root_digits = digits(*root);
        (*remote, *carried, *opened_by) = (inherited.remote, Carried::default(), by);
        (*offered, *asked) = (None, asks.unwrap_or_default());
        (*is_open.get_mut(), *is_quiet.get_mut(), *each_alone.get_mut()) = (true, false, false);
        open_steps.clear();
        numbers.clear();
        let story = story.get_mut().unwrap_or_else(PoisonError::into_inner);
        *story = Some(Story { fields, ..Story::default() });
    }

    /// Forgets the data of its caller and of the user.
    #[cold]
    pub(super) fn forget_data(&mut self) {
        self.remote = Remote::default();
        self.carried = Carried::default();
        self.asked = Asked::default();
    }

    /// Returns whether it keeps data of its caller or of the user besides its ids.
    #[inline]
    pub(super) fn keeps_data(&self) -> bool {
        let Remote { request_id, state, .. } = &self.remote;
        let has_of_caller = request_id.is_some() || state.is_some() || self.asked.line().is_some();
        has_of_caller || self.carried.if_any().is_some()
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// Returns whether a line of detail would be held or written.
    pub(crate) fn takes_detail(&self) -> bool {
        self.is_open() || self.detail.takes_lines()
    }

    /// Returns whether an edge opened it.
    pub(crate) fn is_of_edge(&self) -> bool {
        self.opened_by == OpenedBy::Edge
    }

    /// Records that its edge wants no line if it succeeds.
    pub(crate) fn set_quiet(&self) {
        self.is_quiet.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.is_quiet.load(Ordering::Relaxed)
    }

    /// Returns the flags for the headers of a call. What a quiet request calls
    /// is not sampled, unless the caller of the request has sampled it.
    pub(crate) fn flags_of_calls(&self) -> u8 {
        let is_hidden = self.is_quiet() && self.remote.parent.is_none();
        if is_hidden { self.flags & !SAMPLED } else { self.flags }
    }

    /// Sets whether the trace is sampled.
    pub(crate) fn set_sampled(&mut self, is_sampled: bool) {
        self.flags = if is_sampled { self.flags | SAMPLED } else { self.flags & !SAMPLED };
    }

    /// Returns the facts that observers see, if it was offered to them.
    pub(crate) fn facts(&self) -> Option<TraceFacts<'_>> {
        Some(TraceFacts {
            id: &self.id,
            bytes: &self.offered.as_ref()?.bytes,
            flags: self.flags,
            state: self.remote.state.as_deref(),
            request_id: self.remote.request_id.as_ref(),
        })
    }

    /// Ends the story and returns it, with the last totals. Nothing can be added
    /// after that.
    pub(crate) fn close(&self, last: ByNumber) -> Story {
        self.is_open.store(false, Ordering::Relaxed);
        let mut story = self.story().take().unwrap_or_default();
        story.steps.merge(last);
        story
    }

    /// Makes a handler the one that answers, unless another one does or has.
    /// Then, or if the request was opened by a handler, `fields` is left
    /// unchanged.
    pub(crate) fn join(
        &self,
        callsite: &'static Callsite,
        fields: &mut Kept,
        limits: &Limits,
        around: Around,
    ) -> Part {
        let mut story = self.story();
        let Some(story) =
            story.as_mut().filter(|_| self.opened_by == OpenedBy::Edge && !around.has_handler())
        else {
            return Part::Step;
        };
        let has_joined = |it: &&mut Handler| matches!(it.answer, Answer::Awaited | Answer::Given);
        if let Some(handler) = story.handler.as_mut().filter(has_joined) {
            handler.answer = Answer::Awaited;
            return Part::Beside;
        }
        let (failure, answer) = (Kept::default(), Answer::Awaited);
        story.handler = Some(Handler { callsite, failure, says_why: false, answer });
        story.fields.prepend(std::mem::take(fields), limits);
        Part::Joined
    }

    /// Returns the handler that has joined.
    pub(super) fn handler(&self) -> Option<&'static Callsite> {
        Some(self.story().as_ref()?.handler.as_ref()?.callsite)
    }

    /// Stores the failure of the handler that joined.
    pub(crate) fn set_failure(&self, failure: Kept, says_why: bool) {
        if let Some(Story { handler: Some(handler), .. }) = &mut *self.story() {
            handler.failure = failure;
            handler.says_why = says_why;
        }
    }

    /// Stores the reason why the request failed. The last one wins.
    pub(crate) fn set_reason(&self, reason: Kept) {
        if let Some(story) = &mut *self.story() {
            story.reason = reason;
        }
    }

    /// Records that a handler below an edge has ended or was dropped. This
    /// changes nothing if another handler has answered in the meantime.
    pub(crate) fn answered(&self, answer: Answer) {
        if let Some(Story { handler: Some(handler), .. }) = &mut *self.story() {
            if answer == Answer::Given || handler.answer == Answer::Awaited {
                handler.answer = answer;
            }
        }
    }

    /// Returns the ids for a handler that begins after the request has ended:
    /// the id of the request, and as parent the span it was started in.
    pub(crate) fn left_behind(&self, span: Option<SpanId>, given: &Inherited) -> Inherited {
        let parent = Some(span.unwrap_or(self.root));
        let rejected = given.remote.rejected;
        let remote = Remote { parent, is_local: true, rejected, ..self.remote.clone() };
        Inherited { id: Some(self.id.clone()), flags: Some(self.flags), remote }
    }

    /// Returns the names of the steps so far, and the total time of each.
    pub(crate) fn steps(&self) -> Vec<(&'static str, u64)> {
        let story = self.story();
        let totals = story.iter().flat_map(|story| story.steps.iter());
        totals.map(|total| (total.callsite.facts.name, total.sum_ns)).collect()
    }

    /// Returns the number of a callsite whose step begins. `is_alone` returns
    /// whether no other thread can begin one of this trace meanwhile.
    #[inline]
    pub(crate) fn number(
        &self,
        callsite: &'static Callsite,
        is_alone: impl Fn() -> bool,
    ) -> Option<Number> {
        self.numbers.of(callsite, is_alone)
    }

    /// Counts a step, if the request is still open.
    #[inline]
    pub(crate) fn count(&self, step: &Finished) {
        if step.crossed_from.is_some() {
            // The parent ends after this, and knows that it does.
            self.each_alone.store(true, Ordering::Relaxed);
        }
        if let Some(story) = &mut *self.story() {
            story.steps.add(step);
        }
    }

    /// Returns whether a step is counted alone, not with others of its poll.
    #[inline]
    pub(super) fn is_counted_alone(&self, step: &Finished) -> bool {
        step.crossed_from.is_some() || self.each_alone.load(Ordering::Relaxed)
    }

    /// Counts the steps of a poll of the request.
    pub(crate) fn count_all(&self, totals: ByNumber) {
        self.each_alone.store(true, Ordering::Relaxed);
        if let Some(story) = &mut *self.story() {
            story.steps.merge(totals);
        }
    }

    /// Adds a field to the request line, if that has not been written yet.
    pub(crate) fn set_field(&self, field: &Encoded<'_>, limits: &Limits) {
        if let Some(story) = &mut *self.story() {
            if story.sums.give_way(field) {
                story.fields.set(field, limits);
            }
        }
    }

    /// Adds to sums on the request line, if that has not been written yet.
    pub(crate) fn add(&self, keys: &[&'static str], amounts: &[Amount]) {
        let Some(story) = &mut *self.story() else { return };
        for (key, amount) in keys.iter().zip(amounts) {
            if story.sums.add(key, *amount) {
                story.fields.remove(key.as_bytes());
            }
        }
    }

    #[inline]
    fn story(&self) -> std::sync::MutexGuard<'_, Option<Story>> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the digits of a span, without keeping registers from the caller,
/// which writes a trace in its place.
#[inline(never)]
fn digits(span: SpanId) -> [u8; 16] {
    span.digits()
}
