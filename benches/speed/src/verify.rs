//! Checks that all contestants write the same content: each line is parsed, and
//! must have the facts of every other contestant's line, under one of their
//! possible names.

use serde_json::Value;

use crate::workloads::Workload;

/// The facts that each line must have, and their possible names.
const FACTS: [&[&str]; 6] =
    [&["timestamp", "ts"], &["level"], MESSAGE, &["trace_id"], &["span_id"], &["target"]];
const MESSAGE: &[&str] = &["message", "msg", "payload"];
const DURATION: &[&str] = &["duration_ms", "time.busy"];
/// The keys of the workload `fields`.
const KEYS: [&str; 16] =
    ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "o", "p", "q"];

/// Returns an error if the lines of a batch are wrong.
pub(crate) fn batch(workload: &Workload, text: &str) -> Result<(), String> {
    let lines: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
    let lines = lines.map_err(|error| format!("{error}: {text}"))?;
    equal("lines", lines.len() as u64, workload.all_lines())?;
    if let Some((line, fact)) = lines.iter().find_map(|line| Some((line, missing(line)?))) {
        return Err(format!("no {fact}: {line}"));
    }
    let calls = u64::from(workload.all_calls());
    let parameter = workload.parameter.unwrap_or_default();
    match workload.family {
        "event" => count_of(&lines, "a path", calls, |line| find(line, &["path"]).is_some()),
        "timed sync" | "timed async" => steps(&lines, calls + 1),
        "nested" => steps(&lines, calls * u64::from(parameter) + 1),
        "fields" => count_of(&lines, "the fields", calls, |line| has_fields(line, parameter)),
        "message" => count_of(&lines, "the message", calls, |line| is_long(line, parameter)),
        _ => requests(&lines, calls),
    }
}

/// Returns the first fact that a line lacks.
fn missing(line: &Value) -> Option<&'static str> {
    FACTS.iter().find(|names| find(line, names).is_none()).map(|names| names[0])
}

fn steps(lines: &[Value], expected: u64) -> Result<(), String> {
    count_of(lines, "a duration", expected, |line| find(line, DURATION).is_some())
}

fn requests(lines: &[Value], calls: u64) -> Result<(), String> {
    steps(lines, calls * 4)?;
    count_of(lines, "a path", calls * 2, |line| find(line, &["path"]).is_some())?;
    count_of(lines, "a user", calls * 6, |line| find(line, &["user_id"]).is_some())?;
    let mut ids: Vec<_> =
        lines.iter().filter_map(|line| find(line, &["trace_id"])?.as_str()).collect();
    ids.sort_unstable();
    let six = ids.chunk_by(|a, b| a == b).filter(|lines| lines.len() == 6).count();
    equal("traces of six lines", six as u64, calls)
}

/// Returns whether a line has exactly this number of the fields.
fn has_fields(line: &Value, count: u32) -> bool {
    let has = |key: &&str| find(line, &[*key]).is_some();
    let is_event = find(line, DURATION).is_none();
    is_event && KEYS.iter().filter(|key| has(key)).count() == count as usize
}

fn is_long(line: &Value, bytes: u32) -> bool {
    let message = find(line, MESSAGE).and_then(Value::as_str);
    message.is_some_and(|message| message.len() == bytes as usize) && find(line, DURATION).is_none()
}

fn count_of(
    lines: &[Value],
    what: &str,
    expected: u64,
    has: impl Fn(&Value) -> bool,
) -> Result<(), String> {
    let count = lines.iter().filter(|line| has(line)).count() as u64;
    equal(&format!("lines with {what}"), count, expected)
        .map_err(|error| format!("{error}: {}", lines[0]))
}

fn equal(what: &str, seen: u64, expected: u64) -> Result<(), String> {
    if seen == expected { Ok(()) } else { Err(format!("{seen} {what} instead of {expected}")) }
}

/// Returns the first value with one of these names, at any depth.
fn find<'a>(value: &'a Value, names: &[&str]) -> Option<&'a Value> {
    match value {
        Value::Object(members) => names
            .iter()
            .find_map(|name| members.get(*name))
            .or_else(|| members.values().find_map(|value| find(value, names))),
        Value::Array(values) => values.iter().find_map(|value| find(value, names)),
        _ => None,
    }
}
