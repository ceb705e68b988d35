//! Requests over a connection, by hyper's client and byte by byte.

use std::{fmt::Debug, net::SocketAddr};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use test_support::in_time;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What was answered, all of it.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn trace_id(&self) -> &str {
        self.header("x-trace-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) async fn of(response: Response<impl hyper::body::Body<Error: Debug>>) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap_or_else(|error| panic!("{error:?}")).to_bytes();
        Self { status: parts.status, headers: parts.headers, body }
    }
}

pub(crate) fn request(method: &str, address: SocketAddr, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("http://{address}{path}"))
}

/// Sends a request with hyper's client.
pub(crate) async fn send(request: Request<Body>) -> Answer {
    let client = Client::builder(TokioExecutor::new()).build_http();
    Answer::of(in_time(client.request(request)).await.unwrap()).await
}

pub(crate) async fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = request("GET", address, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request.body(Body::empty()).unwrap()).await
}

/// Sends bytes as they are, and returns what comes back until the server
/// closes the connection.
pub(crate) async fn send_raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A connection that is reset has given all that it will.
    let _ = in_time(stream.read_to_end(&mut answer)).await;
    answer
}

/// Sends a request, waits for the head of the response and some bytes of its
/// body, and closes the connection.
pub(crate) async fn leave_early(address: SocketAddr, path: &str, until: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(until.len()).any(|window| window == until) {
        assert_ne!(in_time(stream.read_buf(&mut answer)).await.unwrap(), 0);
    }
    String::from_utf8(answer).unwrap()
}

/// Returns the value of a header in a response as it came.
pub(crate) fn raw_header<'a>(answer: &'a str, name: &str) -> &'a str {
    let lines = answer.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap()
}
