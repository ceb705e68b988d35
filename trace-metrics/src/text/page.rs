//! Writes a snapshot line by line.
//!
//! Sources: the [text format] of Prometheus and [OpenMetrics 1.0].
//!
//! [text format]: https://prometheus.io/docs/instrumenting/exposition_formats/
//! [OpenMetrics 1.0]: https://prometheus.io/docs/specs/om/open_metrics_spec/

use std::{borrow::Cow, fmt::Write as _};

use super::{
    format::Format,
    number::{push, push_bound, push_escaped, push_help},
};
use crate::{
    exemplar::Exemplar,
    snapshot::{Data, FamilySnapshot, HistogramSnapshot, SeriesSnapshot, Snapshot, Type},
};

/// Units that stand at the end of a name, which OpenMetrics wants to be named.
const UNITS: [&str; 2] = ["seconds", "bytes"];

/// Returns the page.
pub(crate) fn render(snapshot: &Snapshot, format: Format) -> String {
    let mut page = Page { text: String::new(), format };
    snapshot.families.iter().for_each(|family| page.family(family));
    if format == Format::OpenMetrics {
        page.text.push_str("# EOF\n");
    }
    page.text
}

struct Page {
    text: String,
    format: Format,
}

type Labels = [(Cow<'static, str>, String)];

impl Page {
    fn family(&mut self, family: &FamilySnapshot) {
        self.head(family);
        for SeriesSnapshot { labels, data } in &family.series {
            match data {
                Data::Number(number) => {
                    self.name(&family.name, sample_suffix(family.kind), labels, None);
                    self.value(*number);
                }
                Data::Histogram(histogram) => self.histogram(&family.name, labels, histogram),
            }
        }
    }

    /// In 0.0.4 the head names the samples, in OpenMetrics the family.
    fn head(&mut self, family: &FamilySnapshot) {
        let (name, is_open) = (&family.name, self.format == Format::OpenMetrics);
        let suffix = if is_open { "" } else { sample_suffix(family.kind) };
        let _ = write!(self.text, "# HELP {name}{suffix} ");
        push_help(&mut self.text, &family.help, is_open);
        let _ = writeln!(self.text, "\n# TYPE {name}{suffix} {}", type_name(family.kind, is_open));
        let unit = UNITS.iter().find(|unit| name.ends_with(&format!("_{unit}")));
        if let Some(unit) = unit.filter(|_| is_open) {
            let _ = writeln!(self.text, "# UNIT {name} {unit}");
        }
    }

    fn histogram(&mut self, name: &str, labels: &Labels, histogram: &HistogramSnapshot) {
        let (mut below, bounds) = (0, histogram.bounds.iter().copied().chain([f64::INFINITY]));
        for (place, (bound, count)) in bounds.zip(&histogram.counts).enumerate() {
            below += count;
            self.name(name, "_bucket", labels, Some(bound));
            let _ = write!(self.text, " {below}");
            let exemplar = histogram.exemplars.get(place).copied().flatten();
            if let Some(exemplar) = exemplar.filter(|_| self.format == Format::OpenMetrics) {
                self.exemplar(&exemplar);
            }
            self.text.push('\n');
        }
        self.name(name, "_sum", labels, None);
        self.value(histogram.sum);
        self.name(name, "_count", labels, None);
        // The sum of the buckets as they were just read.
        let _ = writeln!(self.text, " {below}");
    }

    fn name(&mut self, name: &str, suffix: &str, labels: &Labels, bound: Option<f64>) {
        let _ = write!(self.text, "{name}{suffix}");
        let mut before = '{';
        for (name, value) in labels {
            let _ = write!(self.text, "{before}{name}=\"");
            push_escaped(&mut self.text, value);
            self.text.push('"');
            before = ',';
        }
        if let Some(bound) = bound {
            let _ = write!(self.text, "{before}le=\"");
            push_bound(&mut self.text, bound);
            self.text.push('"');
            before = ',';
        }
        if before == ',' {
            self.text.push('}');
        }
    }

    fn value(&mut self, number: f64) {
        self.text.push(' ');
        push(&mut self.text, number);
        self.text.push('\n');
    }

    fn exemplar(&mut self, exemplar: &Exemplar) {
        let trace_id = u128::from_be_bytes(exemplar.trace_id);
        let _ = write!(self.text, " # {{trace_id=\"{trace_id:032x}\"");
        if let Some(span_id) = exemplar.span_id {
            let _ = write!(self.text, ",span_id=\"{span_id}\"");
        }
        self.text.push_str("} ");
        push(&mut self.text, exemplar.value);
        let (seconds, nanos) = (exemplar.unix_ns / 1_000_000_000, exemplar.unix_ns % 1_000_000_000);
        let _ = write!(self.text, " {seconds}.{:03}", nanos / 1_000_000);
    }
}

fn sample_suffix(kind: Type) -> &'static str {
    match kind {
        Type::Counter => "_total",
        Type::Info => "_info",
        Type::Gauge | Type::Histogram => "",
    }
}

fn type_name(kind: Type, is_open: bool) -> &'static str {
    match kind {
        Type::Counter => "counter",
        Type::Info if is_open => "info",
        Type::Gauge | Type::Info => "gauge",
        Type::Histogram => "histogram",
    }
}
