//! What can go wrong when the subscriber is installed.

use std::fmt;

/// Why the subscriber could not be installed; see [`init`](crate::init).
///
/// # Examples
///
/// ```
/// trace_tracing::init()?;
/// let error = trace_tracing::init().unwrap_err();
/// assert_eq!(error.to_string(), "tracing: `trace_tracing::init` was called before");
/// # Ok::<(), trace_tracing::Error>(())
/// ```
#[derive(Debug)]
pub struct Error(pub(crate) Kind);

#[derive(Debug)]
pub(crate) enum Kind {
    /// Ours is installed.
    AlreadyInitialized,
    /// Another one is.
    OtherSubscriber,
}

impl Error {
    /// Returns whether it was installed before: then all is as it should be.
    ///
    /// # Examples
    ///
    /// ```
    /// trace_tracing::init()?;
    /// assert!(trace_tracing::init().unwrap_err().is_already_initialized());
    /// # Ok::<(), trace_tracing::Error>(())
    /// ```
    #[must_use]
    pub fn is_already_initialized(&self) -> bool {
        matches!(self.0, Kind::AlreadyInitialized)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::AlreadyInitialized => "tracing: `trace_tracing::init` was called before",
            Kind::OtherSubscriber => {
                "tracing: another subscriber is installed, and keeps its events; \
                 leave it out, or give it a `trace_tracing::Layer` (feature `layer`)"
            }
        })
    }
}

impl std::error::Error for Error {}
