//! Setting up: `init`, `builder`, and changing the filter later.

use std::{io, path::PathBuf, time::Duration};

use crate::{
    callsite::Kind as LineKind,
    clock,
    dispatch::report,
    error::{Error, Kind},
    field::{
        encode::{self, Fit, Room},
        limits::Limits,
        value::ToValue,
    },
    filter::Filter,
    json::string::Escaper,
    line,
    output::{self, Output, StaticField, Style},
    panic,
    sink::{File, Printed, Sink, Stdio},
    writer::{self, Background, Stats, Unflushed, Writer},
};

/// The most that all static fields together may take of a line.
const MOST_STATIC: usize = 512;

/// Writes JSON lines to standard output from now on, as `RUST_LOG` says.
///
/// Without `RUST_LOG` the level is `info`. See [`Builder::filter`] for what it
/// may hold; a directive that is wrong is reported in a line, and ignored.
///
/// # Errors
///
/// When it was called before, or standard output cannot be had.
///
/// # Examples
///
/// ```
/// trace_runtime::init()?;
/// trace_runtime::info!(port = 8080, "listening");
/// assert!(trace_runtime::init().is_err(), "the second one changes nothing");
/// # Ok::<(), trace_runtime::Error>(())
/// ```
pub fn init() -> Result<(), Error> {
    builder().init()
}

/// Returns a builder with what [`init`] uses, to be changed.
pub fn builder() -> Builder {
    Builder::default()
}

/// Replaces the filter of the process.
///
/// # Errors
///
/// When a directive is wrong, or before `init`; the filter is then as before.
///
/// # Examples
///
/// ```
/// assert!(trace_runtime::set_filter("debug").is_err(), "not initialized");
/// trace_runtime::init()?;
/// trace_runtime::set_filter("info,shop::db=trace")?;
/// # Ok::<(), trace_runtime::Error>(())
/// ```
pub fn set_filter(directives: &str) -> Result<(), Error> {
    let filter = Filter::parse(directives)?;
    output::process().ok_or(Kind::NotInitialized)?.set_filter(filter);
    Ok(())
}

/// Returns how many lines the process has written and dropped so far.
pub fn stats() -> Stats {
    output::process().map(|output| output.writer.stats()).unwrap_or_default()
}

/// Waits until all that was logged before is written, at most `timeout`.
///
/// In direct mode it is when the call that logs returns. In background mode
/// the end of the process waits by itself; this is for other moments, such as
/// before a signal is answered.
///
/// # Errors
///
/// When that took too long. Nothing is lost by it: the lines still wait.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trace_runtime::{Background, info, sink::Memory};
///
/// let memory = Memory::default();
/// trace_runtime::builder().sink(memory.clone()).background(Background::new()).init()?;
/// info!("ready");
/// trace_runtime::flush(Duration::from_secs(1))?;
/// assert!(memory.text().contains("ready"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn flush(timeout: Duration) -> Result<(), Unflushed> {
    output::process().map_or(Ok(()), |output| output.writer.flush(timeout))
}

/// What is to be set up.
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
    filter: Option<String>,
    destination: Destination,
    limits: Limits,
    fields: Vec<Result<StaticField, Error>>,
    location: bool,
    slow_request: Option<Duration>,
    background: Option<Background>,
}

#[derive(Default)]
enum Destination {
    #[default]
    Stdout,
    Stderr,
    File(PathBuf),
    Sink(Box<dyn Sink>),
    Printed,
}

impl Builder {
    /// Sets which lines are written, instead of `RUST_LOG`.
    ///
    /// Directives are separated by commas. The longest module that matches a
    /// line's target decides.
    ///
    /// | directive | what it does |
    /// |---|---|
    /// | `debug`, `DEBUG` | everything at `debug` or worse; levels are `trace`, `debug`, `info`, `warn`, `error`, `off` |
    /// | `4` | the same, counted as `tracing` does: from 0 (`off`) to 5 (`trace`) |
    /// | `my_crate::db=debug` | a module and those below it; with modules only, everything else is off |
    /// | `my_crate` | the same at `trace` |
    /// | `hyper=off` | that module is silent; if nothing else is said, the rest is at `info` |
    /// | *none* | everything at `info` |
    ///
    /// What is no directive is an error here. In `RUST_LOG` it is ignored and
    /// reported in a line, and what no other directive speaks of is at `info`:
    /// a mistake never silences a service.
    ///
    /// | mistake | what is suggested |
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
    /// `verbose`, `all`, `true`, or `warp`, which is one letter from `warn`.
    /// It is an error here, which suggests the level. In `RUST_LOG` it is taken
    /// for the module, with the rest at `info`, and reported in a line.
    /// `warp=trace` is the module alone.
    ///
    /// A filter that lets nothing of the program through is reported, too,
    /// once it has kept some lines back. `off` and levels alone never are.
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

    /// Writes to standard output, which is the default.
    pub fn stdout(mut self) -> Self {
        self.destination = Destination::Stdout;
        self
    }

    /// Writes to standard error.
    pub fn stderr(mut self) -> Self {
        self.destination = Destination::Stderr;
        self
    }

    /// Appends to a file, which is made if there is none (mode 0640).
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.destination = Destination::File(path.into());
        self
    }

    /// Writes to a sink of one's own.
    pub fn sink(mut self, sink: impl Sink + 'static) -> Self {
        self.destination = Destination::Sink(Box::new(sink));
        self
    }

    /// Limits how long a line and its parts may get.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Adds a field to every line; it gives way where a line has that key of
    /// its own, in upper or lower case, and on all lines of a kind that may have it.
    pub fn field(mut self, name: impl Into<String>, value: impl ToValue) -> Self {
        self.fields.push(static_field(name.into(), &value));
        self
    }

    /// Adds `file` and `line`: where in the code each line comes from.
    pub fn source_location(mut self) -> Self {
        self.location = true;
        self
    }

    /// Marks requests that take longer than this: their line is a WARN and
    /// says `"slow":true`. What a handler's own `slow = "…"` says goes first.
    pub fn slow_requests(mut self, longer_than: Duration) -> Self {
        self.slow_request = Some(longer_than);
        self
    }

    /// Writes from a thread of its own: the caller does not wait for the sink,
    /// and what was logged is written soon after.
    ///
    /// The end of the process waits for the rest, at most two seconds, whether
    /// `main` returns, panics, or `process::exit` is called. An
    /// abort or a signal that kills loses what is in the buffer. A process
    /// that forks without exec sets up after it.
    pub fn background(mut self, settings: Background) -> Self {
        self.background = Some(settings);
        self
    }

    /// Sets it up for the process.
    ///
    /// # Errors
    ///
    /// When that was done before, the sink cannot be had, a directive given by
    /// [`filter`](Self::filter) is wrong, a limit is too small, a static field
    /// cannot be on a line, or a thread cannot be started. Nothing has changed
    /// then.
    pub fn init(self) -> Result<(), Error> {
        let (filter, refused) = match &self.filter {
            Some(directives) => (Filter::parse(directives)?, Vec::new()),
            None => Filter::from_env(),
        };
        let style = Style {
            limits: checked(self.limits)?,
            static_fields: checked_fields(self.fields)?,
            location: self.location,
            // It may panic.
            is_foreign: matches!(self.destination, Destination::Sink(_) | Destination::Printed),
            slow_request_ns: self.slow_request.map(clock::nanos),
        };
        if output::process().is_some() {
            return Err(Kind::AlreadyInitialized.into());
        }
        let background = self.background.map(|settings| settings.check(style.limits.line));
        let writer = writer(self.destination.open()?, &style, background.transpose()?)?;
        let output = Output::watching(filter, style, writer, report::nothing_passes);
        let output = output::install(output)?;
        clock::prepare();
        panic::install_hook();
        writer::at_exit(output::close);
        for error in &refused {
            report::directive(output, error);
        }
        Ok(())
    }

    /// Sets it up for the tests of a process: each test's lines are shown with
    /// it, if it fails.
    ///
    /// To be called at the beginning of any test, also of several at once: the
    /// first call sets it up, and what a later one asks for is passed over.
    /// Lines go through `print!`, which is what `cargo test` captures, also on
    /// threads that the test has started; so [`background`](Self::background)
    /// and any sink are passed over. What is in a
    /// [`Capture`](crate::testing::Capture) stays there.
    ///
    /// # Errors
    ///
    /// As of [`init`](Self::init), but for "already initialized".
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info};
    ///
    /// builder().filter("debug").test()?;
    /// builder().test()?; // of another test
    /// info!("seen if this test fails");
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn test(self) -> Result<(), Error> {
        let printed = Self { destination: Destination::Printed, background: None, ..self };
        match printed.init() {
            Err(error) if error.is_already_initialized() => Ok(()),
            result => result,
        }
    }
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("filter", &self.filter).finish_non_exhaustive()
    }
}

impl Destination {
    fn open(self) -> Result<Box<dyn Sink>, Error> {
        let stream = |name| move |source: io::Error| Kind::Stream { name, source };
        Ok(match self {
            Self::Stdout => Box::new(Stdio::stdout().map_err(stream("standard output"))?),
            Self::Stderr => Box::new(Stdio::stderr().map_err(stream("standard error"))?),
            Self::File(path) => {
                Box::new(File::open(&path).map_err(|source| Kind::Open { path, source })?)
            }
            Self::Sink(sink) => sink,
            Self::Printed => Box::new(Printed),
        })
    }
}

fn writer(
    sink: Box<dyn Sink>,
    style: &Style,
    background: Option<Background>,
) -> Result<Writer, Error> {
    let tell = report::dropped(style);
    match background {
        None => Ok(Writer::direct(sink, tell)),
        Some(settings) => Writer::background(sink, tell, settings)
            .map_err(|source| Kind::Thread { source }.into()),
    }
}

fn checked(limits: Limits) -> Result<Limits, Error> {
    limits.check()?;
    Ok(limits)
}

fn checked_fields(fields: Vec<Result<StaticField, Error>>) -> Result<Vec<StaticField>, Error> {
    let mut checked: Vec<StaticField> = Vec::with_capacity(fields.len());
    for field in fields {
        let field = field?;
        if checked.iter().any(|before| before.name.eq_ignore_ascii_case(&field.name)) {
            let reason = "given twice";
            return Err(Kind::StaticKey { key: field.name, reason }.into());
        }
        // A value that is absent leaves the key out, here as anywhere.
        if !field.value.is_empty() {
            checked.push(field);
        }
    }
    let total: usize = checked.iter().map(StaticField::len).sum();
    if total > MOST_STATIC {
        return Err(Kind::StaticFields { most: MOST_STATIC }.into());
    }
    Ok(checked)
}

fn static_field(name: String, value: &impl ToValue) -> Result<StaticField, Error> {
    // `field.` is where a line's own keys go when they have to make room.
    if name.is_empty() || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("field.")) {
        let reason = "a name is not empty and does not begin with `field.`";
        return Err(Kind::StaticKey { key: name, reason }.into());
    }
    let mut key = b",\"".to_vec();
    Escaper::new(&mut key, MOST_STATIC).push(&name);
    key.extend_from_slice(b"\":");
    let mut encoded = Vec::new();
    let room = Room { end: MOST_STATIC, value: MOST_STATIC };
    let push = if line::is_text(&name) { encode::push_text } else { encode::push };
    if push(&mut encoded, b"", &value.to_value(), room) == Fit::Cut {
        return Err(Kind::StaticFields { most: MOST_STATIC }.into());
    }
    let gives_way = [LineKind::Event, LineKind::Step, LineKind::Request]
        .map(|kind| line::is_reserved(&name, kind));
    Ok(StaticField { name, key, value: encoded, gives_way })
}
