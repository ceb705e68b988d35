//! A context as a value, which can be cloned, sent and entered.

use std::fmt;

use super::{ids::Ids, owner::Owner, totals::Around, trace::Trace};
use crate::{
    field::carried::Carried,
    id::{SpanId, TraceId},
    output::Output,
};

/// The current trace and the current step.
///
/// Within a tokio task, the context is kept across each `.await`. If work
/// leaves the task (through a thread, a channel or a spawned task), take the
/// current context along and enter it there.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Context, info, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn handler() {
///     let here = Context::current();
///     std::thread::spawn(move || here.run(|| info!("from a thread"))).join().unwrap();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(handler()).await;
/// let lines = capture.values();
/// assert_eq!(lines[0]["message"], "from a thread");
/// assert_eq!(lines[0]["trace_id"], lines[1]["trace_id"]);
/// # }
/// ```
#[derive(Clone)]
pub struct Context {
    pub(crate) owner: Owner,
    pub(crate) span: Option<SpanId>,
    /// The callsites of the enclosing steps.
    pub(crate) around: Around,
}

impl Context {
    /// Returns the context of an owner, outside any of its requests and steps.
    pub(crate) fn of(owner: Owner) -> Self {
        Self { owner, span: None, around: Around::default() }
    }

    /// Returns the id of the trace, if there is one.
    ///
    /// # Examples
    ///
    /// A comment in a query leads from the database's log to the request:
    ///
    /// ```
    /// use trace_runtime::{Context, traced_handler};
    ///
    /// fn with_trace(query: &str, of: &Context) -> String {
    ///     let id = of.trace_id().map(|id| format!(" /* {id} */"));
    ///     format!("{query}{}", id.unwrap_or_default())
    /// }
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn handler() -> String {
    ///     with_trace("SELECT 1", &Context::current())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(handler().await, "SELECT 1 /* req-7 */");
    /// assert_eq!(with_trace("SELECT 1", &Context::none()), "SELECT 1");
    /// # }
    /// ```
    pub fn trace_id(&self) -> Option<TraceId> {
        self.owner.trace().map(|trace| trace.id.clone())
    }

    /// Returns the context of the request itself, without its steps. Outside a
    /// trace, it is a context without a step.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Context, info, testing::Capture, timed, traced_handler};
    ///
    /// #[timed]
    /// fn step() {
    ///     Context::current().without_step().run(|| info!("of the request"));
    ///     info!("of the step");
    /// }
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     step();
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// capture.scope(handler()).await;
    /// assert_eq!(
    ///     capture.tree(),
    ///     "handler ok\n  \"of the request\"\n  step ok\n    \"of the step\"\n",
    /// );
    /// # }
    /// ```
    #[must_use]
    pub fn without_step(&self) -> Self {
        Self { span: None, around: self.around.without_steps(), ..self.clone() }
    }

    pub(crate) fn is_in_open_trace(&self) -> bool {
        self.owner.trace().is_some_and(Trace::is_open)
    }

    /// Returns the output that lines go to.
    pub(crate) fn output(&self) -> Option<&Output> {
        self.owner.output()
    }

    /// Returns the ids on the lines of events.
    pub(crate) fn ids(&self) -> Option<Ids<'_>> {
        let span = self.span_id()?;
        Some(Ids::of(self.owner.trace(), span, None))
    }

    /// Returns the carried fields of the trace, if there are any.
    pub(crate) fn carried(&self) -> Option<&Carried> {
        self.owner.trace()?.carried.if_any()
    }

    /// Returns the id of the current request or step, if there is one. A step
    /// has an id outside a trace, too.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Context, SpanId, testing::Capture, timed};
    ///
    /// #[timed]
    /// fn load() -> Option<SpanId> {
    ///     Context::current().span_id()
    /// }
    ///
    /// let capture = Capture::new();
    /// let span_id = capture.run(load).expect("a step has one");
    /// assert_eq!(capture.values()[0]["span_id"], span_id.to_string());
    /// assert_eq!(Context::current().span_id(), None);
    /// ```
    #[inline]
    pub fn span_id(&self) -> Option<SpanId> {
        self.span.or_else(|| self.owner.trace().map(|trace| trace.root))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut context = f.debug_struct("Context");
        context.field("trace_id", &self.trace_id()).field("span_id", &self.span);
        context.finish_non_exhaustive()
    }
}
