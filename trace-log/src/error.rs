//! What can go wrong when the logger is set.

use std::fmt;

/// Why the logger could not be set; see [`init`](crate::init).
///
/// # Examples
///
/// ```
/// trace_log::init()?;
/// let error = trace_log::init().unwrap_err();
/// assert_eq!(error.to_string(), "log: `trace_log::init` was called before");
/// # Ok::<(), trace_log::Error>(())
/// ```
#[derive(Debug)]
pub struct Error(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    /// Ours is set.
    AlreadyInitialized,
    /// Another one is set.
    OtherLogger,
}

impl Error {
    /// Returns whether it was set before: then all is as it should be.
    ///
    /// # Examples
    ///
    /// ```
    /// trace_log::init()?;
    /// assert!(trace_log::init().unwrap_err().is_already_initialized());
    /// # Ok::<(), trace_log::Error>(())
    /// ```
    #[must_use]
    pub fn is_already_initialized(&self) -> bool {
        matches!(self.0, Kind::AlreadyInitialized)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::AlreadyInitialized => "log: `trace_log::init` was called before",
            Kind::OtherLogger => {
                "log: another logger is set, and keeps its records; \
                 call `trace_log::init` before it, or leave the other one out"
            }
        })
    }
}

impl std::error::Error for Error {}
