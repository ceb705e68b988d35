//! Which callers' ids are accepted.

use std::{fmt, sync::Arc};

use http::request::Parts;

use crate::guard::caught;

type Decides = dyn Fn(&Parts) -> bool + Send + Sync;

/// Which callers' ids are accepted.
#[derive(Clone, Default)]
pub struct Trust(Trusted);

#[derive(Clone, Default)]
enum Trusted {
    #[default]
    Always,
    Never,
    If(Arc<Decides>),
}

impl Trust {
    /// Accepts the ids of every request: the default.
    pub fn always() -> Self {
        Self(Trusted::Always)
    }

    /// Accepts none: each request has a new id.
    pub fn never() -> Self {
        Self(Trusted::Never)
    }

    /// Accepts the ids of requests for which this returns true; if it panics,
    /// none.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_tower::{TraceLayer, Trust};
    ///
    /// let from_the_proxy = Trust::when(|parts| parts.headers.contains_key("x-from-proxy"));
    /// let layer = TraceLayer::new().trust(from_the_proxy);
    /// # let _ = layer;
    /// ```
    pub fn when(decides: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        Self(Trusted::If(Arc::new(decides)))
    }

    pub(crate) fn is_given(&self, parts: &Parts) -> bool {
        match &self.0 {
            Trusted::Always => true,
            Trusted::Never => false,
            Trusted::If(decides) => caught(|| decides(parts)).unwrap_or(false),
        }
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Trusted::Always => "Trust::always()",
            Trusted::Never => "Trust::never()",
            Trusted::If(_) => "Trust::when(..)",
        })
    }
}
