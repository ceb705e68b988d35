//! Lines in formats of others, read by their own code.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use trace_runtime::{Format, info, testing::Capture, timed, traced_handler};

use crate::peer::installed;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[traced_handler(trace_id = TRACE)]
async fn get_order() {
    load();
}

#[timed]
fn load() {
    info!(severity = "high", "loaded");
}

async fn lines(format: Format) -> Vec<Value> {
    let capture = Capture::with_format(format);
    capture.scope(get_order()).await;
    capture.values()
}

/// Returns the lines that a script prints for the lines that it is given.
fn answers(folder: &Path, script: &str, lines: &[Value]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(script);
    let mut command = Command::new(folder.join("bin/python"));
    command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for line in lines {
        writeln!(stdin, "{line}").unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let output = String::from_utf8(output.stdout).unwrap();
    output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The keys that the agent takes out of a line, and the entry's.
const OF_ENTRIES: [(&str, &str); 6] = [
    ("severity", "severity"),
    ("time", "timestamp"),
    ("httpRequest", "httpRequest"),
    ("logging.googleapis.com/trace", "trace"),
    ("logging.googleapis.com/spanId", "spanId"),
    ("logging.googleapis.com/trace_sampled", "traceSampled"),
];

#[tokio::test]
async fn google_clouds_own_types_take_each_field_as_it_is() {
    let Some(folder) = installed() else { return };
    let mut lines = lines(Format::gcp("shop-prod")).await;
    let edge = json!({
        "time": "2026-11-22T03:00:09.143456Z", "severity": "WARNING", "message": "Request processed",
        "httpRequest": {"requestMethod": "GET", "requestUrl": "/x", "status": 200, "latency": "0.020250s"},
    });
    lines.push(edge);
    let entries = answers(&folder, "gcp.py", &lines);
    assert_eq!(entries.len(), 4);
    for (line, entry) in lines.iter().zip(&entries) {
        for (key, name) in OF_ENTRIES {
            let differs = line.get(key) != entry.get(name);
            assert!(!differs, "{key} of {line} in {entry}");
        }
        assert_eq!(entry["jsonPayload"]["message"], line["message"]);
    }
    assert_eq!(entries[0]["jsonPayload"]["field.severity"], "high");
}

#[tokio::test]
async fn datadogs_tracer_writes_the_same_ids_under_the_same_names() {
    let Some(folder) = installed() else { return };
    let lines = lines(Format::Datadog).await;
    let theirs = answers(&folder, "datadog.py", &lines);
    assert_eq!(theirs.len(), 3);
    for (line, theirs) in lines.iter().zip(theirs) {
        for key in ["dd.trace_id", "dd.span_id"] {
            assert_eq!(line[key], theirs[key], "{line}");
        }
    }
}
