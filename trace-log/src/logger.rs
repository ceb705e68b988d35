//! The logger: records to events.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use log::{LevelFilter, Log, Metadata, Record};
use trace_runtime::{DynamicEvent, Level};

use crate::{
    error::{Error, Kind},
    fields,
};

/// How long `flush` waits for what a background thread has not written yet.
const FLUSH: Duration = Duration::from_secs(2);

static LOGGER: Logger = Logger;

/// Whether `LOGGER` is the one that is set. Locked while it is being set, so that
/// another thread's call does not take it for another logger.
static IS_SET: Mutex<bool> = Mutex::new(false);

/// Hands what is logged through [`log`] to [`trace_runtime`] from now on.
///
/// To be called once, before or after [`trace_runtime::init`]. It sets
/// [`log::max_level`], now and whenever the filter changes. [`log::Log::flush`]
/// waits for at most two seconds until all is written.
///
/// # Errors
///
/// When a logger is set: this one by an earlier call, which
/// [`Error::is_already_initialized`] says, or another. Nothing has changed then.
///
/// # Examples
///
/// A test needs no `trace_runtime::init`, and may call it as others do:
///
/// ```
/// use trace_runtime::testing::Capture;
///
/// let _ = trace_log::init();
/// let capture = Capture::new();
/// capture.run(|| log::warn!(attempt = 2; "trying again"));
/// assert_eq!(capture.values()[0]["message"], "trying again");
/// assert_eq!(capture.values()[0]["attempt"], 2);
/// ```
pub fn init() -> Result<(), Error> {
    let mut is_set = IS_SET.lock().unwrap_or_else(PoisonError::into_inner);
    if log::set_logger(&LOGGER).is_err() {
        return Err(Error(if *is_set { Kind::AlreadyInitialized } else { Kind::OtherLogger }));
    }
    *is_set = true;
    drop(is_set);
    trace_runtime::on_filter_change(|| log::set_max_level(max_level()));
    Ok(())
}

fn max_level() -> LevelFilter {
    trace_runtime::max_level().map_or(LevelFilter::Off, |level| match level {
        Level::Trace => LevelFilter::Trace,
        Level::Debug => LevelFilter::Debug,
        Level::Info => LevelFilter::Info,
        Level::Warn => LevelFilter::Warn,
        Level::Error => LevelFilter::Error,
    })
}

fn level(of: log::Level) -> Level {
    match of {
        log::Level::Trace => Level::Trace,
        log::Level::Debug => Level::Debug,
        log::Level::Info => Level::Info,
        log::Level::Warn => Level::Warn,
        log::Level::Error => Level::Error,
    }
}

struct Logger;

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        trace_runtime::enabled(level(metadata.level()), metadata.target())
    }

    // A caller may not have asked `enabled`, so the event asks itself.
    fn log(&self, record: &Record<'_>) {
        let event = DynamicEvent::new(level(record.level()), record.target());
        let event = match (record.file(), record.line()) {
            (Some(file), Some(line)) => event.location(file, line),
            _ => event,
        };
        event.write_with(*record.args(), |to| fields::set(record.key_values(), to));
    }

    fn flush(&self) {
        // What is late is written all the same.
        let _ = trace_runtime::flush(FLUSH);
    }
}
