//! Whether an event would be written: for code that asks before it makes one.

use super::passes;
use crate::{filter, level::Level};

/// Returns whether an event of this level and target would be written here.
///
/// For a bridge from another library, and where making what is to be logged
/// takes long. It is asked of the [`Capture`](crate::testing::Capture) that this
/// is in, or else of the filter of the process. Where there is
/// [detail](crate::Detail), a line that a request would hold counts as written.
/// Most calls take a few nanoseconds.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Level, enabled, testing::Capture};
///
/// let capture = Capture::with_filter("info,shop::db=debug");
/// capture.run(|| {
///     assert!(enabled(Level::Debug, "shop::db::pool"));
///     assert!(!enabled(Level::Debug, "shop::http"));
/// });
/// assert!(!enabled(Level::Error, "shop::http"), "nothing is set up out here");
/// ```
#[inline]
pub fn enabled(level: Level, target: &str) -> bool {
    filter::may_pass(level) && passes(level, |output| output.thresholds_at_run_time(target))
}
