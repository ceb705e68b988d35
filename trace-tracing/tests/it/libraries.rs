//! Libraries with their own instrumentation, at TRACE: hyper (server and client,
//! HTTP/1 and HTTP/2), reqwest, tonic. What they say is in the request that they
//! work for.

use std::{collections::HashSet, convert::Infallible, net::SocketAddr};

use bytes::Bytes;
use http::{Request, Response, uri::PathAndQuery};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use serde_json::Value;
use test_support::grpc::Text;
use tokio::net::TcpListener;
use tonic::transport::Endpoint;
use trace_runtime::{InCurrentTrace as _, testing::Capture, timed, traced_handler};

use crate::{capture, doubled};

#[traced_handler]
async fn answer(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    tracing::debug!("answering");
    Ok(Response::new(Full::new(Bytes::from_static(b"hello"))))
}

/// Serves HTTP/1 and HTTP/2; returns where.
async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accept = async move {
        while let Ok((stream, _)) = listener.accept().await {
            let serve = async move {
                let server = auto::Builder::new(TokioExecutor::new());
                let service = service_fn(answer);
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            };
            tokio::spawn(serve.in_current_trace());
        }
    };
    tokio::spawn(accept.in_current_trace());
    address
}

#[timed]
async fn ask_hyper(address: SocketAddr, is_http2: bool) {
    let client = Client::builder(TokioExecutor::new()).http2_only(is_http2).build_http();
    let request = Request::get(format!("http://{address}/")).body(Empty::<Bytes>::new()).unwrap();
    let body = client.request(request).await.unwrap().into_body();
    assert_eq!(body.collect().await.unwrap().to_bytes(), "hello");
}

#[timed]
async fn ask_reqwest(address: SocketAddr) {
    let text = reqwest::get(format!("http://{address}/")).await.unwrap().text().await.unwrap();
    assert_eq!(text, "hello");
}

#[timed]
async fn ask_tonic(address: SocketAddr) {
    let channel = Endpoint::from_shared(format!("http://{address}")).unwrap();
    let mut client = tonic::client::Grpc::new(channel.connect().await.unwrap());
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/Shop/Count");
    // The server knows no gRPC: that is an answer, too.
    let answer = client.unary(tonic::Request::new("screws".to_owned()), path, Text).await;
    assert!(answer.is_err());
}

#[traced_handler]
async fn handler(address: SocketAddr) {
    ask_hyper(address, false).await;
    ask_hyper(address, true).await;
    ask_reqwest(address).await;
    ask_tonic(address).await;
}

async fn all() -> Capture {
    let _ = trace_log::init();
    let capture = capture();
    let ask = async { handler(serve().await).await };
    capture.scope(ask).await;
    capture
}

#[tokio::test]
async fn each_line_is_in_its_request_and_below_what_is_on_a_line() {
    let capture = all().await;
    assert!(capture.lines().iter().all(|line| doubled(line).is_none()));
    let lines = capture.values();
    let spans: HashSet<_> = lines
        .iter()
        .filter(|line| line.get("kind").is_some())
        .map(|line| (&line["trace_id"], &line["span_id"]))
        .map(|(trace, span)| (trace.as_str(), span.as_str().unwrap()))
        .collect();
    for line in lines.iter().filter(|line| line.get("trace_id").is_some()) {
        let key = if line.get("kind").is_some() { "parent_span_id" } else { "span_id" };
        if let Some(parent) = line[key].as_str() {
            let is_there = spans.contains(&(line["trace_id"].as_str(), parent));
            // Connections are still open, and so are their spans.
            let is_open = line["target"].as_str().unwrap().starts_with("h2");
            assert!(is_there || is_open, "{line}");
        }
    }
}

#[tokio::test]
async fn what_clients_say_is_below_the_step_that_asked() {
    let lines = all().await.values();
    let below = |step: &str, target: &str| {
        let steps: Vec<_> = lines.iter().filter(|line| line["name"] == step).collect();
        assert!(!steps.is_empty());
        let is_of = |line: &Value| line["target"].as_str().unwrap().starts_with(target);
        let of_step = |line: &&Value| steps.iter().any(|step| step["span_id"] == line["span_id"]);
        lines.iter().filter(|line| is_of(line)).filter(of_step).count()
    };
    assert!(below("ask_hyper", "hyper_util") > 5);
    assert!(below("ask_reqwest", "reqwest") + below("ask_reqwest", "hyper_util") > 0);
    assert_eq!(below("answer", "it::libraries"), 4);
}

#[tokio::test]
async fn at_info_they_say_next_to_nothing() {
    let _ = (trace_log::init(), trace_tracing::init());
    let capture = Capture::with_filter("info");
    let ask = async { handler(serve().await).await };
    capture.scope(ask).await;
    let ours = |line: &&Value| line["target"].as_str().unwrap().starts_with("it::");
    let lines = capture.values();
    assert_eq!(lines.iter().filter(ours).count(), lines.len(), "{lines:#?}");
}
