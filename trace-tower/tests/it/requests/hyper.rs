//! A server of hyper, without axum.

use std::convert::Infallible;

use axum::body::Body;
use hyper_util::rt::TokioExecutor;
use tower::{Layer as _, service_fn};
use trace_runtime::info;
use trace_tower::TraceLayer;

use crate::support::{self, Answer, ended, line_of, lines, request};

#[tokio::test]
async fn a_hyper_server_with_http2_is_traced_the_same() {
    let service = service_fn(async |_: http::Request<hyper::body::Incoming>| {
        info!("inside");
        Ok::<_, Infallible>(http::Response::new("answer".to_owned()))
    });
    let address = support::serve_hyper(TraceLayer::new().layer(service)).await;
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let request = request("GET", address, "/h2").body(Body::empty()).unwrap();
    let answer = Answer::of(client.request(request).await.unwrap()).await;
    let line = line_of(answer.trace_id()).await;
    assert_eq!((ended(&line), &line["path"]), (("ok", "INFO"), &"/h2".into()));
    let inside = lines(|it| it["message"] == "inside");
    assert_eq!(inside[0]["trace_id"], line["trace_id"]);
}
