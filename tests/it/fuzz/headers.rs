//! Random headers of a request: whatever comes in, what goes out is valid.

use test_support::{Random, at_once};
use trace_runtime::{
    propagation::{Incoming, TraceParent, TraceState, extract, inject},
    testing::Capture,
    traced_handler,
};

use super::fuzz;

const PARENT: &[u8] = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const STATE: &[u8] = b"congo=t61rcWkgMzE, rojo=00f067aa0ba902b7,tenant@system=1;2";
const ID: &[u8] = b"req-7/eu:1";

#[test]
fn the_headers_of_a_request() {
    fuzz(3_000, headers);
}

/// Headers as they might come, by their names.
type Headers = Vec<(&'static str, Vec<u8>)>;

fn headers(random: &mut Random) {
    let mut headers = Headers::new();
    for (name, valid) in [
        ("traceparent", PARENT),
        ("tracestate", STATE),
        ("x-request-id", ID),
        ("x-correlation-id", ID),
    ] {
        // Not there, once, or more often.
        for _ in 0..[0, 1, 1, 1, 2][random.below(5)] {
            headers.push((name, spoilt(random, valid)));
        }
    }
    let incoming = extract(|name| {
        headers.iter().filter(|(it, _)| *it == name).map(|(_, value)| value).collect::<Vec<_>>()
    });
    let continued = incoming.trace_id().map(ToString::to_string);
    let capture = Capture::new();
    let sent = at_once(capture.scope(handler(incoming)));
    check(&sent, continued.as_deref());
    let line = test_support::only(&capture);
    assert!(line["trace_id"].as_str().is_some_and(|id| !id.is_empty()), "{line}");
}

/// Changes, repeats, drops and adds some bytes.
fn spoilt(random: &mut Random, valid: &[u8]) -> Vec<u8> {
    let mut bytes = valid.to_vec();
    for _ in 0..[0, 0, 1, 2, 5][random.below(5)] {
        let at = random.below(bytes.len() + 1);
        match random.below(4) {
            0 => bytes.insert(at, random.bits().to_le_bytes()[0]),
            1 => bytes.truncate(at.max(bytes.len() / 2)),
            2 => bytes.extend(b"-=,; \t0a".repeat(random.below(40))),
            _ if at < bytes.len() => bytes[at] = random.bits().to_le_bytes()[0],
            _ => {}
        }
    }
    bytes
}

/// Returns what a call to another service would carry.
#[traced_handler(trace_id = incoming)]
async fn handler(incoming: Incoming) -> Vec<(String, String)> {
    let mut sent = Vec::new();
    inject(|name, value| sent.push((name.to_owned(), value.to_owned())));
    sent
}

fn check(sent: &[(String, String)], continued: Option<&str>) {
    let value = |name| sent.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
    let parent = value("traceparent").unwrap().parse::<TraceParent>().unwrap().to_string();
    if let Some(id) = continued.filter(|id| id.len() == 32) {
        assert_eq!(&parent[3..35], id);
    }
    if let Some(state) = value("tracestate") {
        state.parse::<TraceState>().unwrap();
        assert!(state.len() <= 512);
    }
    let is_safe = |value: &str| value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    assert!(sent.iter().all(|(_, value)| is_safe(value)), "{sent:?}");
}
