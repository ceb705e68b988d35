//! Which callers' ids are accepted.

use std::{fmt, sync::Arc};

use http::request::Parts;

use crate::guard::caught;

type Decides = dyn Fn(&Parts) -> bool + Send + Sync;

/// Which callers' ids are accepted.
///
/// # Examples
///
/// Here and below, `line` is the line of the request.
///
/// ```
/// use trace_tower::{TraceLayer, Trust};
/// # use http::Request;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
///
/// # fn main() {
/// let is_public = true;
/// let layer = TraceLayer::new().trust(if is_public { Trust::never() } else { Trust::always() });
/// # let request = Request::get("/").header("x-request-id", "req-7");
/// # let (_, line) = answered(&layer, request);
/// // A caller has sent `x-request-id: req-7`:
/// assert_ne!(line["trace_id"], "req-7");
/// # }
/// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_tower::{TraceLayer, Trust};
    /// # use http::Request;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let layer = TraceLayer::new().trust(Trust::always());
    /// let request = Request::get("/")
    ///     .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    /// # let (_, line) = answered(&layer, request);
    /// assert_eq!(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    /// assert_eq!(line["parent_span_id"], "00f067aa0ba902b7");
    /// # }
    /// ```
    pub fn always() -> Self {
        Self(Trusted::Always)
    }

    /// Accepts none: each request has a new id.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_tower::{TraceLayer, Trust};
    /// # use http::Request;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let layer = TraceLayer::new().trust(Trust::never());
    /// let request = Request::get("/").header("x-request-id", "chosen-by-a-stranger");
    /// # let (response, line) = answered(&layer, request);
    /// assert_eq!(line["trace_id"].as_str().unwrap().len(), 32);
    /// assert_ne!(response.headers()["x-request-id"], "chosen-by-a-stranger");
    /// # }
    /// ```
    pub fn never() -> Self {
        Self(Trusted::Never)
    }

    /// Accepts the ids of requests for which this returns true; if it panics,
    /// none.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use trace_tower::{TraceLayer, Trust};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let from_the_proxy = Trust::when(|parts| parts.headers.contains_key("x-from-proxy"));
    /// let layer = TraceLayer::new().trust(from_the_proxy);
    /// let direct = Request::get("/").header("x-request-id", "req-7");
    /// let through_the_proxy = Request::get("/")
    ///     .header("x-request-id", "req-8")
    ///     .header("x-from-proxy", "1");
    /// # let (_, line) = answered(&layer, direct);
    /// assert_ne!(line["trace_id"], "req-7");
    /// # let (_, line) = answered(&layer, through_the_proxy);
    /// assert_eq!(line["trace_id"], "req-8");
    /// # }
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
