//! Decides which scope opens: a request, a part of one, a step, or none.
//!
//! A scope is made in the place where it stays ("store forwarding" in
//! `speed-notes.md`).

use std::{mem, thread};

use super::{EdgeFacts, Polls, Position, Role, Scope, outside};
use crate::{
    callsite::{Callsite, LineKind},
    clock::Moment,
    context::{
        Context, Frame, Here, OpenAt, OpenedBy, Owner, Part, Place, Trace, here, steps, store,
        totals::{Around, Number},
    },
    dispatch::offer,
    field::kept::Kept,
    filter,
    id::{SpanId, inherited::Inherited},
    level::Level,
    observe::Wants,
    output::{self, Output},
};

/// Opens the scope of an async function: a request, its part in the request of
/// an edge, or a step.
pub(crate) fn open(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    fields: Kept,
    inherited: Option<Inherited>,
    carried: &Kept,
) {
    if callsite.facts.kind.is_outermost() {
        open_request(to, callsite, fields, inherited, carried);
    } else {
        Scope::step(to, Role::Step, callsite, fields, Context::current());
    }
}

/// Opens a step of the current scope, which will run here at once.
pub(super) fn open_step(to: &mut Option<Scope>, callsite: &'static Callsite, fields: Kept) {
    match here::look(|here| Begun::inside(here, callsite)) {
        Some(Some(begun)) => *to = Some(Scope::begun(begun, callsite, begun.frame(fields))),
        Some(None) => {}
        None => Scope::step(to, Role::Step, callsite, fields, Context::current()),
    }
}

/// Opens a sync step of the current scope, and puts its frame into the slot. The
/// scope gets the frame that was there.
#[expect(clippy::inline_always, reason = "the scope would be copied otherwise")]
#[inline(always)]
pub(super) fn open_sync(callsite: &'static Callsite, mut fields: Kept) -> Option<Scope> {
    let mut frame = Frame::default();
    let begun = here::look(|here| {
        let begun = Begun::inside(here, callsite)?;
        frame = begun.frame(mem::take(&mut fields));
        here.begin_sync(&mut frame, begun.start);
        Some(begun)
    });
    match begun {
        Some(begun) => begun.map(|begun| Scope::begun(begun, callsite, frame)),
        None => open_sync_with_context(callsite, fields),
    }
}

#[cold]
#[inline(never)]
fn open_sync_with_context(callsite: &'static Callsite, fields: Kept) -> Option<Scope> {
    let mut scope = None;
    Scope::step(&mut scope, Role::Step, callsite, fields, Context::current());
    if let Some(scope) = &mut scope {
        steps::begin_sync(&mut scope.frame, scope.start);
    }
    scope
}

/// The facts of a step that has begun.
#[derive(Clone, Copy)]
struct Begun {
    parent: Option<SpanId>,
    around: Around,
    number: Option<Number>,
    open_at: OpenAt,
    start: Moment,
}

impl Begun {
    /// Begins a step inside the current scope, unless nothing is timed.
    #[expect(clippy::inline_always, reason = "it would be returned through memory")]
    #[inline(always)]
    fn inside(here: Here<'_>, callsite: &'static Callsite) -> Option<Self> {
        let trace = here.trace().filter(|_| filter::is_anything_on())?;
        let (parent, around) = (here.span_id(), here.around());
        let number = here.number(trace, callsite);
        let start = Moment::now();
        let open_at = if here.is_request_polled() {
            trace.open_steps.begin_own(callsite, start)
        } else {
            trace.open_steps.begin(callsite, start)
        };
        Some(Self { parent, around, number, open_at, start })
    }

    /// Returns the frame of the step, with a new span.
    #[expect(clippy::inline_always, reason = "it would be returned through memory")]
    #[inline(always)]
    fn frame(&self, fields: Kept) -> Frame {
        let span = Some(SpanId::generate());
        let around = self.around.without_crossing().and(self.number);
        Frame { span, fields, is_step: true, around, ..Frame::default() }
    }
}

#[inline(never)]
fn open_request(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    mut fields: Kept,
    inherited: Option<Inherited>,
    carried: &Kept,
) {
    let here = Context::current();
    let Some(trace) = here.owner.trace().filter(|trace| trace.is_open()) else {
        return open_outermost(to, callsite, fields, inherited, carried, &here);
    };
    trace.carried.extend(carried);
    let role = match trace.join(callsite, &mut fields, &here.owner.limits(), here.around) {
        Part::Joined => return Scope::joined(to, callsite, here),
        Part::Beside => Role::Beside,
        Part::Step => Role::Step,
    };
    Scope::step(to, role, callsite, fields, here);
}

/// Opens a request or a job with a trace of its own.
fn open_outermost(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    fields: Kept,
    inherited: Option<Inherited>,
    carried: &Kept,
    here: &Context,
) {
    let ended = here.owner.trace();
    // In a capture, a test calls the handler directly.
    if inherited.is_none() && here.owner.is_none() && callsite.facts.kind == LineKind::Request {
        outside::opened(callsite);
    }
    let owner = match (inherited, ended) {
        // Apart, so that nothing is copied that is not there.
        (None, None) => opened(Inherited::default(), callsite, fields, here),
        (inherited, ended) => taken_over(inherited, ended, callsite, fields, here),
    };
    if let Some(trace) = owner.trace() {
        trace.carried.extend(carried);
    }
    Scope::request(to, callsite, owner, None);
}

/// Opens a trace that takes over what was given by its caller, or else what a
/// request left behind that has ended.
#[inline(never)]
fn taken_over(
    inherited: Option<Inherited>,
    ended: Option<&Trace>,
    callsite: &'static Callsite,
    fields: Kept,
    here: &Context,
) -> Owner {
    let given = inherited.unwrap_or_default();
    let Some(ended) = ended.filter(|_| given.id.is_none()) else {
        return opened(given, callsite, fields, here);
    };
    let owner = opened(ended.left_behind(here.span, &given), callsite, fields, here);
    if let Some(trace) = owner.trace() {
        ended.carried.copy_to(&trace.carried);
    }
    owner
}

#[expect(clippy::inline_always, reason = "what is inherited would be copied otherwise")]
#[inline(always)]
fn opened(
    inherited: Inherited,
    callsite: &'static Callsite,
    fields: Kept,
    here: &Context,
) -> Owner {
    let opening = (OpenedBy::Handler, callsite);
    offer::opened(inherited, opening, fields, None, &here.owner)
}

impl Scope {
    /// Opens a step, unless it can have no line and no trace counts it.
    #[expect(clippy::inline_always, reason = "the context would be copied otherwise")]
    #[inline(always)]
    pub(super) fn step(
        to: &mut Option<Self>,
        role: Role,
        callsite: &'static Callsite,
        fields: Kept,
        here: Context,
    ) {
        if !is_worth_timing(callsite, &here.owner) {
            return;
        }
        let (parent, around) = (here.span_id(), here.around);
        let number = here.owner.trace().and_then(|trace| trace.number(callsite, || false));
        let start = Moment::now();
        let open_at = here.owner.trace().map(|trace| trace.open_steps.begin(callsite, start));
        let open_at = open_at.unwrap_or(OpenAt::NOWHERE);
        let begun = Begun { parent, around, number, open_at, start };
        let frame = begun.frame(fields);
        *to = Some(Self { role, owner: here.owner, ..Self::begun(begun, callsite, frame) });
    }

    /// Returns a step that has begun, and whose owner is that of the slot.
    #[expect(clippy::inline_always, reason = "the scope would be copied otherwise")]
    #[inline(always)]
    fn begun(begun: Begun, callsite: &'static Callsite, frame: Frame) -> Self {
        let Begun { parent, around, number, open_at, start } = begun;
        let (is_inner, is_elsewhere) = (around.contains(number), around.has_crossing());
        let position = Position { number, is_inner, open_at, is_elsewhere };
        Self::new(callsite, Role::Here, Owner::NONE, frame, parent, position, start)
    }

    /// Opens a request, with the facts of its edge if it has one.
    pub(crate) fn request(
        to: &mut Option<Self>,
        callsite: &'static Callsite,
        owner: Owner,
        edge: Option<Box<EdgeFacts>>,
    ) {
        let trace = owner.trace();
        let frame = Frame { span: trace.map(|trace| trace.root), ..Frame::default() };
        let parent = trace.and_then(|trace| trace.remote.parent);
        let start = Moment::now();
        *to = Some(Self {
            edge,
            ..Self::new(callsite, Role::Request, owner, frame, parent, Position::UNCOUNTED, start)
        });
        if let Some(scope) = to {
            scope.owner.opened(callsite, scope.start);
        }
    }

    /// Opens a part of a request. Its steps count as steps inside the calling
    /// scope.
    fn joined(to: &mut Option<Self>, callsite: &'static Callsite, here: Context) {
        let around = here.around.and_handler();
        let frame = Frame { span: here.span_id(), around, ..Frame::default() };
        *to = Some(Self::new(
            callsite,
            Role::Joined,
            here.owner,
            frame,
            None,
            Position::UNCOUNTED,
            Moment::now(),
        ));
    }

    #[expect(clippy::inline_always, reason = "the scope would be copied otherwise")]
    #[inline(always)]
    pub(super) fn new(
        callsite: &'static Callsite,
        role: Role,
        owner: Owner,
        frame: Frame,
        parent: Option<SpanId>,
        position: Position,
        start: Moment,
    ) -> Self {
        Self {
            callsite,
            role,
            edge: None,
            owner,
            frame,
            parent,
            position,
            start,
            busy_ns: 0,
            polls: match role {
                Role::Step | Role::Here | Role::Beside => Polls::Unnoted,
                Role::Request | Role::Joined => Polls::None,
            },
            was_panicking: thread::panicking(),
            has_ended: false,
        }
    }
}

/// How much a call of a timed function has to record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Worth {
    Nothing,
    /// Its start and its fields: it has a line only if it fails.
    Watch,
    Scope,
}

impl Worth {
    /// Decides before the context is copied. For a step whose level is filtered
    /// out, this is the whole cost.
    #[inline]
    pub(super) fn of(callsite: &'static Callsite) -> Self {
        match store::place() {
            place if !place.has_trace() => Self::outside(callsite, place),
            _ if filter::is_anything_on() => Self::Scope,
            _ => Self::Nothing,
        }
    }

    fn outside(callsite: &'static Callsite, place: Place) -> Self {
        let level = callsite.facts.level;
        if callsite.facts.kind.is_outermost() {
            return Self::Scope;
        }
        // If it fails, its line is a warning.
        if !filter::may_pass(level.max(Level::Warn)) && !filter::is_everything_timed() {
            return Self::Nothing;
        }
        let worth = if place.is_captured() {
            Context::current().output().map(|output| Self::to(output, callsite))
        } else {
            output::process().map(|output| Self::to(output, callsite))
        };
        worth.unwrap_or(Self::Nothing)
    }

    /// Returns how much a step outside any trace is worth to an output.
    fn to(output: &Output, callsite: &'static Callsite) -> Self {
        if output.observers.want(Wants::STEPS) {
            return Self::Scope;
        }
        match callsite.threshold(output) {
            threshold if threshold.passes(callsite.facts.level) => Self::Scope,
            threshold if threshold.passes(Level::Warn) => Self::Watch,
            _ => Self::Nothing,
        }
    }
}

/// Returns whether a step is timed: always in a trace, and outside a trace if
/// it may have a line or is observed.
#[inline]
fn is_worth_timing(callsite: &Callsite, owner: &Owner) -> bool {
    if owner.trace().is_some() {
        return filter::is_anything_on();
    }
    let worst = callsite.facts.level.max(Level::Warn);
    let may_count = filter::may_pass(worst) || filter::is_everything_timed();
    may_count
        && owner.output().is_some_and(|output| {
            output.observers.want(Wants::STEPS) || callsite.passes(output, worst)
        })
}
