//! How severe a line is: order, names and parsing of the five levels.
//!
//! The filter decides which levels are written.

use std::{fmt, str::FromStr};

use crate::error::{Error, Kind};

/// How severe a line is, from [`Level::Trace`] to [`Level::Error`].
///
/// Levels are ordered by severity, so `level >= Level::Warn` means "a warning
/// or worse". The upper-case constants are the same five values under the names
/// that `tracing` uses.
///
/// # Examples
///
/// ```
/// use trace_runtime::Level;
///
/// assert!(Level::Error > Level::Warn);
/// assert_eq!("debug".parse::<Level>().unwrap(), Level::DEBUG);
/// assert_eq!(Level::Info.to_string(), "INFO");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Level {
    /// The finest detail.
    Trace = 1,
    /// Details that help to find a fault.
    Debug = 2,
    /// Normal events of a healthy service.
    Info = 3,
    /// Not a failure yet, but it may become one.
    Warn = 4,
    /// A failure.
    Error = 5,
}

impl Level {
    /// [`Level::Trace`].
    pub const TRACE: Self = Self::Trace;
    /// [`Level::Debug`].
    pub const DEBUG: Self = Self::Debug;
    /// [`Level::Info`].
    pub const INFO: Self = Self::Info;
    /// [`Level::Warn`].
    pub const WARN: Self = Self::Warn;
    /// [`Level::Error`].
    pub const ERROR: Self = Self::Error;

    /// Returns the name as it stands on a line: `TRACE`, `DEBUG`, `INFO`,
    /// `WARN` or `ERROR`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, testing::Capture, warn};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| warn!("no answer"));
    /// assert_eq!(capture.values()[0]["level"], Level::Warn.as_str());
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "TRACE",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Accepts the five names. Case is ignored.
impl FromStr for Level {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        [Self::Trace, Self::Debug, Self::Info, Self::Warn, Self::Error]
            .into_iter()
            .find(|level| level.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| Kind::UnknownLevel(text.to_owned()).into())
    }
}
