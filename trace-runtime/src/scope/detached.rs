//! Steps that are entered and left in any order, on any thread, and close when
//! another library says so.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    entered: Enterings,
    /// When it was left last.
    left: Option<Moment>,
    /// What went wrong, if anything did.
    failure: Option<(Outcome, Option<Box<str>>)>,
}

/// One entering of a step.
struct Entering {
    token: Token,
    was_panicking: bool,
}

/// Those that were not left. There is rarely more than one.
#[derive(Default)]
struct Enterings {
    last: Option<Entering>,
    before: Vec<Entering>,
}

impl Enterings {
    fn push(&mut self, entering: Entering) {
        self.before.extend(self.last.replace(entering));
    }

    /// Removes the last for which `is_it` returns true.
    fn take(&mut self, is_it: impl Fn(Token) -> bool) -> Option<Entering> {
        if self.last.as_ref().is_some_and(|last| is_it(last.token)) {
            return mem::replace(&mut self.last, self.before.pop());
        }
        let at = self.before.iter().rposition(|entering| is_it(entering.token))?;
        Some(self.before.remove(at))
    }
}

impl Detached {
    /// Opens a step below `parent`, unless no line of it could be written.
    pub(crate) fn open(
        callsite: &'static Callsite,
        parent: Context,
        is_current: bool,
        fields: Kept,
    ) -> Option<Arc<Self>> {
        // The scope is written into its final place.
        let mut new = Arc::new(Self::standing_for(parent.clone()));
        let Self { span, around, state, .. } = Arc::get_mut(&mut new)?;
        let scope = &mut state.get_mut().unwrap_or_else(PoisonError::into_inner).scope;
        Scope::step(scope, Role::Step, callsite, fields, parent);
        let scope = scope.as_mut()?;
        (*span, *around) = (scope.frame.span, scope.frame.around);
        if is_current {
            scope.begin();
        } else {
            scope.noted = Noted::Already;
        }
        Some(new)
    }

    /// Stands for a step that another has opened.
    pub(crate) fn standing_for(Context { owner, span, around }: Context) -> Self {
        Self { owner, span, around: around.and_crossing(), state: Mutex::default() }
    }

    pub(crate) fn context(&self) -> Context {
        Context { owner: self.owner.clone(), span: self.span, around: self.around }
    }

    pub(crate) fn enter(&self) -> Token {
        let (token, was_panicking) = (Token::new(), thread::panicking());
        if !was_panicking {
            panic::forget();
        }
        store::enter_until(token, &self.owner, self.frame(Entering { token, was_panicking }));
        token
    }

    /// Returns what is swapped in while it is entered. What is measured in it on
    /// two threads at once is added up as they leave.
    fn frame(&self, entering: Entering) -> Frame {
        let (mut state, mut inside) = (self.state(), Inside::default());
        let State { scope, busy, enters, entered, .. } = &mut *state;
        entered.push(entering);
        if let Some(scope) = scope {
            busy.begin(Moment::now());
            *enters = enters.saturating_add(1);
            inside = mem::take(&mut scope.frame.inside);
        }
        let is_step = scope.is_some();
        Frame { span: self.span, is_step, around: self.around, inside, ..Frame::default() }
    }

    /// Ends one entering, if it was not ended before.
    pub(crate) fn exit(&self, token: Token) {
        let mut state = self.state();
        if let Some(entering) = state.entered.take(|it| it == token) {
            self.left(&mut state, &entering);
        }
    }

    /// Ends the last entering of this thread, or else the last of any.
    pub(crate) fn exit_here(&self) {
        let mut state = self.state();
        let here = state.entered.take(Token::is_of_this_thread);
        if let Some(entering) = here.or_else(|| state.entered.take(|_| true)) {
            self.left(&mut state, &entering);
        }
    }

    fn left(&self, state: &mut State, entering: &Entering) {
        let frame = store::leave(entering.token);
        let at = Moment::now();
        state.busy.end(at);
        state.left = Some(at);
        if thread::panicking() && !entering.was_panicking {
            state.failure = Some((Outcome::Panicked, panic::message().map(Into::into)));
        }
        if let (Some(scope), Some(frame)) = (&mut state.scope, frame) {
            scope.frame.inside.merge(frame.inside);
            if !frame.fields.is_empty() {
                scope.frame.fields.extend(&frame.fields, &self.limits());
            }
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
        let mut state = self.state();
        let scope = state.scope.take();
        let Some(scope) = &scope else { return };
        let State { busy, enters, left, failure, .. } = &mut *state;
        let (busy, enters, left, failure) = (*busy, *enters, *left, failure.take());
        // What writes the line may be foreign.
        drop(state);
        let (outcome, text) = failure.unwrap_or((Outcome::Ok, None));
        let failure = Failure::of_panic(text.as_deref());
        let mut closing = Closing::now(scope.start, outcome, Some(&failure));
        if let Some(left) = left.filter(|_| !busy.is_open()) {
            closing.end = left;
        }
        // A future is entered once more to be dropped.
        if enters > 2 {
            closing.busy_ns = Some(busy.nanos_until(closing.end));
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
