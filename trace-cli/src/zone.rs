//! The zone that times are shown and typed in: UTC, or that of this machine,
//! which `TZ` or `/etc/localtime` says.

use std::sync::OnceLock;

use jiff::{Timestamp, tz::TimeZone};

/// A zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Zone {
    #[default]
    Utc,
    Local,
}

static LOCAL: OnceLock<TimeZone> = OnceLock::new();

impl Zone {
    /// Returns the zone of this machine.
    ///
    /// # Errors
    ///
    /// If it cannot be found out: `TZ` names none, or its table is not
    /// installed.
    pub(crate) fn local() -> Result<Self, String> {
        let zone = TimeZone::try_system().map_err(|error| error.to_string())?;
        let _ = LOCAL.set(zone);
        Ok(Self::Local)
    }

    /// Returns a time of UTC as the clocks of the zone show it.
    pub(crate) fn shown(self, at: i64) -> i64 {
        at.saturating_add(self.ahead_ns(at))
    }

    /// Returns the time of UTC at which the clocks of the zone show this. Where
    /// they show it twice, or never, it is one of the two that are near.
    pub(crate) fn unshown(self, shown: i64) -> i64 {
        let near = shown.saturating_sub(self.ahead_ns(shown));
        shown.saturating_sub(self.ahead_ns(near))
    }

    /// Returns what a time of the zone ends with: `UTC`, or `+01:00`.
    pub(crate) fn suffix(self, at: i64) -> String {
        if self == Self::Utc {
            return "UTC".to_owned();
        }
        let minutes = self.ahead_ns(at) / MINUTE;
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.unsigned_abs();
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// Returns the word for it in the head of a column.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Local => "local",
        }
    }

    fn ahead_ns(self, at: i64) -> i64 {
        let Some(zone) = LOCAL.get().filter(|_| self == Self::Local) else { return 0 };
        let at = Timestamp::from_nanosecond(at.into()).unwrap_or_default();
        i64::from(zone.to_offset(at).seconds()) * SECOND
    }
}

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
