//! What a service sets: which detail is held, for how long, and how much.

use std::time::Duration;

use crate::level::Level;

/// Detail on demand: the lines of a request that the filter keeps out are held
/// with it, and written only if it fails, is slow, or is asked for.
///
/// So a service runs at DEBUG, and its log has the DEBUG lines of just those
/// requests that went wrong. Give it to [`Builder::detail`].
///
/// | when the request ends | what is written |
/// |---|---|
/// | in error, panic or cancellation; too late; after a step or an event at or above [`keep`](Self::keep); or its detail was asked for | all that was held, in the order in which it was made, in one piece right before the request line |
/// | else | the request line alone |
///
/// A client that leaves once the head of the response is there is no failure.
/// Detail is asked for by [`force_detail`](crate::force_detail), by
/// `TraceLayer::detail_when` of `trace-tower`, by [`one_in`](Self::one_in) and by
/// [`when_sampled`](Self::when_sampled).
///
/// Lines that pass the filter are written at once, as without detail, and so is
/// all that belongs to no request. Lines of spawned tasks share the fate of their
/// request; those made after its end follow it for a minute.
///
/// All is bounded: the memory of a request and of all of them, and how much is
/// written in a second. What is lost to a bound is counted: as `detail_dropped`
/// on the line of the request, and in [`Stats::detail`]. What requests hold is
/// lost if the process is killed; if it exits, the number of lines is reported.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn get_user(id: u32) -> Result<u32, String> {
///     debug!(id, "looking");
///     if id == 7 { Err("no such user".to_owned()) } else { Ok(id) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::with_detail("info", Detail::when_failed());
/// for id in [6, 7, 8] {
///     let _ = capture.scope(get_user(id)).await;
/// }
/// assert_eq!(
///     capture.tree(),
///     "get_user ok\nget_user error: no such user\n  \"looking\"\nget_user ok\n",
/// );
/// # }
/// ```
///
/// [`Builder::detail`]: crate::Builder::detail
/// [`Stats::detail`]: crate::writer::Stats::detail
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "`Builder::detail` takes it"]
pub struct Detail {
    pub(super) slow: Option<Duration>,
    pub(super) filter: String,
    pub(super) keep: Level,
    pub(super) per_request: usize,
    pub(super) total: usize,
    pub(super) output: usize,
    pub(super) one_in: Option<u32>,
    pub(super) when_sampled: bool,
    pub(super) marks_discarded: bool,
}

impl Detail {
    /// Keeps the detail of requests that end in error, panic or cancellation.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, sink::Memory};
    ///
    /// trace_runtime::builder().detail(Detail::when_failed()).sink(Memory::default()).init()?;
    /// assert_eq!(trace_runtime::max_level(), Some(trace_runtime::Level::Debug));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn when_failed() -> Self {
        Self {
            slow: None,
            filter: "debug".to_owned(),
            keep: Level::Warn,
            per_request: 64 * 1024,
            total: 16 * 1024 * 1024,
            output: 1024 * 1024,
            one_in: None,
            when_sampled: false,
            marks_discarded: false,
        }
    }

    /// Keeps the detail of those, and of requests that take longer than this or
    /// than a limit of their own. A stream is slow if its head was late.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     debug!("looking");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let detail = Detail::when_failed_or_slow(Duration::ZERO);
    /// let capture = Capture::with_detail("info", detail);
    /// capture.scope(handler()).await;
    /// assert_eq!(capture.tree(), "handler ok\n  \"looking\"\n");
    /// # }
    /// ```
    pub fn when_failed_or_slow(longer_than: Duration) -> Self {
        Self { slow: Some(longer_than), ..Self::when_failed() }
    }

    /// Sets which lines are held, by directives as those of
    /// [`Builder::filter`](crate::Builder::filter): `debug`, unless set.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, builder};
    ///
    /// let detail = Detail::when_failed().filter("debug,shop=loud");
    /// let refused = builder().detail(detail).init().unwrap_err();
    /// assert_eq!(refused.to_string(), "filter: unknown level `loud` in `shop=loud`");
    /// ```
    pub fn filter(mut self, directives: impl Into<String>) -> Self {
        self.filter = directives.into();
        self
    }

    /// Sets from which level on a step or an event keeps the detail of its
    /// request, however that ends: WARN, unless set.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, Level, debug, testing::Capture, traced_handler, warn};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     debug!("looking");
    ///     warn!("stale");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// for (level, lines) in [(Level::Warn, 3), (Level::Error, 2)] {
    ///     let capture = Capture::with_detail("info", Detail::when_failed().keep(level));
    ///     capture.scope(handler()).await;
    ///     assert_eq!(capture.lines().len(), lines);
    /// }
    /// # }
    /// ```
    pub fn keep(mut self, level: Level) -> Self {
        self.keep = level;
        self
    }

    /// Bounds the bytes of lines that one request holds: 64 KiB, unless set.
    /// Beyond it, the oldest lines of the lowest level go.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, builder};
    ///
    /// let refused = builder().detail(Detail::when_failed().per_request(0)).init().unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "limit `per_request` must be from 1 to 1073741824 bytes",
    /// );
    /// ```
    pub fn per_request(mut self, bytes: usize) -> Self {
        self.per_request = bytes;
        self
    }

    /// Bounds the memory that all requests hold: 16 MiB, unless set. Beyond it,
    /// new lines are held only in the place of lines of a lower level of the same
    /// request.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() -> Result<(), String> {
    ///     debug!("looking");
    ///     Err("not there".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_detail("info", Detail::when_failed().total(100));
    /// let _ = capture.scope(handler()).await;
    /// assert_eq!(capture.values()[0]["detail_dropped"], 1);
    /// # }
    /// ```
    pub fn total(mut self, bytes: usize) -> Self {
        self.total = bytes;
        self
    }

    /// Bounds how much detail is written in a second: 1 MiB, unless set. A
    /// request whose detail is beyond it writes its line alone, with
    /// `"detail":"dropped"` and the number of lines.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() -> Result<(), String> {
    ///     debug!("looking");
    ///     Err("not there".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_detail("info", Detail::when_failed().output(100));
    /// let _ = capture.scope(handler()).await;
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["detail"], &line["detail_dropped"]), (&"dropped".into(), &1.into()));
    /// # }
    /// ```
    pub fn output(mut self, bytes_per_second: usize) -> Self {
        self.output = bytes_per_second;
        self
    }

    /// Keeps the detail of one request in `n` besides, however it ends. The id of
    /// the trace decides, so that all services with the same `n` keep the same
    /// traces.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(trace_id = id)]
    /// async fn handler(id: &str) {
    ///     debug!("looking");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_detail("info", Detail::when_failed().one_in(2));
    /// capture.scope(handler("0af7651916cd43dd8400000000000000")).await;
    /// capture.scope(handler("0af7651916cd43dd84ffffffffffffff")).await;
    /// assert_eq!(capture.tree(), "handler ok\nhandler ok\n  \"looking\"\n");
    /// # }
    /// ```
    pub fn one_in(mut self, n: u32) -> Self {
        self.one_in = Some(n);
        self
    }

    /// Keeps the detail of each request whose caller has sampled it: its
    /// `traceparent` has the sampled flag. Every caller that is trusted decides
    /// then what is logged, up to [`output`](Self::output).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
    /// use trace_runtime::propagation::Extractor;
    ///
    /// #[traced_handler(trace_id = Extractor::default().extract(|name| {
    ///     let sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    ///     (name == "traceparent").then_some(sampled).into_iter()
    /// }))]
    /// async fn handler() {
    ///     debug!("looking");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_detail("info", Detail::when_failed().when_sampled());
    /// capture.scope(handler()).await;
    /// assert_eq!(capture.tree(), "handler ok\n  \"looking\"\n");
    /// # }
    /// ```
    pub fn when_sampled(mut self) -> Self {
        self.when_sampled = true;
        self
    }

    /// Adds `"detail":"discarded"` to the line of each request whose detail was
    /// discarded, so that its reader knows that there was some.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     debug!("looking");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_detail("info", Detail::when_failed().mark_discarded());
    /// capture.scope(handler()).await;
    /// assert_eq!(capture.values()[0]["detail"], "discarded");
    /// # }
    /// ```
    pub fn mark_discarded(mut self) -> Self {
        self.marks_discarded = true;
        self
    }
}
