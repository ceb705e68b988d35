//! Turns an event into a log record, and, if that is wanted, the end of a
//! request or a step.
//!
//! Source: [`logs.proto`](https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/logs/v1/logs.proto).

use trace_runtime::{
    Level, SpanId,
    observe::{Closed, Event, FieldValue, Kind, Trace},
};

use crate::wire::{Attributes, Cap, Value, Wire};

const TIME: u32 = 1;
const SEVERITY_NUMBER: u32 = 2;
const SEVERITY_TEXT: u32 = 3;
const BODY: u32 = 5;
const ATTRIBUTES: u32 = 6;
const DROPPED_ATTRIBUTES: u32 = 7;
const FLAGS: u32 = 8;
const TRACE_ID: u32 = 9;
const SPAN_ID: u32 = 10;
const OBSERVED_TIME: u32 = 11;

/// Appends the fields of an event's record.
pub(crate) fn write_event(wire: &mut Wire, event: &Event<'_>, cap: Cap) {
    write_head(wire, event.unix_ns(), event.level());
    let body = Value::Field(FieldValue::Text(event.message()));
    wire.any_value(BODY, &body, None);
    let mut attributes = Attributes::begin(wire, ATTRIBUTES, cap);
    event.fields().for_each(|(key, value)| attributes.user(key, value));
    // No field can have this name: it is reserved on the line.
    attributes.ours("target", &Value::Str(event.target()));
    let dropped = attributes.end();
    write_tail(wire, dropped, event.trace(), event.span_id());
}

/// Appends the fields of a record for what has ended. Its numbers are on the
/// span: the record has the words of the line.
pub(crate) fn write_closed(wire: &mut Wire, closed: &Closed<'_>, cap: Cap) {
    let duration = u64::try_from(closed.duration().as_nanos()).unwrap_or(u64::MAX);
    write_head(wire, closed.start_unix_ns().saturating_add(duration), closed.level());
    let message = match closed.kind() {
        Kind::Request => "Request processed",
        _ => "Step finished",
    };
    wire.any_value(BODY, &Value::Str(message), None);
    let mut attributes = Attributes::begin(wire, ATTRIBUTES, cap);
    closed.fields().for_each(|(key, value)| attributes.user(key, value));
    attributes.ours("target", &Value::Str(closed.target()));
    attributes.ours("name", &Value::Str(closed.name()));
    attributes.ours("outcome", &Value::Str(closed.outcome().as_str()));
    attributes.ours("duration_ms", &Value::Millis(closed.duration()));
    if let Some(error) = closed.error() {
        attributes.ours("error", &Value::Field(FieldValue::Text(error)));
    }
    let dropped = attributes.end();
    write_tail(wire, dropped, closed.trace(), closed.span_id());
}

fn write_head(wire: &mut Wire, unix_ns: u64, level: Level) {
    wire.fixed64(TIME, unix_ns);
    wire.fixed64(OBSERVED_TIME, unix_ns);
    wire.uint(SEVERITY_NUMBER, severity(level));
    wire.bytes(SEVERITY_TEXT, level.as_str().as_bytes());
}

fn severity(level: Level) -> u64 {
    match level {
        Level::Trace => 1,
        Level::Debug => 5,
        Level::Info => 9,
        Level::Warn => 13,
        Level::Error => 17,
    }
}

/// Outside any trace there are no ids, not those of zeros. A step there has one,
/// but it means nothing without that of a trace.
fn write_tail(wire: &mut Wire, dropped: u64, trace: Option<Trace<'_>>, span_id: Option<SpanId>) {
    if dropped > 0 {
        wire.uint(DROPPED_ATTRIBUTES, dropped);
    }
    let Some(trace) = trace else { return };
    wire.fixed32(FLAGS, trace.flags().into());
    wire.bytes(TRACE_ID, &trace.id_bytes());
    if let Some(id) = span_id {
        wire.bytes(SPAN_ID, &id.to_bytes());
    }
}
