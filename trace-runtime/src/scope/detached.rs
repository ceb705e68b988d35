//! Steps that are entered and left in any order, on any thread, and close when
//! another library says so. That library has the lock.

use std::{mem, thread};

use super::{Polls, Role, Scope};
use crate::{
    callsite::Callsite,
    clock::Moment,
    context::{Context, Frame, Inside, Lent, Owner, Place, Token, store, totals::Around},
    failure::Failure,
    field::kept::Kept,
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
    /// None once it is closed, and where it stands for another step. While it is
    /// entered, its owner and what is measured inside are lent to the first entry.
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
    ) -> Option<Box<Self>> {
        // The scope is written into its final place.
        let mut new = Box::new(Self::standing_for(parent.clone()));
        Scope::step(&mut new.scope, Role::Step, callsite, fields, parent);
        let scope = new.scope.as_mut()?;
        (new.span, new.around) = (scope.frame.span, scope.frame.around);
        if is_current {
            scope.begin();
        } else {
            scope.polls = Polls::None;
        }
        Some(new)
    }

    /// Stands for a step that another has opened.
    pub(crate) fn standing_for(Context { owner, span, around }: Context) -> Self {
        let (scope, left, failure) = (None, None, None);
        let (busy, enters, entered) = Default::default();
        let around = around.and_crossing();
        Self { owner, span, around, scope, busy, enters, entered, left, failure }
    }

    pub(crate) fn context(&self) -> Context {
        Context { owner: self.owner.clone(), span: self.span, around: self.around }
    }

    pub(crate) fn enter(&mut self) -> Token {
        let (token, was_panicking) = (Token::new(), thread::panicking());
        if !was_panicking {
            panic::forget();
        }
        store::enter_until(token, Place::of(&self.owner), || self.lend());
        self.entered.push(Entering { token, was_panicking });
        token
    }

    /// Notes that it is entered; returns what is current meanwhile. What is
    /// measured on two threads at once is added up as they leave.
    #[inline]
    fn lend(&mut self) -> (Owner, Frame) {
        let Self { span, around, .. } = *self;
        let Some(scope) = &mut self.scope else {
            return (self.owner.clone(), Frame { span, around, ..Frame::default() });
        };
        self.busy.begin(Moment::now());
        self.enters = self.enters.saturating_add(1);
        // Lent, because to clone it takes longer: see `take_back`.
        let lent = mem::take(&mut scope.owner);
        let owner = if lent.is_none() { self.owner.clone() } else { lent };
        let (inside, fields) = (mem::take(&mut scope.frame.inside), Kept::default());
        (owner, Frame { span, around, inside, fields, is_step: true })
    }

    /// Ends one entering, if it was not ended before.
    pub(crate) fn exit(&mut self, token: Token) {
        if let Some(entering) = self.entered.take(|it| it == token) {
            self.left(&entering);
        }
    }

    /// Ends the last entering of this thread, or else the last of any.
    pub(crate) fn exit_here(&mut self) {
        let here = self.entered.take(Token::is_of_this_thread);
        if let Some(entering) = here.or_else(|| self.entered.take(|_| true)) {
            self.left(&entering);
        }
    }

    fn left(&mut self, entering: &Entering) {
        let lent = store::leave(entering.token);
        let at = Moment::now();
        self.busy.end(at);
        self.left = Some(at);
        if thread::panicking() && !entering.was_panicking {
            self.failure = Some((Outcome::Panicked, panic::message().map(Into::into)));
        }
        if let Some(lent) = lent {
            self.take_back(lent);
        }
    }

    fn take_back(&mut self, Lent { owner, fields, inside }: Lent) {
        let Some(scope) = &mut self.scope else { return };
        scope.owner = owner;
        scope.frame.inside.merge(inside);
        if !fields.is_empty() {
            scope.frame.fields.extend(&fields, &self.owner.limits());
        }
    }

    /// Adds fields: the last value of a key wins.
    pub(crate) fn record(&mut self, fields: &Kept) {
        if let Some(scope) = &mut self.scope {
            scope.frame.fields.extend(fields, &self.owner.limits());
        }
    }

    /// Says that it has failed. A panic goes before; a reason that was given stays
    /// if there is no other.
    pub(crate) fn fail(&mut self, error: Option<Box<str>>) {
        match self.failure.take() {
            Some((Outcome::Panicked, text)) => self.failure = Some((Outcome::Panicked, text)),
            before => {
                let text = error.or_else(|| before?.1);
                self.failure = Some((Outcome::Error, text));
            }
        }
    }

    /// Gives it another name and target.
    pub(crate) fn set_callsite(&mut self, callsite: &'static Callsite) {
        let Some(scope) = &mut self.scope else { return };
        let before = std::mem::replace(&mut scope.callsite, callsite);
        if let Some(trace) = self.owner.trace() {
            scope.position.number = trace.number(callsite, || false);
            trace.open_steps.end(scope.position.open_at, before, scope.start);
            scope.position.open_at = trace.open_steps.begin(callsite, scope.start);
        }
    }

    /// Closes it with its line, unless that was done. It ended when it was left
    /// last: what holds it may have kept it since.
    pub(crate) fn close(&mut self) {
        // Closed in place, because taking it out first costs more.
        let Self { scope: Some(scope), owner, busy, left, failure, .. } = self else { return };
        if scope.owner.is_none() {
            scope.owner = owner.clone();
        }
        let (outcome, text) = failure.take().unwrap_or((Outcome::Ok, None));
        let failure = Failure::of_panic(text.as_deref());
        let mut closing = Closing::now(scope.start, outcome, Some(&failure));
        if let Some(left) = left.filter(|_| !busy.is_open()) {
            closing.end = left;
        }
        // A future is entered once more to be dropped.
        if self.enters > 2 {
            closing.busy_ns = Some(busy.nanos_until(closing.end));
        }
        if scope.ends() {
            scope.leave(closing.end);
            scope.close(&closing);
        }
        self.scope = None;
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        self.close();
    }
}
