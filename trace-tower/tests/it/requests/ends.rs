//! Requests that their handler does not answer.

use std::time::Duration;

use axum::{
    Router,
    extract::{Path, Request},
    middleware::{self, Next},
    routing::get,
};
use http::StatusCode;
use tokio::net::TcpStream;
use tower::{Layer as _, service_fn};
use trace_runtime::traced_handler;
use trace_tower::TraceLayer;

use super::{app, layer};
use crate::support::{self, ended, line_of, serve};

#[tokio::test]
async fn a_panic_closes_the_connection_and_has_its_line() {
    let address = serve(app(layer())).await;
    let head = b"GET /panics HTTP/1.1\r\nhost: x\r\nx-request-id: panics-bare\r\n\r\n";
    assert_eq!(support::send_raw(address, head).await, b"");
    let line = line_of("panics-bare").await;
    assert_eq!((ended(&line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!((&line["name"], line.get("status")), (&"panics".into(), None));
}

#[tokio::test]
async fn a_panic_that_is_caught_is_a_500_with_the_id() {
    let address = serve(app(layer().catch_panics())).await;
    let answer = support::get(address, "/panics", &[("x-request-id", "panics-caught")]).await;
    assert_eq!((answer.status.as_u16(), answer.trace_id()), (500, "panics-caught"));
    assert_eq!(answer.body.len(), 0);
    let line = line_of("panics-caught").await;
    assert_eq!((ended(&line), &line["error"]), (("panicked", "ERROR"), &"oh no".into()));
    assert_eq!((&line["name"], &line["status"]), (&"panics".into(), &500.into()));
}

#[tokio::test]
async fn a_client_that_does_not_wait_for_the_response_has_cancelled() {
    let address = serve(app(layer())).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let head = b"GET /waits HTTP/1.1\r\nhost: x\r\nx-request-id: gone\r\n\r\n";
    stream.writable().await.unwrap();
    assert_eq!(stream.try_write(head).unwrap(), head.len());
    drop(stream);
    let line = line_of("gone").await;
    assert_eq!((ended(&line), line.get("status")), (("cancelled", "WARN"), None));
    assert_eq!(line["name"], "waits");
}

#[tokio::test]
async fn a_service_that_fails_without_a_response_has_its_line() {
    let service = service_fn(async |_: http::Request<hyper::body::Incoming>| {
        Err::<http::Response<String>, _>(std::io::Error::other("no workers"))
    });
    let address = support::serve_hyper(TraceLayer::new().layer(service)).await;
    let head = b"GET / HTTP/1.1\r\nhost: x\r\nx-request-id: service-failed\r\n\r\n";
    support::send_raw(address, head).await;
    let line = line_of("service-failed").await;
    assert_eq!((ended(&line), &line["error"]), (("error", "ERROR"), &"no workers".into()));
}

/// The answer of a layer says nothing about the handler that it cut off.
#[tokio::test]
async fn a_handler_that_a_layer_cut_off_is_cancelled_whatever_the_layer_answers() {
    #[traced_handler]
    async fn endless() {
        std::future::pending::<()>().await;
    }
    async fn impatient(Path(status): Path<u16>, request: Request, next: Next) -> StatusCode {
        let answer = tokio::time::timeout(Duration::from_millis(1), next.run(request)).await;
        assert!(answer.is_err());
        StatusCode::from_u16(status).unwrap()
    }
    let app = Router::new()
        .route("/cut-off/{status}", get(endless))
        .layer(middleware::from_fn(impatient))
        .layer(TraceLayer::new());
    let address = serve(app).await;
    for (status, level) in [(408, "WARN"), (200, "WARN"), (503, "ERROR")] {
        let answer = support::get(address, &format!("/cut-off/{status}"), &[]).await;
        let line = line_of(answer.trace_id()).await;
        assert_eq!(ended(&line), ("cancelled", level));
        assert_eq!((&line["name"], &line["status"]), (&"endless".into(), &status.into()));
    }
}
