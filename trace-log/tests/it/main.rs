//! Records of the `log` crate are events: in the right request, with their
//! types, and only those that the filter lets through.

#![expect(clippy::panic, clippy::unwrap_used, reason = "the way a test says that it failed")]

mod fields;
mod filter;
mod requests;
mod tls;

use serde_json::Value;
use trace_runtime::testing::Capture;

/// Returns the lines that `run` writes.
fn lines(run: impl FnOnce()) -> Vec<Value> {
    lines_of(&Capture::new(), run)
}

fn lines_of(capture: &Capture, run: impl FnOnce()) -> Vec<Value> {
    let _ = trace_log::init();
    capture.run(run);
    capture.values()
}

/// Returns the one line that `run` writes.
fn line(run: impl FnOnce()) -> Value {
    let mut lines = lines(run);
    assert_eq!(lines.len(), 1, "{lines:#?}");
    lines.remove(0)
}
