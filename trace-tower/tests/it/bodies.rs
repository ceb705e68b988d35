//! When a response has ended, and how.

use std::{io, time::Duration};

use axum::{Router, body::Body, response::IntoResponse, routing::get};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{StatusCode, header};
use http_body_util::StreamBody;
use hyper::body::Frame;
use trace_runtime::{info, traced_handler};
use trace_tower::TraceLayer;

use crate::support::{
    self, ended, leave_early, line_of, lines, raw_header, request, send, send_raw, serve,
};

type Chunk = Result<Bytes, io::Error>;

fn chunks(count: usize) -> impl futures::Stream<Item = Chunk> + Send + 'static {
    stream::iter(0..count).then(|n| async move {
        info!(n, "chunk");
        tokio::task::yield_now().await;
        Ok(Bytes::from(format!("chunk {n}\n")))
    })
}

#[traced_handler]
async fn streamed() -> Body {
    Body::from_stream(chunks(3))
}

/// Says how long it is, and does not say that it is over.
async fn announced() -> impl IntoResponse {
    ([(header::CONTENT_LENGTH, "16")], Body::from_stream(chunks(2).chain(stream::pending())))
}

async fn endless() -> Body {
    Body::from_stream(chunks(1).chain(stream::pending()))
}

async fn pieces() -> Body {
    Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from(vec![b'x'; 1 << 16]))))
}

async fn endless_failure() -> impl IntoResponse {
    (StatusCode::SERVICE_UNAVAILABLE, endless().await)
}

async fn breaks() -> Body {
    let broken = stream::once(async { Err(io::Error::other("disk on fire")) });
    Body::from_stream(chunks(1).chain(broken))
}

async fn panics_late() -> Body {
    let panics = stream::once(async { panic!("in the body") });
    Body::from_stream(chunks(1).chain(panics))
}

async fn with_trailers() -> Body {
    let mut trailers = http::HeaderMap::new();
    trailers.insert("x-sum", "1".parse().unwrap());
    let frames = [Frame::data(Bytes::from("data")), Frame::trailers(trailers)];
    Body::new(StreamBody::new(
        stream::iter(frames.map(Ok::<_, io::Error>)).chain(stream::pending()),
    ))
}

fn app() -> Router {
    Router::new()
        .route("/fixed", get(async || "ten bytes."))
        .route("/large", get(async || "x".repeat(1 << 20)))
        .route("/empty", get(async || ()))
        .route("/no-content", get(async || StatusCode::NO_CONTENT))
        .route("/not-modified", get(async || (StatusCode::NOT_MODIFIED, endless().await)))
        .route("/streamed", get(streamed))
        .route("/announced", get(announced))
        .route("/pieces", get(pieces))
        .route("/endless", get(endless))
        .route("/endless-failure", get(endless_failure))
        .route("/breaks", get(breaks))
        .route("/panics-late", get(panics_late))
        .route("/with-trailers", get(with_trailers))
        .layer(TraceLayer::new())
}

#[tokio::test]
async fn bodies_of_every_kind_end_well() {
    let address = serve(app()).await;
    for (method, path, len) in [
        ("GET", "/fixed", 10),
        ("GET", "/large", 1 << 20),
        ("GET", "/empty", 0),
        ("GET", "/no-content", 0),
        ("GET", "/not-modified", 0),
        ("GET", "/streamed", 24),
        ("GET", "/announced", 16),
        ("HEAD", "/fixed", 0),
        ("HEAD", "/empty", 0),
        ("HEAD", "/streamed", 0),
        ("HEAD", "/announced", 0),
        ("HEAD", "/endless", 0),
    ] {
        let answer = send(request(method, address, path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.body.len(), len, "{method} {path}");
        let line = line_of(answer.trace_id()).await;
        assert_eq!(ended(&line), ("ok", "INFO"), "{method} {path}");
        assert_eq!(line["status"], answer.status.as_u16());
    }
}

#[tokio::test]
async fn the_line_of_a_streamed_response_comes_after_its_last_byte() {
    let address = serve(app()).await;
    let answer = support::get(address, "/streamed", &[("x-request-id", "streamed")]).await;
    assert_eq!(answer.body, "chunk 0\nchunk 1\nchunk 2\n");
    let line = line_of("streamed").await;
    assert_eq!(line["name"], "streamed");
    assert!(line["ttfb_ms"].as_f64() < line["duration_ms"].as_f64());
    let all = lines(|line| line["trace_id"] == "streamed");
    let messages: Vec<_> = all.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["chunk", "chunk", "chunk", "Request processed"]);
}

#[tokio::test]
async fn a_client_that_leaves_a_stream_that_has_begun_is_no_fault() {
    let address = serve(app()).await;
    for path in ["/endless", "/pieces"] {
        let answer = leave_early(address, path, b"\r\n\r\n").await;
        let line = line_of(raw_header(&answer, "x-trace-id")).await;
        assert_eq!(ended(&line), ("cancelled", "INFO"), "{path}");
        assert_eq!(line["status"], 200);
    }
}

#[tokio::test]
async fn a_failure_that_was_answered_stays_one_when_the_client_leaves() {
    let address = serve(app()).await;
    let answer = leave_early(address, "/endless-failure", b"chunk 0").await;
    let line = line_of(raw_header(&answer, "x-trace-id")).await;
    assert_eq!((ended(&line), &line["status"]), (("error", "ERROR"), &503.into()));
}

#[tokio::test]
async fn a_body_that_breaks_is_an_error_with_its_text() {
    let address = serve(app()).await;
    send_raw(address, b"GET /breaks HTTP/1.1\r\nhost: x\r\nx-request-id: breaks\r\n\r\n").await;
    let line = line_of("breaks").await;
    assert_eq!((ended(&line), &line["error"]), (("error", "ERROR"), &"disk on fire".into()));
    assert_eq!(line["status"], 200);
}

#[tokio::test]
async fn a_body_that_panics_has_panicked() {
    let address = serve(app()).await;
    let head = b"GET /panics-late HTTP/1.1\r\nhost: x\r\nx-request-id: panics-late\r\n\r\n";
    send_raw(address, head).await;
    let line = line_of("panics-late").await;
    assert_eq!((ended(&line), &line["error"]), (("panicked", "ERROR"), &"in the body".into()));
}

#[tokio::test]
async fn trailers_are_the_end_of_a_body() {
    let address = serve(app()).await;
    let answer = leave_early(address, "/with-trailers", b"data").await;
    // The server waits for more; the client is gone.
    let line = line_of(raw_header(&answer, "x-trace-id")).await;
    assert_eq!(ended(&line), ("ok", "INFO"));
}

#[tokio::test]
async fn what_a_body_holds_is_dropped_inside_the_request() {
    struct Says;
    impl Drop for Says {
        fn drop(&mut self) {
            info!("dropped");
        }
    }
    let holding = async || {
        let held = Says;
        Body::from_stream(chunks(1).chain(stream::pending()).map(move |chunk| {
            let _ = &held;
            chunk
        }))
    };
    let address = serve(Router::new().route("/", get(holding)).layer(TraceLayer::new())).await;
    let answer = leave_early(address, "/", b"chunk 0").await;
    let trace_id = raw_header(&answer, "x-trace-id").to_owned();
    line_of(&trace_id).await;
    let all = lines(|line| line["trace_id"] == trace_id.as_str());
    let messages: Vec<_> = all.iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["chunk", "dropped", "Request processed"]);
}

#[tokio::test]
async fn a_request_that_times_out_inside_is_answered_and_has_its_line() {
    let slow = async || {
        let waits = tokio::time::timeout(Duration::from_millis(1), std::future::pending::<()>());
        if waits.await.is_err() { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::OK }
    };
    let address = serve(Router::new().route("/", get(slow)).layer(TraceLayer::new())).await;
    let answer = support::get(address, "/", &[]).await;
    let line = line_of(answer.trace_id()).await;
    assert_eq!((ended(&line), &line["status"]), (("error", "ERROR"), &504.into()));
}
