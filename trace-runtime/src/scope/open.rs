//! Which scope opens: a request, a part of one, a step, or none.
//!
//! To open a scope is to write it where it is to stay: to return it, and so to
//! copy what has just been written, stalls for 5 ns each time.

use std::thread;

use super::{Facts, Polls, Role, Scope, outside};
use crate::{
    Limits, SpanId,
    callsite::{Callsite, Kind},
    clock::Moment,
    context::{Context, Frame, Held, Owner, Trace, store},
    fields::Fields,
    filter,
    inherited::Inherited,
};

/// Opens what an async function asks for: a request, its part in one that an
/// edge holds, or a step.
pub(crate) fn open(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    fields: Fields,
    inherited: Option<Inherited>,
    carried: &Fields,
) {
    if callsite.facts.kind == Kind::Request {
        open_request(to, callsite, fields, inherited, carried);
    } else {
        Scope::step(to, callsite, fields, Context::current());
    }
}

fn open_request(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    mut fields: Fields,
    inherited: Option<Inherited>,
    carried: &Fields,
) {
    let here = Context::current();
    let outer = here.owner.trace().filter(|trace| trace.is_open());
    if let Some(trace) = outer {
        trace.carried.extend(carried);
    }
    match outer {
        None => {
            if inherited.is_none() && here.owner.trace().is_none() {
                outside::opened(callsite);
            }
            let trace = Trace::new(inherited.unwrap_or_default(), Held::ByHandler, fields);
            trace.carried.extend(carried);
            Scope::request(to, callsite, Owner::of_trace(trace, &here.owner), None);
        }
        Some(trace) if trace.join(callsite, &mut fields, &limits(&here)) => {
            Scope::joined(to, callsite, here);
        }
        Some(_) => Scope::step(to, callsite, fields, here),
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
        let Context { owner, span } = here;
        let parent = owner.trace().map(|trace| span.unwrap_or(trace.root));
        let span = parent.map(|_| SpanId::generate());
        let frame = Frame { span, fields, is_step: true };
        *to = Some(Self::new(callsite, Role::Step, owner, frame, parent));
    }

    /// Opens a request, with what an edge says of it that holds it.
    pub(crate) fn request(
        to: &mut Option<Self>,
        callsite: &'static Callsite,
        owner: Owner,
        held: Option<Box<Facts>>,
    ) {
        owner.opened(callsite);
        let trace = owner.trace();
        let frame = Frame { span: trace.map(|trace| trace.root), ..Frame::default() };
        let parent = trace.and_then(|trace| trace.remote.parent);
        *to = Some(Self { held, ..Self::new(callsite, Role::Request, owner, frame, parent) });
    }

    /// Opens a part of a request. Its steps are those of whoever called it.
    fn joined(to: &mut Option<Self>, callsite: &'static Callsite, here: Context) {
        let frame = Frame { span: here.span_id(), ..Frame::default() };
        *to = Some(Self::new(callsite, Role::Joined, here.owner, frame, None));
    }

    #[expect(clippy::inline_always, reason = "or else it is copied")]
    #[inline(always)]
    fn new(
        callsite: &'static Callsite,
        role: Role,
        owner: Owner,
        frame: Frame,
        parent: Option<SpanId>,
    ) -> Self {
        Self {
            callsite,
            role,
            held: None,
            owner,
            frame,
            parent,
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
