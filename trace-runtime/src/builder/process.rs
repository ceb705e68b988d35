//! The process's output: set up with the defaults, changed, asked.

use std::time::Duration;

use super::build::builder;
use crate::{
    error::{Error, Kind},
    filter::Filter,
    output,
    writer::{Stats, Unflushed},
};

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
    output::process().map_or(Ok(()), |output| output.writer.flush(timeout))
}
