//! How a scope ended, and how the type of its value says so.

pub(crate) mod finished;
pub(crate) mod inferred;
pub(crate) mod projection;
pub(crate) mod reading;

/// How a scope ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Ok,
    Error,
    Cancelled,
    Panicked,
}

impl Ending {
    /// Returns an error, unless it is worse.
    pub(crate) fn or_error(self) -> Self {
        match self {
            Self::Ok | Self::Error | Self::Cancelled => Self::Error,
            Self::Panicked => Self::Panicked,
        }
    }
}
