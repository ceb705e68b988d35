//! The formats that lines can have, and which of them the environment chooses.
//!
//! This module knows their names. What a line looks like in each, `line` knows.

use std::{borrow::Cow, env, fmt, str::FromStr};

use crate::error::{Error, Kind};

/// How lines look: whose names their keys have, in which order and units.
///
/// [`Json`](Self::Json) is the default. All formats have the same facts, and
/// one line for each record. [`Builder::format`](crate::Builder::format)
/// chooses one; if the program does not, the variable `TRACE_FORMAT` does, with
/// one of the names `json`, `otel`, `ecs`, `gcp`, `datadog`.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Format, info, testing::Capture};
///
/// let capture = Capture::with_format(Format::Ecs);
/// capture.run(|| info!(rows = 3, "fetched"));
/// let line = &capture.values()[0];
/// assert_eq!(line["log.level"], "info");
/// assert_eq!(line["labels.rows"], 3);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// This crate's own names.
    #[default]
    Json,
    /// The names of OpenTelemetry: its data model of logs, and its conventions
    /// for HTTP and code.
    Otel,
    /// The Elastic Common Schema.
    Ecs,
    /// The names that Google Cloud's agents look for. Traces are linked if
    /// `GOOGLE_CLOUD_PROJECT` names the project.
    Gcp,
    /// The same, for a project that the program names; see [`Format::gcp`].
    GcpProject(Cow<'static, str>),
    /// The names of Datadog's standard attributes.
    Datadog,
}

impl Format {
    /// Returns the format for Google Cloud, with links to the traces of a
    /// project.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Format, testing::Capture, timed};
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// let capture = Capture::with_format(Format::gcp("shop-prod"));
    /// capture.run(load);
    /// assert_eq!(capture.values()[0]["severity"], "INFO");
    /// ```
    pub fn gcp(project: impl Into<Cow<'static, str>>) -> Self {
        Self::GcpProject(project.into())
    }

    /// Returns the format that `TRACE_FORMAT` names, if it names one.
    ///
    /// # Errors
    ///
    /// Fails if there is no format of that name.
    pub(crate) fn from_env() -> Result<Option<Self>, Error> {
        let name = env::var_os("TRACE_FORMAT").unwrap_or_default();
        let name = name.to_string_lossy();
        if name.trim().is_empty() { Ok(None) } else { name.parse().map(Some) }
    }

    /// Returns it with what the environment adds: the project of Google Cloud.
    pub(crate) fn completed(self) -> Self {
        let project = || env::var("GOOGLE_CLOUD_PROJECT").ok().filter(|name| !name.is_empty());
        match self {
            Self::Gcp => project().map_or(Self::Gcp, Self::gcp),
            Self::GcpProject(project) if project.is_empty() => Self::Gcp,
            other => other,
        }
    }

    /// Returns the name, as `TRACE_FORMAT` has it.
    fn name(&self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Otel => "otel",
            Self::Ecs => "ecs",
            Self::Gcp | Self::GcpProject(_) => "gcp",
            Self::Datadog => "datadog",
        }
    }
}

/// The formats that have a name of their own.
const NAMED: [Format; 5] = [Format::Json, Format::Otel, Format::Ecs, Format::Gcp, Format::Datadog];

/// Reads a name. Case and the space around it are ignored.
///
/// # Examples
///
/// ```
/// use trace_runtime::Format;
///
/// assert_eq!("ECS".parse::<Format>()?, Format::Ecs);
/// assert_eq!(
///     "xml".parse::<Format>().unwrap_err().to_string(),
///     "unknown format `xml`: expected one of json, otel, ecs, gcp, datadog",
/// );
/// # Ok::<(), trace_runtime::Error>(())
/// ```
impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let is_it = |format: &Self| format.name().eq_ignore_ascii_case(name.trim());
        NAMED.into_iter().find(is_it).ok_or_else(|| {
            let known = NAMED.map(|format| format.name()).join(", ");
            Kind::Format { name: name.to_owned(), known }.into()
        })
    }
}

/// Writes the name.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
