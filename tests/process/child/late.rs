//! Fields that come after their request has ended: scenarios of
//! `process/late.rs`.

use std::io;

use test_support::at_once;
use trace_runtime::{
    Context, carry, count_request, init, record, record_request, request_error, traced_handler,
};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("too_late", [what]) => too_late(what),
        ("outside_any_request", _) => outside_any_request(),
        _ => return false,
    }
    true
}

#[traced_handler(trace_id = "req-7")]
async fn handler() -> Context {
    Context::current()
}

fn too_late(what: &str) {
    init().unwrap();
    let ended = at_once(handler());
    for _ in 0..2 {
        ended.run(|| add(what));
    }
}

fn outside_any_request() {
    init().unwrap();
    for what in ["record", "record_request", "carry", "count_request", "request_error"] {
        add(what);
    }
}

fn add(what: &str) {
    match what {
        "record" => record!(rows = 1),
        "record_request" => record_request!(rows = 1),
        "carry" => carry!(rows = 1),
        "count_request" => count_request!(rows),
        _ => request_error(&io::Error::other("too late")),
    }
}
