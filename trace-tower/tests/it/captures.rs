//! `CaptureExt::call`, and what a capture says of a request that is still open.

use std::panic::AssertUnwindSafe;

use axum::{Router, body::Body, routing::get};
use bytes::Bytes;
use futures::{FutureExt as _, stream};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::StreamBody;
use tower::{ServiceExt as _, service_fn};
use trace_runtime::{info, testing::Capture, timed, traced_handler};
use trace_tower::{TraceLayer, testing::CaptureExt as _};

#[traced_handler]
async fn hello() -> &'static str {
    load().await
}

#[timed]
async fn load() -> &'static str {
    "hello"
}

fn app() -> Router {
    Router::new().route("/", get(hello)).layer(TraceLayer::new())
}

fn request(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

/// Returns what a future panics with.
async fn failure<R>(future: impl Future<Output = R>) -> String {
    let caught = AssertUnwindSafe(future).catch_unwind().await;
    let Err(payload) = caught else { panic!("it held") };
    *payload.downcast().expect("a text that was put together")
}

#[tokio::test]
async fn a_call_returns_head_and_body_of_a_request_that_has_ended() {
    let capture = Capture::new();
    let (response, body) = capture.call(app(), request("/")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(body, "hello");
    capture.assert_request("hello").outcome("ok").field("status", 200).has_step("load");
    assert_eq!(
        response.headers()["x-trace-id"],
        *capture.values()[0]["trace_id"].as_str().unwrap()
    );
}

#[tokio::test]
async fn a_call_can_be_spawned() {
    let capture = Capture::new();
    let calling = capture.clone();
    let call = tokio::spawn(async move { calling.call(app(), request("/")).await });
    assert_eq!(call.await.unwrap().1, "hello");
    capture.assert_request("hello").outcome("ok");
}

#[tokio::test]
async fn a_body_of_many_frames_is_put_together_without_its_trailers() {
    let service = service_fn(|_: Request<Body>| async {
        let data = |text| Ok::<_, String>(Frame::data(Bytes::from_static(text)));
        let frames =
            [data(b"one "), data(b""), data(b"two"), Ok(Frame::trailers(HeaderMap::new()))];
        info!("answered");
        Ok::<_, String>(Response::new(StreamBody::new(stream::iter(frames))))
    });
    let capture = Capture::new();
    let (_, body) = capture.call(service, request("/")).await;
    assert_eq!(body, "one two");
    assert_eq!(capture.tree(), "\"answered\"\n");
}

#[tokio::test]
async fn a_service_or_a_body_that_fails_is_a_panic_that_says_why() {
    let capture = Capture::new();
    let service = service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>("no backend") });
    let message = failure(capture.call(service, request("/"))).await;
    assert_eq!(message, "the service failed: \"no backend\"");
    let body = || StreamBody::new(stream::iter([Err::<Frame<Bytes>, _>("torn")]));
    let service =
        service_fn(|_: Request<Body>| async move { Ok::<_, String>(Response::new(body())) });
    let message = failure(capture.call(service, request("/"))).await;
    assert_eq!(message, "the body failed: \"torn\"");
}

#[tokio::test]
async fn a_request_whose_body_is_not_read_is_still_open_and_says_why() {
    let capture = Capture::new();
    let response = capture.scope(app().oneshot(request("/"))).await.unwrap();
    let why = "still open: its response body has not been read to its end or dropped";
    let tree = format!("hello {why}\n  load ok\n");
    assert_eq!(capture.tree(), tree);
    let message = failure(async { capture.assert_request("hello") }).await;
    assert_eq!(message, format!("request `hello` is {why}\n  hello {why}\n    load ok"));
    drop(response);
    capture.assert_request("hello").outcome("cancelled");
}

#[tokio::test]
async fn a_request_without_a_response_is_still_open_and_says_why() {
    let capture = Capture::new();
    let waits = Router::new().route("/", get(std::future::pending::<()>)).layer(TraceLayer::new());
    let mut response = Box::pin(capture.scope(waits.oneshot(request("/"))));
    assert!(futures::poll!(&mut response).is_pending());
    assert_eq!(capture.tree(), "http_request still open: there is no response yet\n");
    drop(response);
    capture.assert_request("http_request").outcome("cancelled");
}
