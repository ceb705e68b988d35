//! Levels, theirs to ours and back.

use trace_runtime::Level;
use tracing_core::LevelFilter;

/// Returns our level of theirs.
#[inline]
pub(crate) fn level(of: tracing_core::Level) -> Level {
    match of {
        tracing_core::Level::TRACE => Level::Trace,
        tracing_core::Level::DEBUG => Level::Debug,
        tracing_core::Level::INFO => Level::Info,
        tracing_core::Level::WARN => Level::Warn,
        tracing_core::Level::ERROR => Level::Error,
    }
}

/// Returns the finest level that anything takes.
pub(crate) fn most() -> LevelFilter {
    trace_runtime::max_level().map_or(LevelFilter::OFF, |level| match level {
        Level::Trace => LevelFilter::TRACE,
        Level::Debug => LevelFilter::DEBUG,
        Level::Info => LevelFilter::INFO,
        Level::Warn => LevelFilter::WARN,
        Level::Error => LevelFilter::ERROR,
    })
}
