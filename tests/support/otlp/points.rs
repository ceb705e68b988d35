//! The points of a metric as lines of text, for assertions.

use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, HistogramDataPoint, Metric, NumberDataPoint, metric::Data,
    number_data_point::Value,
};

use super::shown::attributes;

/// Shows the points of a metric without times and durations, one a line: type,
/// name, unit, attributes, number.
pub fn points(metric: &Metric) -> Vec<String> {
    let (kind, points) = match metric.data.as_ref().expect("has data") {
        Data::Gauge(it) => ("gauge".to_owned(), numbers(&it.data_points)),
        Data::Sum(it) => {
            let rises = if it.is_monotonic { " monotonic" } else { "" };
            let kind = format!("sum {}{rises}", temporality(it.aggregation_temporality()));
            (kind, numbers(&it.data_points))
        }
        Data::Histogram(it) => {
            let counts = it.data_points.iter().map(counts).collect();
            (format!("histogram {}", temporality(it.aggregation_temporality())), counts)
        }
        other => panic!("not of ours: {other:?}"),
    };
    let head = format!("{kind} {} [{}]", metric.name, metric.unit);
    points.into_iter().map(|point| format!("{head} {point}")).collect()
}

fn temporality(it: AggregationTemporality) -> String {
    it.as_str_name().trim_start_matches("AGGREGATION_TEMPORALITY_").to_lowercase()
}

fn numbers(points: &[NumberDataPoint]) -> Vec<String> {
    let number = |point: &NumberDataPoint| match point.value {
        Some(Value::AsDouble(number)) => format!("{}: {number:?}", attributes(&point.attributes)),
        other => panic!("not a double: {other:?}"),
    };
    points.iter().map(number).collect()
}

fn counts(point: &HistogramDataPoint) -> String {
    assert_eq!(point.count, point.bucket_counts.iter().sum::<u64>());
    assert_eq!(point.bucket_counts.len(), point.explicit_bounds.len() + 1);
    format!("{}: {}", attributes(&point.attributes), point.count)
}

/// Returns the points of a histogram.
pub fn histograms(metric: &Metric) -> &[HistogramDataPoint] {
    match metric.data.as_ref() {
        Some(Data::Histogram(histogram)) => &histogram.data_points,
        other => panic!("not a histogram: {other:?}"),
    }
}

/// Returns the start and the time of each point.
pub fn times(metric: &Metric) -> Vec<(u64, u64)> {
    let of_numbers = |points: &[NumberDataPoint]| {
        points.iter().map(|it| (it.start_time_unix_nano, it.time_unix_nano)).collect()
    };
    match metric.data.as_ref().expect("has data") {
        Data::Gauge(it) => of_numbers(&it.data_points),
        Data::Sum(it) => of_numbers(&it.data_points),
        _ => {
            let points = histograms(metric).iter();
            points.map(|it| (it.start_time_unix_nano, it.time_unix_nano)).collect()
        }
    }
}
