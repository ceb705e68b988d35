//! Draws lines as an indented tree: each under the request or step that it
//! belongs to.

use std::fmt::Write as _;

use serde_json::Value;

/// Draws all lines. A line whose parent has no line starts at the left.
pub(super) fn draw(lines: &[Value]) -> String {
    let mut tree = String::new();
    for line in lines.iter().filter(|line| !has_parent(line, lines)) {
        branch(&mut tree, line, lines, 0);
    }
    tree
}

fn branch(tree: &mut String, line: &Value, lines: &[Value], depth: usize) {
    // Writing to a string cannot fail.
    let _ = writeln!(tree, "{:indent$}{}", "", label(line), indent = depth * 2);
    for child in lines.iter().filter(|child| is_child(child, line, lines)) {
        branch(tree, child, lines, depth + 1);
    }
}

fn label(line: &Value) -> String {
    let text = |key: &str| line[key].as_str().unwrap_or_default();
    let what = match line.get("kind") {
        None if !line["error"].is_string() => format!("{:?}", text("message")),
        None => format!("{:?} error", text("message")),
        Some(_) => format!("{} {}", text("name"), text("outcome")),
    };
    let causes = line["error_chain"].as_array().into_iter().flatten();
    let reasons = line.get("error").into_iter().chain(causes);
    reasons.filter_map(Value::as_str).fold(what, |label, reason| format!("{label}: {reason}"))
}

fn has_parent(line: &Value, lines: &[Value]) -> bool {
    lines.iter().any(|parent| is_child(line, parent, lines))
}

/// An event belongs to the scope whose span it names, and a scope to its
/// parent. If that has no line, both belong to the request.
fn is_child(line: &Value, of: &Value, lines: &[Value]) -> bool {
    if of.get("kind").is_none() || line["trace_id"] != of["trace_id"] {
        return false;
    }
    let owner = owner(line);
    if owner == Some(&of["span_id"]) {
        return true;
    }
    let has_line =
        |id: &Value| lines.iter().any(|line| line.get("kind").is_some() && line["span_id"] == *id);
    is_request(of) && !is_request(line) && owner.is_some_and(|id| !has_line(id))
}

/// Returns whether a line is that of a request, a stream or a job.
pub(super) fn is_request(line: &Value) -> bool {
    ["request", "stream", "job"].iter().any(|kind| line["kind"] == *kind)
}

fn owner(line: &Value) -> Option<&Value> {
    line.get(if line.get("kind").is_some() { "parent_span_id" } else { "span_id" })
}
