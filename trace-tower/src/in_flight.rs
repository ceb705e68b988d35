//! The open requests as a page: a tower service that answers with JSON.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE},
};
use tower_service::Service;
use trace_runtime::OpenRequest;

/// Answers `GET` with the requests that have not ended, the oldest first, as
/// JSON: "is one stuck, and where?" Any path will do: the router decides.
///
/// ```json
/// {"in_flight":[{"trace_id":"req-7","span_id":"00f067aa0ba902b7","target":"shop","kind":"request","name":"get_messages","method":"GET","route":"/users/{id}/messages","path":"/users/42/messages","age_ms":1003.1,"step":"fetch","step_age_ms":1002.9,"steps":[{"name":"fetch","target":"shop","age_ms":1002.9}]}]}
/// ```
///
/// `status` is there once the head of the response exists; `kind` is `stream` for
/// a stream of events, and `job` for work that serves no request. `steps` are all
/// steps that have not ended; `step` is the last of them.
///
/// The page shows what clients ask for: **paths and trace ids of other users'
/// requests**. Put it on a port that only operators can reach, or behind the
/// service's own authentication. It shows neither query strings, headers nor
/// recorded fields. A request for the page that comes through
/// [`TraceLayer`](crate::TraceLayer) is open, too, and so on the page.
///
/// It needs a thread of the runtime to answer. If all of them are blocked, the
/// lines of [`Builder::watch`](trace_runtime::Builder::watch) are still written.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use trace_runtime::{testing::Capture, traced_handler};
/// use trace_tower::{InFlight, TraceLayer};
/// # use axum::body::{Body, to_bytes};
/// # use tower::ServiceExt as _;
///
/// #[traced_handler]
/// async fn hello() -> &'static str {
///     "hello"
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let public: Router = Router::new().route("/", get(hello)).layer(TraceLayer::new());
/// let internal: Router = Router::new().route_service("/debug/in_flight", InFlight::new());
///
/// let capture = Capture::new();
/// # capture.scope(async {
/// let response = internal.oneshot(http::Request::get("/debug/in_flight").body(Body::empty())?).await?;
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert_eq!(to_bytes(response.into_body(), 1_000).await?, "{\"in_flight\":[]}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).await.unwrap();
/// # let _ = public;
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct InFlight(());

impl InFlight {
    /// Returns the service.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use tower::ServiceExt as _;
    /// use trace_tower::InFlight;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let request = Request::post("/debug/in_flight").body(()).unwrap();
    /// let response = InFlight::new().oneshot(request).await.unwrap();
    /// assert_eq!(response.status(), 405); // it only reads
    /// assert_eq!(response.headers()["allow"], "GET, HEAD");
    /// # }
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<B> Service<Request<B>> for InFlight {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(match *request.method() {
            Method::GET => shown(page(&trace_runtime::in_flight())),
            Method::HEAD => shown(String::new()),
            _ => not_allowed(),
        }))
    }
}

fn page(open: &[OpenRequest]) -> String {
    let open: Vec<_> = open.iter().map(OpenRequest::to_json).collect();
    format!("{{\"in_flight\":[{}]}}\n", open.join(","))
}

fn shown(page: String) -> Response<String> {
    let mut response = Response::new(page);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn not_allowed() -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
