//! All lines of the process: the servers' tasks are out of reach of a capture.

use std::{
    io,
    sync::{Arc, LazyLock},
};

use serde_json::Value;
use test_support::{in_time, json::parse};
use tokio::sync::watch;
use trace_runtime::sink::Sink;

static LINES: LazyLock<Arc<watch::Sender<String>>> = LazyLock::new(|| {
    let lines = Arc::new(watch::Sender::default());
    trace_runtime::builder().filter("trace").sink(Lines(Arc::clone(&lines))).init().unwrap();
    lines
});

struct Lines(Arc<watch::Sender<String>>);

impl Sink for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send_modify(|text| text.push_str(std::str::from_utf8(bytes).unwrap()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns all that was written so far; from the first call on, lines are kept.
pub(crate) fn written() -> String {
    LINES.borrow().clone()
}

/// Returns the lines that hold a text and match.
fn parsed(text: &str, holding: &str, matches: impl Fn(&Value) -> bool) -> Vec<Value> {
    // One search over all is faster than one for each line.
    let first = text.find(holding).unwrap_or(text.len());
    let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let lines = text[start..].lines().filter(|line| line.contains(holding));
    lines.map(parse).filter(|line| matches(line)).collect()
}

/// Returns the lines that match, as many as there are now.
pub(crate) fn lines(matches: impl Fn(&Value) -> bool) -> Vec<Value> {
    parsed(&written(), "", matches)
}

/// Returns the line that matches; waits until it is written.
pub(crate) async fn line(matches: impl Fn(&Value) -> bool) -> Value {
    wait_for("", matches).await
}

/// Returns the request line that matches; waits until it is written.
pub(crate) async fn request_line(matches: impl Fn(&Value) -> bool) -> Value {
    let request = "\"kind\":\"request\"";
    wait_for(request, |line| line["kind"] == "request" && matches(line)).await
}

/// Returns the request line of a trace; waits until it is written.
pub(crate) async fn line_of(trace_id: &str) -> Value {
    wait_for(trace_id, |line| line["kind"] == "request" && line["trace_id"] == trace_id).await
}

async fn wait_for(holding: &str, matches: impl Fn(&Value) -> bool) -> Value {
    let mut lines = LINES.subscribe();
    let found = lines.wait_for(|text| !parsed(text, holding, &matches).is_empty());
    let text = in_time(found).await.unwrap().clone();
    let mut found = parsed(&text, holding, &matches);
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

/// Waits until this is so of all that was written.
pub(crate) async fn wait_until(is_so: impl Fn(&str) -> bool) {
    let mut lines = LINES.subscribe();
    in_time(lines.wait_for(|text| is_so(text))).await.unwrap();
}

/// Returns the outcome and the level of a line.
pub(crate) fn ended(line: &Value) -> (&str, &str) {
    (line["outcome"].as_str().unwrap(), line["level"].as_str().unwrap())
}
