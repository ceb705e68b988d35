//! One series as a point: its attributes, its times, its numbers.

use trace_metrics::{Data, Exemplar, HistogramSnapshot, SeriesSnapshot};
use trace_runtime::observe::FieldValue;

use super::names::{Label, Names, Shape};
use crate::wire::{Attributes, Cap, Value, Wire};

/// When counting began, and the moment of the snapshot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) start: u64,
    pub(super) now: u64,
}

/// The fields that both kinds of points have.
const START: u32 = 2;
const TIME: u32 = 3;

/// The fields of `NumberDataPoint`.
mod number {
    pub(super) const DOUBLE: u32 = 4;
    pub(super) const ATTRIBUTES: u32 = 7;
}

/// The fields of `HistogramDataPoint`.
mod histogram {
    pub(super) const COUNT: u32 = 4;
    pub(super) const SUM: u32 = 5;
    pub(super) const BUCKETS: u32 = 6;
    pub(super) const BOUNDS: u32 = 7;
    pub(super) const EXEMPLARS: u32 = 8;
    pub(super) const ATTRIBUTES: u32 = 9;
}

/// The fields of `Exemplar`.
mod exemplar {
    pub(super) const TIME: u32 = 2;
    pub(super) const DOUBLE: u32 = 3;
    pub(super) const SPAN_ID: u32 = 4;
    pub(super) const TRACE_ID: u32 = 5;
}

/// Appends a point. A gauge has no start.
pub(super) fn write(wire: &mut Wire, series: &SeriesSnapshot, names: &Names<'_>, times: Times) {
    if names.shape != Shape::Gauge {
        wire.fixed64(START, times.start);
    }
    wire.fixed64(TIME, times.now);
    match &series.data {
        Data::Number(value) => {
            wire.fixed64(number::DOUBLE, value.to_bits());
            write_attributes(wire, number::ATTRIBUTES, series, names);
        }
        Data::Histogram(data) => {
            write_histogram(wire, data);
            write_attributes(wire, histogram::ATTRIBUTES, series, names);
        }
        _ => {}
    }
}

fn write_histogram(wire: &mut Wire, data: &HistogramSnapshot) {
    wire.fixed64(histogram::COUNT, data.count());
    wire.fixed64(histogram::SUM, data.sum.to_bits());
    write_packed(wire, histogram::BUCKETS, data.counts.iter().copied());
    write_packed(wire, histogram::BOUNDS, data.bounds.iter().map(|bound| bound.to_bits()));
    for it in data.exemplars.iter().flatten() {
        wire.nested(histogram::EXEMPLARS, |wire| write_exemplar(wire, it));
    }
}

/// Appends words of 64 bits, one after the other.
fn write_packed(wire: &mut Wire, field: u32, words: impl Iterator<Item = u64>) {
    wire.nested(field, |wire| words.for_each(|word| wire.push(&word.to_le_bytes())));
}

fn write_exemplar(wire: &mut Wire, it: &Exemplar) {
    wire.fixed64(exemplar::TIME, it.unix_ns);
    wire.fixed64(exemplar::DOUBLE, it.value.to_bits());
    if let Some(span_id) = it.span_id {
        wire.bytes(exemplar::SPAN_ID, &span_id.to_bytes());
    }
    wire.bytes(exemplar::TRACE_ID, &it.trace_id);
}

/// Attributes of metrics have no limit, as the [specification] has it: without
/// one of them, two series would be one.
///
/// [specification]: https://opentelemetry.io/docs/specs/otel/common/#exempt-entities
fn write_attributes(wire: &mut Wire, field: u32, series: &SeriesSnapshot, names: &Names<'_>) {
    let mut attributes = Attributes::begin(wire, field, Cap { count: usize::MAX, length: None });
    for (name, value) in &series.labels {
        match names.label(name, value) {
            Some(Label::Text(name)) => attributes.ours(name, &Value::Str(value)),
            Some(Label::Int(name)) => attributes.ours(name, &int(value)),
            Some(Label::True(name)) => {
                attributes.ours(name, &Value::Field(FieldValue::Bool(true)));
            }
            None => {}
        }
    }
    attributes.end();
}

fn int(text: &str) -> Value<'_> {
    text.parse().map_or(Value::Str(text), Value::Int)
}
