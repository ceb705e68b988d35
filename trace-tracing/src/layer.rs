//! The same as a layer over a registry that others have a part in, too.

use tracing_core::{
    Event, LevelFilter, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_subscriber::{layer::Context, registry::LookupSpan};

use crate::{
    event, level,
    span::{Change, Span},
    subscriber::follow_filter,
};

/// A layer that hands all to [`trace_runtime`], and leaves it to other layers,
/// too.
///
/// Which lines are written is the filter's of `trace_runtime` to decide, here as
/// anywhere: give it no filter of `tracing_subscriber`'s. One that is given to the
/// whole registry, such as an `EnvFilter` or a `LevelFilter` added with `with`,
/// keeps back from this layer what it keeps back from the others; give it to the
/// layer that it is meant for, with `with_filter`. Install the registry with
/// `tracing::subscriber::set_global_default`.
///
/// A second one in the same registry opens no spans of its own; each event is then
/// written twice.
///
/// `Span::current()` knows the registry's spans alone: what a library does on a
/// thread of its own is then in the trace only if it is in one of them.
///
/// # Examples
///
/// ```
/// use trace_runtime::testing::Capture;
/// use tracing_subscriber::{layer::SubscriberExt as _, registry};
///
/// let subscriber = registry().with(trace_tracing::Layer::new());
/// let capture = Capture::new();
/// tracing::subscriber::with_default(subscriber, || {
///     capture.run(|| tracing::info_span!("load").in_scope(|| tracing::info!("seen")));
/// });
/// assert_eq!(capture.tree(), "load ok\n  \"seen\"\n");
/// ```
#[derive(Debug)]
#[must_use = "a registry takes it, by `with`"]
pub struct Layer(());

impl Layer {
    /// Makes one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::Capture;
    /// use tracing_subscriber::{layer::SubscriberExt as _, registry};
    ///
    /// let subscriber = registry().with(trace_tracing::Layer::new());
    /// // The filter is the one of `RUST_LOG`, or here that of the capture.
    /// let capture = Capture::with_filter("warn");
    /// tracing::subscriber::with_default(subscriber, || {
    ///     capture.run(|| {
    ///         tracing::info!("cache is cold");
    ///         tracing::warn!("cache is full");
    ///     });
    /// });
    /// assert_eq!(capture.lines().len(), 1);
    /// assert_eq!(capture.values()[0]["message"], "cache is full");
    /// ```
    pub fn new() -> Self {
        follow_filter();
        Self(())
    }
}

impl Default for Layer {
    fn default() -> Self {
        Self::new()
    }
}

/// Calls `run` with what this layer keeps of a span, under the registry's lock: no
/// code of others may run in it.
fn with<S, R>(id: &Id, registry: &Context<'_, S>, run: impl FnOnce(&mut Span) -> R) -> Option<R>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    registry.span(id)?.extensions_mut().get_mut::<Span>().map(run)
}

impl<S> tracing_subscriber::Layer<S> for Layer
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(level::most())
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, registry: Context<'_, S>) {
        if with(id, &registry, |_| ()).is_some() {
            return;
        }
        let parent = attributes.parent();
        let parent = parent.and_then(|parent| with(parent, &registry, |span| span.context()));
        let opened = Span::open(attributes, parent.as_ref());
        if let Some(span) = registry.span(id) {
            span.extensions_mut().insert(opened);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, registry: Context<'_, S>) {
        if let Some(context) = with(id, &registry, |span| span.context()) {
            let change = Change::new(values, &context);
            let _ = with(id, &registry, |span| span.record(change));
        }
    }

    fn on_event(&self, event: &Event<'_>, registry: Context<'_, S>) {
        let parent = event.parent();
        let parent = parent.and_then(|parent| with(parent, &registry, |span| span.context()));
        event::write_below(parent.as_ref(), event);
    }

    fn on_enter(&self, id: &Id, registry: Context<'_, S>) {
        let _ = with(id, &registry, Span::enter);
    }

    fn on_exit(&self, id: &Id, registry: Context<'_, S>) {
        let _ = with(id, &registry, Span::exit);
    }

    fn on_close(&self, id: Id, registry: Context<'_, S>) {
        // Its line is written without the registry's lock.
        let closed = registry.span(&id).and_then(|span| {
            let mut extensions = span.extensions_mut();
            extensions.remove::<Span>()
        });
        drop(closed);
    }
}
