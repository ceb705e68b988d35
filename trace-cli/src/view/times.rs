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

/// Returns date and time as the runtime writes them.
pub(crate) fn iso(ns: i64) -> String {
    format!("{}T{}Z", date(ns), clock(ns))
}

/// Returns from when until when, in seconds: `2026-11-22 18:00:00 to 18:18:00
/// UTC`.
pub(crate) fn between(begin: i64, end: i64) -> String {
    let seconds = |ns| clock(ns)[..8].to_owned();
    let day = if date(begin) == date(end) { String::new() } else { format!("{} ", date(end)) };
    format!("{} {} to {day}{} UTC", date(begin), seconds(begin), seconds(end))
}
