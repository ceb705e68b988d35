//! Wrappers for values in the place where they are logged: secret, public, or
//! JSON.

use std::fmt::{self, Debug, Display};

use serde_core::Serialize;

use super::value::{ToValue, Value, ValueKind, sealed};

/// A value that must not be shown: it is written as `"[redacted]"`.
///
/// `Debug` and `Display` hide it, too.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Secret, info, testing::Capture};
///
/// let capture = Capture::new();
/// let password = "hunter2";
/// capture.run(|| info!(password = Secret(password), "signing in"));
/// assert!(capture.lines()[0].contains(r#""password":"[redacted]""#));
/// assert_eq!(format!("{:?}", Secret(password)), "[redacted]");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Secret<T>(pub T);

impl<T> Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T> Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The text written in place of a secret.
pub(crate) const REDACTED: &str = "[redacted]";

impl<T> sealed::Sealed for Secret<T> {}
impl<T> ToValue for Secret<T> {
    fn to_value(&self) -> Value<'_> {
        Value(ValueKind::Redacted)
    }
}

/// A value that may be shown although its key looks like a secret.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Public, info, testing::Capture};
///
/// let capture = Capture::new();
/// capture.run(|| info!(token = Public("colon"), "parsed"));
/// assert!(capture.lines()[0].contains(r#""token":"colon""#));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Public<T>(pub T);

impl<T: ToValue> sealed::Sealed for Public<T> {}
impl<T: ToValue> ToValue for Public<T> {
    fn to_value(&self) -> Value<'_> {
        self.0.to_value()
    }
}

/// A value that is written as nested JSON through its [`Serialize`] impl.
///
/// Strings inside it are escaped by the same rules as all others. If the value
/// does not fit on the line, its key is left out and the line is marked
/// `"truncated":true`.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Json, info, testing::Capture};
///
/// let capture = Capture::new();
/// capture.run(|| info!(ids = Json([1, 2, 3]), "loaded"));
/// assert!(capture.lines()[0].contains(r#""ids":[1,2,3]"#));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Json<T>(pub T);

impl<T: Serialize> sealed::Sealed for Json<T> {}
impl<T: Serialize> ToValue for Json<T> {
    fn to_value(&self) -> Value<'_> {
        Value(ValueKind::Nested(&self.0))
    }
}

/// A value that is allowed under a key that looks like a secret.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Public, Secret, field::Covered, info, testing::Capture};
///
/// fn log_token(token: impl Covered) {
///     info!(token, "parsed");
/// }
///
/// let capture = Capture::new();
/// capture.run(|| {
///     log_token(Public("colon"));
///     log_token(Some(Secret("4f9a"))); // `log_token("4f9a")` does not compile
/// });
/// assert_eq!(capture.values()[0]["token"], "colon");
/// assert_eq!(capture.values()[1]["token"], "[redacted]");
/// ```
#[diagnostic::on_unimplemented(
    message = "this field looks like a secret",
    label = "would be written in the clear",
    note = "wrap the value: `Secret(value)` hides it, `Public(value)` shows it"
)]
pub trait Covered: ToValue {}

impl<T> Covered for Secret<T> {}
impl<T: ToValue> Covered for Public<T> {}
impl<T: Covered + ?Sized> Covered for &T {}
impl<T: Covered> Covered for Option<T> {}
