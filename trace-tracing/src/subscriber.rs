//! The subscriber: spans to steps, events to lines.

use std::sync::{Mutex, Once, PoisonError};

use trace_runtime::Context;
use tracing_core::{
    Dispatch, Event, Interest, LevelFilter, Metadata, callsite, dispatcher,
    span::{self, Attributes, Id, Record},
};

use crate::{
    error::{Error, Kind},
    event, here, level,
    registry::Registry,
    span::{Change, Span},
    thread,
};

/// Hands all that goes through `tracing` to [`trace_runtime`] from now on.
///
/// To be called once, before or after [`trace_runtime::init`]. It follows the
/// filter as that changes.
///
/// # Errors
///
/// When a subscriber is installed for the process: this one by an earlier call,
/// which [`Error::is_already_initialized`] says, or another. Nothing has changed
/// then.
///
/// # Examples
///
/// A test needs no `trace_runtime::init`, and may call it as others do:
///
/// ```
/// use trace_runtime::testing::Capture;
///
/// let _ = trace_tracing::init();
/// let capture = Capture::new();
/// capture.run(|| tracing::warn!(attempt = 2, "trying again"));
/// assert_eq!(capture.values()[0]["message"], "trying again");
/// assert_eq!(capture.values()[0]["attempt"], 2);
/// ```
pub fn init() -> Result<(), Error> {
    // One after the other, and none is made in vain: to make one has `tracing`
    // ask anew, and a filter that changes meanwhile may be overlooked.
    static IS_SET: Mutex<bool> = Mutex::new(false);
    let mut is_set = IS_SET.lock().unwrap_or_else(PoisonError::into_inner);
    if *is_set {
        return Err(Error(Kind::AlreadyInitialized));
    }
    if dispatcher::set_global_default(Dispatch::new(Subscriber::new())).is_ok() {
        *is_set = true;
        return Ok(());
    }
    // The one that was made in vain has been asked what it wants.
    callsite::rebuild_interest_cache();
    Err(Error(Kind::OtherSubscriber))
}

/// A subscriber of `tracing`'s that hands all to [`trace_runtime`]: what [`init`]
/// installs, for one part of a program.
///
/// # Examples
///
/// ```
/// use trace_runtime::testing::Capture;
/// use trace_tracing::Subscriber;
///
/// let capture = Capture::new();
/// tracing::subscriber::with_default(Subscriber::new(), || {
///     capture.run(|| tracing::info!("seen"));
/// });
/// capture.run(|| tracing::info!("not seen"));
/// assert_eq!(capture.lines().len(), 1);
/// ```
pub struct Subscriber {
    spans: Registry,
}

impl Subscriber {
    /// Makes one without spans.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::Capture;
    /// use trace_tracing::Subscriber;
    ///
    /// let capture = Capture::new();
    /// tracing::subscriber::with_default(Subscriber::new(), || {
    ///     capture.run(|| {
    ///         let query = tracing::info_span!("query", rows = tracing::field::Empty);
    ///         query.record("rows", 3);
    ///     });
    /// });
    /// assert_eq!(capture.tree(), "query ok\n");
    /// assert_eq!(capture.values()[0]["rows"], 3);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        follow_filter();
        Self { spans: Registry::new() }
    }
}

impl Subscriber {
    /// Returns where what is inside a span belongs.
    fn context(&self, id: &Id) -> Option<Context> {
        self.spans.with(id, |span| span.context())
    }

    fn key(&self, id: &Id) -> thread::Key {
        (self.spans.number, id.into_u64())
    }
}

impl Default for Subscriber {
    fn default() -> Self {
        Self::new()
    }
}

/// Has `tracing` ask anew whenever the filter changes: it keeps what it was
/// answered.
pub(crate) fn follow_filter() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| trace_runtime::on_filter_change(callsite::rebuild_interest_cache));
}

impl tracing_core::Subscriber for Subscriber {
    /// Never "never", and never "always": a callsite may be met for the first time
    /// while a capture comes or goes.
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    #[inline]
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        trace_runtime::enabled(level::level(*metadata.level()), metadata.target())
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(level::most())
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let parent = attributes.parent().and_then(|parent| self.context(parent));
        self.spans.insert(Span::open(attributes, parent.as_ref()))
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        if let Some(context) = self.context(id) {
            let change = Change::new(values, &context);
            let _ = self.spans.with(id, |span| span.record(change));
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let parent = event.parent().and_then(|parent| self.context(parent));
        event::write_below(parent.as_ref(), event);
    }

    fn enter(&self, id: &Id) {
        if let Some(token) = self.spans.with(id, Span::enter).flatten() {
            thread::entered(self.key(id), token);
        }
    }

    fn exit(&self, id: &Id) {
        let token = thread::left(self.key(id));
        let is_open = self.spans.with(id, Span::exit).is_some();
        if let Some(token) = token.filter(|_| !is_open) {
            token.leave();
        }
    }

    fn clone_span(&self, id: &Id) -> Id {
        if id.into_u64() == here::ID {
            if let Some(span) = Span::standing(&here::METADATA) {
                return self.spans.insert(span);
            }
        }
        self.spans.clone_handle(id);
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        // Its line is written as it is dropped.
        self.spans.drop_handle(&id).is_some()
    }

    fn current_span(&self) -> span::Current {
        let Some(current) = Context::current().span_id() else {
            return span::Current::none();
        };
        let entered = thread::find(|(registry, id)| {
            let id = (registry == self.spans.number).then(|| Id::from_u64(id))?;
            let found = |span: &mut Span| span.has_id(current).then_some(span.metadata);
            let metadata = self.spans.with(&id, found)??;
            Some(span::Current::new(id, metadata))
        });
        entered.unwrap_or_else(here::current)
    }
}

impl std::fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscriber").finish_non_exhaustive()
    }
}
