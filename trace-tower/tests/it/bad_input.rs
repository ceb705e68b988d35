//! What is refused appears in no line and in no response; what is accepted is
//! passed on as the standard says. The request is served all the same.

use std::collections::BTreeMap;

use axum::{Router, routing::get};
use serde_json::{Value, json};
use trace_runtime::{propagation::inject, traced_handler};
use trace_tower::TraceLayer;

use crate::support::{self, line_of, request_line, send_raw, serve};

const VALID: &str = "00-6bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Answers with what it would send to another service.
#[traced_handler]
async fn passes_on() -> String {
    let mut headers = BTreeMap::new();
    inject(|name, value| {
        headers.insert(name.to_owned(), value.to_owned());
    });
    json!(headers).to_string()
}

async fn server() -> std::net::SocketAddr {
    serve(Router::new().route("/{*path}", get(passes_on)).layer(TraceLayer::new())).await
}

/// What was passed on, of a request with these headers as bytes.
async fn sent_with(path: &str, headers: &[&[u8]]) -> (String, Value) {
    let mut head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n").into_bytes();
    for header in headers {
        head.extend_from_slice(header);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    let answer = send_raw(server().await, &head).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn request_ids_that_are_refused_appear_nowhere() {
    let long = format!("x-request-id: {}", "marker-".repeat(900));
    let cases: [(&str, &[&[u8]], &str); 9] = [
        ("/quotes", &[b"x-request-id: marker-\"quoted\""], "charset"),
        ("/spaces", &[b"x-request-id: marker- two"], "charset"),
        ("/percent", &[b"x-request-id: marker-%0d%0aset-cookie:%20a"], "charset"),
        ("/ansi", &[b"x-request-id: marker-\\x1b[31m"], "charset"),
        ("/bytes", &[b"x-request-id: marker-\xFF\xFE"], "charset"),
        ("/latin", &[b"x-request-id: marker-\xE9"], "charset"),
        ("/long", &[long.as_bytes()], "too_long"),
        ("/two", &[b"x-request-id: marker-1", b"X-Request-ID: marker-2"], "multiple"),
        ("/nothing", &[b"x-request-id:", b"x-correlation-id: marker-3"], "empty"),
    ];
    for (path, headers, reason) in cases {
        let (head, sent) = sent_with(path, headers).await;
        let line = request_line(|line| line["path"] == path).await;
        assert_eq!(line["request_id_rejected"], reason, "{path}");
        let id = line["trace_id"].as_str().unwrap();
        assert_eq!(id.len(), 32);
        assert_eq!(support::raw_header(&head, "x-trace-id"), id);
        assert_eq!(support::raw_header(&head, "x-request-id"), id);
        assert_eq!(sent["x-request-id"], id);
        assert!(!head.contains("marker-"), "{path}");
    }
    assert!(!support::written().contains("marker-"));
}

#[tokio::test]
async fn bytes_that_no_header_may_hold_never_get_to_a_line() {
    for value in [&b"raw\x1b[31mred"[..], b"raw\0nul", b"raw\r\n folded"] {
        let head = [b"GET /raw HTTP/1.1\r\nhost: x\r\nx-request-id: ", value, b"\r\n\r\n"].concat();
        // hyper refuses the request before there is one.
        let answer = send_raw(server().await, &head).await;
        assert!(answer.starts_with(b"HTTP/1.1 400"), "{}", String::from_utf8_lossy(&answer));
    }
    assert!(!support::written().contains("/raw"));
    // A line that breaks where it may is a header of its own.
    let (head, _) = sent_with("/split", &[b"x-request-id: split\r\nset-cookie: a=b"]).await;
    assert_eq!(support::raw_header(&head, "x-trace-id"), "split");
    assert!(!head.contains("set-cookie"));
}

#[tokio::test]
async fn a_traceparent_that_is_not_valid_begins_a_new_trace() {
    let upper = VALID.to_uppercase();
    let cases = [
        upper.as_str(),
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-6bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-6bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-6bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
    ];
    for (n, value) in cases.into_iter().enumerate() {
        let path = format!("/parent/{n}");
        let header = format!("traceparent: {value}");
        let (head, sent) = sent_with(&path, &[header.as_bytes(), b"tracestate: foo=1"]).await;
        let line = request_line(|line| line["path"] == path.as_str()).await;
        assert_ne!(line["trace_id"], &VALID[3..35]);
        assert!(line.get("parent_span_id").is_none() && line.get("request_id_rejected").is_none());
        assert_eq!(support::raw_header(&head, "x-trace-id"), line["trace_id"].as_str().unwrap());
        assert!(sent.get("tracestate").is_none());
        assert!(sent["traceparent"].as_str().unwrap().ends_with("-03"));
    }
}

#[tokio::test]
async fn two_traceparents_begin_a_new_trace() {
    let header = format!("traceparent: {VALID}");
    let (_, sent) = sent_with("/parents", &[header.as_bytes(), header.as_bytes()]).await;
    assert!(!sent["traceparent"].as_str().unwrap().contains(&VALID[3..35]));
}

#[tokio::test]
async fn a_tracestate_is_passed_on_or_discarded_as_a_whole() {
    let members = |count| (0..count).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
    let (most, too_many) = (members(32), members(33));
    let cases: [(&[&str], Option<&str>); 6] = [
        (&[&most], Some(&most)),
        (&[&too_many], None),
        (&[""], None),
        (&["foo=1", "", "bar=2"], Some("foo=1,bar=2")),
        (&["foo=1,Bar=2"], None),
        (&["foo=1", "foo=2"], Some("foo=1")),
    ];
    let parent = format!("traceparent: {VALID}").replace("6b", "7b");
    for (values, expected) in cases {
        let lines: Vec<_> = values.iter().map(|value| format!("tracestate: {value}")).collect();
        let mut headers = vec![parent.as_bytes()];
        headers.extend(lines.iter().map(String::as_bytes));
        let (_, sent) = sent_with("/state", &headers).await;
        assert_eq!(sent.get("tracestate").and_then(Value::as_str), expected);
        assert!(sent["traceparent"].as_str().unwrap().contains("7bf92f3577b34da6a3ce929d0e0e4736"));
    }
}

#[tokio::test]
async fn paths_are_written_as_they_came_and_never_break_a_line() {
    let long = format!("/{}", "a".repeat(6_000));
    for path in ["/%22%0a%1b%5b31m", "/a'b", long.as_str()] {
        let answer = support::get(server().await, path, &[]).await;
        let line = line_of(answer.trace_id()).await;
        let written = line["path"].as_str().unwrap();
        assert!(path.starts_with(written) && (written == path || line["truncated"] == true));
    }
}
