//! A service as they are written, and a thousand requests that fail in every
//! usual way: each line gives a reason, and none that was cut off is `ok`.

use std::{collections::HashMap, convert::Infallible, fmt, io, time::Duration};

use axum::{
    BoxError, Json, Router,
    body::Body,
    error_handling::HandleErrorLayer,
    extract::{Path, Query},
    middleware::{self, Next},
    response::{IntoResponse, Response, Sse, sse},
    routing::{get, post},
};
use futures::{StreamExt as _, stream};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};
use trace_runtime::{request_error, testing::Capture, timed, traced_handler};
use trace_tower::TraceLayer;

/// axum's own example: any error, and no `Display`.
struct AppError(anyhow::Error);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, "something went wrong").into_response()
    }
}

impl<E: Into<anyhow::Error>> From<E> for AppError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// The same, and it reports what it holds.
struct Reported(anyhow::Error);

impl IntoResponse for Reported {
    fn into_response(self) -> Response {
        request_error(self.0.as_ref());
        StatusCode::BAD_GATEWAY.into_response()
    }
}

#[derive(Debug)]
struct StoreError(io::Error);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("database timeout while fetching user messages")
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl IntoResponse for StoreError {
    fn into_response(self) -> Response {
        StatusCode::SERVICE_UNAVAILABLE.into_response()
    }
}

#[traced_handler]
async fn newtype() -> Result<String, AppError> {
    Ok(std::fs::read_to_string("/no/such/file")?)
}

#[traced_handler(err = .0)]
async fn inside() -> Result<String, AppError> {
    Err(anyhow::anyhow!("disk gone").context("while loading").into())
}

#[traced_handler]
async fn reported() -> Result<String, Reported> {
    Err(Reported(anyhow::anyhow!("connection refused").context("no price")))
}

#[traced_handler]
async fn standard() -> Result<String, StoreError> {
    fetch().await.map_err(StoreError)
}

#[timed]
async fn fetch() -> io::Result<String> {
    Err(io::ErrorKind::TimedOut.into())
}

#[traced_handler]
async fn pair() -> Result<String, (StatusCode, String)> {
    Err((StatusCode::BAD_GATEWAY, "upstream timed out".to_owned()))
}

#[traced_handler]
async fn pair_with_json() -> Result<String, (StatusCode, Json<Value>)> {
    Err((StatusCode::BAD_GATEWAY, Json(json!({ "reason": "no stock" }))))
}

#[traced_handler]
async fn response() -> Result<String, Response> {
    Err((StatusCode::INTERNAL_SERVER_ERROR, "no such tenant").into_response())
}

#[traced_handler]
async fn any_response() -> axum::response::Result<String> {
    Err((StatusCode::INTERNAL_SERVER_ERROR, "no such shard"))?
}

#[traced_handler]
async fn status() -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

#[traced_handler]
async fn panics() -> &'static str {
    panic!("index out of bounds")
}

#[traced_handler]
async fn endless() {
    wait().await;
}

#[timed]
async fn wait() {
    sleep(Duration::from_secs(600)).await;
}

/// Gives up on a step itself, and answers.
#[traced_handler]
async fn gives_up() -> Result<(), (StatusCode, &'static str)> {
    let waited = timeout(Duration::from_millis(1), wait()).await;
    waited.map_err(|_| (StatusCode::GATEWAY_TIMEOUT, "waited too long"))
}

#[traced_handler]
async fn takes_json(Json(n): Json<u32>) -> String {
    n.to_string()
}

#[traced_handler]
async fn takes_path(Path(n): Path<u32>) -> String {
    n.to_string()
}

#[traced_handler]
async fn takes_query(Query(pages): Query<HashMap<String, u32>>) -> String {
    pages.len().to_string()
}

#[traced_handler]
async fn ticks() -> Sse<impl futures::Stream<Item = Result<sse::Event, Infallible>>> {
    Sse::new(stream::repeat_with(|| Ok(sse::Event::default().data("tick"))))
}

/// A body that breaks off.
#[traced_handler]
async fn broken() -> Body {
    let pieces = [Ok("half of it"), Err(io::Error::other("disk gone"))];
    Body::from_stream(stream::iter(pieces))
}

async fn refuses(request: axum::extract::Request, next: Next) -> Response {
    if request.headers().contains_key("authorization") {
        return next.run(request).await;
    }
    request_error(&io::Error::other("no credentials"));
    StatusCode::UNAUTHORIZED.into_response()
}

async fn is_busy(error: BoxError) -> (StatusCode, String) {
    (StatusCode::SERVICE_UNAVAILABLE, error.to_string())
}

fn service() -> Router {
    let limit = Duration::from_millis(5);
    let closed = get(|| async {}).layer(middleware::from_fn(refuses));
    let boxed = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(is_busy))
        .layer(tower::timeout::TimeoutLayer::new(limit));
    let timeout = |status| TimeoutLayer::with_status_code(status, limit);
    Router::new()
        .route("/newtype", get(newtype))
        .route("/inside", get(inside))
        .route("/reported", get(reported))
        .route("/standard", get(standard))
        .route("/pair", get(pair))
        .route("/pair-with-json", get(pair_with_json))
        .route("/response", get(response))
        .route("/any-response", get(any_response))
        .route("/status", get(status))
        .route("/panics", get(panics))
        .route("/endless/408", get(endless).layer(timeout(StatusCode::REQUEST_TIMEOUT)))
        .route("/endless/503", get(endless).layer(timeout(StatusCode::SERVICE_UNAVAILABLE)))
        .route("/endless/boxed", get(endless).layer(boxed))
        .route("/gives-up", get(gives_up))
        .route("/json", post(takes_json))
        .route("/path/{n}", get(takes_path))
        .route("/query", get(takes_query))
        .route("/ticks", get(ticks))
        .route("/broken", get(broken))
        .route("/closed", closed)
        .layer(CatchPanicLayer::new())
        .layer(TraceLayer::axum().error_body(200))
}

/// A way to fail, and what its line says: status, outcome, level, and how its
/// `error` begins.
type Case = (&'static str, &'static str, u16, &'static str, &'static str, &'static str);

const CASES: [Case; 20] = [
    ("GET", "/newtype", 500, "error", "ERROR", "something went wrong"),
    ("GET", "/inside", 500, "error", "ERROR", "while loading"),
    ("GET", "/reported", 502, "error", "ERROR", "no price"),
    ("GET", "/standard", 503, "error", "ERROR", "database timeout while fetching user messages"),
    ("GET", "/pair", 502, "error", "ERROR", "upstream timed out"),
    ("GET", "/pair-with-json", 502, "error", "ERROR", r#"{"reason":"no stock"}"#),
    ("GET", "/response", 500, "error", "ERROR", "no such tenant"),
    ("GET", "/any-response", 500, "error", "ERROR", "no such shard"),
    ("GET", "/status", 500, "error", "ERROR", "answered 500 Internal Server Error"),
    ("GET", "/panics", 500, "panicked", "ERROR", "index out of bounds"),
    ("GET", "/endless/408", 408, "cancelled", "WARN", "answered 408 Request Timeout"),
    ("GET", "/endless/503", 503, "cancelled", "ERROR", "answered 503 Service Unavailable"),
    ("GET", "/endless/boxed", 503, "cancelled", "ERROR", "request timed out"),
    ("GET", "/gives-up", 504, "error", "ERROR", "waited too long"),
    ("POST", "/json", 400, "ok", "INFO", "Failed to parse the request body as JSON"),
    ("GET", "/path/seven", 400, "ok", "INFO", "Invalid URL: Cannot parse `seven`"),
    ("GET", "/query?page=seven", 400, "ok", "INFO", "Failed to deserialize query string"),
    ("GET", "/ticks", 200, "ok", "INFO", ""),
    ("GET", "/broken", 200, "error", "ERROR", "disk gone"),
    ("GET", "/closed", 401, "ok", "INFO", "no credentials"),
];

/// Sends a request of a case, reads what an impatient client reads, and returns
/// the line.
async fn line(service: Router, (method, path, ..): Case) -> Value {
    let capture = Capture::new();
    let request = Request::builder().method(method).uri(path);
    let request = request.header("content-type", "application/json").body(Body::from("abc"));
    let talk = async {
        let mut body = service.oneshot(request.unwrap()).await.unwrap().into_body();
        for _ in 0..3 {
            if body.frame().await.is_none_or(|frame| frame.is_err()) {
                break;
            }
        }
    };
    capture.scope(talk).await;
    let mut lines = capture.values();
    lines.retain(|line| line["message"] == "Request processed");
    assert_eq!(lines.len(), 1, "{path}: {lines:#?}");
    lines.remove(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_requests_that_fail_each_says_why() {
    let service = service();
    let cases = CASES.into_iter().cycle().take(1_000);
    let lines = cases.map(|case| {
        let service = service.clone();
        async move { (case, tokio::spawn(line(service, case)).await.unwrap()) }
    });
    let lines: Vec<_> = stream::iter(lines).buffer_unordered(32).collect().await;
    assert_eq!(lines.len(), 1_000);
    for ((_, path, status, outcome, level, error), line) in lines {
        assert_eq!(line["status"], status, "{line}");
        assert_eq!((&line["outcome"], &line["level"]), (&outcome.into(), &level.into()), "{line}");
        let reason = line["error"].as_str().unwrap_or_default();
        assert!(reason.starts_with(error), "{path}: {line}");
        assert!(!reason.is_empty() || path == "/ticks", "{path}: {line}");
        let route = path.split('?').next().unwrap().replace("seven", "{n}");
        assert_eq!(line["route"], route, "{line}");
    }
}
