//! What is set for all requests: scenarios of `process/steps.rs`.

use std::time::Duration;

use test_support::at_once;
use trace_runtime::{Limits, builder, record, record_request, step, timed, traced_handler};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("slow_requests", [nanos]) => slow_requests(nanos),
        ("limited_steps", [bytes]) => limited_steps(bytes),
        ("shortest_lines", _) => shortest_lines(),
        ("late_static_fields", _) => late_static_fields(),
        _ => return false,
    }
    true
}

#[traced_handler]
async fn without_threshold() {
    step();
    inner().await;
}

#[timed]
fn step() {}

#[traced_handler]
async fn inner() {}

#[traced_handler(slow = "1ns")]
async fn lower() {}

#[traced_handler(slow = "3600s")]
async fn higher() {}

fn slow_requests(nanos: &str) {
    let longer_than = Duration::from_nanos(nanos.parse().unwrap());
    builder().slow_requests(longer_than).init().unwrap();
    at_once(without_threshold());
    at_once(lower());
    at_once(higher());
}

/// Forty places in the code.
macro_rules! forty_steps {
    ($($name:literal)*) => {
        for _ in 0..2 {
            $(step!($name, level = "debug", {});)*
        }
    };
}

#[traced_handler]
async fn with_many_steps() {
    forty_steps! {
        "s00" "s01" "s02" "s03" "s04" "s05" "s06" "s07" "s08" "s09"
        "s10" "s11" "s12" "s13" "s14" "s15" "s16" "s17" "s18" "s19"
        "s20" "s21" "s22" "s23" "s24" "s25" "s26" "s27" "s28" "s29"
        "s30" "s31" "s32" "s33" "s34" "s35" "s36" "s37" "s38" "s39"
    }
}

fn limited_steps(bytes: &str) {
    let limits = Limits::default().steps(bytes.parse().unwrap());
    builder().limits(limits).init().unwrap();
    at_once(with_many_steps());
}

/// Requests with all that a line can hold, each with more of it.
fn shortest_lines() {
    let limits = Limits::default().line(2_560).steps(usize::MAX);
    builder().limits(limits).field("service", "s".repeat(400)).init().unwrap();
    for length in (0..2_600).step_by(20) {
        let _ = at_once(talkative(length));
    }
}

#[traced_handler(
    trace_id = "not acceptable",
    slow = "1ns",
    fields(text = "t".repeat(length)),
    carry(carried = "c".repeat(length)),
)]
async fn talkative(length: usize) -> Result<(), String> {
    with_many_steps().await;
    forty_steps! {
        "t00" "t01" "t02" "t03" "t04" "t05" "t06" "t07" "t08" "t09"
        "t10" "t11" "t12" "t13" "t14" "t15" "t16" "t17" "t18" "t19"
    }
    Err("e".repeat(length))
}

fn late_static_fields() {
    builder().field("service", "shop").field("items", "all").init().unwrap();
    at_once(records());
}

#[traced_handler]
async fn records() {
    let late = || record!(service = "of the step");
    step!("late", { late() });
    record_request!(service = "of the request");
    let stream = step!("stream", stream = futures::stream::iter(0..3));
    futures::StreamExt::count(stream).await;
}
