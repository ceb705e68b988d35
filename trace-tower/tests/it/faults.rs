//! What goes wrong in tracing itself, or in the layers beside it: the service
//! answers as it would without tracing.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    BoxError, Router,
    body::Body,
    error_handling::HandleErrorLayer,
    response::IntoResponse,
    routing::{get, post},
};
use http::{HeaderValue, Request, StatusCode};
use serde_json::Value;
use tower::ServiceBuilder;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer,
};
use trace_runtime::{Level, testing::Capture, traced_handler};
use trace_tower::{TraceLayer, Trust, testing::CaptureExt as _};

use crate::support::ended;

/// The status of the answer, and the line of the request.
async fn called(app: Router, request: http::request::Builder) -> (StatusCode, Value) {
    let capture = Capture::new();
    let (response, _) = capture.call(app, request.body(Body::empty()).unwrap()).await;
    let mut lines = capture.values();
    lines.retain(|line| line.get("status").is_some());
    assert_eq!(lines.len(), 1, "{lines:#?}");
    (response.status(), lines.remove(0))
}

#[traced_handler]
async fn hello() -> impl IntoResponse {
    ([("content-type", "text/event-stream")], "data: hello\n\n")
}

#[tokio::test]
async fn a_closure_of_the_layers_that_panics_is_as_if_it_were_not_set() {
    const SAID: &str = "the closure's fault";
    let layers = [
        ("trust", TraceLayer::new().trust(Trust::when(|_| panic!("{SAID}")))),
        ("route", TraceLayer::new().route(|_| panic!("{SAID}"))),
        ("level", TraceLayer::new().level(|_| panic!("{SAID}"))),
        ("streams", TraceLayer::new().streams(|_| panic!("{SAID}"))),
        ("record", TraceLayer::new().record(|_, _| panic!("{SAID}"))),
    ];
    for (name, layer) in layers {
        let app = Router::new().route("/", get(hello)).layer(layer);
        let request = Request::get("/").header("x-request-id", "req-7");
        let (status, line) = called(app, request).await;
        assert_eq!((status, ended(&line)), (StatusCode::OK, ("ok", "INFO")), "{name}");
        assert_eq!((&line["name"], &line["kind"]), (&"hello".into(), &"stream".into()), "{name}");
        assert_eq!((line.get("error"), line.get("route")), (None, None), "{name}");
        assert_eq!(line["trace_id"] == "req-7", name != "trust", "{line}");
    }
}

#[tokio::test]
async fn where_the_level_panics_the_outcome_decides() {
    let layer = TraceLayer::new().level(|status| match status.as_u16() {
        500.. => panic!("no level"),
        _ => Level::Debug,
    });
    let app = Router::new().route("/", get(StatusCode::BAD_GATEWAY)).layer(layer);
    let (_, line) = called(app, Request::get("/")).await;
    assert_eq!(ended(&line), ("error", "ERROR"));
}

#[traced_handler]
async fn panics() {
    panic!("the handler's fault")
}

#[traced_handler]
async fn waits() {
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_layer_that_answers_instead_of_the_handler_hides_no_fault() {
    let timeout = Duration::from_millis(1);
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, timeout);
    let of_tower = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(async |error: BoxError| {
            (StatusCode::GATEWAY_TIMEOUT, error.to_string())
        }))
        .timeout(Duration::from_millis(1));
    let shed = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(async |error: BoxError| {
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string())
        }))
        .load_shed()
        .concurrency_limit(0);
    let app = Router::new().route("/panics", get(panics)).route("/waits", get(waits));
    for (path, app, status, outcome, error) in [
        (
            "/panics",
            app.clone().layer(CatchPanicLayer::new()),
            500,
            ("panicked", "ERROR"),
            "the handler's fault",
        ),
        (
            "/waits",
            app.clone().layer(timeout),
            408,
            ("cancelled", "WARN"),
            "answered 408 Request Timeout",
        ),
        ("/waits", app.clone().layer(of_tower), 504, ("cancelled", "ERROR"), "request timed out"),
        ("/waits", app.layer(shed), 503, ("error", "ERROR"), "service overloaded"),
    ] {
        let app = app.layer(TraceLayer::axum().error_body(100)).layer(CompressionLayer::new());
        let request = Request::get(path).header("accept-encoding", "gzip");
        let (answered, line) = called(app, request).await;
        assert_eq!((answered.as_u16(), ended(&line)), (status, outcome), "{line}");
        assert_eq!(line["error"].as_str().unwrap_or_default(), error, "{line}");
        assert_eq!(line["route"], path);
    }
}

#[tokio::test]
async fn the_path_and_the_route_are_whole_wherever_the_layer_stands() {
    let layer = TraceLayer::axum;
    let inner = || Router::new().route("/items/{id}", get(hello).layer(layer()));
    let nested = |inner| Router::new().nest("/v1", Router::new().nest("/shop", inner));
    let merged = Router::new().merge(nested(inner())).fallback(async || StatusCode::NOT_FOUND);
    let under = Router::new().route("/items/{id}", get(hello)).route_layer(layer());
    for (name, app) in [
        ("method", nested(inner())),
        ("route", nested(under)),
        ("merged", merged.layer(layer())),
        ("nested", nested(Router::new().route("/items/{id}", get(hello)).layer(layer()))),
    ] {
        let (status, line) = called(app, Request::get("/v1/shop/items/7?q=secret")).await;
        assert_eq!((status, &line["name"]), (StatusCode::OK, &"hello".into()), "{name}");
        assert_eq!(line["path"], "/v1/shop/items/7", "{name}");
        assert_eq!(line["route"], "/v1/shop/items/{id}", "{name}");
    }
    let nested = nested(inner()).fallback(async || StatusCode::NOT_FOUND).layer(layer());
    let (status, line) = called(nested, Request::get("/v1/shop/none")).await;
    assert_eq!((status, &line["path"]), (StatusCode::NOT_FOUND, &"/v1/shop/none".into()));
}

#[tokio::test]
async fn a_refusal_is_read_whatever_its_body_comes_as() {
    let text = |kind: &'static str, body: Body| {
        let kind = HeaderValue::from_static(kind);
        (StatusCode::UNPROCESSABLE_ENTITY, [("content-type", kind)], body).into_response()
    };
    // A character in two pieces.
    let pieces = [&b"gr\xC3"[..], b"\xBCn"].map(Ok::<_, BoxError>);
    let pieces = Body::from_stream(futures::stream::iter(pieces));
    let long = format!("{}…", "x".repeat(100));
    let json = r#"{"error":"no \"id\""}"#;
    for (name, method, response, expected) in [
        ("json", "POST", text("application/json; charset=utf-8", json.into()), Some(json)),
        ("problem", "POST", text("application/problem+json", "{}".into()), Some("{}")),
        ("pieces", "POST", text("text/plain", pieces), Some("gr\u{fc}n")),
        ("long", "POST", text("text/plain", "x".repeat(1 << 20).into()), Some(&*long)),
        ("empty", "POST", text("text/plain", Body::empty()), None),
        ("binary", "POST", text("application/octet-stream", "x".into()), None),
        ("head", "HEAD", text("text/plain", "not sent".into()), None),
    ] {
        let answer = Arc::new(Mutex::new(Some(response)));
        let answers = async move || answer.lock().unwrap().take().unwrap();
        let app = Router::new().route("/", post(answers.clone()).get(answers));
        let app = app.layer(TraceLayer::new().error_body(100));
        let (_, line) = called(app, Request::builder().method(method)).await;
        assert_eq!(line.get("error").and_then(Value::as_str), expected, "{name}");
        assert_eq!(ended(&line), ("ok", "INFO"), "{name}");
    }
}
