//! Applies the settings of a builder: checks them all, then changes the process.

use std::mem;

use super::{build::Builder, destination::Destination, fields};
use crate::{
    clock, detail,
    dispatch::report,
    error::{Error, Kind},
    field::limits::Limits,
    filter::Filter,
    format::Format,
    in_flight::watch::Watch,
    line,
    output::{self, Output, Style},
    panic,
    terminal::Terminal,
    writer::{self, Mode, Writer},
};

impl Builder {
    /// Applies the settings to the process.
    ///
    /// # Errors
    ///
    /// Fails if the process has an output already, if the sink cannot be
    /// opened, if a directive given to [`filter`](Self::filter) is invalid, if
    /// a limit is out of range, if a static field or a setting of
    /// [`detail`](Self::detail) is invalid, or if a thread, the writer's or the
    /// watch, cannot be started. Nothing is changed then.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, info, sink::Memory};
    ///
    /// let memory = Memory::default();
    /// let shop = || builder().field("service", "shop").sink(memory.clone());
    /// let refused = shop().field("service", "stock").init().unwrap_err();
    /// assert_eq!(refused.to_string(), "static field `service`: given twice");
    ///
    /// shop().init()?;
    /// info!("ready");
    /// assert!(memory.text().contains(r#""service":"shop""#));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn init(self) -> Result<(), Error> {
        apply(self)
    }

    /// Applies the settings for the tests of a process: if a test fails, its
    /// lines are shown with it.
    ///
    /// Call it at the beginning of each test. The first call applies its
    /// settings, and later ones do nothing, even if several tests call it at
    /// once. Lines go through `print!`, whose output `cargo test` captures,
    /// even on threads that the test has started. So [`writer`](Self::writer)
    /// and all sinks are ignored. Lines in a
    /// [`Capture`](crate::testing::Capture) stay in that capture.
    ///
    /// # Errors
    ///
    /// Fails as [`init`](Self::init) does, except that a second call is not an
    /// error.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{builder, debug, stats};
    ///
    /// builder().filter("debug").test()?;
    /// builder().filter("off").test()?; // in another test: the first one stays in force
    /// debug!("seen if this test fails");
    /// assert_eq!(stats().lines_written, 1);
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn test(self) -> Result<(), Error> {
        let printed = Self { destination: Destination::Printed, mode: Mode::default(), ..self };
        match printed.init() {
            Err(error) if error.is_already_initialized() => Ok(()),
            result => result,
        }
    }
}

/// What the environment says and cannot be used.
struct Unusable {
    directives: Vec<Error>,
    format: Option<Error>,
}

/// Makes the output of the process.
fn apply(mut builder: Builder) -> Result<(), Error> {
    let (filter, directives) = match &builder.filter {
        Some(directives) => (Filter::parse(directives)?, Vec::new()),
        None => Filter::from_env(),
    };
    let (style, format) = style(&mut builder)?;
    if output::process().is_some() {
        return Err(Kind::AlreadyInitialized.into());
    }
    builder.mode.check(style.limits.line)?;
    let detail = builder.detail.as_ref().map(detail::Installed::new).transpose()?;
    let watch = builder.watch.map(Watch::start).transpose();
    let watch = watch.map_err(|source| Kind::Thread { of: "watch", source })?;
    let sink = builder.destination.open()?;
    let writer = Writer::start(builder.mode, sink, report::dropped(&style))
        .map_err(|source| Kind::Thread { of: "writer", source })?;
    let mut output = Output::watching(filter, style, writer, report::REPORT).holding(detail);
    output.observed_by(builder.observers);
    begin(output::install(output)?, &Unusable { directives, format }, watch);
    Ok(())
}

/// Returns how lines look, and why they do not look as the environment says.
fn style(builder: &mut Builder) -> Result<(Style, Option<Error>), Error> {
    let limits = builder.limits;
    limits.check(&Format::Json)?;
    let (format, unusable) = match builder.format.take() {
        Some(format) => (format, None),
        None => from_env(&limits, builder.destination.usual_format()),
    };
    limits.check(&format)?;
    let format = format.completed();
    let static_fields = fields::checked(mem::take(&mut builder.fields))?;
    let style = Style {
        constants: line::constants(&format, &static_fields),
        format,
        limits,
        static_fields,
        location: builder.location,
        is_foreign: builder.destination.is_foreign(),
        slow_request_ns: builder.slow_request.map(clock::nanos),
        terminal: Terminal::of(builder.destination.stream()),
    };
    Ok((style, unusable))
}

/// Begins what an output needs, and reports what could not be used.
fn begin(output: &'static Output, unusable: &Unusable, watch: Option<Watch>) {
    clock::prepare();
    panic::install_hook();
    writer::at_exit(output::close);
    for error in &unusable.directives {
        report::directive(output, error);
    }
    if let Some(error) = &unusable.format {
        report::format(output, error);
    }
    output.observers.started(0);
    report::observer_panic(output);
    if let Some(watch) = watch {
        watch.begin();
    }
}

/// Returns the format that `TRACE_FORMAT` names, or the usual one of the
/// destination and why it cannot be the one that is named.
fn from_env(limits: &Limits, usual: Format) -> (Format, Option<Error>) {
    let named = Format::from_env().map(|named| named.unwrap_or_else(|| usual.clone()));
    match named.and_then(|format| limits.check(&format).map(|()| format)) {
        Ok(format) => (format, None),
        Err(error) => (usual, Some(error)),
    }
}
