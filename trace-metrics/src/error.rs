//! What can go wrong where metrics are set up.

use std::fmt;

/// A setting that cannot be used.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Family, Metrics};
///
/// let error = Metrics::new().add(Family::gauge("pool-size", "Open."), |_| ()).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "metric name `pool-size`: only letters, digits, `_` and `:` are allowed, and no digit first",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Bounds(String),
    Name(String),
    Taken(String),
    Label(String),
    LabelTwice(String),
}

impl Error {
    pub(crate) fn bounds(bounds: &[f64]) -> Self {
        Self(Kind::Bounds(format!("{bounds:?}")))
    }

    pub(crate) fn name(name: &str) -> Self {
        Self(Kind::Name(name.to_owned()))
    }

    pub(crate) fn taken(name: &str) -> Self {
        Self(Kind::Taken(name.to_owned()))
    }

    pub(crate) fn label(name: &str) -> Self {
        Self(Kind::Label(name.to_owned()))
    }

    pub(crate) fn label_twice(name: &str) -> Self {
        Self(Kind::LabelTwice(name.to_owned()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Bounds(bounds) => write!(
                f,
                "bounds {bounds}: 1 to 63 seconds above zero are needed, each larger than the last"
            ),
            Kind::Name(name) => write!(
                f,
                "metric name `{name}`: only letters, digits, `_` and `:` are allowed, and no \
                 digit first"
            ),
            Kind::Taken(name) => write!(f, "metric name `{name}`: there is one already"),
            Kind::Label(name) => write!(
                f,
                "label `{name}`: only letters, digits and `_` are allowed, no digit and no `__` \
                 first, and neither `le` nor `quantile`"
            ),
            Kind::LabelTwice(name) => write!(f, "label `{name}` is given twice"),
        }
    }
}

impl std::error::Error for Error {}
