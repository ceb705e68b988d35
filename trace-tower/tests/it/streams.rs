//! Streams of events: they end when their client leaves.

use std::{io, pin::pin};

use axum::{Router, body::Body, response::IntoResponse, routing::get};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use trace_runtime::testing::Capture;
use trace_tower::TraceLayer;

use crate::support::ended;

const FIRST: Bytes = Bytes::from_static(b"data: first\n\n");

fn endless(content_type: &'static str, status: u16) -> impl IntoResponse {
    let body =
        Body::from_stream(stream::iter([Ok::<_, io::Error>(FIRST)]).chain(stream::pending()));
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, content_type)], body)
}

async fn breaks() -> impl IntoResponse {
    let broken = Err(io::Error::other("disk on fire"));
    (
        [(header::CONTENT_TYPE, "text/event-stream")],
        Body::from_stream(stream::iter([Ok(FIRST), broken])),
    )
}

/// The line of a request whose client has taken one frame, and has left.
async fn left(app: Router) -> Value {
    line(app, 1).await
}

/// The line of a request whose client has taken some frames.
async fn line(app: Router, frames: usize) -> Value {
    let capture = Capture::new();
    capture
        .scope(async {
            let request = http::Request::get("/").body(Body::empty()).unwrap();
            let mut body = pin!(app.oneshot(request).await.unwrap().into_body());
            for _ in 0..frames {
                let _ = body.frame().await;
            }
        })
        .await;
    let lines = capture.values();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines[0].clone()
}

fn app(content_type: &'static str, status: u16, layer: TraceLayer) -> Router {
    Router::new().route("/", get(async move || endless(content_type, status))).layer(layer)
}

#[tokio::test]
async fn a_stream_that_its_client_leaves_has_ended_well() {
    for (content_type, status, kind, expected) in [
        ("text/event-stream", 200, "stream", ("ok", "INFO")),
        ("application/x-ndjson; charset=utf-8", 200, "stream", ("ok", "INFO")),
        ("application/jsonl", 206, "stream", ("ok", "INFO")),
        ("multipart/x-mixed-replace; boundary=x", 200, "stream", ("ok", "INFO")),
        ("text/event-stream", 404, "stream", ("cancelled", "INFO")),
        ("text/event-stream", 503, "stream", ("error", "ERROR")),
        ("text/plain", 200, "request", ("cancelled", "INFO")),
    ] {
        let line = left(app(content_type, status, TraceLayer::new())).await;
        assert_eq!(ended(&line), expected, "{content_type} {status}");
        assert_eq!((&line["kind"], &line["status"]), (&kind.into(), &status.into()));
        assert!(line["ttfb_ms"].is_number());
    }
}

#[tokio::test]
async fn a_stream_that_breaks_is_an_error() {
    let app = Router::new().route("/", get(breaks)).layer(TraceLayer::new());
    let line = line(app, 2).await;
    assert_eq!((ended(&line), &line["error"]), (("error", "ERROR"), &"disk on fire".into()));
    assert_eq!((&line["kind"], &line["status"]), (&"stream".into(), &200.into()));
}

#[tokio::test]
async fn which_responses_are_streams_can_be_set() {
    let all = TraceLayer::new().streams(|response| response.status == 200);
    let line = left(app("video/mp4", 200, all)).await;
    assert_eq!((ended(&line), &line["kind"]), (("ok", "INFO"), &"stream".into()));
    let none = TraceLayer::new().streams(|_| false);
    let line = left(app("text/event-stream", 200, none)).await;
    assert_eq!((ended(&line), &line["kind"]), (("cancelled", "INFO"), &"request".into()));
}

#[tokio::test]
async fn a_quiet_stream_that_its_client_leaves_has_no_line() {
    let capture = Capture::new();
    let app = app("text/event-stream", 200, TraceLayer::new().quiet(["/"]));
    let request = http::Request::get("/").body(Body::empty()).unwrap();
    drop(capture.scope(app.oneshot(request)).await.unwrap());
    assert!(capture.lines().is_empty());
}
