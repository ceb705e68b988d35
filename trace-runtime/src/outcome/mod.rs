//! How a scope ended, and how the type of its value says so.

pub(crate) mod finished;
pub(crate) mod inferred;
pub(crate) mod projection;
pub(crate) mod reading;

use std::fmt;

/// How a request, a job or a step ended: `outcome` on its line.
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
    /// It returned, and not an error; a response below 500.
    Ok,
    /// It returned an error; a response of 500 or more.
    Error,
    /// Its future was dropped before it was ready, or the client left.
    Cancelled,
    /// A panic left it.
    Panicked,
}

impl Outcome {
    /// Returns the word that stands on the line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
        }
    }

    /// Returns an error, unless it is worse.
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
