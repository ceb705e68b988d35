//! The layer and its settings.

use std::{borrow::Cow, fmt, sync::Arc};

use http::{HeaderName, StatusCode, request::Parts};
use tower_layer::Layer;
use trace_runtime::{
    Level,
    edge::{self, Request},
    propagation::{Extractor, Incoming},
};

use crate::{Trace, headers};

/// Takes ids in, gives each request its line, and gives ids back.
///
/// For anything that is a tower service of HTTP requests: an axum `Router`
/// (`Router::layer`), a tonic server (`Server::layer`), a hyper service.
///
/// - In: `traceparent`, else `x-request-id`, else `x-correlation-id`, else a new
///   id; what is accepted is in [`Extractor`]'s documentation.
/// - One line for each request, when its response has ended: however it ended,
///   and whether or not a handler was reached.
/// - Out: `x-trace-id` and `x-request-id` on every response.
///
/// # Examples
///
/// ```
/// use axum::{Router, extract::{MatchedPath, Path}, routing::get};
/// use trace_runtime::{testing::Capture, traced_handler};
/// use trace_tower::TraceLayer;
/// # use tower::ServiceExt as _;
///
/// #[traced_handler(fields(user_id))]
/// async fn get_user(Path(user_id): Path<u32>) -> String {
///     format!("user {user_id}")
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let layer = TraceLayer::new()
///     .route(|parts| parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str));
/// let app = Router::new().route("/users/{id}", get(get_user)).layer(layer);
/// # let capture = Capture::new();
/// # let request = http::Request::get("/users/42").header("x-request-id", "req-7");
/// # let request = request.body(axum::body::Body::empty()).unwrap();
/// # let response = capture.scope(app.oneshot(request)).await.unwrap();
/// # assert_eq!(response.headers()["x-trace-id"], "req-7");
/// # axum::body::to_bytes(response.into_body(), 100).await.unwrap();
/// # let line = &capture.values()[0];
/// assert_eq!(line["trace_id"], "req-7");
/// assert_eq!(line["name"], "get_user");
/// assert_eq!(line["route"], "/users/{id}");
/// assert_eq!(line["status"], 200);
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct TraceLayer {
    settings: Arc<Settings>,
}

type Routes = dyn for<'a> Fn(&'a Parts) -> Option<&'a str> + Send + Sync;
type Levels = dyn Fn(StatusCode) -> Level + Send + Sync;
type Decides = dyn Fn(&Parts) -> bool + Send + Sync;

#[derive(Clone)]
pub(crate) struct Settings {
    extractor: Extractor,
    trust: Trust,
    pub(crate) trace_id_header: Option<HeaderName>,
    pub(crate) request_id_header: Option<HeaderName>,
    pub(crate) server_timing: bool,
    pub(crate) catch_panics: bool,
    route: Option<Arc<Routes>>,
    quiet: Vec<Cow<'static, str>>,
    pub(crate) level: Option<Arc<Levels>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            extractor: Extractor::default(),
            trust: Trust::default(),
            trace_id_header: Some(HeaderName::from_static("x-trace-id")),
            request_id_header: Some(HeaderName::from_static("x-request-id")),
            server_timing: false,
            catch_panics: false,
            route: None,
            quiet: Vec::new(),
            level: None,
        }
    }
}

/// Whose ids are taken over.
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
    /// Those of every request: the default.
    pub fn always() -> Self {
        Self(Trusted::Always)
    }

    /// Nobody's: each request has a new id.
    pub fn never() -> Self {
        Self(Trusted::Never)
    }

    /// Those of requests of which this is so.
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

    fn is_given(&self, parts: &Parts) -> bool {
        match &self.0 {
            Trusted::Always => true,
            Trusted::Never => false,
            Trusted::If(decides) => decides(parts),
        }
    }
}

impl TraceLayer {
    /// Returns a layer with the settings that the methods name as default.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the headers that a request id may come in, instead of
    /// `x-request-id` and `x-correlation-id`: the first that is there decides.
    pub fn request_id_headers(self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let names: Vec<_> = names.into_iter().map(|name| name.as_str().to_owned()).collect();
        self.with(|it| it.extractor = it.extractor.clone().request_id_headers(names))
    }

    /// Sets how long a request id may be, up to 255 bytes, instead of 128.
    pub fn max_id_len(self, bytes: usize) -> Self {
        self.with(|it| it.extractor = it.extractor.clone().max_id_len(bytes))
    }

    /// Sets whose ids are taken over: by default everybody's.
    pub fn trust(self, trust: Trust) -> Self {
        self.with(|it| it.trust = trust)
    }

    /// Sets the header that gives the trace's id back, `x-trace-id` by
    /// default; `None` leaves it out.
    pub fn trace_id_header(self, name: Option<HeaderName>) -> Self {
        self.with(|it| it.trace_id_header = name)
    }

    /// Sets the header that gives the request id back, or else the trace's:
    /// `x-request-id` by default; `None` leaves it out.
    pub fn request_id_header(self, name: Option<HeaderName>) -> Self {
        self.with(|it| it.request_id_header = name)
    }

    /// Adds a `server-timing` header to responses: the trace's id, and how
    /// long the steps took that had ended by then. Whoever may see a response
    /// sees their names.
    pub fn server_timing(self) -> Self {
        self.with(|it| it.server_timing = true)
    }

    /// Answers a panic with an empty 500, instead of passing it on to the
    /// server, which closes the connection. Once a response has begun, a panic
    /// is always passed on.
    pub fn catch_panics(self) -> Self {
        self.with(|it| it.catch_panics = true)
    }

    /// Says how to know the pattern that a request's path has matched.
    ///
    /// With axum, on a layer added by `Router::layer`:
    ///
    /// ```
    /// use axum::extract::MatchedPath;
    /// use trace_tower::TraceLayer;
    ///
    /// let layer = TraceLayer::new()
    ///     .route(|parts| parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str));
    /// # let _ = layer;
    /// ```
    pub fn route(
        self,
        route: impl for<'a> Fn(&'a Parts) -> Option<&'a str> + Send + Sync + 'static,
    ) -> Self {
        self.with(|it| it.route = Some(Arc::new(route)))
    }

    /// Names routes or paths, such as that of a health check, whose requests
    /// have a line only if they fail or are slow.
    pub fn quiet<R>(self, routes: impl IntoIterator<Item = R>) -> Self
    where
        R: Into<Cow<'static, str>>,
    {
        self.with(|it| it.quiet = routes.into_iter().map(Into::into).collect())
    }

    /// Sets the level of the line by the status. By default it is ERROR for
    /// 5xx, else that of the handler, INFO if there is none.
    ///
    /// A request that panicked is an ERROR all the same, so is one that fails
    /// although its status is none of 5xx, as with gRPC; one that is slow, was
    /// cancelled before its response began, or whose handler was dropped before
    /// its end, as by a timeout, is a WARN at least.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::Level;
    /// use trace_tower::TraceLayer;
    ///
    /// let layer = TraceLayer::new().level(|status| match status.as_u16() {
    ///     500.. => Level::Error,
    ///     400.. => Level::Warn,
    ///     _ => Level::Debug,
    /// });
    /// # let _ = layer;
    /// ```
    pub fn level(self, level: impl Fn(StatusCode) -> Level + Send + Sync + 'static) -> Self {
        self.with(|it| it.level = Some(Arc::new(level)))
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        Trace::new(inner, Arc::clone(&self.settings))
    }
}

impl Settings {
    /// Opens the request whose head this is.
    pub(crate) fn open(&self, parts: &Parts) -> Request {
        let incoming = if self.trust.is_given(parts) {
            headers::extract_with(&self.extractor, &parts.headers)
        } else {
            Incoming::none()
        };
        let (path, route) = (parts.uri.path(), self.route.as_ref().and_then(|route| route(parts)));
        let callsite = edge::callsite!("http_request", target: "trace_tower");
        let mut request = Request::open(callsite, incoming, method(parts), path);
        if let Some(route) = route {
            request.route(route);
        }
        if self.quiet.iter().any(|quiet| quiet == path || route.is_some_and(|it| quiet == it)) {
            request.quiet();
        }
        request
    }
}

/// Returns the name of the method, without a copy of those that all know.
fn method(parts: &Parts) -> Cow<'static, str> {
    const KNOWN: [&str; 9] =
        ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "CONNECT", "PATCH", "TRACE"];
    let method = parts.method.as_str();
    let known = KNOWN.into_iter().find(|known| *known == method);
    known.map_or_else(|| method.to_owned().into(), Into::into)
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

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("trust", &self.trust).finish_non_exhaustive()
    }
}
