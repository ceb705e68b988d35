//! Two services, one of them with OpenTelemetry's SDK for Python: it calls ours,
//! which calls it back. A collector has one trace.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::Value;
use test_support::wait_until;

use crate::peer::{Peer, installed};

/// Requests a path, and returns the body.
fn get(url: &str, path: &str) -> String {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn a_trace_through_two_services_is_one_and_its_parents_are_right() {
    let Some(folder) = installed() else { return };
    let receiver = Peer::python(&folder, "receiver.py", &["0"]);
    let (_rotel, collector) = Peer::rotel(&folder, &receiver.url());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &*collector),
        ("OTEL_SERVICE_NAME", "rust"),
        ("OTEL_BSP_SCHEDULE_DELAY", "50"),
        ("RUST_LOG", "off"),
    ];
    let ours = Peer::ours(&["otel_serve"], &variables);
    let python = Peer::python(&folder, "service.py", &[&collector, &ours.url()]);
    // Ours learns where to call back from the path of a first request.
    get(&ours.url(), &format!("/call/{}", python.url()));
    get(&python.url(), "/unsampled");
    let trace_id = get(&python.url(), "/start");
    let of_trace = || {
        let spans = receiver.items("span").into_iter();
        spans.filter(|span| span["trace_id"] == trace_id).collect::<Vec<_>>()
    };
    wait_until("the trace is whole", || of_trace().len() >= 4);
    let spans = of_trace();
    assert_eq!(spans.len(), 4, "{spans:#?}");
    let named = |service: &str, name: &str| {
        let is_it = |span: &&Value| span["service"] == service && span["name"] == name;
        spans.iter().find(is_it).unwrap_or_else(|| panic!("no {name}: {spans:#?}"))
    };
    let (start, server) = (named("python", "python /start"), named("rust", "GET /ours"));
    let (client, end) = (named("rust", "GET"), named("python", "python /end"));
    assert_eq!(start["parent_id"], "");
    assert_eq!(server["parent_id"], start["span_id"]);
    assert_eq!(client["parent_id"], server["span_id"]);
    assert_eq!(end["parent_id"], client["span_id"]);
    assert_eq!((&server["span_kind"], &client["span_kind"]), (&2.into(), &3.into()));
    assert_eq!(server["flags"].as_u64().unwrap() & 0x300, 0x300);
    // What Python did not sample was exported by neither.
    let others = receiver.items("span").into_iter().filter(|span| span["trace_id"] != trace_id);
    assert_eq!(others.map(|span| span["name"].clone()).collect::<Vec<_>>(), [""; 0]);
}
