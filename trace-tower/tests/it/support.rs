//! A server, a client, and the lines that the process has written.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{Router, body::Body};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};
use trace_runtime::sink::Sink;

/// How long anything may take that is waited for.
const DEADLINE: Duration = Duration::from_secs(20);

/// All lines of the process: the servers' tasks are out of reach of a capture.
static LINES: LazyLock<Arc<watch::Sender<String>>> = LazyLock::new(|| {
    let lines = Arc::new(watch::Sender::default());
    trace_runtime::builder().filter("trace").sink(Lines(Arc::clone(&lines))).init().unwrap();
    lines
});

struct Lines(Arc<watch::Sender<String>>);

impl Sink for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send_modify(|text| text.push_str(std::str::from_utf8(bytes).unwrap()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All that was written so far.
pub(crate) fn written() -> String {
    LINES.borrow().clone()
}

/// The lines that hold a text and of which this is so.
fn parsed(text: &str, holding: &str, is_wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    // One search over all is faster than one for each line.
    let first = text.find(holding).unwrap_or(text.len());
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let lines = text[start..].lines().filter(|line| line.contains(holding));
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    lines.filter(|line| is_wanted(line)).collect()
}

/// The lines of which this is so, as many as there are now.
pub(crate) fn lines(is_wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    parsed(&written(), "", is_wanted)
}

/// The request line of which this is so; waits until it is written.
pub(crate) async fn request_line(is_wanted: impl Fn(&Value) -> bool) -> Value {
    wait_for("\"kind\":\"request\"", is_wanted).await
}

/// The request line of a trace.
pub(crate) async fn line_of(trace_id: &str) -> Value {
    wait_for(trace_id, |line| line["trace_id"] == trace_id).await
}

async fn wait_for(holding: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let is_it = |line: &Value| line["kind"] == "request" && is_wanted(line);
    let mut lines = LINES.subscribe();
    let found = lines.wait_for(|text| !parsed(text, holding, is_it).is_empty());
    let text = timeout(DEADLINE, found).await.expect("no such request line").unwrap().clone();
    let mut found = parsed(&text, holding, is_it);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

/// Waits until this is so of all that was written.
pub(crate) async fn wait_until(is_so: impl Fn(&str) -> bool) {
    let mut lines = LINES.subscribe();
    let found = lines.wait_for(|text| is_so(text));
    let _ = timeout(DEADLINE, found).await.expect("waited in vain").unwrap();
}

/// Waits until somebody takes connections at an address.
pub(crate) async fn until_it_listens(address: SocketAddr) {
    let listening = async {
        while TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(DEADLINE, listening).await.expect("nobody listens");
}

pub(crate) fn ended(line: &Value) -> (&str, &str) {
    (line["outcome"].as_str().unwrap(), line["level"].as_str().unwrap())
}

/// Serves an app, for as long as the test's runtime lives.
pub(crate) async fn serve(app: Router) -> SocketAddr {
    LazyLock::force(&LINES);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

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

    pub(crate) async fn of(
        response: Response<impl hyper::body::Body<Error: std::fmt::Debug>>,
    ) -> Self {
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
    Answer::of(timeout(DEADLINE, client.request(request)).await.unwrap().unwrap()).await
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
    let _ = timeout(DEADLINE, stream.read_to_end(&mut answer)).await.unwrap();
    answer
}

/// Sends a request, waits for the head of the response and some bytes of its
/// body, and goes away.
pub(crate) async fn leave_early(address: SocketAddr, path: &str, until: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(until.len()).any(|window| window == until) {
        assert_ne!(timeout(DEADLINE, stream.read_buf(&mut answer)).await.unwrap().unwrap(), 0);
    }
    String::from_utf8(answer).unwrap()
}

/// The value of a header in a response as it came.
pub(crate) fn raw_header<'a>(answer: &'a str, name: &str) -> &'a str {
    let lines = answer.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(it, _)| it.eq_ignore_ascii_case(name)).map(|(_, value)| value).next().unwrap()
}
