//! A step that another library opens, enters and leaves as it likes.

use std::fmt;

use super::{Callsite, Fields};
use crate::{
    context::{self, Context, Trace, store},
    field::kept::Kept,
    guard,
    scope::detached::Detached,
};

/// A step that is not bound to one function or future: it is entered and left in
/// any order, on any thread, also on several at once.
///
/// For a bridge from another library that has spans. It belongs to the trace of
/// its parent for as long as it lives, wherever it is entered, and also after the
/// request has ended. While it is entered it is the current step of that thread:
/// events and steps below have it as their parent. It ends when it is left last,
/// and its line is written when it is closed or dropped.
///
/// It has no lock, because a bridge finds its spans under one already, and needs
/// no second. No code but ours runs in [`enter`](Self::enter),
/// [`exit`](Self::exit), [`add`](Self::add) and [`context`](Self::context), so they
/// may be called under it; [`close`](Self::close) writes to the sink, and so does
/// dropping it.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, info, testing::Capture};
/// use trace_runtime::traced_handler;
///
/// #[traced_handler]
/// async fn handler() {
///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
///     let step = Step::open(callsite, Parent::Current, |fields| fields.set("rows", 3));
///     let mut step = step.unwrap();
///     std::thread::spawn(move || {
///         let token = step.enter();
///         info!("on a thread of the library's");
///         step.exit(token);
///         step.close();
///     })
///     .join()
///     .unwrap();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(handler()).await;
/// assert_eq!(
///     capture.tree(),
///     "handler ok\n  query ok\n    \"on a thread of the library's\"\n",
/// );
/// # }
/// ```
#[must_use = "a step that is dropped ends"]
pub struct Step {
    detached: Box<Detached>,
}

/// What a step hangs below.
///
/// # Examples
///
/// A library that works on a thread of its own, for the request that asked:
///
/// ```
/// use std::thread;
/// use trace_runtime::edge::{Callsite, Parent, Step};
/// use trace_runtime::{Context, Level, testing::Capture, timed, traced_handler};
///
/// #[timed]
/// async fn load() {
///     let asked = Context::current();
///     let query = move || {
///         let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
///         Step::open(callsite, Parent::Given(&asked), |_| {}).unwrap().close();
///         assert!(Context::current().trace_id().is_none());
///     };
///     thread::spawn(query).join().unwrap();
/// }
///
/// #[traced_handler]
/// async fn handler() {
///     load().await;
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(handler()).await;
/// assert_eq!(capture.tree(), "handler ok\n  load ok\n    query ok\n");
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Parent<'a> {
    /// The request or step that is current.
    Current,
    /// The one that was current in this context.
    Given(&'a Context),
    /// No step: inside a trace, its request.
    None,
}

/// One entering of a [`Step`], to be given to [`Step::exit`].
///
/// # Examples
///
/// ```
/// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, info, testing::Capture};
///
/// let capture = Capture::new();
/// capture.run(|| {
///     let open = |name| {
///         let callsite = Callsite::leaked(name, "my_library", Level::Info, None);
///         Step::open(callsite, Parent::Current, |_| {}).unwrap()
///     };
///     let (mut one, mut other) = (open("one"), open("other"));
///     let (of_one, of_other) = (one.enter(), other.enter());
///     one.exit(of_one); // not the one that was entered last
///     info!("inside");
///     other.exit(of_other);
///     info!("outside");
/// });
/// assert_eq!(capture.tree(), "\"outside\"\nother ok\n  \"inside\"\none ok\n");
/// ```
#[derive(Debug)]
#[must_use = "`Step::exit` takes it"]
pub struct Token(context::Token);

impl Token {
    /// Leaves a step that is gone: one that was closed while it was entered.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, info, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///     let token = step.enter();
    ///     drop(step);
    ///     info!("inside");
    ///     token.leave();
    ///     info!("outside");
    /// });
    /// assert_eq!(capture.tree(), "query ok\n  \"inside\"\n\"outside\"\n");
    /// ```
    pub fn leave(self) {
        let _ = store::leave(self.0);
    }
}

/// Fields for a [`Step`], encoded before they are added to it.
///
/// # Examples
///
/// ```
/// use std::{collections::HashMap, sync::Mutex};
/// use trace_runtime::{Level, edge::{Callsite, Parent, Recorded, Step}, testing::Capture};
///
/// # let capture = Capture::new();
/// # capture.run(|| {
/// let spans = Mutex::new(HashMap::new());
/// let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
/// spans.lock().unwrap().extend(Step::open(callsite, Parent::Current, |_| {}).map(|it| (1, it)));
///
/// let of = spans.lock().unwrap()[&1].context();
/// let fields = Recorded::new(&of, |fields| fields.set("rows", 3)); // may call user code
/// spans.lock().unwrap().get_mut(&1).unwrap().add(&fields);
/// # spans.lock().unwrap().clear();
/// # });
/// assert_eq!(capture.values()[0]["rows"], 3);
/// ```
#[derive(Debug)]
#[must_use = "`Step::add` takes it"]
pub struct Recorded(Kept);

impl Recorded {
    /// Encodes the fields that `set` sets, within the limits of a context's
    /// output. If it panics, that is caught, and what was set stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Recorded, Step}, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::None, |_| {}).unwrap();
    ///     let fields = Recorded::new(&step.context(), |fields| fields.set("rows", 3));
    ///     step.add(&fields); // under a bridge's lock: no code of others runs here
    /// });
    /// assert_eq!(capture.values()[0]["rows"], 3);
    /// ```
    pub fn new(of: &Context, set: impl FnOnce(&mut Fields<'_>)) -> Self {
        let (mut fields, limits) = (Kept::default(), of.owner.limits());
        let _ = guard::caught(|| set(&mut Fields::of_step(&mut fields, limits)));
        Self(fields)
    }
}

impl Step {
    /// Opens a step with the fields that `set` sets; none if the filter does not
    /// let its level and target through.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, testing::Capture};
    ///
    /// let capture = Capture::with_filter("info,sqlx=warn");
    /// capture.run(|| {
    ///     let open = |name, level| {
    ///         let callsite = Callsite::leaked(name, "sqlx", level, None);
    ///         Step::open(callsite, Parent::Current, |fields| fields.set("rows", 3))
    ///     };
    ///     assert!(open("query", Level::Info).is_none(), "its fields are not asked for");
    ///     open("slow query", Level::Warn).unwrap().close();
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["name"], &line["rows"]), (&"slow query".into(), &3.into()));
    /// ```
    pub fn open(
        Callsite(callsite): Callsite,
        parent: Parent<'_>,
        set: impl FnOnce(&mut Fields<'_>),
    ) -> Option<Self> {
        let (here, is_current) = parent.context();
        let output = here.output()?;
        let holds = || here.owner.trace().is_some_and(Trace::takes_detail);
        if !callsite.thresholds(output).pass(callsite.facts.level, holds) {
            return None;
        }
        let Recorded(fields) = Recorded::new(&here, set);
        let detached = Detached::open(callsite, here, is_current, fields)?;
        Some(Self { detached })
    }

    /// Returns one that stands for the request or step that is current, if there
    /// is one: entered elsewhere, it makes that one current there. It has no line
    /// of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{edge::Step, trace_id, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     let (mut here, id) = (Step::current().unwrap(), trace_id());
    ///     std::thread::spawn(move || {
    ///         let token = here.enter();
    ///         assert_eq!(trace_id(), id);
    ///         here.exit(token);
    ///         assert_eq!(trace_id(), None);
    ///     })
    ///     .join()
    ///     .unwrap();
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # handler().await;
    /// # }
    /// ```
    pub fn current() -> Option<Self> {
        let here = Context::current();
        here.span_id()?;
        Some(Self { detached: Box::new(Detached::standing_for(here)) })
    }

    /// Returns the context in which this is the current step.
    ///
    /// # Examples
    ///
    /// A callback of the library is part of the step, and needs no token:
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, info, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///     let of = step.context();
    ///     std::thread::spawn(move || of.run(|| info!("row"))).join().unwrap();
    ///     step.close();
    /// });
    /// assert_eq!(capture.tree(), "query ok\n  \"row\"\n");
    /// ```
    #[must_use]
    pub fn context(&self) -> Context {
        self.detached.context()
    }

    /// Makes it the current step of this thread, until it is left. What a task
    /// does not leave before its poll ends is left then.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, testing::Capture, timed};
    ///
    /// #[timed]
    /// fn decode() {}
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///     let token = step.enter();
    ///     decode();
    ///     step.exit(token);
    ///     decode();
    /// });
    /// assert_eq!(capture.tree(), "decode ok\nquery ok\n  decode ok\n");
    /// ```
    pub fn enter(&mut self) -> Token {
        Token(self.detached.enter())
    }

    /// Leaves it. On another thread than it was entered on, it ceases to be current
    /// there when something is logged next.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::thread;
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, info, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///     let token = step.enter();
    ///     info!("asked");
    ///     thread::spawn(move || step.exit(token)).join().unwrap();
    ///     info!("not part of it");
    /// });
    /// assert_eq!(capture.tree(), "query ok\n  \"asked\"\n\"not part of it\"\n");
    /// ```
    pub fn exit(&mut self, Token(token): Token) {
        self.detached.exit(token);
    }

    /// Leaves it where no token is at hand: the last entering of this thread, or
    /// else the last of any thread.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, info, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///     let _ = step.enter();
    ///     info!("inside");
    ///     step.exit_last();
    ///     info!("outside");
    /// });
    /// assert_eq!(capture.tree(), "\"outside\"\nquery ok\n  \"inside\"\n");
    /// ```
    pub fn exit_last(&mut self) {
        self.detached.exit_here();
    }

    /// Adds the fields that `set` sets; the last value of a key wins. If it
    /// panics, that is caught, and what was set stays.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::None, |fields| fields.set("rows", 0)).unwrap();
    ///     step.record(|fields| fields.set("rows", 3));
    ///     step.fail(Some(&"timeout"));
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["rows"], &line["outcome"]), (&3.into(), &"error".into()));
    /// assert_eq!(line["error"], "timeout");
    /// ```
    pub fn record(&mut self, set: impl FnOnce(&mut Fields<'_>)) {
        self.add(&Recorded::new(&self.context(), set));
    }

    /// Adds fields that were encoded before; the last value of a key wins. They
    /// may be added to any number of steps.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::edge::{Callsite, Parent, Recorded, Step};
    /// use trace_runtime::{Context, Level, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let connection = Recorded::new(&Context::current(), |fields| fields.set("peer", "db-2"));
    ///     for name in ["connect", "query"] {
    ///         let callsite = Callsite::leaked(name, "sqlx", Level::Info, None);
    ///         let mut step = Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///         step.add(&connection);
    ///     }
    /// });
    /// assert!(capture.values().iter().all(|line| line["peer"] == "db-2"));
    /// # assert_eq!(capture.lines().len(), 2);
    /// ```
    pub fn add(&mut self, Recorded(fields): &Recorded) {
        self.detached.record(fields);
    }

    /// Sets that it has failed, and why, if that is known: the last reason that is
    /// given stays. A step that is left by a panic has panicked, whatever is set.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let open = || Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///     let (mut one, mut other) = (open(), open());
    ///     one.fail(Some(&"timeout"));
    ///     one.fail(Some(&format_args!("no answer after {} attempts", 3)));
    ///     other.fail(None);
    ///     one.close();
    ///     other.close();
    /// });
    /// assert_eq!(capture.tree(), "query error: no answer after 3 attempts\nquery error\n");
    /// ```
    pub fn fail(&mut self, error: Option<&dyn fmt::Display>) {
        let text = error.and_then(|error| guard::caught(|| error.to_string()));
        self.detached.fail(text.map(Into::into));
    }

    /// Gives it another name, target and level, by another callsite. These have
    /// to pass the filter, too, when it is closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let named = |name| Callsite::leaked(name, "my_rpc", Level::Info, None);
    ///     let mut step = Step::open(named("call"), Parent::Current, |_| {}).unwrap();
    ///     step.set_callsite(named("shop.Users/Get")); // once the request is decoded
    ///     step.close();
    /// });
    /// assert_eq!(capture.values()[0]["name"], "shop.Users/Get");
    /// ```
    pub fn set_callsite(&mut self, Callsite(callsite): Callsite) {
        self.detached.set_callsite(callsite);
    }

    /// Closes it, unless it was closed before: its line is written, if it has one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Info, None);
    ///     let mut step = Step::open(callsite, Parent::Current, |_| {}).unwrap();
    ///     step.close();
    ///     assert_eq!(capture.lines().len(), 1);
    ///     step.close(); // and when it is dropped
    /// });
    /// assert_eq!(capture.lines().len(), 1);
    /// ```
    pub fn close(&mut self) {
        self.detached.close();
    }
}

impl Parent<'_> {
    /// Returns the context, and whether it is the current one.
    fn context(self) -> (Context, bool) {
        match self {
            Self::Current => (Context::current(), true),
            Self::Given(context) => given(context),
            Self::None => (Context::current().without_step(), false),
        }
    }
}

/// A parent that is not current here runs elsewhere, or waits.
fn given(context: &Context) -> (Context, bool) {
    let here = Context::current();
    if here.owner.is(&context.owner) && here.span_id() == context.span_id() {
        return (here, true);
    }
    let around = context.around.and_crossing();
    (Context { around, ..context.clone() }, false)
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("context", &self.context()).finish_non_exhaustive()
    }
}
