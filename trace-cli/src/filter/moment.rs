//! Durations and moments as people type them.

use std::str::FromStr;

use crate::{
    line::{civil, days, time_ns},
    zone::Zone,
};

/// Returns the nanoseconds of `250ms`, `1.5s`, `10m`, `2h` or `3d`.
pub(crate) fn duration_ns(text: &str) -> Result<i64, String> {
    const UNITS: [(&str, f64); 7] = [
        ("ns", 1.0),
        ("us", 1e3),
        ("ms", 1e6),
        ("s", 1e9),
        ("m", 6e10),
        ("h", 3.6e12),
        ("d", 8.64e13),
    ];
    let expected = "expected a duration such as 250ms, 1.5s, 10m, 2h or 3d";
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or(expected)?;
    let (number, unit) = text.split_at(at);
    let number: f64 = number.parse().map_err(|_| expected)?;
    let unit = UNITS.iter().find(|(name, _)| *name == unit).ok_or(expected)?;
    let ns = number * unit.1;
    if ns < i64::MAX as f64 { Ok(ns as i64) } else { Err(expected.to_owned()) }
}

/// A moment: some time before the newest line, or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    BeforeNewest(i64),
    /// A time with its zone.
    At(i64),
    /// A date and a time of day, without a zone.
    Civil(i64),
    /// A time of day, on the day of the newest line.
    OfDay(i64),
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(ns) = duration_ns(text) {
            return Ok(Self::BeforeNewest(ns));
        }
        let padded = |text: &str| match text.len() {
            10 => format!("{text}T00:00:00"),
            16 => format!("{text}:00"),
            _ => text.to_owned(),
        };
        if let Some(at) = time_ns(padded(text).as_bytes()).filter(|_| text.contains('-')) {
            return Ok(if has_zone(text) { Self::At(at) } else { Self::Civil(at) });
        }
        let of_day = padded(&format!("1970-01-01T{text}"));
        let expected = "expected 10m, 18:03, 2026-11-22 or 2026-11-22T18:03:15.5";
        time_ns(of_day.as_bytes()).map(Self::OfDay).ok_or_else(|| expected.to_owned())
    }
}

/// Returns whether a date and time of day say their zone.
fn has_zone(text: &str) -> bool {
    const DATE: usize = "2026-11-22".len();
    let time = text.get(DATE..).unwrap_or_default();
    time.contains(['Z', 'z', '+', '-'])
}

impl Moment {
    /// Returns whether it depends on the newest line.
    pub(crate) fn is_relative(self) -> bool {
        matches!(self, Self::BeforeNewest(_) | Self::OfDay(_))
    }

    /// Returns the time, given that of the newest line and the zone of what has
    /// none.
    pub(crate) fn resolve(self, newest: i64, zone: Zone) -> i64 {
        const DAY: i64 = 86_400_000_000_000;
        match self {
            Self::At(at) => at,
            Self::Civil(shown) => zone.unshown(shown),
            Self::BeforeNewest(ns) => newest.saturating_sub(ns),
            Self::OfDay(ns) => {
                let of = civil(zone.shown(newest));
                let day = days(of.year, of.month, of.day).unwrap_or_default();
                zone.unshown(day * DAY + ns)
            }
        }
    }
}
