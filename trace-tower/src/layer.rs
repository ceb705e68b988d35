//! The layer, and how it is set.

use std::{borrow::Cow, sync::Arc};

use http::{HeaderName, StatusCode, request::Parts, response};
use tower_layer::Layer;
use trace_runtime::{Level, edge};

use crate::{service::Trace, settings::Settings, trust::Trust};

/// Takes ids in, gives each request its line, and gives ids back.
///
/// For anything that is a tower service of HTTP requests: an axum `Router`
/// (`Router::layer`), a tonic server (`Server::layer`), a hyper service.
///
/// - In: `traceparent`, else `x-request-id`, else `x-correlation-id`, else a new
///   id; what is accepted is in
///   [`Extractor`](trace_runtime::propagation::Extractor)'s documentation.
/// - One line for each request, when its response has ended: however it ended,
///   and whether or not a handler was reached.
/// - Out: `x-trace-id` and `x-request-id` on every response.
///
/// With axum, `Router::layer` applies to the routes and layers that were added
/// before it: add this one last, so that it sees what a timeout answers.
///
/// The line says what went wrong, by the first of these that is known:
///
/// 1. what [`request_error`](trace_runtime::request_error) was given;
/// 2. what the handler's error says;
/// 3. what the body broke with, the `grpc-message` of a call or its status
///    (`answered gRPC status 13 (INTERNAL)`), or, with
///    [`error_body`](Self::error_body), the text of a refusal;
/// 4. the type of the handler's error: `<shop::AppError>`;
/// 5. how the request was answered, if it failed or was cut off: `answered 500
///    Internal Server Error`, `dropped before it was answered`.
///
/// A panic in a closure that is given to the layer is logged, and the request
/// goes on as if the closure had not been set; if [`Trust::when`] panics, with a
/// new id.
///
/// # Examples
///
/// Here and below, `line` is the line of the request, and `response` its answer.
///
/// ```
/// use axum::{Router, extract::Path, routing::get};
/// use trace_runtime::{testing::Capture, traced_handler};
/// use trace_tower::TraceLayer;
/// # use tower::ServiceExt as _;
///
/// #[traced_handler(fields(user_id))]
/// async fn get_user(Path(user_id): Path<u32>) -> String {
///     format!("user {user_id}")
/// }
///
/// # #[cfg(not(feature = "axum"))]
/// # fn main() {}
/// # #[cfg(feature = "axum")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = Router::new().route("/users/{id}", get(get_user)).layer(TraceLayer::axum());
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

impl TraceLayer {
    /// Returns a layer with the defaults that its methods name.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use tower::Layer as _;
    /// use trace_runtime::testing::Capture;
    /// use trace_tower::{TraceLayer, testing::CaptureExt as _};
    /// # use std::convert::Infallible;
    /// # use http::Response;
    /// # use tower::service_fn;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let answer = async |_: Request<()>| Ok::<_, Infallible>(Response::new(String::new()));
    /// # let service = service_fn(answer);
    /// let service = TraceLayer::new().layer(service);
    /// let capture = Capture::new();
    /// let request = Request::get("/users/42?token=x").body(()).unwrap();
    /// let (response, _) = capture.call(service, request).await;
    ///
    /// let line = &capture.values()[0];
    /// assert_eq!(line["path"], "/users/42"); // without the query string
    /// assert_eq!(line["trace_id"], response.headers()["x-trace-id"].to_str().unwrap());
    /// # }
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a layer for axum's `Router::layer`: the [route](Self::route) is
    /// the pattern that axum has matched, across nested routers.
    ///
    /// The path is the one that the client asked for, also inside
    /// `Router::nest`. With the feature `axum`, [`new`](Self::new) knows that
    /// path, too.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use trace_runtime::testing::Capture;
    /// use trace_tower::TraceLayer;
    /// # use tower::ServiceExt as _;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let users = Router::new().route("/users/{id}", get(async || "ada"));
    /// let app: Router = Router::new().nest("/api", users.layer(TraceLayer::axum()));
    /// # let capture = Capture::new();
    /// # let request = http::Request::get("/api/users/7").body(axum::body::Body::empty()).unwrap();
    /// # let response = capture.scope(app.oneshot(request)).await.unwrap();
    /// # axum::body::to_bytes(response.into_body(), 100).await.unwrap();
    /// # let line = &capture.values()[0];
    /// assert_eq!(line["route"], "/api/users/{id}");
    /// assert_eq!(line["path"], "/api/users/7");
    /// # }
    /// ```
    #[cfg(feature = "axum")]
    pub fn axum() -> Self {
        Self::new().route(crate::axum::matched_path)
    }

    /// Sets the headers that a request id may come in, instead of
    /// `x-request-id` and `x-correlation-id`: the first that is there decides.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{HeaderName, Request};
    /// use trace_tower::TraceLayer;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let ours = HeaderName::from_static("x-shop-request");
    /// let layer = TraceLayer::new().request_id_headers([ours]);
    /// let request = Request::get("/")
    ///     .header("x-shop-request", "order-7")
    ///     .header("x-request-id", "req-7");
    /// # let (_, line) = answered(&layer, request);
    /// assert_eq!(line["trace_id"], "order-7");
    /// # }
    /// ```
    pub fn request_id_headers(self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        let names: Vec<_> = names.into_iter().map(|name| name.as_str().to_owned()).collect();
        self.with(|it| it.extractor = it.extractor.clone().request_id_headers(names))
    }

    /// Sets how long a request id may be, up to 255 bytes, instead of 128.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use trace_tower::TraceLayer;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let layer = TraceLayer::new().max_id_len(8);
    /// let request = Request::get("/").header("x-request-id", "nine-long");
    /// # let (_, line) = answered(&layer, request);
    /// assert_eq!(line["request_id_rejected"], "too_long");
    /// assert_ne!(line["trace_id"], "nine-long"); // a new one
    /// # }
    /// ```
    pub fn max_id_len(self, bytes: usize) -> Self {
        self.with(|it| it.extractor = it.extractor.clone().max_id_len(bytes))
    }

    /// Sets which callers' ids are accepted: by default any caller's.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use trace_tower::{TraceLayer, Trust};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let internet = TraceLayer::new().trust(Trust::never());
    /// let colleagues = TraceLayer::new();
    /// for (layer, is_accepted) in [(internet, false), (colleagues, true)] {
    ///     let request = Request::get("/").header("x-request-id", "req-7");
    /// #   let (_, line) = answered(&layer, request);
    ///     assert_eq!(line["trace_id"] == "req-7", is_accepted);
    /// }
    /// # }
    /// ```
    pub fn trust(self, trust: Trust) -> Self {
        self.with(|it| it.trust = trust)
    }

    /// Sets the header that gives the trace's id back, `x-trace-id` by
    /// default; `None` leaves it out.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::HeaderName;
    /// use trace_tower::TraceLayer;
    /// # use http::Request;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let ours = HeaderName::from_static("x-shop-trace");
    /// let layer = TraceLayer::new().trace_id_header(Some(ours));
    /// # let (response, line) = answered(&layer, Request::get("/"));
    /// assert_eq!(line["trace_id"], response.headers()["x-shop-trace"].to_str().unwrap());
    /// assert!(!response.headers().contains_key("x-trace-id"));
    /// # }
    /// ```
    pub fn trace_id_header(self, name: Option<HeaderName>) -> Self {
        self.with(|it| it.trace_id_header = name)
    }

    /// Sets the header that gives the request id back, or else the trace's:
    /// `x-request-id` by default; `None` leaves it out.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use trace_tower::TraceLayer;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// // Where a proxy in front answers with an `x-request-id` of its own:
    /// let layer = TraceLayer::new().request_id_header(None);
    /// let request = Request::get("/").header("x-request-id", "req-7");
    /// # let (response, _) = answered(&layer, request);
    /// assert_eq!(response.headers()["x-trace-id"], "req-7");
    /// assert!(!response.headers().contains_key("x-request-id"));
    /// # }
    /// ```
    pub fn request_id_header(self, name: Option<HeaderName>) -> Self {
        self.with(|it| it.request_id_header = name)
    }

    /// Adds a `server-timing` header to responses: the trace's id, and how
    /// long the steps took that had ended by then. Every client sees the names
    /// of the steps.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use trace_runtime::timed;
    /// use trace_tower::TraceLayer;
    /// # use std::convert::Infallible;
    /// # use http::Response;
    /// # use tower::{Layer as _, service_fn};
    /// # use trace_runtime::testing::Capture;
    /// # use trace_tower::testing::CaptureExt as _;
    ///
    /// #[timed]
    /// async fn load_user() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let layer = TraceLayer::new().server_timing();
    /// let request = Request::get("/").header("x-request-id", "req-7");
    /// # let service = layer.layer(service_fn(async |_: Request<()>| {
    /// #     load_user().await;
    /// #     Ok::<_, Infallible>(Response::new(String::new()))
    /// # }));
    /// # let (response, _) = Capture::new().call(service, request.body(()).unwrap()).await;
    /// // trace;desc="req-7", load_user;dur=0.004
    /// let value = response.headers()["server-timing"].to_str().unwrap();
    /// assert!(value.starts_with(r#"trace;desc="req-7", load_user;dur="#));
    /// # }
    /// ```
    pub fn server_timing(self) -> Self {
        self.with(|it| it.server_timing = true)
    }

    /// Answers a panic with an empty 500, instead of passing it on to the
    /// server, which closes the connection. Once a response has begun, a panic
    /// is always passed on.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use trace_runtime::testing::Capture;
    /// use trace_tower::{TraceLayer, testing::CaptureExt as _};
    /// # use axum::body::Body;
    /// # use http::Request;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let app = Router::new()
    ///     .route("/", get(async || -> String { panic!("out of cheese") }))
    ///     .layer(TraceLayer::new().catch_panics());
    /// let capture = Capture::new();
    /// # let request = Request::get("/").body(Body::empty()).unwrap();
    /// let (response, body) = capture.call(app, request).await;
    /// assert_eq!((response.status().as_u16(), body.len()), (500, 0));
    /// let request = capture.values().pop().unwrap();
    /// assert_eq!(request["outcome"], "panicked");
    /// assert_eq!(request["error"], "out of cheese");
    /// # }
    /// ```
    pub fn catch_panics(self) -> Self {
        self.with(|it| it.catch_panics = true)
    }

    /// Sets how to know the pattern that a request's path has matched;
    /// [`axum`](Self::axum) knows axum's.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use trace_tower::TraceLayer;
    ///
    /// /// What a router in front leaves among the extensions.
    /// #[derive(Clone)]
    /// struct Pattern(&'static str);
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/answered.rs"));
    ///
    /// # fn main() {
    /// let layer = TraceLayer::new()
    ///     .route(|parts| parts.extensions.get::<Pattern>().map(|Pattern(route)| *route));
    /// let request = Request::get("/users/42").extension(Pattern("/users/:id"));
    /// # let (_, line) = answered(&layer, request);
    /// assert_eq!(line["route"], "/users/:id");
    /// # }
    /// ```
    pub fn route(
        self,
        route: impl for<'a> Fn(&'a Parts) -> Option<&'a str> + Send + Sync + 'static,
    ) -> Self {
        self.with(|it| it.route = Some(Arc::new(route)))
    }

    /// Names routes or paths, such as a health check's, whose requests have a
    /// line only if they fail or are slow. Inside axum's `Router::nest`, both
    /// the whole path and the part below the nest match.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use trace_tower::TraceLayer;
    /// # use std::convert::Infallible;
    /// # use http::Response;
    /// # use tower::{Layer as _, service_fn};
    /// # use trace_runtime::testing::Capture;
    /// # use trace_tower::testing::CaptureExt as _;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let layer = TraceLayer::new().quiet(["/health", "/metrics"]);
    /// # let answer = async |_: Request<()>| Ok::<_, Infallible>(Response::new(String::new()));
    /// # let service = layer.layer(service_fn(answer));
    /// # let capture = Capture::new();
    /// for path in ["/health", "/users", "/metrics"] {
    ///     let request = Request::get(path).body(()).unwrap();
    /// #   let service = service.clone();
    ///     capture.call(service, request).await;
    /// }
    /// assert_eq!(capture.lines().len(), 1);
    /// assert_eq!(capture.values()[0]["path"], "/users");
    /// # }
    /// ```
    pub fn quiet<R>(self, routes: impl IntoIterator<Item = R>) -> Self
    where
        R: Into<Cow<'static, str>>,
    {
        self.with(|it| it.quiet = routes.into_iter().map(Into::into).collect())
    }

    /// Sets for which requests the [detail](trace_runtime::Detail) is written,
    /// however they end: those with a header, say, that only your own people know.
    /// A panic in `detail_when` is caught.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, testing::Capture};
    /// use trace_tower::TraceLayer;
    /// # use http::{Request, Response};
    /// # use tower::{Layer as _, ServiceExt as _, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let layer = TraceLayer::new().detail_when(|parts| {
    ///     parts.headers.get("x-detail").is_some_and(|value| value == "a secret of ours")
    /// });
    /// # let hello = service_fn(async |_: Request<()>| {
    /// #     debug!("looking");
    /// #     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    /// # });
    /// # let capture = Capture::with_detail("info", Detail::when_failed());
    /// # for value in ["a guess", "a secret of ours"] {
    /// #     let request = Request::get("/").header("x-detail", value).body(()).unwrap();
    /// #     drop(capture.scope(layer.layer(hello).oneshot(request)).await.unwrap());
    /// # }
    /// // Two requests, the second one with the header:
    /// let messages: Vec<_> =
    ///     capture.values().iter().map(|line| line["message"].to_string()).collect();
    /// assert_eq!(messages, [r#""Request processed""#, r#""looking""#, r#""Request processed""#]);
    /// # }
    /// ```
    pub fn detail_when(self, detail_when: impl Fn(&Parts) -> bool + Send + Sync + 'static) -> Self {
        self.with(|it| it.detail_when = Some(Arc::new(detail_when)))
    }

    /// Sets the level of the line by the status. By default it is ERROR for
    /// 5xx, else the handler's level, else INFO.
    ///
    /// Whatever is set, a request that panicked is an ERROR, and so is one that
    /// fails with a status below 500, as with gRPC. One that is slow, that was
    /// cancelled before its response began, or whose handler was dropped early,
    /// as by a timeout, is at least a WARN.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::Level;
    /// use trace_tower::TraceLayer;
    /// # use std::convert::Infallible;
    /// # use http::{Request, Response};
    /// # use tower::{Layer as _, service_fn};
    /// # use trace_runtime::testing::Capture;
    /// # use trace_tower::testing::CaptureExt as _;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let layer = TraceLayer::new().level(|status| match status.as_u16() {
    ///     500.. => Level::Error,
    ///     400.. => Level::Warn,
    ///     _ => Level::Debug,
    /// });
    /// # let service = layer.layer(service_fn(async |request: Request<u16>| {
    /// #     let response = Response::builder().status(*request.body());
    /// #     Ok::<_, Infallible>(response.body(String::new()).unwrap())
    /// # }));
    /// for (status, level) in [(200, "DEBUG"), (404, "WARN"), (503, "ERROR")] {
    /// #   let capture = Capture::new();
    /// #   capture.call(service.clone(), Request::get("/").body(status).unwrap()).await;
    /// #   let line = &capture.values()[0];
    ///     assert_eq!((&line["status"], &line["level"]), (&status.into(), &level.into()));
    /// }
    /// # }
    /// ```
    pub fn level(self, level: impl Fn(StatusCode) -> Level + Send + Sync + 'static) -> Self {
        self.with(|it| it.level = Some(Arc::new(level)))
    }

    /// Adds fields to the line, taken from the head of the request: a tenant,
    /// the client's address, its user agent. Further calls add more.
    ///
    /// A key that is the runtime's own is written as `field.<key>`, and where a
    /// handler has a field with the same key, the handler's wins. A panic in
    /// `record` is caught. What is recorded is in the log: record no tokens and
    /// no cookies.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::HeaderValue;
    /// use trace_tower::TraceLayer;
    /// # use http::{Request, Response};
    /// # use tower::{Layer as _, ServiceExt as _, service_fn};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let layer = TraceLayer::new().record(|parts, fields| {
    ///     let user_agent = parts.headers.get("user-agent");
    ///     fields.set("user_agent", user_agent.map(HeaderValue::as_bytes));
    ///     fields.set("http_version", format!("{:?}", parts.version));
    /// });
    /// # let hello = service_fn(async |_: Request<()>| {
    /// #     Ok::<_, std::convert::Infallible>(Response::new(String::new()))
    /// # });
    /// # let capture = trace_runtime::testing::Capture::new();
    /// # let request = Request::get("/").header("user-agent", "curl/8").body(()).unwrap();
    /// # let _ = capture.scope(layer.layer(hello).oneshot(request)).await;
    /// # let line = &capture.values()[0];
    /// assert_eq!(line["user_agent"], "curl/8");
    /// assert_eq!(line["http_version"], "HTTP/1.1");
    /// # }
    /// ```
    pub fn record(
        self,
        record: impl Fn(&Parts, &mut edge::Fields<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.with(|it| it.records.push(Arc::new(record)))
    }

    /// Sets which responses are streams of events, which go on until the client
    /// leaves; by default, [`is_event_stream`](crate::is_event_stream) decides.
    ///
    /// Their line says `"kind":"stream"` instead of `request`, so that it is in no
    /// list of the slowest requests. A client leaves a stream as a matter of
    /// course, so the outcome is then `ok`, if the status was below 400. A stream
    /// is slow if its head was late (`ttfb_ms`), however long it goes on.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Response;
    /// use trace_tower::{TraceLayer, is_event_stream};
    /// # use std::convert::Infallible;
    /// # use http::Request;
    /// # use tower::{Layer as _, service_fn};
    /// # use trace_runtime::testing::Capture;
    /// # use trace_tower::testing::CaptureExt as _;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let layer = TraceLayer::new().streams(|response| {
    ///     is_event_stream(response) || response.headers.contains_key("x-endless")
    /// });
    /// let response = Response::builder().header("x-endless", "1");
    /// # let response = response.body(String::new()).unwrap();
    /// # let service = layer.layer(service_fn(|_| {
    /// #     std::future::ready(Ok::<_, Infallible>(response.clone()))
    /// # }));
    /// # let capture = Capture::new();
    /// # capture.call(service, Request::get("/").body(()).unwrap()).await;
    /// # let line = &capture.values()[0];
    /// assert_eq!(line["kind"], "stream");
    /// # }
    /// ```
    pub fn streams(
        self,
        streams: impl Fn(&response::Parts) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.with(|it| it.streams = Some(Arc::new(streams)))
    }

    /// Takes the first bytes of the body of a 4xx or 5xx as its `error`, where
    /// nothing else says what went wrong. By default bodies are never looked at.
    ///
    /// So a request that an extractor has refused says why: axum's `Json` gives
    /// the reason in its answer, and nowhere else. Only text is taken (`text/*`,
    /// JSON, XML) that is not compressed, and no stream of events; it is seen as
    /// it passes, and nothing waits for it. Mind what your service answers with:
    /// it will be in the log.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Json, Router, routing::post};
    /// use trace_tower::TraceLayer;
    /// # use tower::ServiceExt as _;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let app: Router = Router::new()
    ///     .route("/", post(async |Json(n): Json<u32>| n.to_string()))
    ///     .layer(TraceLayer::new().error_body(200));
    /// # let capture = trace_runtime::testing::Capture::new();
    /// # let request = http::Request::post("/").header("content-type", "application/json");
    /// # let request = request.body(axum::body::Body::from("abc")).unwrap();
    /// # let response = capture.scope(app.oneshot(request)).await.unwrap();
    /// # axum::body::to_bytes(response.into_body(), 1000).await.unwrap();
    /// # let line = &capture.values()[0];
    /// assert_eq!(line["status"], 400);
    /// assert_eq!(
    ///     line["error"],
    ///     "Failed to parse the request body as JSON: expected value at line 1 column 1"
    /// );
    /// # }
    /// ```
    pub fn error_body(self, bytes: usize) -> Self {
        self.with(|it| it.error_body = bytes)
    }

    fn with(mut self, set: impl FnOnce(&mut Settings)) -> Self {
        set(Arc::make_mut(&mut self.settings));
        self
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;

    fn layer(&self, inner: S) -> Trace<S> {
        edge::announce();
        Trace::new(inner, Arc::clone(&self.settings))
    }
}
