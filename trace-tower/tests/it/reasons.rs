//! What went wrong with a request, where no handler says it.

use std::io;

use axum::{
    Json, Router,
    body::Body,
    response::IntoResponse,
    routing::{get, post},
};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use serde_json::Value;
use tower::{Layer as _, ServiceExt as _, service_fn};
use trace_runtime::{testing::Capture, traced_handler};
use trace_tower::TraceLayer;

use crate::support::ended;

/// The line of a request whose body was read to its end.
async fn line(app: Router, request: Request<Body>) -> Value {
    let capture = Capture::new();
    capture
        .scope(async { drop(app.oneshot(request).await.unwrap().into_body().collect().await) })
        .await;
    capture.values().last().unwrap().clone()
}

/// The line of a request that is answered like this.
async fn answered<A: IntoResponse + Clone + Send + Sync + 'static>(
    layer: TraceLayer,
    answer: A,
) -> Value {
    let app = Router::new().route("/", get(async move || answer)).layer(layer);
    line(app, Request::get("/").body(Body::empty()).unwrap()).await
}

#[traced_handler]
async fn create(Json(n): Json<u32>) -> String {
    n.to_string()
}

fn no_number() -> Request<Body> {
    let request = Request::post("/").header(header::CONTENT_TYPE, "application/json");
    request.body(Body::from("abc")).unwrap()
}

#[tokio::test]
async fn a_refusal_says_why_if_its_body_may_be_read() {
    let app = |layer| Router::new().route("/", post(create)).layer(layer);
    let reason = "Failed to parse the request body as JSON: expected value at line 1 column 1";
    let whole = line(app(TraceLayer::new().error_body(200)), no_number()).await;
    assert_eq!((ended(&whole), &whole["error"]), (("ok", "INFO"), &reason.into()));
    let cut = line(app(TraceLayer::new().error_body(15)), no_number()).await;
    assert_eq!(cut["error"], "Failed to parse…");
    let silent = line(app(TraceLayer::new()), no_number()).await;
    assert_eq!((&silent["status"], silent.get("error")), (&400.into(), None));
}

#[tokio::test]
async fn a_failure_without_a_reason_says_its_status() {
    for (status, expected) in [
        (500, Some("answered 500 Internal Server Error")),
        (503, Some("answered 503 Service Unavailable")),
        (404, None),
        (200, None),
    ] {
        let status = StatusCode::from_u16(status).unwrap();
        let line = answered(TraceLayer::new(), status).await;
        assert_eq!(line.get("error").and_then(Value::as_str), expected);
    }
}

#[tokio::test]
async fn only_text_of_a_refusal_is_read() {
    let text = "no such user\u{1b}[31m";
    for (status, content_type, encoding, expected) in [
        (404, "text/plain", "identity", Some(text)),
        (422, "application/problem+json", "identity", Some(text)),
        (500, "text/html", "identity", Some(text)),
        (200, "text/plain", "identity", None),
        (302, "text/plain", "identity", None),
        (404, "application/octet-stream", "identity", None),
        (404, "text/plain", "gzip", None),
        (404, "text/event-stream", "identity", None),
        (500, "image/png", "identity", Some("answered 500 Internal Server Error")),
    ] {
        let headers = [(header::CONTENT_TYPE, content_type), (header::CONTENT_ENCODING, encoding)];
        let answer = (StatusCode::from_u16(status).unwrap(), headers, text);
        let line = answered(TraceLayer::new().error_body(100), answer).await;
        let error = line.get("error").and_then(Value::as_str);
        assert_eq!(error, expected, "{status} {content_type}");
    }
}

#[tokio::test]
async fn what_a_handler_says_goes_before_the_body_that_it_became() {
    #[traced_handler]
    async fn fails() -> Result<(), io::Error> {
        Err(io::Error::other("the handler's"))
    }
    let answers = async || fails().await.map_err(|_| (StatusCode::NOT_FOUND, "the body's"));
    let app = Router::new().route("/", get(answers)).layer(TraceLayer::new().error_body(100));
    let request = Request::get("/").body(Body::empty()).unwrap();
    assert_eq!(line(app, request).await["error"], "the handler's");
}

#[tokio::test]
async fn a_body_is_read_as_it_passes_and_not_beyond_what_the_client_takes() {
    let never_ends = async || {
        let first = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"too many"))]);
        let body = Body::from_stream(first.chain(stream::pending()));
        (StatusCode::TOO_MANY_REQUESTS, [(header::CONTENT_TYPE, "text/plain")], body)
    };
    let app: Router =
        Router::new().route("/", get(never_ends)).layer(TraceLayer::new().error_body(100));
    let capture = Capture::new();
    capture
        .scope(async {
            let request = Request::get("/").body(Body::empty()).unwrap();
            let mut body = app.oneshot(request).await.unwrap().into_body();
            let frame = body.frame().await.unwrap().unwrap();
            assert_eq!(frame.into_data().unwrap(), "too many");
        })
        .await;
    assert_eq!(capture.values()[0]["error"], "too many");
}

#[tokio::test]
async fn a_panic_that_was_caught_says_no_status_instead() {
    let panics = async || -> () { std::panic::resume_unwind(Box::new(7)) };
    let app = Router::new().route("/", get(panics)).layer(TraceLayer::new().catch_panics());
    let line = line(app, Request::get("/").body(Body::empty()).unwrap()).await;
    assert_eq!((&line["outcome"], line.get("error")), (&"panicked".into(), None));
}

fn grpc(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
}

/// The line of a gRPC call with these in the head and in the trailers.
async fn called(head: HeaderMap, trailers: Option<HeaderMap>) -> Value {
    let service = TraceLayer::new().layer(service_fn(move |_: Request<Body>| {
        let frames =
            trailers.clone().map(|trailers| Ok::<_, io::Error>(Frame::<Bytes>::trailers(trailers)));
        let mut response = http::Response::new(StreamBody::new(stream::iter(frames)));
        response.headers_mut().extend(head.clone());
        response.headers_mut().insert(header::CONTENT_TYPE, "application/grpc".parse().unwrap());
        async { Ok::<_, std::convert::Infallible>(response) }
    }));
    let capture = Capture::new();
    capture
        .scope(async {
            let response =
                service.oneshot(Request::post("/shop.Shop/Buy").body(Body::empty()).unwrap());
            let _ = response.await.unwrap().into_body().collect().await;
        })
        .await;
    capture.values()[0].clone()
}

#[tokio::test]
async fn the_message_of_a_call_that_failed_is_its_error() {
    let gone = [("grpc-status", "13"), ("grpc-message", "backend%20is%20gone")];
    let missing = [("grpc-status", "5"), ("grpc-message", "no such item: 100%")];
    let silent = [("grpc-status", "13")];
    for (pairs, outcome, error) in [
        (&gone[..], ("error", "ERROR"), Some("backend is gone")),
        (&missing, ("ok", "INFO"), Some("no such item: 100%")),
        (&silent, ("error", "ERROR"), Some("answered gRPC status 13 (INTERNAL)")),
        (&[("grpc-status", "5")], ("ok", "INFO"), None),
        (&[("grpc-status", "99")], ("error", "ERROR"), Some("answered gRPC status 99")),
        (&[("grpc-status", "0"), ("grpc-message", "x")], ("ok", "INFO"), None),
    ] {
        for line in
            [called(grpc(pairs), None).await, called(HeaderMap::new(), Some(grpc(pairs))).await]
        {
            assert_eq!((ended(&line), line.get("error").and_then(Value::as_str)), (outcome, error));
            assert_eq!(line["grpc_status"].to_string(), pairs[0].1);
        }
    }
}
