//! Turns a snapshot of the metrics into OTLP's.
//!
//! All is cumulative: a point has the numbers since counting began. Counters are
//! sums, and histograms have explicit bounds and exemplars. The labels of
//! `target_info` are the resource's attributes already, so it is no metric
//! ([compatibility]).
//!
//! Source: [`metrics.proto`](https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/metrics/v1/metrics.proto).
//!
//! [compatibility]: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/

mod names;
mod point;

use trace_metrics::{FamilySnapshot, Snapshot, Type};

use self::{
    names::{Names, Shape},
    point::Times,
};
use crate::wire::Wire;

/// The fields of `Metric`.
const NAME: u32 = 1;
const DESCRIPTION: u32 = 2;
const UNIT: u32 = 3;
const GAUGE: u32 = 5;
const SUM: u32 = 7;
const HISTOGRAM: u32 = 9;

/// The fields of `Gauge`, `Sum` and `Histogram`.
const POINTS: u32 = 1;
const TEMPORALITY: u32 = 2;
const IS_MONOTONIC: u32 = 3;

/// `AGGREGATION_TEMPORALITY_CUMULATIVE`.
const CUMULATIVE: u64 = 2;

/// A metric of more bytes is divided: all parts have its name.
const MOST_BYTES: usize = 64 * 1024;

/// Encodes a snapshot. `each` gets messages of the type `Metric`, and how many
/// points they have: at most so many.
pub(crate) fn write(snapshot: &Snapshot, most: usize, each: &mut dyn FnMut(&[u8], usize)) {
    let times = Times { start: snapshot.start_unix_ns, now: snapshot.unix_ns };
    let families = snapshot.families.iter().filter(|family| family.kind != Type::Info);
    for family in families {
        write_family(family, times, most, each);
    }
}

fn write_family(
    family: &FamilySnapshot,
    times: Times,
    most: usize,
    each: &mut dyn FnMut(&[u8], usize),
) {
    let names = Names::of(family);
    let (mut points, mut count) = (Wire::default(), 0);
    for series in &family.series {
        points.nested(POINTS, |wire| point::write(wire, series, &names, times));
        count += 1;
        if count >= most || points.len() >= MOST_BYTES {
            each(metric(family, &names, &points).as_bytes(), count);
            (points, count) = (Wire::reusing(points.into_bytes()), 0);
        }
    }
    if count > 0 {
        each(metric(family, &names, &points).as_bytes(), count);
    }
}

fn metric(family: &FamilySnapshot, names: &Names<'_>, points: &Wire) -> Wire {
    let mut wire = Wire::default();
    wire.bytes(NAME, names.name.as_bytes());
    wire.bytes(DESCRIPTION, family.help.as_bytes());
    wire.bytes(UNIT, names.unit.as_bytes());
    let field = match names.shape {
        Shape::Gauge => GAUGE,
        Shape::Sum { .. } => SUM,
        Shape::Histogram => HISTOGRAM,
    };
    wire.nested(field, |wire| {
        wire.push(points.as_bytes());
        if names.shape != Shape::Gauge {
            wire.uint(TEMPORALITY, CUMULATIVE);
        }
        if let Shape::Sum { is_monotonic: true } = names.shape {
            wire.uint(IS_MONOTONIC, 1);
        }
    });
    wire
}
