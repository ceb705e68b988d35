//! What all scopes of one request share.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    Limits, SpanId, TraceId,
    callsite::Callsite,
    fields::{Encoded, Fields},
    inherited::{Inherited, RANDOM, Remote, SAMPLED},
    output::{self, Output},
    totals::{Finished, Totals},
};

/// One request's whole story: one allocation, made when it opens.
pub(crate) struct Trace {
    pub(crate) id: TraceId,
    /// The span of the request itself.
    pub(crate) root: SpanId,
    /// What `traceparent` says of the id: `inherited::{SAMPLED, RANDOM}`.
    pub(crate) flags: u8,
    /// What came in besides the id.
    pub(crate) remote: Remote,
    held: Held,
    /// Where its lines go, if not to the process's output.
    pub(crate) output: Option<Arc<Output>>,
    /// What the request line will tell; nothing once it is being written. The
    /// lock is held for a few instructions, never while foreign code runs.
    story: Mutex<Option<Story>>,
    /// Whether the story is still being added to; a hint for who asks often.
    is_open: AtomicBool,
}

/// What is added to a request while it is open.
#[derive(Default)]
pub(crate) struct Story {
    pub(crate) fields: Fields,
    pub(crate) steps: Totals,
    /// The handler that answers, if the request is an edge's.
    pub(crate) handler: Option<Handler>,
}

/// What a handler tells of a request that is not its own.
pub(crate) struct Handler {
    pub(crate) callsite: &'static Callsite,
    /// Its error and the causes of it, as members of the line to come.
    pub(crate) failure: Fields,
}

/// Whose a request is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    ByHandler,
    /// The first handler that opens below joins it.
    ByEdge,
}

impl Trace {
    pub(crate) fn new(
        Inherited { id, flags, remote }: Inherited,
        held: Held,
        fields: Fields,
        output: Option<Arc<Output>>,
    ) -> Self {
        // Of an id that somebody else made, nobody knows how random it is.
        let flags = flags.unwrap_or(if id.is_some() { SAMPLED } else { SAMPLED | RANDOM });
        let story = Story { fields, ..Story::default() };
        Self {
            id: id.unwrap_or_else(TraceId::generate),
            root: SpanId::generate(),
            flags,
            remote,
            held,
            output,
            story: Mutex::new(Some(story)),
            is_open: AtomicBool::new(true),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Relaxed)
    }

    /// Ends the story and returns it. What comes later is too late.
    pub(crate) fn close(&self) -> Story {
        self.is_open.store(false, Ordering::Relaxed);
        self.story().take().unwrap_or_default()
    }

    /// Makes a handler the one that answers; false if the request is a
    /// handler's own, or another has joined it. Then the fields stay.
    pub(crate) fn join(
        &self,
        callsite: &'static Callsite,
        fields: &mut Fields,
        limits: &Limits,
    ) -> bool {
        match &mut *self.story() {
            Some(story) if self.held == Held::ByEdge && story.handler.is_none() => {
                story.handler = Some(Handler { callsite, failure: Fields::default() });
                story.fields.prepend(std::mem::take(fields), limits);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Keeps how the handler that joined has failed.
    pub(crate) fn tell_failure(&self, failure: Fields) {
        if let Some(Story { handler: Some(handler), .. }) = &mut *self.story() {
            handler.failure = failure;
        }
    }

    /// Returns the names of the steps so far, and what each took in all.
    pub(crate) fn steps(&self) -> Vec<(&'static str, u64)> {
        let mut story = self.story();
        let totals = story.as_mut().map(|story| story.steps.in_order()).unwrap_or_default();
        totals.iter().map(|total| (total.callsite.facts.name, total.sum_ns)).collect()
    }

    /// Counts a step, if the request is still open.
    pub(crate) fn count(&self, step: Finished) {
        if let Some(story) = &mut *self.story() {
            story.steps.add(step);
        }
    }

    /// Adds a field to the request line, if that is not yet written.
    pub(crate) fn set_field(&self, field: &Encoded<'_>, limits: &Limits) {
        if let Some(story) = &mut *self.story() {
            story.fields.set(field, limits);
        }
    }

    fn story(&self) -> std::sync::MutexGuard<'_, Option<Story>> {
        self.story.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who the lines of a context belong to.
#[derive(Clone, Default)]
pub(crate) enum Owner {
    /// No trace: to the process.
    #[default]
    Nobody,
    /// No trace, but an output of its own.
    Output(Arc<Output>),
    Trace(Arc<Trace>),
}

impl Owner {
    pub(crate) fn trace(&self) -> Option<&Arc<Trace>> {
        match self {
            Self::Trace(trace) => Some(trace),
            Self::Nobody | Self::Output(_) => None,
        }
    }

    /// Returns the output that was brought along, if it is not the process's.
    pub(crate) fn own_output(&self) -> Option<&Arc<Output>> {
        match self {
            Self::Nobody => None,
            Self::Output(output) => Some(output),
            Self::Trace(trace) => trace.output.as_ref(),
        }
    }

    /// Returns where lines go.
    pub(crate) fn output(&self) -> Option<&Output> {
        match self.own_output() {
            Some(output) => Some(output),
            None => output::process(),
        }
    }

    pub(crate) fn without_trace(&self) -> Self {
        self.own_output().map_or(Self::Nobody, |output| Self::Output(Arc::clone(output)))
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nobody, Self::Nobody) => true,
            (Self::Output(one), Self::Output(two)) => Arc::ptr_eq(one, two),
            (Self::Trace(one), Self::Trace(two)) => Arc::ptr_eq(one, two),
            _ => false,
        }
    }
}
