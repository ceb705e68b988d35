//! How a scope ended, and how that is read from the type of its value.

pub(crate) mod finished;
pub(crate) mod inferred;
pub(crate) mod projection;
pub(crate) mod reading;

use std::fmt;

/// How a request, a job or a step ended. It stands under `outcome` on the line.
///
/// # Examples
///
/// ```
/// use trace_runtime::Outcome;
///
/// assert_eq!(Outcome::Cancelled.as_str(), "cancelled");
/// assert_eq!(Outcome::Panicked.to_string(), "panicked");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It returned a value that is not an error, or a response below 500.
    Ok,
    /// It returned an error, or a response of 500 or more.
    Error,
    /// Its future was dropped before it was ready, or the client disconnected.
    Cancelled,
    /// It panicked.
    Panicked,
}

impl Outcome {
    /// Returns the word on the line: `ok`, `error`, `cancelled` or `panicked`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Outcome, testing::Capture, timed};
    ///
    /// #[timed]
    /// fn load() -> Result<(), String> {
    ///     Err("no such row".to_owned())
    /// }
    ///
    /// let capture = Capture::new();
    /// let _ = capture.run(load);
    /// assert_eq!(capture.values()[0]["outcome"], Outcome::Error.as_str());
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
        }
    }

    /// Returns `Error`, unless it has panicked.
    pub(crate) fn or_error(self) -> Self {
        match self {
            Self::Ok | Self::Error | Self::Cancelled => Self::Error,
            Self::Panicked => Self::Panicked,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
