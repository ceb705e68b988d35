//! The error of this crate: a setting that cannot be used.

use std::fmt;

/// A setting that would send telemetry nowhere, or to a place that was not
/// named.
///
/// # Examples
///
/// ```
/// let error = trace_otel::Otel::builder().endpoint("collector:4318").build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "endpoint: not a URL with `http://` or `https://`, such as `http://localhost:4318`",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Error {
    setting: String,
    reason: String,
}

impl Error {
    pub(crate) fn new(setting: &str, reason: impl Into<String>) -> Self {
        Self { setting: setting.to_owned(), reason: reason.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.reason)
    }
}

impl std::error::Error for Error {}
