//! What all scopes of one request share.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use super::totals::{Around, Finished, Number, Numbers, Totals};
use crate::{
    callsite::Callsite,
    field::{
        carried::Carried,
        kept::{Encoded, Kept},
        limits::Limits,
        sums::{Amount, Sums},
    },
    id::{
        SpanId, TraceId,
        inherited::{Inherited, RANDOM, Remote, SAMPLED},
    },
    outcome::Outcome,
};

/// One request's whole story.
pub(crate) struct Trace {
    pub(crate) id: TraceId,
    /// The span of the request itself.
    pub(crate) root: SpanId,
    /// What `traceparent` says of the id: `inherited::{SAMPLED, RANDOM}`.
    pub(crate) flags: u8,
    /// What came in besides the id.
    pub(crate) remote: Remote,
    /// Fields that each of its lines has, also after its end.
    pub(crate) carried: Carried,
    pub(super) opened_by: OpenedBy,
    /// What the request line will have; nothing once it is being written. The
    /// lock is held for a few instructions, never while foreign code runs.
    story: Mutex<Option<Story>>,
    /// Whether the story is still being added to; a hint, for callers that ask often.
    is_open: AtomicBool,
    /// Whether the head of the response is there, of an edge's request.
    has_response: AtomicBool,
    numbers: Numbers,
}

/// What is added to a request while it is open.
#[derive(Default)]
pub(crate) struct Story {
    pub(crate) fields: Kept,
    sums: Sums,
    pub(crate) steps: Totals,
    /// The handler that answers, if the request is an edge's.
    pub(crate) handler: Option<Handler>,
    /// What was given as the reason why it failed, as members of the line to
    /// come.
    pub(crate) reason: Kept,
}

impl Story {
    /// Puts the sums among the fields.
    pub(crate) fn sum_up(&mut self, limits: &Limits) {
        self.sums.put_into(&mut self.fields, limits);
    }
}

/// What is known of the handler of a request that an edge holds.
pub(crate) struct Handler {
    pub(crate) callsite: &'static Callsite,
    /// Its error and the causes of it, as members of the line to come.
    pub(crate) failure: Kept,
    /// Whether that says more than the type of the error.
    pub(crate) says_why: bool,
    pub(crate) answer: Answer,
}

/// Whether there is an answer of a handler to a request that an edge holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is being made.
    Awaited,
    Given,
    /// The handler was dropped before it gave one: what is answered is not its.
    CutOff,
    /// It panicked: what is answered, if anything, is not its.
    Panicked,
}

/// What a handler is that begins in an open trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The one that answers.
    Joined,
    /// A step that may answer instead: tried again, or tried beside.
    Beside,
    Step,
}

/// Whose a request is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenedBy {
    Handler,
    /// The first handler that opens below joins it.
    Edge,
}

impl Answer {
    /// Returns what the end of a handler below an edge means to its request.
    pub(crate) fn of(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ok | Outcome::Error => Self::Given,
            Outcome::Cancelled => Self::CutOff,
            Outcome::Panicked => Self::Panicked,
        }
    }

    /// Returns how a request ended that its edge sees end as `outcome`: a handler's
    /// panic decides, also where a layer below the edge caught it.
    pub(crate) fn outcome(self, outcome: Outcome) -> Outcome {
        if self == Self::Panicked { Outcome::Panicked } else { outcome }
    }

    /// Returns how its line says that it ended: a handler that was cut off is never
    /// taken for one that ended well.
    pub(crate) fn outcome_of_request(self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Ok | Outcome::Error if self == Self::CutOff => Outcome::Cancelled,
            outcome => outcome,
        }
    }
}

impl Trace {
    #[inline]
    pub(crate) fn new(
        Inherited { id, flags, remote }: Inherited,
        opened_by: OpenedBy,
        fields: Kept,
    ) -> Self {
        // How random a caller's id is cannot be known.
        let flags = flags.unwrap_or(if id.is_some() { SAMPLED } else { SAMPLED | RANDOM });
        let story = Story { fields, ..Story::default() };
        Self {
            id: id.unwrap_or_else(TraceId::generate),
            root: SpanId::generate(),
            flags,
            remote,
            carried: Carried::default(),
            opened_by,
            story: Mutex::new(Some(story)),
            is_open: AtomicBool::new(true),
            has_response: AtomicBool::new(false),
            numbers: Numbers::default(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// Notes that the head of the response is there. A test may ask; nothing else
    /// depends on it: relaxed.
    pub(crate) fn respond(&self) {
        self.has_response.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_response(&self) -> bool {
        self.has_response.load(Ordering::Relaxed)
    }

    /// Ends the story and returns it. What comes later is too late.
    pub(crate) fn close(&self) -> Story {
        self.is_open.store(false, Ordering::Relaxed);
        self.story().take().unwrap_or_default()
    }

    /// Makes a handler the one that answers, if no other is or has; else, or
    /// if the request is a handler's own, the fields stay.
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
        if let Some(handler) = &mut story.handler
            && matches!(handler.answer, Answer::Awaited | Answer::Given)
        {
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

    /// Keeps how the handler that joined has failed.
    pub(crate) fn set_failure(&self, failure: Kept, says_why: bool) {
        if let Some(Story { handler: Some(handler), .. }) = &mut *self.story() {
            handler.failure = failure;
            handler.says_why = says_why;
        }
    }

    /// Keeps the reason why the request failed; the last one wins.
    pub(crate) fn set_reason(&self, reason: Kept) {
        if let Some(story) = &mut *self.story() {
            story.reason = reason;
        }
    }

    /// A handler below an edge has ended, or was dropped before: which means
    /// nothing where another has answered meanwhile.
    pub(crate) fn answered(&self, answer: Answer) {
        if let Some(Story { handler: Some(handler), .. }) = &mut *self.story()
            && (answer == Answer::Given || handler.answer == Answer::Awaited)
        {
            handler.answer = answer;
        }
    }

    /// Returns what a handler takes over that begins when the request has
    /// ended: its id, and as the parent the span that it was left in.
    pub(crate) fn left_behind(&self, span: Option<SpanId>, given: &Inherited) -> Inherited {
        let parent = Some(span.unwrap_or(self.root));
        let rejected = given.remote.rejected;
        let remote = Remote { parent, rejected, ..self.remote.clone() };
        Inherited { id: Some(self.id.clone()), flags: Some(self.flags), remote }
    }

    /// Returns the names of the steps so far, and what each took in all.
    pub(crate) fn steps(&self) -> Vec<(&'static str, u64)> {
        let story = self.story();
        let totals = story.iter().flat_map(|story| story.steps.iter());
        totals.map(|total| (total.callsite.facts.name, total.sum_ns)).collect()
    }

    /// Returns the number of a callsite whose step begins.
    #[inline]
    pub(crate) fn number(&self, callsite: &'static Callsite) -> Option<Number> {
        self.numbers.of(callsite)
    }

    /// Counts a step, if the request is still open.
    #[inline]
    pub(crate) fn count(&self, step: &Finished) {
        if let Some(story) = &mut *self.story() {
            story.steps.add(step);
        }
    }

    /// Adds a field to the request line, if that is not yet written.
    pub(crate) fn set_field(&self, field: &Encoded<'_>, limits: &Limits) {
        if let Some(story) = &mut *self.story()
            && story.sums.give_way(field)
        {
            story.fields.set(field, limits);
        }
    }

    /// Adds to sums on the request line, if that is not yet written.
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
