//! Spans and records by way of a collector, and without one.

use serde_json::Value;
use test_support::{child::run, wait_until};

use crate::peer::{Peer, installed};

/// A collector that takes more than 8,192 items at a time loses the resource of some.
const SPANS: usize = 5_000;

/// Exports spans and one record to a URL.
#[track_caller]
fn export(url: &str, compression: &str) {
    let mut child = test_support::child::child(
        env!("CARGO_BIN_EXE_child"),
        &["otel_lines", &SPANS.to_string()],
    );
    child.env("OTEL_EXPORTER_OTLP_COMPRESSION", compression);
    child.env("OTEL_EXPORTER_OTLP_ENDPOINT", url).env("OTEL_SERVICE_NAME", "shop");
    let ran = run(child.env("RUST_LOG", "warn"));
    assert!(ran.status.success() && ran.lines().len() == 1, "{ran:?}");
}

#[track_caller]
fn check(receiver: &Peer) {
    wait_until("all has arrived", || {
        receiver.items("span").len() > SPANS && !receiver.items("record").is_empty()
    });
    let (spans, records) = (receiver.items("span"), receiver.items("record"));
    assert_eq!((spans.len(), records.len()), (SPANS + 1, 1));
    let request = spans.iter().find(|span| span["name"] == "handler").unwrap();
    let mut numbers = Vec::new();
    for step in spans.iter().filter(|span| span["name"] == "step") {
        assert_eq!(
            (&step["trace_id"], &step["parent_id"]),
            (&request["trace_id"], &request["span_id"])
        );
        assert_eq!((&step["service"], &step["flags"]), (&"shop".into(), &0x103.into()));
        numbers.push(step["attributes"]["number"].as_u64().unwrap());
    }
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(0..SPANS as u64), "each arrives once");
    assert_eq!(records[0]["body"], Value::from("a record"));
    assert_eq!(records[0]["severity"], 13);
}

#[test]
fn python_decodes_what_we_encode() {
    let Some(folder) = installed() else { return };
    let receiver = Peer::python(&folder, "receiver.py", &["0"]);
    export(&receiver.url(), "none");
    check(&receiver);
}

#[test]
fn a_collector_passes_all_of_it_on() {
    let Some(folder) = installed() else { return };
    let receiver = Peer::python(&folder, "receiver.py", &["0"]);
    let (_rotel, url) = Peer::rotel(&folder, &receiver.url());
    export(&url, "none");
    check(&receiver);
}

#[test]
fn compressed_it_is_the_same() {
    let Some(folder) = installed() else { return };
    let receiver = Peer::python(&folder, "receiver.py", &["0"]);
    let (_rotel, url) = Peer::rotel(&folder, &receiver.url());
    export(&url, "gzip");
    check(&receiver);
}
