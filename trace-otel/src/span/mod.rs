//! Turns what has ended into a span.
//!
//! Source: [`trace.proto`](https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/trace/v1/trace.proto),
//! and the conventions for
//! [HTTP spans](https://opentelemetry.io/docs/specs/semconv/http/http-spans/).

mod attributes;
mod method;
mod name;
mod places;
mod status;
mod title;

use trace_runtime::observe::{Closed, Kind, Trace};

pub(crate) use self::places::Places;
use self::{attributes::write_attributes, places::ATTRIBUTES, status::Status, title::write_title};
use crate::wire::{Attributes, Cap, Wire};

const TRACE_ID: u32 = 1;
const SPAN_ID: u32 = 2;
const TRACE_STATE: u32 = 3;
const PARENT_SPAN_ID: u32 = 4;
const NAME: u32 = 5;
const KIND: u32 = 6;
const START: u32 = 7;
const END: u32 = 8;
const DROPPED_ATTRIBUTES: u32 = 10;
const STATUS: u32 = 15;
const FLAGS: u32 = 16;

/// The flags beyond those of `traceparent`: whether it is known where the parent
/// is, and whether that is another service.
const IS_KNOWN: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// Appends the fields of a span.
pub(crate) fn write(
    wire: &mut Wire,
    (closed, trace): (&Closed<'_>, &Trace<'_>),
    cap: Cap,
    places: &Places,
) {
    write_ids(wire, closed, trace);
    wire.nested(NAME, |wire| write_title(wire, closed));
    wire.uint(KIND, kind(closed));
    let start = closed.start_unix_ns();
    let duration = u64::try_from(closed.duration().as_nanos()).unwrap_or(u64::MAX);
    wire.fixed64(START, start);
    wire.fixed64(END, start.saturating_add(duration));
    let status = Status::of(closed);
    let mut attributes = Attributes::begin(wire, ATTRIBUTES, cap);
    let place = places.of(closed, cap.length);
    write_attributes(&mut attributes, (closed, trace), &status, place);
    let dropped = attributes.end();
    if dropped > 0 {
        wire.uint(DROPPED_ATTRIBUTES, dropped);
    }
    status.write(wire, STATUS);
    wire.fixed32(FLAGS, flags(closed, trace));
}

fn write_ids(wire: &mut Wire, closed: &Closed<'_>, trace: &Trace<'_>) {
    wire.bytes(TRACE_ID, &trace.id_bytes());
    if let Some(id) = closed.span_id() {
        wire.bytes(SPAN_ID, &id.to_bytes());
    }
    if let Some(state) = trace.state() {
        wire.bytes(TRACE_STATE, state.as_bytes());
    }
    if let Some(id) = closed.parent_id() {
        wire.bytes(PARENT_SPAN_ID, &id.to_bytes());
    }
}

/// `INTERNAL`, `SERVER` or `CLIENT`.
fn kind(closed: &Closed<'_>) -> u64 {
    match closed.kind() {
        Kind::Request if closed.http().is_some() => 2,
        Kind::Call => 3,
        _ => 1,
    }
}

fn flags(closed: &Closed<'_>, trace: &Trace<'_>) -> u32 {
    let remote = if closed.parent_is_remote() { IS_REMOTE } else { 0 };
    u32::from(trace.flags()) | IS_KNOWN | remote
}
