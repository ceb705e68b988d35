//! Do all write the same? Each line is parsed, and must say what every other
//! contestant's line says, under one of the names there are for it.

use serde_json::Value;

/// What each line must say, and how it may be called.
const FACTS: [&[&str]; 6] = [
    &["timestamp", "ts"],
    &["level"],
    &["message", "msg", "payload"],
    &["trace_id"],
    &["span_id"],
    &["target"],
];
const DURATION: &[&str] = &["duration_ms", "time.busy"];

/// Says what is wrong with these lines of requests, if anything is.
pub(crate) fn requests(text: &str, expected: u64) -> Result<(), String> {
    let lines = parse(text, expected)?;
    for line in &lines {
        all_of(line, &FACTS)?;
        all_of(line, &[&["user_id"]])?;
    }
    let count = |names| lines.iter().filter(|line| find(line, names).is_some()).count();
    let (steps, events) = (count(DURATION), count(&["path"]));
    if (steps * 3, events * 3) != (lines.len() * 2, lines.len()) {
        return Err(format!("{steps} with a duration, {events} with a path of {}", lines.len()));
    }
    one_trace_each(&lines)
}

fn parse(text: &str, expected: u64) -> Result<Vec<Value>, String> {
    let lines: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
    let lines = lines.map_err(|error| format!("{error}: {text}"))?;
    if lines.len() as u64 == expected {
        Ok(lines)
    } else {
        Err(format!("{} lines instead of {expected}", lines.len()))
    }
}

fn all_of(line: &Value, facts: &[&[&str]]) -> Result<(), String> {
    match facts.iter().find(|names| find(line, names).is_none()) {
        Some(names) => Err(format!("no {}: {line}", names[0])),
        None => Ok(()),
    }
}

/// Checks that each trace has its six lines.
fn one_trace_each(lines: &[Value]) -> Result<(), String> {
    let mut ids: Vec<_> =
        lines.iter().filter_map(|line| find(line, &["trace_id"])?.as_str()).collect();
    ids.sort_unstable();
    match ids.chunk_by(|a, b| a == b).find(|lines| lines.len() != 6) {
        Some(lines) => Err(format!("{} lines of the trace {}", lines.len(), lines[0])),
        None => Ok(()),
    }
}

/// Returns the first value of one of these names, at any depth.
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
