//! Which scope opens: a request, a part of one, a step, or none.
//!
//! To open a scope is to write it where it is to stay: to return it, and so to
//! copy what has just been written, stalls for 5 ns each time.

use std::thread;

use super::{Facts, Polls, Role, Scope};
use crate::{
    Limits, SpanId,
    callsite::{Callsite, Kind},
    clock::Moment,
    context::{Context, Frame, Held, Owner, Trace, store},
    fields::Fields,
    filter,
    inherited::Inherited,
    totals::Number,
};

/// Opens what an async function asks for: a request, its part in one that an
/// edge holds, or a step.
pub(crate) fn open(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    fields: Fields,
    inherited: Option<Inherited>,
) {
    if callsite.facts.kind == Kind::Request {
        open_request(to, callsite, fields, inherited);
    } else {
        open_step(to, callsite, fields, Context::current());
    }
}

/// Opens a step, and notes it in the scope that it is inside of.
fn open_step(to: &mut Option<Scope>, callsite: &'static Callsite, fields: Fields, here: Context) {
    Scope::step(to, callsite, fields, here);
    if let Some(scope) = to {
        store::begin(scope.start);
    }
}

fn open_request(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    mut fields: Fields,
    inherited: Option<Inherited>,
) {
    let here = Context::current();
    match here.owner.trace().filter(|trace| trace.is_open()) {
        None => {
            let trace = Trace::new(inherited.unwrap_or_default(), Held::ByHandler, fields);
            Scope::request(to, callsite, Owner::of_trace(trace, &here.owner), None);
        }
        Some(trace) if trace.join(callsite, &mut fields, &limits(&here)) => {
            Scope::joined(to, callsite, here);
        }
        Some(_) => open_step(to, callsite, fields, here),
    }
}

fn limits(here: &Context) -> Limits {
    here.output().map(|output| output.style.limits).unwrap_or_default()
}

impl Scope {
    /// Opens a step, unless no line of it could be written and no trace counts
    /// it.
    pub(super) fn step(
        to: &mut Option<Self>,
        callsite: &'static Callsite,
        fields: Fields,
        here: Context,
    ) {
        if !is_worth_timing(callsite, &here) {
            return;
        }
        let Context { owner, span, around } = here;
        let parent = owner.trace().map(|trace| span.unwrap_or(trace.root));
        let number = owner.trace().and_then(|trace| trace.number(callsite));
        let span = parent.map(|_| SpanId::generate());
        let (is_inner, around) = (around.contains(number), around.and(number));
        let frame = Frame { span, fields, is_step: true, around, ..Frame::default() };
        *to = Some(Self::new(callsite, Role::Step, owner, frame, parent, (number, is_inner)));
    }

    /// Opens a request, with what an edge says of it that holds it.
    pub(crate) fn request(
        to: &mut Option<Self>,
        callsite: &'static Callsite,
        owner: Owner,
        held: Option<Box<Facts>>,
    ) {
        let trace = owner.trace();
        let frame = Frame { span: trace.map(|trace| trace.root), ..Frame::default() };
        let parent = trace.and_then(|trace| trace.remote.parent);
        *to = Some(Self {
            held,
            ..Self::new(callsite, Role::Request, owner, frame, parent, (None, false))
        });
    }

    /// Opens a part of a request. Its steps are those of whoever called it.
    fn joined(to: &mut Option<Self>, callsite: &'static Callsite, here: Context) {
        let frame = Frame { span: here.span_id(), ..Frame::default() };
        *to = Some(Self::new(callsite, Role::Joined, here.owner, frame, None, (None, false)));
    }

    #[expect(clippy::inline_always, reason = "or else it is copied")]
    #[inline(always)]
    fn new(
        callsite: &'static Callsite,
        role: Role,
        owner: Owner,
        frame: Frame,
        parent: Option<SpanId>,
        (number, is_inner): (Option<Number>, bool),
    ) -> Self {
        Self {
            callsite,
            role,
            held: None,
            owner,
            frame,
            parent,
            number,
            is_inner,
            start: Moment::now(),
            busy_ns: 0,
            polls: Polls::None,
            was_panicking: thread::panicking(),
            has_ended: false,
        }
    }
}

/// Returns whether a scope can be worth it, without a copy of the context: all
/// that a step outside of a trace costs whose level nobody wants.
#[inline]
pub(super) fn may_be_worth_timing(callsite: &Callsite) -> bool {
    filter::may_pass(callsite.facts.level)
        || callsite.facts.kind == Kind::Request
        || filter::is_anything_on() && store::is_in_trace()
}

/// Inside a trace every step is timed. Outside, those whose level is wanted.
fn is_worth_timing(callsite: &Callsite, here: &Context) -> bool {
    if here.owner.trace().is_some() {
        return filter::is_anything_on();
    }
    let level = callsite.facts.level;
    filter::may_pass(level) && here.output().is_some_and(|output| callsite.passes(output, level))
}
