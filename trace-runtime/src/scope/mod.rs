//! A request or a step: opened, run, and closed with exactly one line.
//!
//! What is common to all is here: what opens, at which level it closes, what
//! its line says. Futures are in `timed`, sync calls in `entered`.

mod entered;
mod opening;
mod timed;

use self::opening::Encoded;
pub use self::{
    entered::{Entered, enter, run},
    opening::{Fields, IntoOpening, Opening},
    timed::{Timed, timed},
};
use crate::{
    Level, Rejected, SpanId, TraceId,
    callsite::{Callsite, Kind},
    clock::{Moment, Timestamp},
    context::{Context, Here, Owner, Trace},
    dispatch, filter,
    outcome::{Ending, ErrorText, Failure},
    panic,
    record::{Body, Closing, Fields as LineFields, Ids, Origin, Record},
};

/// A request or step that is open.
struct Scope {
    callsite: &'static Callsite,
    kind: Kind,
    /// None outside of any trace.
    span: Option<SpanId>,
    parent: Option<SpanId>,
    fields: Option<Encoded>,
    start: Moment,
}

/// How a scope ended, as seen by whoever ran it.
struct End<'a> {
    ending: Ending,
    failure: Failure<'a>,
    at: Moment,
    busy_ns: Option<u64>,
    rejected: Option<Rejected>,
}

impl Scope {
    fn step(opening: Opening, inside: Option<SpanId>) -> Self {
        Self {
            callsite: opening.callsite,
            kind: Kind::Step,
            span: inside.map(|_| SpanId::generate()),
            parent: inside,
            fields: opening.fields,
            start: Moment::now(),
        }
    }

    fn request(opening: Opening, root: SpanId) -> Self {
        Self {
            callsite: opening.callsite,
            kind: Kind::Request,
            span: Some(root),
            parent: None,
            fields: opening.fields,
            start: Moment::now(),
        }
    }

    /// Writes the closing line, if it passes the filter at its level.
    fn close(self, here: Here, end: &End<'_>) {
        let Some(output) = here.output else { return };
        let duration_ns = end.at.nanos_since(self.start);
        let slow = self.callsite.facts.slow.is_some_and(|slow| duration_ns > slow);
        let level = self.level(end.ending, slow);
        if !self.callsite.passes(&output, level) {
            return;
        }
        let message = if end.ending == Ending::Panicked { panic::message() } else { None };
        let panicked = message.as_deref().map(ErrorText::Panic);
        let failure = Failure { text: end.failure.text.or(panicked), ..end.failure };
        let closing = Closing {
            kind: self.kind,
            ending: end.ending,
            duration_ns,
            busy_ns: end.busy_ns,
            failure,
            slow,
            rejected: end.rejected,
        };
        let record = Record {
            time: Timestamp::now(),
            level,
            ids: self.ids(here.ids),
            origin: Origin::Callsite(self.callsite),
            body: Body::Closing(closing),
            fields: self.fields.as_ref().map_or(LineFields::Values(&[]), Encoded::as_fields),
        };
        dispatch::submit(&record, &output);
    }

    fn ids(&self, here: Option<(TraceId, SpanId)>) -> Option<Ids> {
        let (trace, _) = here?;
        Some(Ids { trace, span: self.span?, parent: self.parent })
    }

    /// One failure that passes through five steps is one ERROR, not six.
    fn level(&self, ending: Ending, slow: bool) -> Level {
        let ok = self.callsite.facts.level;
        let ok = if slow { ok.max(Level::Warn) } else { ok };
        match (ending, self.kind) {
            (Ending::Ok, _) => ok,
            (Ending::Error, Kind::Request) | (Ending::Panicked, _) => Level::Error,
            (Ending::Error | Ending::Cancelled, _) => ok.max(Level::Warn),
        }
    }
}

/// Opens what an async function asks for: a request, a step, or nothing when
/// no line of it could be written and no trace counts it.
fn open(opening: Opening) -> Option<(Scope, Owner)> {
    let here = Context::current();
    if opening.callsite.facts.kind == Kind::Request && !here.is_in_open_trace() {
        return Some(open_request(opening, &here.owner));
    }
    let Context { owner, span } = here;
    let here = Here::of(&owner, span);
    if !is_worth_timing(opening.callsite, &here) {
        return None;
    }
    Some((Scope::step(opening, here.ids.map(|(_, span)| span)), owner))
}

fn open_request(mut opening: Opening, outer: &Owner) -> (Scope, Owner) {
    let (id, rejected) = match std::mem::replace(&mut opening.trace_id, Ok(None)) {
        Ok(id) => (id, None),
        Err(reason) => (None, Some(reason)),
    };
    let id = id.unwrap_or_else(TraceId::generate);
    let trace = Trace::new(id, rejected, outer.own_output().cloned());
    let scope = Scope::request(opening, trace.root);
    (scope, Owner::Trace(trace.into()))
}

/// Inside a trace every step is timed. Outside, those whose level is wanted.
fn is_worth_timing(callsite: &Callsite, here: &Here) -> bool {
    if here.ids.is_some() {
        return filter::is_anything_on();
    }
    let level = callsite.facts.level;
    filter::may_pass(level)
        && here.output.as_ref().is_some_and(|output| callsite.passes(output, level))
}

/// Returns when a scope ended: one that panicked, when the panic began.
fn ended_at(ending: Ending) -> Moment {
    let panicked = if ending == Ending::Panicked { panic::began() } else { None };
    panicked.unwrap_or_else(Moment::now)
}
