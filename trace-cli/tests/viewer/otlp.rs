//! What is exported as OTLP is read by OpenTelemetry's own types.

use std::fmt::Write as _;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value as Any},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use serde_json::Value;

use crate::{
    shown::is_kept,
    support::{trace, trace_with},
};

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

/// Exports a step with these members, and returns its attributes for a server.
fn server_of(keys: &str, members: &str) -> String {
    let step = r#""timestamp":"2026-11-27T10:00:00Z","message":"Step finished","trace_id":"35f5eef7b083deeba01f5c22df915252","span_id":"23dc3ed29bbbafc1","kind":"step","name":"http_call","outcome":"ok","duration_ms":4.5"#;
    let line = format!("{{{step},{members}}}\n");
    let exported = trace_with(&format!("export otlp --keys {keys}"), line.as_bytes());
    assert_eq!(exported.stderr, "", "{line}");
    let read: ExportTraceServiceRequest = serde_json::from_str(&exported.stdout).unwrap();
    let span = &read.resource_spans[0].scope_spans[0].spans[0];
    assert_eq!(span.kind, 3, "{line}");
    let is_it = |it: &&KeyValue| {
        it.key.starts_with("server.") || ["host", "port"].contains(&it.key.as_str())
    };
    attributes(&span.attributes.iter().filter(is_it).cloned().collect::<Vec<_>>())
}

#[test]
fn the_host_and_the_port_of_a_call_are_the_address_and_the_port_of_a_server() {
    for (host, port, expected) in [
        ("stock", "", r#"server.address="stock""#),
        ("stock", "8080", r#"server.address="stock" server.port=8080 (integer)"#),
        ("[::1]", "8080", r#"server.address="::1" server.port=8080 (integer)"#),
        ("2001:db8::7", "", r#"server.address="2001:db8::7""#),
    ] {
        for (keys, host_key, port_key) in
            [("native", "host", "port"), ("otel", "server.address", "server.port")]
        {
            let mut members = format!(r#""{host_key}":"{host}""#);
            if !port.is_empty() {
                members += &format!(r#","{port_key}":{port}"#);
            }
            assert_eq!(server_of(keys, &members), expected, "{keys}");
        }
    }
}

#[test]
fn what_a_service_has_recorded_of_a_server_goes_before_what_is_known() {
    let shown = server_of(
        "native",
        r#""host":"10.1.2.80","port":8443,"server.address":"stock.example","server.port":443"#,
    );
    assert_eq!(shown, r#"server.address="stock.example" server.port=443 (integer)"#);
    let shown = server_of("native", r#""host":"stock","port":"https""#);
    assert_eq!(shown, r#"server.address="stock" port="https""#);
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
