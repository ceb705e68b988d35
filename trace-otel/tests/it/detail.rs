//! What is exported of requests that hold detail: all spans, and of the events
//! those that are written at once.

use std::collections::BTreeMap;

use trace_runtime::{
    Detail, debug,
    edge::{self, Outcome, Request},
    info,
    propagation::Incoming,
    timed, traced_handler,
};

use crate::support::Exported;

#[traced_handler]
async fn handler(fails: bool) -> Result<(), ()> {
    for at in 0..10 {
        debug!(at, "held");
    }
    info!("at once");
    if fails { Err(()) } else { Ok(()) }
}

#[tokio::test]
async fn all_spans_are_exported_and_no_event_that_was_held() {
    let exported = Exported::with_detail(Detail::when_failed());
    for number in 0..1_010 {
        let _ = exported.capture.scope(handler(number % 101 == 0)).await;
    }
    assert_eq!(exported.capture.lines().len(), 1_000 * 2 + 10 * 12);
    assert_eq!(exported.spans().items.len(), 1_010);
    let mut records = BTreeMap::<_, u32>::new();
    for record in exported.logs().items {
        *records.entry(record.severity_text).or_default() += 1;
    }
    assert_eq!(records, [("INFO".to_owned(), 1_010)].into());
}

#[timed(level = "debug")]
fn probe() {
    debug!("one");
    debug!("two");
}

/// Answers a request of a quiet route: so many took longer than is allowed.
fn answer(number: u32) {
    let callsite = edge::callsite!("http_request", target: "my_edge");
    let mut request = Request::open(callsite, Incoming::none(), "GET", "/health");
    request.set_quiet();
    request.enter(probe);
    if number == 40 || number == 41 {
        std::thread::sleep(SLOW);
    }
    let fails = [7, 8, 9].contains(&number);
    request.set_status(if fails { 503 } else { 200 });
    request.end(if fails { Outcome::Error } else { Outcome::Ok });
}

const SLOW: std::time::Duration = std::time::Duration::from_millis(250);

#[test]
fn of_a_quiet_route_only_what_failed_or_was_slow_has_lines_and_spans() {
    let exported = Exported::with_detail(Detail::when_failed_or_slow(SLOW));
    exported.capture.run(|| (0..1_000).for_each(answer));
    let lines = exported.capture.values();
    let words: Vec<_> = lines.iter().map(|line| line["message"].as_str().unwrap()).collect();
    let of_one = ["one", "two", "Step finished", "Request processed"];
    // A machine that is busy may have made another one slow.
    assert!((5..20).contains(&(words.len() / 4)), "{words:?}");
    assert!(words.chunks(4).all(|words| words == of_one), "{words:?}");
    let requests = words.len() / 4;
    let spans = exported.spans();
    let requests_of = |name: &str| spans.items.iter().filter(|span| span.name == name).count();
    assert_eq!(requests_of("GET"), requests);
    let detail = exported.capture.stats().detail;
    assert_eq!((detail.held, detail.made()), (0, 3_000));
    assert_eq!(detail.written, 3 * requests as u64);
}
