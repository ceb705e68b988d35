//! What is exported as OTLP is read by OpenTelemetry's own types.

use std::fmt::Write as _;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value as Any},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use serde_json::Value;

use crate::{shown::is_kept, support::trace};

const LOGS: &str = "outcomes.jsonl plain.jsonl names-odd.jsonl parent-never-came.jsonl same-span-ids.jsonl clock-skew/shop.jsonl clock-skew/stock.jsonl out-of-order.jsonl hostile-text.jsonl numbers-as-text.jsonl durations-zero-and-hours.jsonl";

fn requests(question: &str) -> Vec<(Value, ExportTraceServiceRequest)> {
    let ran = trace(question);
    assert_eq!((ran.code, &*ran.stderr), (0, ""), "{question}");
    let both = |line: &str| {
        let read = serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        (serde_json::from_str(line).unwrap(), read)
    };
    ran.stdout.lines().map(both).collect()
}

/// Returns where something of ours is not there as it was.
fn lost(ours: &Value, theirs: &Value, path: &str) -> Option<String> {
    match (ours, theirs) {
        (Value::Object(ours), _) => {
            let mut members = ours.iter();
            members.find_map(|(key, value)| lost(value, &theirs[key], &format!("{path}.{key}")))
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            let mut both = ours.iter().zip(theirs).enumerate();
            both.find_map(|(at, (ours, theirs))| lost(ours, theirs, &format!("{path}[{at}]")))
        }
        _ => (ours != theirs).then(|| format!("{path}: {ours} became {theirs}")),
    }
}

#[test]
fn nothing_is_lost_when_the_types_of_opentelemetry_read_and_write_it() {
    let requests = requests(&format!("export otlp {LOGS}"));
    assert!(requests.len() > 20, "{}", requests.len());
    for (ours, read) in requests {
        let theirs = serde_json::to_value(&read).unwrap();
        assert_eq!(lost(&ours, &theirs, ""), None, "{ours}");
    }
}

#[test]
fn traces_are_the_same_trees_to_the_types_of_opentelemetry() {
    let requests = requests("export otlp plain.jsonl outcomes.jsonl");
    let trees: Vec<_> = requests.iter().map(|(_, read)| tree(read)).collect();
    is_kept("otlp", &trees.join("\n"));
}

fn tree(request: &ExportTraceServiceRequest) -> String {
    let mut text = String::new();
    for resource in &request.resource_spans {
        let about = resource.resource.as_ref().unwrap();
        writeln!(text, "resource {}", attributes(&about.attributes)).unwrap();
        for spans in resource.scope_spans.iter().map(|scoped| &scoped.spans) {
            let is_top = |span: &&Span| !spans.iter().any(|it| it.span_id == span.parent_span_id);
            spans.iter().filter(is_top).for_each(|top| below(top, spans, 1, &mut text));
        }
    }
    text
}

fn below(span: &Span, spans: &[Span], depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    let hex =
        |bytes: &[u8]| bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let kind = SpanKind::try_from(span.kind).unwrap().as_str_name();
    let status = span.status.as_ref().unwrap();
    let code = StatusCode::try_from(status.code).unwrap().as_str_name();
    let took = span.end_time_unix_nano - span.start_time_unix_nano;
    writeln!(
        text,
        "{indent}{} {kind} {code} {:?} {took} ns, trace {} span {}, above it {:?}",
        span.name,
        status.message,
        hex(&span.trace_id),
        hex(&span.span_id),
        hex(&span.parent_span_id),
    )
    .unwrap();
    writeln!(text, "{indent}  {}", attributes(&span.attributes)).unwrap();
    for event in &span.events {
        let after = i128::from(event.time_unix_nano) - i128::from(span.start_time_unix_nano);
        let about = attributes(&event.attributes);
        writeln!(text, "{indent}  event {:?} after {after} ns: {about}", event.name).unwrap();
    }
    let children = spans.iter().filter(|it| it.parent_span_id == span.span_id);
    children.for_each(|child| below(child, spans, depth + 1, text));
}

fn attributes(all: &[KeyValue]) -> String {
    let one = |it: &KeyValue| {
        let value = match it.value.as_ref().and_then(|value| value.value.as_ref()) {
            Some(Any::StringValue(text)) => format!("{text:?}"),
            Some(Any::IntValue(number)) => format!("{number} (integer)"),
            Some(Any::DoubleValue(number)) => format!("{number:?} (double)"),
            Some(Any::BoolValue(is)) => is.to_string(),
            other => panic!("{other:?}"),
        };
        format!("{}={value}", it.key)
    };
    all.iter().map(one).collect::<Vec<_>>().join(" ")
}
