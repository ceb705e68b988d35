//! What the values of a line mean.

use super::{
    any::members,
    keys::Role,
    number::{integer, millis_as_ns, seconds_as_ns},
    object::Line,
    time::time_ns,
};

/// How a request or a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Ok,
    Error,
    Cancelled,
    Panicked,
    /// A word that the runtime does not write.
    Other,
}

impl Outcome {
    /// Returns whether `--failed` selects it.
    pub(crate) fn is_failed(self) -> bool {
        matches!(self, Self::Error | Self::Cancelled | Self::Panicked)
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
            Self::Other => "other",
        }
    }
}

/// The five levels of the runtime; those of others are one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

/// Durations of more than a year are not believed.
const LONGEST_NS: i64 = 1 << 55;

impl Line<'_> {
    /// Returns when the line was written, which is when its scope ended.
    #[inline]
    pub(crate) fn time_ns(&self) -> Option<i64> {
        time_ns(self.raw(Role::Time))
    }

    /// Returns the duration, or `None` if there is none that can be read.
    #[inline]
    pub(crate) fn duration_ns(&self) -> Option<i64> {
        match () {
            () if self.kept_took().is_some() => self.kept_took(),
            () if self.has(Role::Duration) => millis_as_ns(self.raw(Role::Duration)),
            () if self.has(Role::DurationNs) => integer(self.raw(Role::DurationNs)),
            () => seconds_as_ns(self.raw(Role::Latency)),
        }
        .filter(|ns| (0..LONGEST_NS).contains(ns))
    }

    #[inline]
    pub(crate) fn busy_ns(&self) -> Option<i64> {
        let busy = match self.has(Role::BusyNs) {
            true => integer(self.raw(Role::BusyNs)),
            false => millis_as_ns(self.raw(Role::Busy)),
        };
        busy.filter(|ns| (0..LONGEST_NS).contains(ns))
    }

    #[inline]
    pub(crate) fn outcome(&self) -> Outcome {
        if self.is_kept_ok() {
            return Outcome::Ok;
        }
        match self.bare(Role::Outcome) {
            b"ok" | b"success" => Outcome::Ok,
            b"error" | b"failure" => Outcome::Error,
            b"cancelled" => Outcome::Cancelled,
            b"panicked" => Outcome::Panicked,
            b"" | b"unknown" => self.outcome_by_status(),
            _ => Outcome::Other,
        }
    }

    fn outcome_by_status(&self) -> Outcome {
        match self.status() {
            Some(500..) => Outcome::Error,
            _ => Outcome::Ok,
        }
    }

    pub(crate) fn status(&self) -> Option<i64> {
        integer(self.raw(Role::Status))
    }

    pub(crate) fn level(&self) -> Level {
        level(self.bare(Role::Level))
    }
}

/// Returns a duration of an entry of `steps`, by its key for milliseconds or
/// that for nanoseconds.
pub(crate) fn listed_ns(entry: &[u8], key: &[u8], key_ns: &[u8]) -> Option<i64> {
    members(entry).find_map(|member| match member.key {
        it if it == key => millis_as_ns(member.value),
        it if it == key_ns => integer(member.value),
        _ => None,
    })
}

fn level(word: &[u8]) -> Level {
    let number = integer(word);
    let is = |names: &[&str]| names.iter().any(|it| word.eq_ignore_ascii_case(it.as_bytes()));
    match number {
        // The numbers of pino and bunyan.
        Some(..=10) => return Level::Trace,
        Some(..=20) => return Level::Debug,
        Some(..=30) => return Level::Info,
        Some(..=40) => return Level::Warn,
        Some(_) => return Level::Error,
        None => {}
    }
    match () {
        () if is(&["trace", "silly"]) => Level::Trace,
        () if is(&["debug", "verbose"]) => Level::Debug,
        () if is(&["warn", "warning"]) => Level::Warn,
        () if is(&["error", "err", "fatal", "critical", "crit", "alert"]) => Level::Error,
        () if is(&["panic", "dpanic", "emergency", "emerg"]) => Level::Error,
        () => Level::Info,
    }
}
