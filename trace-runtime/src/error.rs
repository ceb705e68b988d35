//! The errors that functions of this crate return.
//!
//! Only setup, filters and parsed headers return errors. A fault while a line
//! is written never reaches the caller: it is counted, and reported in a line.

use std::{fmt, io, path::PathBuf};

/// A mistake in the setup, in a filter or in a header.
///
/// # Examples
///
/// ```
/// let error = trace_runtime::set_filter("info,db=loud").unwrap_err();
/// assert_eq!(error.to_string(), "filter: unknown level `loud` in `db=loud`");
/// ```
pub struct Error {
    kind: Box<Kind>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    AlreadyInitialized,
    NotInitialized,
    UnknownLevel(String),
    Directive { directive: String, reason: String, hint: Option<String> },
    DoubtfulDirective { directive: String, level: &'static str },
    NothingPasses { directives: String, target: String },
    Open { path: PathBuf, source: io::Error },
    Stream { name: &'static str, source: io::Error },
    Thread { of: &'static str, source: io::Error },
    Format { name: String, known: String },
    Limit { name: &'static str, least: usize, most: usize },
    Detail(&'static str),
    StaticFields { most: usize },
    StaticKey { key: String, reason: &'static str },
    TraceParent(&'static str),
    TraceState(&'static str),
}

impl Error {
    /// Returns whether the process had an output already. The second `init` has
    /// then changed nothing, and the first one stays in force.
    ///
    /// # Examples
    ///
    /// ```
    /// trace_runtime::init()?;
    /// assert!(trace_runtime::init().unwrap_err().is_already_initialized());
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn is_already_initialized(&self) -> bool {
        matches!(*self.kind, Kind::AlreadyInitialized)
    }

    /// Returns whether a directive is ambiguous: it is kept and reported, not
    /// ignored.
    pub(crate) fn is_doubtful_directive(&self) -> bool {
        matches!(*self.kind, Kind::DoubtfulDirective { .. })
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self { kind: Box::new(kind) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            Kind::AlreadyInitialized => {
                f.write_str("already initialized: the first `init` stays in force")
            }
            Kind::NotInitialized => f.write_str("not initialized: call `init` first"),
            Kind::UnknownLevel(text) => write!(f, "unknown level `{text}`"),
            Kind::Directive { directive, reason, hint } => {
                write!(f, "filter: {reason} in `{directive}`")?;
                hint.as_ref().map_or(Ok(()), |hint| write!(f, ", did you mean `{hint}`?"))
            }
            Kind::DoubtfulDirective { directive, level } => write!(
                f,
                "filter: `{directive}` looks like a level, did you mean `{level}`? \
                 (if it is a module, write `{directive}=trace`)"
            ),
            Kind::NothingPasses { directives, target } => write!(
                f,
                "filter: no directive in `{directives}` matches any line so far \
                 (the first one has the target `{target}`)"
            ),
            Kind::Open { path, .. } => write!(f, "open {}", path.display()),
            Kind::Stream { name, .. } => write!(f, "duplicate the descriptor of {name}"),
            Kind::Thread { of, .. } => write!(f, "start the thread of the {of}"),
            Kind::Format { name, known } => {
                write!(f, "unknown format `{name}`: expected one of {known}")
            }
            Kind::Limit { name, least, most: usize::MAX } => {
                write!(f, "limit `{name}` must be at least {least} byte")
            }
            Kind::Limit { name, least, most } => {
                write!(f, "limit `{name}` must be from {least} to {most} bytes")
            }
            Kind::Detail(reason) => write!(f, "detail: {reason}"),
            Kind::StaticFields { most } => {
                write!(f, "static fields take more than {most} bytes together: shorten them")
            }
            Kind::StaticKey { key, reason } => write!(f, "static field `{key}`: {reason}"),
            Kind::TraceParent(reason) => write!(f, "traceparent: {reason}"),
            Kind::TraceState(reason) => write!(f, "tracestate: {reason}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Error").field(&self.kind).finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            Kind::Open { source, .. }
            | Kind::Stream { source, .. }
            | Kind::Thread { source, .. } => Some(source),
            _ => None,
        }
    }
}
