//! Detail on demand: lines below the filter, which are written only with
//! requests that fail, are slow, or are asked for.

mod bounds;
mod crossings;
mod crowd;
mod fates;
mod filters;
mod offered;

use serde_json::Value;
use test_support::silence_panics_on_purpose;
use trace_runtime::{Detail, DetailStats, testing::Capture};

/// Returns a capture of what is at INFO and, as detail, of all else.
fn capture(detail: Detail) -> Capture {
    silence_panics_on_purpose();
    Capture::with_detail("info", detail)
}

/// Returns a word for each line: its name, or else its message, and what the
/// line of a request says of its detail.
fn words(capture: &Capture) -> Vec<String> {
    test_support::values(capture).iter().map(word).collect()
}

fn word(line: &Value) -> String {
    let text = |key: &str| line[key].as_str().map(str::to_owned);
    let name = text("name").or_else(|| text("message")).unwrap();
    let note = text("detail").map(|detail| format!(" {detail}")).unwrap_or_default();
    let dropped = line["detail_dropped"].as_u64().map(|lines| format!(" -{lines}"));
    format!("{name}{note}{}", dropped.unwrap_or_default())
}

/// Returns what became of the lines: held, written, discarded, dropped.
#[track_caller]
fn account(capture: &Capture) -> [u64; 4] {
    let stats: DetailStats = capture.stats().detail;
    [stats.held, stats.written, stats.discarded, stats.dropped]
}
