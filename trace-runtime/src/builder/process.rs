//! Functions on the process's output: setting it up with defaults, changing the
//! filter, reading statistics, flushing.

use std::time::Duration;

use super::build::builder;
use crate::{
    error::{Error, Kind},
    filter::Filter,
    output::{self, Output},
    writer::{Stats, Unflushed},
};

/// Writes JSON lines to standard output from now on, filtered by `RUST_LOG`; or
/// lines for people, if that is a terminal.
///
/// `TRACE_FORMAT` may name another [`Format`](crate::Format) of the lines.
/// Without `RUST_LOG`, the level is `info`.
/// [`Builder::filter`](crate::Builder::filter) documents its syntax. An invalid
/// directive is ignored and reported in a line.
///
/// # Errors
///
/// Fails if the process has an output already, or if standard output cannot be
/// used.
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

/// Replaces the filter of the process.
///
/// # Errors
///
/// Fails if a directive is invalid, or before `init`. The filter is then
/// unchanged.
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
///
/// # Examples
///
/// ```
/// trace_runtime::init()?;
/// trace_runtime::info!("listening");
/// assert_eq!(trace_runtime::stats().lines_written, 1);
/// # Ok::<(), trace_runtime::Error>(())
/// ```
pub fn stats() -> Stats {
    output::process().map(Output::stats).unwrap_or_default()
}

/// Waits until all lines logged so far are written, and observers have delivered
/// what they were offered, for at most `timeout`.
///
/// In direct mode, a line is written when the call that logs it returns. In
/// background mode, the process flushes by itself when it ends. Use this at
/// other moments, such as before the response to a signal.
///
/// # Errors
///
/// Fails if it takes longer than `timeout`. Nothing is lost: the rest is still
/// waiting.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trace_runtime::{info, sink::Memory, writer::Background};
///
/// let memory = Memory::default();
/// trace_runtime::builder().sink(memory.clone()).writer(Background::new()).init()?;
/// info!("ready");
/// trace_runtime::flush(Duration::from_secs(1))?;
/// assert!(memory.text().contains("ready"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn flush(timeout: Duration) -> Result<(), Unflushed> {
    output::process().map_or(Ok(()), |output| output.flush(timeout))
}
