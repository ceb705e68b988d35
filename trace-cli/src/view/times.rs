//! Times as people read them, in UTC.

use crate::line::civil;

/// Returns the time of day: `18:03:15.804193`.
pub(crate) fn clock(ns: i64) -> String {
    let micros = civil(ns).micros;
    let seconds = micros / 1_000_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{hour:02}:{minute:02}:{second:02}.{:06}", micros % 1_000_000)
}

/// Returns the date: `2026-11-22`.
pub(crate) fn date(ns: i64) -> String {
    let civil = civil(ns);
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

/// Returns date and time of day.
pub(crate) fn moment(ns: i64) -> String {
    format!("{} {}", date(ns), clock(ns))
}
