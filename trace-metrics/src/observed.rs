//! Counts what an observer is offered.

use std::{sync::Arc, time::Duration};

use trace_runtime::{
    Level,
    observe::{Closed, Event, FieldValue, Http, Kind, Observe, Setup, Start, Wants},
};

use crate::{
    exemplar::Exemplar,
    labels::{self, Key, METHODS},
    local::{self, ByIndex, ByKey, Local},
    metrics::{Inner, LEVELS, Metrics},
    names,
    series::{Owned, Series},
    store::{ByCallsite, ByHttp},
};

impl Observe for Metrics {
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        self.0.target.get_or_init(|| labels_of(setup.static_fields()));
        Wants::ALL
    }

    fn opened(&self, start: &Start<'_>) {
        if let Some(method) = start.method() {
            self.0.count_active(labels::method(method));
        }
    }

    fn closed(&self, closed: &Closed<'_>) {
        if closed.is_written() {
            self.0.count_line(closed.level());
        }
        match (closed.kind(), closed.http()) {
            (Kind::Request, Some(http)) => self.0.count_request(closed, &http),
            (Kind::Request, None) => self.0.count_handler(closed),
            (Kind::Call, Some(http)) => {
                let place = http.host().unwrap_or_default();
                count(&self.0, Rows::CALLS, &key(closed, &http, place), closed, closed.duration());
            }
            _ => self.0.count_step(closed),
        }
    }

    fn event(&self, event: &Event<'_>) {
        if !event.is_held() {
            self.0.count_line(event.level());
        }
    }
}

/// Returns fields as labels. If two of them have the same label, their values
/// are joined, as [OpenTelemetry] does: no label may stand twice on a page.
///
/// [OpenTelemetry]: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
fn labels_of<'a>(fields: impl Iterator<Item = (&'a str, FieldValue<'a>)>) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    for (name, value) in fields {
        let (name, value) = (label_of(name), text_of(value));
        match labels.iter_mut().find(|(known, _)| *known == name) {
            Some((_, joined)) => joined.extend([";", &value]),
            None => labels.push((name, value)),
        }
    }
    labels
}

/// The static field `service` is what OpenTelemetry calls `service.name`.
fn label_of(name: &str) -> String {
    if name == "service" { "service_name".to_owned() } else { names::to_label(name) }
}

fn text_of(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Bool(value) => value.to_string(),
        FieldValue::I64(value) => value.to_string(),
        FieldValue::U64(value) => value.to_string(),
        FieldValue::F64(value) => value.to_string(),
        FieldValue::Text(text) => text.to_plain().into_owned(),
        FieldValue::Nested(json) => json.to_owned(),
        _ => String::new(),
    }
}

/// The rows of a thread for one family of HTTP, and its series.
struct Rows {
    local: fn(&mut Local) -> &mut ByKey,
    store: fn(&Inner) -> &ByHttp,
}

impl Rows {
    const REQUESTS: Self = Self { local: |it| &mut it.requests, store: |it| &it.requests };
    const STREAMS: Self = Self { local: |it| &mut it.streams, store: |it| &it.streams };
    const CALLS: Self = Self { local: |it| &mut it.calls, store: |it| &it.calls };
}

impl Inner {
    fn count_request(&self, closed: &Closed<'_>, http: &Http<'_>) {
        let key = key(closed, http, http.route().unwrap_or_default());
        let took = http.time_to_head().filter(|_| http.is_stream()).unwrap_or(closed.duration());
        count(self, Rows::REQUESTS, &key, closed, took);
        if http.is_stream() {
            count(self, Rows::STREAMS, &key, closed, closed.duration());
        }
        self.count_active(METHODS.len() + key.method);
    }

    fn count_handler(&self, closed: &Closed<'_>) {
        self.count_at(&self.handlers, |local| &mut local.handlers, closed);
    }

    fn count_step(&self, closed: &Closed<'_>) {
        self.count_at(&self.steps, |local| &mut local.steps, closed);
    }

    /// Counts by the callsite.
    #[inline]
    fn count_at(
        &self,
        store: &ByCallsite,
        rows: impl FnOnce(&mut Local) -> &mut ByIndex,
        closed: &Closed<'_>,
    ) {
        let outcome = labels::outcome(closed.outcome());
        let index = closed.callsite() as usize * labels::OUTCOMES.len() + outcome;
        let find = || store.of(index, (closed.target(), closed.name(), closed.outcome()));
        let (bucket, nanos) = measured(closed.duration(), |nanos| store.bounds.bucket(nanos));
        let counted = local::with(self.id, |local| {
            let row = rows(local).get(index, || find().claim())?;
            row.record(bucket, nanos);
            exemplify(row.series(), bucket, nanos, closed);
            Some(())
        });
        if counted.flatten().is_none() {
            find().record_shared(bucket, nanos);
        }
    }

    fn count_active(&self, index: usize) {
        self.count_in(&self.active, |local| &mut local.active, index);
    }

    #[inline]
    fn count_line(&self, level: Level) {
        let place = LEVELS.iter().position(|known| *known == level).unwrap_or_default();
        self.count_in(&self.lines, |local| &mut local.lines, place);
    }

    /// Adds one to a number of a series that every thread has.
    #[inline]
    fn count_in(
        &self,
        series: &Arc<Series>,
        row: impl FnOnce(&mut Local) -> &mut Option<Owned>,
        index: usize,
    ) {
        let counted = local::with(self.id, |local| {
            row(local).get_or_insert_with(|| series.claim()).add(index, 1);
        });
        if counted.is_none() {
            series.add_shared(index, 1);
        }
    }
}

fn key<'a>(closed: &Closed<'_>, http: &Http<'_>, place: &'a str) -> Key<&'a str> {
    let (method, status) = (labels::method(http.method()), http.status());
    Key { method, place, status, outcome: closed.outcome() }
}

/// Counts by the facts of HTTP.
#[expect(clippy::needless_pass_by_value, reason = "two functions")]
fn count(inner: &Inner, rows: Rows, key: &Key<&str>, closed: &Closed<'_>, took: Duration) {
    let store = (rows.store)(inner);
    let (bucket, nanos) = measured(took, |nanos| store.bounds.bucket(nanos));
    let counted = local::with(inner.id, |local| {
        let row = (rows.local)(local).get(key, || Some(store.of(key)?.claim()))?;
        row.record(bucket, nanos);
        exemplify(row.series(), bucket, nanos, closed);
        Some(())
    });
    if counted.flatten().is_none() {
        let series = store.of(key);
        series.as_deref().unwrap_or(store.overflow()).record_shared(bucket, nanos);
    }
}

#[inline]
fn measured(took: Duration, bucket: impl FnOnce(u64) -> usize) -> (usize, u64) {
    let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
    (bucket(nanos), nanos)
}

/// Offers a sampled trace as an example of its bucket. Quiet requests are not
/// exported, so nothing could be found under their ids.
#[inline]
fn exemplify(series: &Series, bucket: usize, nanos: u64, closed: &Closed<'_>) {
    let Some(trace) = closed.trace() else { return };
    if trace.is_sampled() && !closed.is_quiet() {
        series.exemplify(bucket, || Exemplar {
            trace_id: trace.id_bytes(),
            span_id: closed.span_id(),
            value: Duration::from_nanos(nanos).as_secs_f64(),
            unix_ns: closed.start_unix_ns().saturating_add(nanos),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_the_same_label_are_one_label() {
        let fields = [
            ("service", FieldValue::I64(1)),
            ("zone", FieldValue::Bool(true)),
            ("service.name", FieldValue::I64(2)),
            ("service_name", FieldValue::I64(3)),
        ];
        let labels = labels_of(fields.into_iter());
        let expected = [("service_name", "1;2;3"), ("zone", "true")];
        assert_eq!(labels, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}
