//! Steps that are entered and left in any order, on any thread, and close when
//! another library says so.

use std::{
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

use super::{Noted, Role, Scope};
use crate::{
    callsite::Callsite,
    clock::Moment,
    context::{Context, Frame, Inside, Owner, Token, store, totals::Around},
    failure::Failure,
    field::{kept::Kept, limits::Limits},
    id::SpanId,
    outcome::Outcome,
    panic,
    record::Closing,
};

/// A step that is not bound to one call or future.
pub(crate) struct Detached {
    owner: Owner,
    span: Option<SpanId>,
    /// The callsites of the steps around, and its own.
    around: Around,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// None once it is closed, and where it stands for another step.
    scope: Option<Scope>,
    /// While it is entered, by one thread at least.
    busy: Inside,
    enters: u32,
    /// When it was left last.
    left: Option<Moment>,
    /// What went wrong, if anything did.
    failure: Option<(Outcome, Option<Box<str>>)>,
}

/// One entering of a step.
#[derive(Debug)]
pub(crate) struct Entering {
    token: Option<Token>,
    was_panicking: bool,
}

impl Detached {
    /// Opens a step below `parent`, unless no line of it could be written.
    pub(crate) fn open(
        callsite: &'static Callsite,
        parent: Context,
        is_current: bool,
        fields: Kept,
    ) -> Option<Self> {
        let mut scope = None;
        Scope::step(&mut scope, Role::Step, callsite, fields, parent);
        let mut scope = scope?;
        if is_current {
            scope.begin();
        } else {
            scope.noted = Noted::Already;
        }
        let (owner, Frame { span, around, .. }) = (scope.owner.clone(), &scope.frame);
        let (span, around) = (*span, *around);
        let state = State { scope: Some(scope), ..State::default() };
        Some(Self { owner, span, around, state: Mutex::new(state) })
    }

    /// Stands for a step that another has opened.
    pub(crate) fn standing_for(Context { owner, span, around }: Context) -> Self {
        Self { owner, span, around: around.and_crossing(), state: Mutex::default() }
    }

    pub(crate) fn context(&self) -> Context {
        Context { owner: self.owner.clone(), span: self.span, around: self.around }
    }

    pub(crate) fn enter(&self) -> Entering {
        let was_panicking = thread::panicking();
        if !was_panicking {
            panic::forget();
        }
        Entering { token: store::enter_until(&self.owner, self.frame()), was_panicking }
    }

    /// Returns what is swapped in while it is entered. What is measured in it on
    /// two threads at once is added up as they leave.
    fn frame(&self) -> Frame {
        let (mut state, mut inside) = (self.state(), Inside::default());
        let State { scope, busy, enters, .. } = &mut *state;
        if let Some(scope) = scope {
            busy.begin(Moment::now());
            *enters = enters.saturating_add(1);
            inside = mem::take(&mut scope.frame.inside);
        }
        let is_step = scope.is_some();
        Frame { span: self.span, is_step, around: self.around, inside, ..Frame::default() }
    }

    pub(crate) fn exit(&self, Entering { token, was_panicking }: &Entering) {
        let frame = token.and_then(store::leave);
        let panicked = thread::panicking() && !was_panicking;
        let message = if panicked { panic::message() } else { None };
        let limits = self.limits();
        let mut state = self.state();
        let at = Moment::now();
        state.busy.end(at);
        state.left = Some(at);
        if panicked {
            state.failure = Some((Outcome::Panicked, message.map(Into::into)));
        }
        if let (Some(scope), Some(frame)) = (&mut state.scope, frame) {
            scope.frame.inside.merge(frame.inside);
            scope.frame.fields.extend(&frame.fields, &limits);
        }
    }

    pub(crate) fn limits(&self) -> Limits {
        self.owner.output().map(|output| output.style.limits).unwrap_or_default()
    }

    /// Returns whether it has fields of its own.
    pub(crate) fn is_open(&self) -> bool {
        self.state().scope.is_some()
    }

    /// Adds fields: the last value of a key wins.
    pub(crate) fn record(&self, fields: &Kept) {
        let limits = self.limits();
        if let Some(scope) = &mut self.state().scope {
            scope.frame.fields.extend(fields, &limits);
        }
    }

    /// Says that it has failed. A panic goes before.
    pub(crate) fn fail(&self, error: Option<Box<str>>) {
        let mut state = self.state();
        if !matches!(state.failure, Some((Outcome::Panicked, _))) {
            state.failure = Some((Outcome::Error, error));
        }
    }

    /// Gives it another name and target.
    pub(crate) fn set_callsite(&self, callsite: &'static Callsite) {
        if let Some(scope) = &mut self.state().scope {
            scope.callsite = callsite;
            scope.position.number = self.owner.trace().and_then(|trace| trace.number(callsite));
        }
    }

    /// Closes it with its line, unless that was done. It ended when it was left
    /// last: what holds it may have kept it since.
    pub(crate) fn close(&self) {
        let state = mem::take(&mut *self.state());
        let Some(scope) = &state.scope else { return };
        let (outcome, text) = state.failure.unwrap_or((Outcome::Ok, None));
        let failure = Failure::of_panic(text.as_deref());
        let mut closing = Closing::now(scope.start, outcome, Some(&failure));
        if let Some(left) = state.left.filter(|_| !state.busy.is_open()) {
            closing.end = left;
        }
        // A future is entered once more to be dropped.
        if state.enters > 2 {
            closing.busy_ns = Some(state.busy.nanos_until(closing.end));
        }
        scope.leave(closing.end);
        scope.close(&closing);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        self.close();
    }
}
