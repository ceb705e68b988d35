//! The builder: settings of the process's output.

use std::{path::PathBuf, time::Duration};

use super::{destination::Destination, fields};
use crate::{
    detail::Detail,
    error::Error,
    field::{limits::Limits, value::ToValue},
    format::Format,
    observe::{NewObserver, Observe},
    output::StaticField,
    sink::Sink,
    writer::Mode,
};

/// Returns a builder with the settings of [`init`](crate::init), to be changed.
///
/// # Examples
///
/// ```
/// use trace_runtime::{builder, info, sink::Memory, warn};
///
/// let memory = Memory::default();
/// builder().filter("warn").sink(memory.clone()).init()?;
/// info!("left out");
/// warn!("disk almost full");
/// assert_eq!(memory.text().lines().count(), 1);
/// # Ok::<(), trace_runtime::Error>(())
/// ```
pub fn builder() -> Builder {
    Builder::default()
}

/// Settings of the process's output.
///
/// # Examples
///
/// ```
/// use trace_runtime::{info, sink::Memory};
///
/// let memory = Memory::default();
/// trace_runtime::builder()
///     .filter("info,shop::db=trace")
///     .field("service", "shop")
///     .sink(memory.clone())
///     .init()?;
/// info!("ready");
/// assert!(memory.text().contains(r#""message":"ready""#));
/// assert!(memory.text().contains(r#""service":"shop""#));
/// # Ok::<(), trace_runtime::Error>(())
/// ```
#[derive(Default)]
#[must_use = "`init` sets it up"]
pub struct Builder {
    pub(super) filter: Option<String>,
    pub(super) format: Option<Format>,
    pub(super) destination: Destination,
    pub(super) limits: Limits,
    pub(super) fields: Vec<Result<StaticField, Error>>,
    pub(super) location: bool,
    pub(super) slow_request: Option<Duration>,
    pub(super) watch: Option<Duration>,
    pub(super) mode: Mode,
    pub(super) observers: Vec<NewObserver>,
    pub(super) detail: Option<Detail>,
}

impl Builder {
    /// Sets which lines are written. `RUST_LOG` is then ignored.
    ///
    /// Directives are separated by commas. The longest module that matches a
    /// line's target decides.
    ///
    /// | directive | what it does |
    /// |---|---|
    /// | `debug`, `DEBUG` | everything at `debug` or above; levels are `trace`, `debug`, `info`, `warn`, `error`, `off` |
    /// | `4` | the same, counted as `tracing` does: from 0 (`off`) to 5 (`trace`) |
    /// | `my_crate::db=debug` | a module and those below it; with modules only, everything else is off |
    /// | `my_crate` | the same at `trace` |
    /// | `hyper=off` | that module is silent; without other directives, the rest is at `info` |
    /// | *none* | everything at `info` |
    ///
    /// An invalid directive is an error here. In `RUST_LOG`, it is ignored and
    /// reported in a line, and targets without a directive are at `info`: a
    /// mistake never silences a service.
    ///
    /// | mistake | suggestion |
    /// |---|---|
    /// | `*` | `trace` |
    /// | `'debug'` | `debug` |
    /// | `!hyper` | `hyper=off` |
    /// | `my_crate:debug` | `my_crate=debug` |
    /// | `my_crate.db=debug`, `my-crate=debug` | `my_crate::db=debug`, `my_crate=debug` |
    /// | `my_crate::*=debug` | `my_crate=debug` |
    /// | `info;my_crate=debug`, `info\|debug` | `info,my_crate=debug`, `info,debug` |
    /// | `my_crate=fatal` | `my_crate=error` |
    /// | `$LEVEL`, `my_crate=loud`, `7` | |
    ///
    /// A word that looks like a level may be a module: `warning`, `fatal`,
    /// `verbose`, `all`, `true`, or `warp`, which differs from `warn` in one
    /// letter. It is an error here, which suggests the level. In `RUST_LOG`, it
    /// is used as a module, with everything else at `info`, and reported in a
    /// line. `warp=trace` always means the module.
    ///
    /// A filter that lets nothing of the program through is reported, too,
    /// after it has rejected some lines. `off` and levels alone are never
    /// reported.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::builder;
    ///
    /// let refused = builder().filter("my_crate.db=debug").init().unwrap_err();
    /// assert_eq!(
    ///     refused.to_string(),
    ///     "filter: unexpected `.` in `my_crate.db=debug`, did you mean `my_crate::db=debug`?",
    /// );
    /// ```
    pub fn filter(mut self, directives: impl Into<String>) -> Self {
        self.filter = Some(directives.into());
        self
    }

    /// Sets how lines look. `TRACE_FORMAT` is then ignored.
    ///
    /// Without this, `TRACE_FORMAT` chooses by name: `json`, `otel`, `ecs`,
    /// `gcp`, `datadog`, `logfmt` or `console`. Without both, or if there is no
    /// format of that name, which is reported in a line, lines are
    /// [`Format::Console`] on a terminal and [`Format::Json`] anywhere else.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Format, builder, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// builder().format(Format::Ecs).sink(memory.clone()).init()?;
    /// info!("ready");
    /// assert!(memory.text().contains(r#""log.level":"info","message":"ready""#));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Writes to standard output, which is the default: in JSON, or for people
    /// if it is a terminal and no [`format`](Self::format) is set.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info};
    ///
    /// # use std::{env, process::Command};
    /// # if env::var_os("IS_CHILD").is_none() {
    /// #     let output = Command::new(env::current_exe()?).env("IS_CHILD", "1").output()?;
    /// #     assert!(String::from_utf8(output.stdout)?.ends_with("\"port\":8080}\n"));
    /// #     assert!(output.stderr.is_empty());
    /// #     return Ok(());
    /// # }
    /// builder().stdout().init()?;
    /// info!(port = 8080, "listening");
    /// // {"timestamp":"…","level":"INFO","message":"listening","target":"shop","port":8080}
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stdout(mut self) -> Self {
        self.destination = Destination::Stdout;
        self
    }

    /// Writes to standard error: in JSON, or for people if it is a terminal and
    /// no [`format`](Self::format) is set.
    ///
    /// # Examples
    ///
    /// For a program whose results go to standard output:
    ///
    /// ```
    /// use trace_runtime::{builder, info};
    ///
    /// # use std::{env, process::Command};
    /// # if env::var_os("IS_CHILD").is_none() {
    /// #     let output = Command::new(env::current_exe()?).env("IS_CHILD", "1").output()?;
    /// #     assert_eq!(output.stdout, b"id,name\n");
    /// #     assert!(String::from_utf8(output.stderr)?.ends_with("\"rows\":0}\n"));
    /// #     return Ok(());
    /// # }
    /// builder().stderr().init()?;
    /// println!("id,name");
    /// info!(rows = 0, "exported");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stderr(mut self) -> Self {
        self.destination = Destination::Stderr;
        self
    }

    /// Appends to a file. It is created with mode 0640 if it does not exist.
    /// One that rotates, or that is opened anew on a signal, is a
    /// [`sink`](Self::sink): see [`sink::File`](crate::sink::File).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info};
    ///
    /// # let path = std::env::temp_dir().join(format!("shop-{}.jsonl", std::process::id()));
    /// builder().file(&path).init()?; // such as "/var/log/shop.jsonl"
    /// info!(port = 8080, "listening");
    /// let text = std::fs::read_to_string(&path)?;
    /// assert!(text.ends_with("\"port\":8080}\n"), "it is there when `info!` returns");
    /// # std::fs::remove_file(path)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.destination = Destination::File(path.into());
        self
    }

    /// Writes to a [sink](crate::sink): one of this crate that has settings, or
    /// one of your own.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info, sink::File};
    ///
    /// # let folder = std::env::temp_dir().join(format!("sink-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let file = File::open(folder.join("log"))?.rotate(2_000, 3);
    /// builder().sink(file).init()?;
    /// for n in 0..100 {
    ///     info!(n, "logged");
    /// }
    /// assert!(folder.join("log.3").exists() && !folder.join("log.4").exists());
    /// assert!(std::fs::metadata(folder.join("log"))?.len() <= 2_000);
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sink(mut self, sink: impl Sink + 'static) -> Self {
        self.destination = Destination::Sink(Box::new(sink));
        self
    }

    /// Limits how long a line and its parts may be.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Limits, builder, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// builder().limits(Limits::new().value(100)).sink(memory.clone()).init()?;
    /// info!(query = "x".repeat(1_000), "too long");
    /// let line: serde_json::Value = serde_json::from_str(&memory.text())?;
    /// assert!(line["query"].as_str().unwrap().len() <= 100);
    /// assert_eq!(line["truncated"], true);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Adds a field to every line.
    ///
    /// If the lines of events, steps or requests can have this key themselves,
    /// the field is left out of all lines of that kind. Case is ignored.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// builder().field("service", "shop").sink(memory.clone()).init()?;
    /// info!("ready");
    /// assert!(memory.text().contains(r#""service":"shop""#));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn field(mut self, name: impl Into<String>, value: impl ToValue) -> Self {
        self.fields.push(fields::encoded(name.into(), &value));
        self
    }

    /// Adds `file` and `line` to every line: the place in the code that it
    /// comes from.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// builder().source_location().sink(memory.clone()).init()?;
    /// info!("ready");
    /// assert!(memory.text().contains(r#""file":""#));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn source_location(mut self) -> Self {
        self.location = true;
        self
    }

    /// Marks requests that take longer than this: their line is a WARN and has
    /// `"slow":true`. A handler's own `slow = "…"` takes precedence.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_runtime::{builder, sink::Memory, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_messages() {
    ///     tokio::time::sleep(Duration::from_millis(5)).await;
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trace_runtime::Error> {
    /// let memory = Memory::default();
    /// builder().slow_requests(Duration::from_millis(1)).sink(memory.clone()).init()?;
    /// get_messages().await;
    /// let line: serde_json::Value = serde_json::from_str(&memory.text()).unwrap();
    /// assert_eq!((&line["level"], &line["slow"]), (&"WARN".into(), &true.into()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn slow_requests(mut self, longer_than: Duration) -> Self {
        self.slow_request = Some(longer_than);
        self
    }

    /// Writes a line for each request and job that is still running at this age,
    /// and again whenever its age has doubled: at `1 s`, 2 s, 4 s and so on for
    /// `Duration::from_secs(1)`.
    ///
    /// The line is a warning of the request, with its ids, and shows the step that
    /// it is in:
    ///
    /// ```json
    /// {"timestamp":"2026-11-22T03:00:01.003140Z","level":"WARN","message":"Request still running","trace_id":"req-7","span_id":"00f067aa0ba902b7","target":"shop","name":"get_messages","method":"GET","route":"/users/{id}/messages","path":"/users/42/messages","age_ms":1003.1,"step":"fetch_messages","step_age_ms":1002.9}
    /// ```
    ///
    /// A thread of its own does this, so the line is written also while all
    /// threads of a runtime are blocked. Streams of events are reported, too:
    /// their line has the `status` that they have answered with. Requests in a
    /// [`Capture`](crate::testing::Capture) are not watched.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{thread, time::Duration};
    /// use trace_runtime::{builder, sink::Memory, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn stuck(log: Memory) {
    ///     while !log.text().contains(r#""message":"Request still running""#) {
    ///         thread::yield_now(); // until its own line is there
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trace_runtime::Error> {
    /// let memory = Memory::default();
    /// builder().watch(Duration::from_millis(20)).sink(memory.clone()).init()?;
    /// stuck(memory.clone()).await;
    /// assert!(memory.text().contains(r#""name":"stuck","age_ms":"#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn watch(mut self, age: Duration) -> Self {
        self.watch = Some(age);
        self
    }

    /// Sets which thread writes: the one that logs ([`Direct`](crate::writer::Direct),
    /// the default) or a background thread
    /// ([`Background`](crate::writer::Background)).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_runtime::{builder, flush, info, sink::Memory};
    /// use trace_runtime::writer::{Background, Overflow};
    ///
    /// let memory = Memory::default();
    /// let settings = Background::new().capacity(64 * 1024).overflow(Overflow::Block);
    /// builder().writer(settings).sink(memory.clone()).init()?;
    /// (0..2_000).for_each(|n| info!(n, "more than the buffer takes"));
    /// flush(Duration::from_secs(10))?;
    /// assert_eq!(memory.text().lines().count(), 2_000, "callers have waited, no line is lost");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn writer(mut self, mode: impl Into<Mode>) -> Self {
        self.mode = mode.into();
        self
    }

    /// Adds an observer: an exporter of metrics or traces, which is offered
    /// requests, steps, calls and events beside their lines. Observers are
    /// called in the order in which they were added.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{sync::{Arc, atomic::{AtomicU64, Ordering}}};
    /// use trace_runtime::{observe::{Observe, Start}, traced_handler};
    ///
    /// #[derive(Default)]
    /// struct Opened(AtomicU64);
    ///
    /// impl Observe for Opened {
    ///     fn opened(&self, _: &Start<'_>) {
    ///         self.0.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// }
    ///
    /// #[traced_handler]
    /// async fn handler() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trace_runtime::Error> {
    /// let opened = Arc::new(Opened::default());
    /// trace_runtime::builder().observe(opened.clone()).init()?;
    /// handler().await;
    /// assert_eq!(opened.0.load(Ordering::Relaxed), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn observe(mut self, observer: impl Observe) -> Self {
        self.observers.push(NewObserver::new(observer));
        self
    }

    /// Has requests hold the lines that the filter keeps out, and writes them
    /// only for those that fail, are slow or are asked for: see [`Detail`].
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, sink::Memory, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() -> Result<(), String> {
    ///     debug!("looking");
    ///     Err("not there".to_owned())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), trace_runtime::Error> {
    /// let memory = Memory::default();
    /// let detail = Detail::when_failed();
    /// trace_runtime::builder().filter("info").detail(detail).sink(memory.clone()).init()?;
    /// let _ = handler().await;
    /// let text = memory.text();
    /// assert!(text.lines().next().unwrap().contains(r#""message":"looking""#));
    /// assert!(text.lines().nth(1).unwrap().contains(r#""error":"not there""#));
    /// # Ok(())
    /// # }
    /// ```
    pub fn detail(mut self, detail: Detail) -> Self {
        self.detail = Some(detail);
        self
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("filter", &self.filter).finish_non_exhaustive()
    }
}
