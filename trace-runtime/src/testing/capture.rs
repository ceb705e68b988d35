//! A capture: a context with its own filter, whose lines are kept in memory.

use std::{fmt, sync::Arc};

use serde_json::{Value, json};

use super::{AssertRequest, tree};
use crate::{
    clock,
    context::{Captured, Context, Owner, Scoped},
    detail::{self, Detail},
    dispatch::report,
    field::limits::Limits,
    filter::Filter,
    format::Format,
    in_flight::{self, OpenRequest},
    level::Level,
    line,
    observe::{NewObserver, Observe},
    output::{Output, Style},
    panic,
    sink::{Memory, ends},
    writer::{Stats, Writer},
};

/// Keeps the lines of a task in memory, including those of tasks that it spawns
/// through this crate. Tests with captures can run in parallel.
///
/// It does not need `init`, and is not affected by it. All levels are captured,
/// unless [`with_filter`](Self::with_filter) is used.
///
/// Tasks that a server spawns itself cannot be reached: for those, pass a
/// [`Memory`](crate::sink::Memory) to
/// [`builder().sink(…)`](crate::Builder::sink). To send a request through a
/// tower service and read the body of its response, use `CaptureExt::call` of
/// `trace-tower`.
///
/// # Examples
///
/// ```
/// use trace_runtime::{info, testing::Capture, timed, traced_handler};
///
/// #[traced_handler]
/// async fn get_order(id: u32) -> Result<(), String> {
///     load(id).await
/// }
///
/// #[timed]
/// async fn load(id: u32) -> Result<(), String> {
///     info!(id, "looking");
///     Err("no such order".to_owned())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// let _ = capture.scope(get_order(7)).await;
/// assert_eq!(
///     capture.tree(),
///     "get_order error: no such order\n  load error: no such order\n    \"looking\"\n",
/// );
/// assert_eq!(capture.values()[0]["id"], 7);
/// # }
/// ```
#[derive(Clone)]
pub struct Capture {
    memory: Memory,
    captured: Arc<Captured>,
}

impl Default for Capture {
    fn default() -> Self {
        Self::with(Filter::at(Level::Trace), Format::Json, None)
    }
}

impl Capture {
    /// Returns a capture without any lines.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::Capture, trace};
    ///
    /// let capture = Capture::new();
    /// assert!(capture.lines().is_empty());
    /// capture.run(|| trace!("even the finest detail"));
    /// assert_eq!(capture.lines().len(), 1);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Captures only the lines that these directives let through; see
    /// [`Builder::filter`](crate::Builder::filter).
    ///
    /// # Panics
    ///
    /// Panics if a directive is invalid.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{debug, info, testing::Capture};
    ///
    /// let capture = Capture::with_filter("info,shop::db=debug");
    /// capture.run(|| {
    ///     debug!(target: "shop::db::pool", "checked out");
    ///     debug!(target: "shop::http", "parsing");
    ///     info!(target: "shop::http", "parsed");
    /// });
    /// assert_eq!(capture.tree(), "\"checked out\"\n\"parsed\"\n");
    /// ```
    #[must_use]
    #[track_caller]
    pub fn with_filter(directives: &str) -> Self {
        let filter = right(Filter::parse(directives));
        Self::with(filter, Format::Json, None)
    }

    /// Captures lines in a format. A [`tree`](Self::tree) is drawn, and
    /// [`assert_request`](Self::assert_request) asks, of [`Format::Json`] only.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Format, info, testing::Capture};
    ///
    /// let capture = Capture::with_format(Format::Otel);
    /// capture.run(|| info!("fetched"));
    /// assert_eq!(capture.values()[0]["body"], "fetched");
    /// ```
    #[must_use]
    pub fn with_format(format: Format) -> Self {
        Self::with(Filter::at(Level::Trace), format, None)
    }

    /// Does the same as [`with_filter`](Self::with_filter) with
    /// [detail](Detail) on demand: the lines that the directives keep out are
    /// held with their request.
    ///
    /// # Panics
    ///
    /// Panics if a directive or a setting is invalid.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, force_detail, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler(is_odd: bool) {
    ///     debug!("looking");
    ///     if is_odd {
    ///         force_detail();
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_detail("info", Detail::when_failed());
    /// capture.scope(handler(false)).await;
    /// capture.scope(handler(true)).await;
    /// assert_eq!(capture.tree(), "handler ok\nhandler ok\n  \"looking\"\n");
    /// # }
    /// ```
    #[must_use]
    #[track_caller]
    #[expect(clippy::needless_pass_by_value, reason = "as `Builder::detail` takes it")]
    pub fn with_detail(directives: &str, detail: Detail) -> Self {
        let filter = right(Filter::parse(directives));
        let detail = right(detail::Installed::new(&detail));
        Self::with(filter, Format::Json, Some(detail))
    }

    fn with(filter: Filter, format: Format, detail: Option<detail::Installed>) -> Self {
        clock::prepare();
        panic::install_hook();
        let memory = Memory::default();
        let format = format.completed();
        let constants = line::constants(&format, &[]);
        let style = Style { format, constants, ..Style::default() };
        let writer = Writer::direct(Box::new(memory.clone()), report::dropped(&style));
        let output = Output::new(filter, style, writer).holding(detail);
        Self { memory, captured: Arc::new(Captured::new(output)) }
    }

    /// Adds an observer of what happens in this capture. The observers of the
    /// process are not called for it.
    ///
    /// # Panics
    ///
    /// Panics if the capture is in use already, or has been cloned.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use trace_runtime::{observe::{Closed, Observe}, testing::Capture, timed};
    ///
    /// static NAMES: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    ///
    /// struct Names;
    ///
    /// impl Observe for Names {
    ///     fn closed(&self, closed: &Closed<'_>) {
    ///         NAMES.lock().unwrap().push(closed.name());
    ///     }
    /// }
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// Capture::new().observed_by(Names).run(load);
    /// assert_eq!(*NAMES.lock().unwrap(), ["load"]);
    /// ```
    #[must_use]
    #[track_caller]
    pub fn observed_by(mut self, observer: impl Observe) -> Self {
        let output = self.unused("add observers");
        let before = output.observers.len();
        output.observed_by([NewObserver::new(observer)]);
        output.observers.started(before);
        report::observer_panic(output);
        self
    }

    /// Sets how long lines and their parts may be, as
    /// [`Builder::limits`](crate::Builder::limits) does for the process. The limits
    /// of the process do not count here.
    ///
    /// # Panics
    ///
    /// Panics if a limit is too small for lines of the capture's format, or if the
    /// capture is in use already, or has been cloned.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, info, testing::Capture};
    ///
    /// const LIMITS: Limits = Limits::new().value(20); // as `main` sets them
    ///
    /// let capture = Capture::new().limited_by(LIMITS);
    /// capture.run(|| info!(query = "select id from orders", "asked"));
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["query"], &line["truncated"]), (&"select id from ord".into(), &true.into()));
    /// ```
    #[must_use]
    #[track_caller]
    pub fn limited_by(mut self, limits: Limits) -> Self {
        let style = &mut self.unused("set limits").style;
        right(limits.check(&style.format));
        style.limits = limits;
        self
    }

    /// Returns the output, to be changed before anything is written to it.
    #[track_caller]
    #[expect(clippy::panic, reason = "a mistake in a test panics")]
    fn unused(&mut self, to: &str) -> &mut Output {
        match Arc::get_mut(&mut self.captured) {
            Some(captured) => &mut captured.output,
            None => panic!("{to} before the capture is used or cloned"),
        }
    }

    /// Captures the lines of a future.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::Capture};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// let work = async { info!("loaded") };
    /// info!("on the task of the test, but not in the scope");
    /// capture.scope(work).await;
    /// assert_eq!(capture.values().len(), 1);
    /// assert_eq!(capture.values()[0]["message"], "loaded");
    /// # }
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        self.context().scope(future)
    }

    /// Captures the lines of a function.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// let parsed: Result<u32, _> = capture.run(|| {
    ///     info!("parsing");
    ///     "42".parse()
    /// });
    /// assert_eq!((parsed, capture.lines().len()), (Ok(42), 1));
    /// ```
    pub fn run<R>(&self, run: impl FnOnce() -> R) -> R {
        self.context().run(run)
    }

    fn context(&self) -> Context {
        Context::of(Owner::of_capture(Arc::clone(&self.captured)))
    }

    /// Returns how many lines were written and dropped so far, and what became
    /// of those that requests held.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| info!("one"));
    /// assert_eq!(capture.stats().lines_written, 1);
    /// ```
    pub fn stats(&self) -> Stats {
        self.captured.output.stats()
    }

    /// Returns the lines so far, as text. In the console's format, a line may
    /// have several rows.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Format, testing::Capture, warn};
    ///
    /// let capture = Capture::with_format(Format::Logfmt);
    /// capture.run(|| warn!(attempt = 2, "no answer"));
    /// assert!(capture.lines()[0].contains(r#"msg="no answer" "#));
    /// assert!(capture.lines()[0].contains("attempt=2"));
    /// ```
    pub fn lines(&self) -> Vec<String> {
        let (text, mut lines) = (self.memory.text(), Vec::new());
        let mut rest = text.as_str();
        while let Some((line, behind)) = ends::first(rest.as_bytes())
            .and_then(|end| Some((rest.get(..end)?, rest.get(end + 1..)?)))
        {
            lines.push(line.to_owned());
            rest = behind;
        }
        lines
    }

    /// Returns the lines so far, parsed.
    ///
    /// # Panics
    ///
    /// Panics if a line is not a JSON object.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Json, info, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| info!(size = 1.5, tags = Json(["a", "b"]), "stored"));
    /// let line = &capture.values()[0];
    /// assert_eq!(line["size"], 1.5);
    /// assert_eq!(line["tags"][1], "b");
    /// ```
    #[expect(clippy::panic, reason = "a failed assertion panics")]
    pub fn values(&self) -> Vec<Value> {
        let parse = |line: &String| match serde_json::from_str(line) {
            Ok(value @ Value::Object(_)) => value,
            other => panic!("not a JSON object: {other:?} from {line}"),
        };
        self.lines().iter().map(parse).collect()
    }

    /// Finds the only request or job with this name, for assertions.
    ///
    /// # Panics
    ///
    /// Panics if there is none, or more than one. A request has no line before
    /// it ends, and the message then reports that. A request of `trace-tower`
    /// ends when the body of its response has been read to its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::Capture, timed, traced_handler};
    ///
    /// #[traced_handler(fields(id))]
    /// async fn get_order(id: u32) -> Result<(), String> {
    ///     load().await
    /// }
    ///
    /// #[timed]
    /// async fn load() -> Result<(), String> {
    ///     Err("no such order".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// let _ = capture.scope(get_order(7)).await;
    /// capture
    ///     .assert_request("get_order")
    ///     .outcome("error")
    ///     .error("no such order")
    ///     .field("id", 7)
    ///     .has_step("load");
    /// # }
    /// ```
    #[track_caller]
    #[must_use = "say what must be true of it"]
    pub fn assert_request(&self, name: &str) -> AssertRequest {
        AssertRequest::new(self.values(), self.unended(), name)
    }

    /// Returns requests, steps and events as an indented tree of names and
    /// outcomes, in the order in which their lines were written. An error
    /// follows the outcome, and its causes follow the error. Requests that have
    /// not ended have no line yet. They come last, with the reason.
    ///
    /// # Panics
    ///
    /// Panics if a line is not a JSON object.
    ///
    /// # Examples
    ///
    /// ```
    /// use anyhow::{Context as _, bail};
    /// use trace_runtime::{info, testing::Capture, timed, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() -> anyhow::Result<()> {
    ///     load().context("no such order")
    /// }
    ///
    /// #[timed]
    /// fn load() -> anyhow::Result<()> {
    ///     info!("looking");
    ///     bail!("database is locked")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// let _ = capture.scope(get_order()).await;
    /// let expected = "
    /// get_order error: no such order: database is locked
    ///   load error: database is locked
    ///     \"looking\"
    /// ";
    /// assert_eq!(capture.tree(), expected.trim_start());
    /// # }
    /// ```
    pub fn tree(&self) -> String {
        tree::draw(&[self.values(), self.unended()].concat())
    }

    /// Returns the requests and jobs of this capture that have not ended, the
    /// oldest first, as [`in_flight`](crate::in_flight()) does inside it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{in_flight, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler(seen_outside: impl Fn() -> usize) -> (usize, usize) {
    ///     (seen_outside(), in_flight().len())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// let seen_outside = || capture.in_flight().len();
    /// assert_eq!(capture.scope(handler(seen_outside)).await, (1, 1));
    /// assert!(capture.in_flight().is_empty());
    /// # }
    /// ```
    pub fn in_flight(&self) -> Vec<OpenRequest> {
        in_flight::of(&Owner::of_capture(Arc::clone(&self.captured)))
    }

    /// Returns a line for each request that has not ended.
    fn unended(&self) -> Vec<Value> {
        self.in_flight().iter().map(open_line).collect()
    }
}

fn open_line(request: &OpenRequest) -> Value {
    json!({
        "kind": "request",
        "name": request.name(),
        "outcome": format!("still open: {}", request.awaits()),
        "trace_id": request.trace_id().to_string(),
        "span_id": request.span_id().to_string(),
    })
}

/// Returns what was made, or panics in the line of the test.
#[track_caller]
#[expect(clippy::panic, reason = "a mistake in a test panics")]
fn right<T>(made: Result<T, impl fmt::Display>) -> T {
    match made {
        Ok(made) => made,
        Err(error) => panic!("{error}"),
    }
}

impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture").field("lines", &self.lines()).finish()
    }
}
