//! Times as people read them, in a zone.

use crate::{line::civil, zone::Zone};

/// Returns the time of day: `18:03:15.804193`.
pub(crate) fn clock(ns: i64, zone: Zone) -> String {
    let micros = civil(zone.shown(ns)).micros;
    let seconds = micros / 1_000_000;
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{hour:02}:{minute:02}:{second:02}.{:06}", micros % 1_000_000)
}

/// Returns the date: `2026-11-22`.
pub(crate) fn date(ns: i64, zone: Zone) -> String {
    let civil = civil(zone.shown(ns));
    format!("{:04}-{:02}-{:02}", civil.year, civil.month, civil.day)
}

/// Returns date and time of day.
pub(crate) fn moment(ns: i64, zone: Zone) -> String {
    format!("{} {}", date(ns, zone), clock(ns, zone))
}

/// Returns date, time of day, and the zone: `2026-11-22 18:03:15.804193 UTC`.
pub(crate) fn moment_in(ns: i64, zone: Zone) -> String {
    format!("{} {}", moment(ns, zone), zone.suffix(ns))
}

/// Returns date and time as the runtime writes them.
pub(crate) fn iso(ns: i64) -> String {
    format!("{}T{}Z", date(ns, Zone::Utc), clock(ns, Zone::Utc))
}

/// Returns from when until when, in seconds: `2026-11-22 18:00:00 to 18:18:00
/// UTC`.
pub(crate) fn between(begin: i64, end: i64, zone: Zone) -> String {
    let seconds = |ns| clock(ns, zone)[..8].to_owned();
    let (first, last) = (date(begin, zone), date(end, zone));
    let day = if first == last { String::new() } else { format!("{last} ") };
    format!("{first} {} to {day}{} {}", seconds(begin), seconds(end), zone.suffix(end))
}
