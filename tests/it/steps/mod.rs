//! `steps` on the request line: where the time went, added up by place in the
//! code, in the order in which these first began.

mod counted;
mod entries;
mod room;
mod times;

use serde_json::Value;
use test_support::closing;
use tokio::task::yield_now;
use trace_runtime::{testing::Capture, timed};

#[timed]
async fn save() {
    yield_now().await;
}

#[timed]
fn check(is_right: bool) -> Result<(), &'static str> {
    if is_right { Ok(()) } else { Err("wrong") }
}

/// Returns the entries of the request `handler`.
#[track_caller]
fn steps(capture: &Capture) -> Vec<Value> {
    let request = closing(capture, "handler");
    assert_eq!(request["kind"], "request");
    request.get("steps").map_or_else(Vec::new, |steps| steps.as_array().unwrap().clone())
}

/// Returns these entries without their times: `load 2, check 3 (1 failed)`.
#[track_caller]
fn summary(capture: &Capture) -> String {
    let step = |step: &Value| {
        let (name, count) = (step["name"].as_str().unwrap(), &step["count"]);
        let failed = Some(&step["errors"]).filter(|errors| **errors != 0);
        let failed = failed.map(|errors| format!(" ({errors} failed)"));
        let cancelled = step.get("cancelled").map(|cancelled| format!(" ({cancelled} cancelled)"));
        format!("{name} {count}{}{}", failed.unwrap_or_default(), cancelled.unwrap_or_default())
    };
    steps(capture).iter().map(step).collect::<Vec<_>>().join(", ")
}
