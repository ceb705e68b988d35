//! An event that passed the filter, or is held as detail of its request.

use super::{Text, Trace, TraceFacts, fields::Fields};
use crate::{id::SpanId, level::Level};

/// An event that passed the filter, or is [held](Self::is_held): a line of
/// [`info!`](crate::info!), of its sisters, or of the panic hook.
///
/// # Examples
///
/// ```
/// use trace_runtime::{observe::Event, testing::{Capture, Seen}, warn};
///
/// fn shown(event: &Event<'_>) -> String {
///     let fields = event.fields().map(|(key, value)| format!(" {key}={value:?}"));
///     format!("{} {}{}", event.level(), event.message(), fields.collect::<String>())
/// }
///
/// let shown = Seen::event(shown);
/// Capture::new().observed_by(shown.clone()).run(|| warn!(attempt = 2, "no answer"));
/// assert_eq!(shown.values(), ["WARN no answer attempt=I64(2)"]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Event<'a>(EventFacts<'a>);

/// What [`Event`] shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventFacts<'a> {
    pub(crate) unix_ns: u64,
    pub(crate) level: Level,
    pub(crate) target: &'a str,
    pub(crate) location: Option<(&'a str, u32)>,
    pub(crate) is_held: bool,
    /// The member `,"message":"…"`.
    pub(crate) message: &'a [u8],
    pub(crate) fields: &'a [u8],
    pub(crate) trace: Option<TraceFacts<'a>>,
    pub(crate) span_id: Option<SpanId>,
}

impl<'a> Event<'a> {
    pub(crate) fn new(facts: EventFacts<'a>) -> Self {
        Self(facts)
    }

    /// Returns when it was logged, in nanoseconds since 1970-01-01 UTC.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// let times = Seen::event(|event| event.unix_ns());
    /// let capture = Capture::new().observed_by(times.clone());
    /// capture.run(|| info!("ready"));
    /// // The line has the same time, in microseconds.
    /// let micros = times.values()[0] / 1_000 % 1_000_000;
    /// let line = &capture.values()[0];
    /// assert!(line["timestamp"].as_str().unwrap().ends_with(&format!(".{micros:06}Z")));
    /// ```
    pub fn unix_ns(&self) -> u64 {
        self.0.unix_ns
    }

    /// Returns its level.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, error, testing::{Capture, Seen}, warn};
    ///
    /// // Is this one worth a page in the night?
    /// let pages = Seen::event(|event| event.level() >= Level::Error);
    /// Capture::new().observed_by(pages.clone()).run(|| {
    ///     warn!("no answer, trying again");
    ///     error!("no answer");
    /// });
    /// assert_eq!(pages.values(), [false, true]);
    /// ```
    pub fn level(&self) -> Level {
        self.0.level
    }

    /// Returns the module that logged it, or the target that replaces it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// let crates = Seen::event(|event| event.target().split("::").next().map(str::to_owned));
    /// Capture::new().observed_by(crates.clone()).run(|| {
    ///     info!(target: "shop::db::pool", "checked out");
    /// });
    /// assert_eq!(crates.values(), [Some("shop".to_owned())]);
    /// ```
    pub fn target(&self) -> &'a str {
        self.0.target
    }

    /// Returns the file and the line in the code, if they are known.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, info, testing::{Capture, Seen}};
    ///
    /// let lines = Seen::event(|event| event.location().map(|(_, line)| line));
    /// let line = line!() + 2;
    /// Capture::new().observed_by(lines.clone()).run(|| {
    ///     info!("here");
    ///     DynamicEvent::new(Level::Info, "legacy").write(format_args!("somewhere"), &[]);
    /// });
    /// assert_eq!(lines.values(), [Some(line), None]);
    /// ```
    pub fn location(&self) -> Option<(&'a str, u32)> {
        self.0.location
    }

    /// Returns whether its line was not written at once, but is held with its
    /// request as [detail](crate::Detail): it may never be written.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, info, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     debug!("looking");
    ///     info!("found");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // The request succeeds, so what it held is discarded.
    /// let held = Seen::event(|event| event.is_held());
    /// let capture = Capture::with_detail("info", Detail::when_failed()).observed_by(held.clone());
    /// capture.scope(get_order()).await;
    /// assert_eq!(held.values(), [true, false]);
    /// assert_eq!(capture.tree(), "get_order ok\n  \"found\"\n");
    /// # }
    /// ```
    pub fn is_held(&self) -> bool {
        self.0.is_held
    }

    /// Returns its message.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// let messages = Seen::event(|event| event.message().to_string());
    /// Capture::new().observed_by(messages.clone()).run(|| {
    ///     info!("fetched {} \"rows\"", 3);
    ///     info!(rows = 3);
    /// });
    /// assert_eq!(messages.values(), ["fetched 3 \"rows\"", ""]);
    /// ```
    pub fn message(&self) -> Text<'a> {
        let member = Fields::of_members(self.0.message).next();
        match member {
            Some((_, super::FieldValue::Text(text))) => text,
            Some(_) | None => Text::default(),
        }
    }

    /// Returns its fields, and those that its trace carries.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{carry, info, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     carry!(user_id = 42);
    ///     info!(rows = 3, "fetched");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let keys = Seen::event(|event| {
    ///     event.fields().map(|(key, _)| key.to_string()).collect::<Vec<_>>()
    /// });
    /// Capture::new().observed_by(keys.clone()).scope(get_order()).await;
    /// assert_eq!(keys.values()[0], ["rows", "user_id"]);
    /// # }
    /// ```
    pub fn fields(&self) -> Fields<'a> {
        Fields::of_members(self.0.fields)
    }

    /// Returns its trace, if it was logged in one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn get_order() {
    ///     info!("in a trace");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let ids = Seen::event(|event| event.trace().map(|trace| trace.id().to_string()));
    /// let capture = Capture::new().observed_by(ids.clone());
    /// capture.scope(get_order()).await;
    /// capture.run(|| info!("in none"));
    /// assert_eq!(ids.values(), [Some("req-7".to_owned()), None]);
    /// # }
    /// ```
    pub fn trace(&self) -> Option<Trace<'a>> {
        self.0.trace.map(Trace::new)
    }

    /// Returns the span of the request or step that it was logged in, if any.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, step, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     step!("load", { info!("looking") });
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let spans = Seen::event(|event| event.span_id());
    /// let capture = Capture::new().observed_by(spans.clone());
    /// capture.scope(get_order()).await;
    /// let step = &capture.values()[1];
    /// assert_eq!(step["name"], "load");
    /// assert_eq!(spans.values()[0].unwrap().to_string(), step["span_id"].as_str().unwrap());
    /// # }
    /// ```
    pub fn span_id(&self) -> Option<SpanId> {
        self.0.span_id
    }
}
