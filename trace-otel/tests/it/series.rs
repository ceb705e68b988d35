//! Metrics: what a snapshot is for a receiver, when it is sent, and the account.

use std::time::Duration;

use test_support::{
    LONG,
    otlp::{
        ExemplarValue, Items as _, Metric, Metrics as Received, Reaction, Receiver, histograms,
        points, times,
    },
    wait_until,
};
use trace_metrics::{Family, Metrics, Samples};
use trace_otel::{Builder, Otel, Signal, SignalStats};
use trace_runtime::{
    edge::{self, Call, Outcome, Request},
    observe::Observe as _,
    propagation::Incoming,
    testing::Capture,
    timed,
};

use crate::support::patient;

struct Measured {
    metrics: Metrics,
    capture: Capture,
    otel: Otel,
    receiver: Receiver,
}

fn measured(receiver: Receiver, set: impl FnOnce(Builder) -> Builder) -> Measured {
    let builder = Otel::builder().endpoint(receiver.url()).service_name("test");
    let metrics = Metrics::new();
    let otel = set(builder.traces(patient()).logs(patient()).metrics(patient()));
    let otel = otel.build().unwrap().metrics(metrics.clone());
    let capture = Capture::with_filter("info").observed_by(metrics.clone());
    Measured { metrics, capture: capture.observed_by(otel.clone()), otel, receiver }
}

impl Measured {
    fn new() -> Self {
        measured(Receiver::start(), |builder| builder)
    }

    /// Delivers, and returns all metrics that have arrived so far.
    fn received(&self) -> Vec<Metric> {
        assert!(self.otel.flush(LONG), "{:?}", self.otel);
        self.receiver.metrics().items
    }
}

/// Returns the account of metrics, which is exact at any time.
#[track_caller]
fn account(otel: &Otel) -> SignalStats {
    let stats = otel.stats().metrics;
    assert_eq!(stats.offered, stats.exported + stats.waiting + stats.dropped(), "{stats:?}");
    stats
}

/// Shows the points of all metrics whose names begin with this.
fn shown(received: &[Metric], start: &str) -> Vec<String> {
    let metrics = received.iter().filter(|metric| metric.name.starts_with(start));
    metrics.flat_map(points).collect()
}

/// Opens a request of an edge.
fn open(method: &'static str, route: Option<&str>) -> Request {
    let callsite = edge::callsite!("http_request", target: "my_edge");
    let mut request = Request::open(callsite, Incoming::none(), method, "/some/path");
    if let Some(route) = route {
        request.set_route(route);
    }
    request
}

fn exchange(route: Option<&str>, status: Option<u16>) {
    let mut request = open("GET", route);
    if let Some(status) = status {
        request.set_status(status);
    }
    request.end(if status == Some(503) { Outcome::Error } else { Outcome::Ok });
}

fn call(server: &str, status: u16) {
    let callsite = edge::call_callsite!("http_call", target: "my_edge");
    let mut call = Call::open(callsite, "PUT", Some(server));
    call.set_status(status);
    call.end();
}

#[timed]
fn step() {}

#[test]
fn series_of_http_have_the_names_and_the_attributes_of_the_conventions() {
    let measured = Measured::new();
    measured.capture.run(|| {
        exchange(Some("/orders/{id}"), Some(200));
        exchange(Some("/orders/{id}"), Some(200));
        exchange(Some("/orders/{id}"), Some(503));
        exchange(None, None);
    });
    let open = measured.capture.run(|| open("POST", None));
    let expected = [
        r#"histogram cumulative http.server.request.duration [s] http.request.method="GET" outcome="ok": 1"#,
        r#"histogram cumulative http.server.request.duration [s] http.request.method="GET" http.route="/orders/{id}" http.response.status_code=200 outcome="ok": 2"#,
        r#"histogram cumulative http.server.request.duration [s] http.request.method="GET" http.route="/orders/{id}" http.response.status_code=503 outcome="error": 1"#,
        r#"sum cumulative http.server.active_requests [{request}] http.request.method="GET": 0.0"#,
        r#"sum cumulative http.server.active_requests [{request}] http.request.method="POST": 1.0"#,
    ];
    let received = measured.received();
    assert_eq!(shown(&received, "http"), expected);
    assert_eq!(shown(&received, "target"), [""; 0], "the resource has it");
    measured.capture.run(|| drop(open));
}

#[test]
fn a_series_of_calls_has_the_address_of_the_server_without_its_port() {
    let measured = Measured::new();
    measured.capture.run(|| {
        call("stock:8080", 201);
        call("stock", 201);
        call("[::1]:8080", 201);
    });
    let expected = [(r#""::1""#, 1), (r#""stock""#, 2)].map(|(server, count)| {
        let name = "histogram cumulative http.client.request.duration [s]";
        let status = "http.response.status_code=201";
        format!("{name} http.request.method=\"PUT\" server.address={server} {status} outcome=\"ok\": {count}")
    });
    assert_eq!(shown(&measured.received(), "http.client"), expected);
}

#[test]
fn other_series_keep_their_names_and_labels() {
    let measured = Measured::new();
    let family = Family::gauge("pool_size_bytes", "Memory of the pool.").labels(["http_route"]);
    let read = |samples: &mut Samples<'_>| {
        samples.push(&["a"], 2.5);
        samples.push(&[""], f64::INFINITY);
    };
    measured.metrics.add(family, read).unwrap();
    measured.capture.run(|| {
        step();
        trace_runtime::warn!("careful");
    });
    let received = measured.received();
    let expected = [
        r#"gauge pool_size_bytes [By] http_route="a": 2.5"#,
        r#"gauge pool_size_bytes [By] http_route="": inf"#,
    ];
    assert_eq!(shown(&received, "pool"), expected);
    let lines = shown(&received, "trace_lines [");
    assert_eq!(lines, [""; 0], "a name is not its unit");
    let lines = shown(&received, "trace_lines");
    assert!(lines.contains(&r#"sum cumulative monotonic trace_lines [] level="WARN": 1.0"#.into()));
    let steps = format!(
        r#"histogram cumulative trace_step_duration_seconds [s] target="{}" name="step" outcome="ok": 1"#,
        module_path!(),
    );
    assert_eq!(shown(&received, "trace_step"), [steps]);
    let pool = received.iter().find(|metric| metric.name == "pool_size_bytes").unwrap();
    assert_eq!(pool.description, "Memory of the pool.");
}

#[test]
fn a_bucket_has_the_ids_of_a_request_as_its_example() {
    let measured = Measured::new();
    measured.capture.run(|| exchange(Some("/"), Some(200)));
    let received = measured.received();
    let requests = received.iter().find(|it| it.name == "http.server.request.duration").unwrap();
    let [point] = histograms(requests) else { panic!("{requests:?}") };
    let [exemplar] = &point.exemplars[..] else { panic!("{point:?}") };
    let spans = measured.receiver.spans();
    let [span] = &spans.items[..] else { panic!("{spans:?}") };
    assert_eq!((&exemplar.trace_id, &exemplar.span_id), (&span.trace_id, &span.span_id));
    assert_eq!((exemplar.trace_id.len(), exemplar.span_id.len()), (16, 8));
    let Some(ExemplarValue::AsDouble(seconds)) = exemplar.value else { panic!("{exemplar:?}") };
    assert_eq!(Some(seconds), point.sum);
    let place = point.bucket_counts.iter().position(|count| *count == 1).unwrap();
    assert_eq!(place, point.explicit_bounds.partition_point(|bound| *bound < seconds));
    assert_eq!(point.explicit_bounds[..3], [0.005, 0.01, 0.025]);
    assert_eq!(exemplar.time_unix_nano, span.end_time_unix_nano);
    assert!(exemplar.time_unix_nano <= point.time_unix_nano);
}

#[test]
fn all_that_add_up_have_one_start_and_one_time_in_each_snapshot() {
    let measured = Measured::new();
    measured.capture.run(step);
    let first = measured.received();
    let second = measured.received().split_off(first.len());
    let of = |received: &[Metric], start: &str| -> Vec<_> {
        let metrics = received.iter().filter(|metric| metric.name.starts_with(start));
        let mut all: Vec<_> = metrics.flat_map(times).collect();
        all.dedup();
        all
    };
    let ([one], [next]) = (&of(&first, "trace")[..], &of(&second, "trace")[..]) else {
        panic!("{first:?} {second:?}");
    };
    assert!(one.0 > 0 && one.0 == next.0 && one.0 <= one.1 && one.1 < next.1);
    if cfg!(target_os = "linux") {
        assert_eq!(of(&first, "process_open_fds"), [(0, one.1)]);
    }
}

#[test]
fn snapshots_have_the_resource_of_spans_and_count_on() {
    let measured = Measured::new();
    for _ in 0..2 {
        measured.capture.run(|| exchange(Some("/"), Some(200)));
        measured.received();
    }
    let received = measured.receiver.metrics();
    let counts: Vec<_> = shown(&received.items, "http.server.request");
    let counts: Vec<_> = counts.iter().map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(counts, ["1", "2"]);
    assert_eq!(received.resource, measured.receiver.spans().resource);
    assert_eq!(received.scope, measured.receiver.spans().scope);
}

#[test]
fn a_family_above_the_bound_has_an_overflow_and_goes_in_parts_whose_sum_is_exact() {
    let measured = Measured::new();
    measured.capture.run(|| {
        (0..2_010).for_each(|number| exchange(Some(&format!("/{number}")), Some(200)));
    });
    let mut received = measured.received();
    received.retain(|metric| metric.name == "http.server.request.duration");
    assert!(received.len() > 1 && received.iter().all(|metric| metric.unit == "s"));
    let all = received.iter().flat_map(histograms);
    assert_eq!(all.map(|point| point.count).sum::<u64>(), 2_010);
    let lines = shown(&received, "http");
    let overflow =
        "histogram cumulative http.server.request.duration [s] otel.metric.overflow=true: 10";
    assert_eq!((lines.len(), lines.last().unwrap().as_str()), (2_001, overflow));
    let requests = measured.receiver.requests();
    assert!(requests.iter().all(|(request, _)| request.len < 1024 * 1024));
}

#[test]
fn a_snapshot_is_sent_in_each_interval_without_being_asked_for() {
    let often = Signal::new().schedule_delay(Duration::from_millis(20));
    let measured = measured(Receiver::start(), |builder| builder.metrics(often));
    let snapshots = || shown(&measured.receiver.metrics().items, "http.server.request").len();
    measured.capture.run(|| exchange(Some("/"), Some(200)));
    wait_until("two snapshots have arrived", || snapshots() >= 2);
}

#[test]
fn the_end_sends_a_last_snapshot_and_none_after_it() {
    let measured = Measured::new();
    measured.capture.run(|| exchange(Some("/"), Some(200)));
    assert!(measured.otel.shutdown(LONG));
    assert_eq!(shown(&measured.receiver.metrics().items, "http.server.request").len(), 1);
    let stats = account(&measured.otel);
    assert!(measured.otel.shutdown(LONG));
    assert_eq!(account(&measured.otel), stats);
    assert_eq!((stats.waiting, stats.dropped()), (0, 0));
}

#[test]
fn the_account_counts_points_and_stands_on_the_page() {
    let partial = vec![0x0A, 2, 0x08, 3]; // three points are rejected
    let head = || vec!["content-type: application/x-protobuf".to_owned()];
    let measured = measured(
        Receiver::with(move |request| match request.path.as_str() {
            Received::PATH => Reaction::Answer(200, head(), partial.clone()),
            _ => Reaction::ok(),
        }),
        |builder| builder,
    );
    measured.capture.run(|| exchange(Some("/"), Some(200)));
    assert!(
        measured
            .metrics
            .render()
            .contains(r#"trace_export_items_total{signal="metrics",result="rejected"} 0"#)
    );
    assert!(!measured.otel.flush(LONG), "some are lost");
    let stats = account(&measured.otel);
    let sent = measured.receiver.metrics().items;
    let sent: usize = sent.iter().map(|metric| points(metric).len()).sum();
    assert_eq!((stats.offered, stats.rejected), (sent as u64, 3));
    let page = measured.metrics.render();
    for (signal, result, count) in [
        ("traces", "exported", 1),
        ("logs", "exported", measured.otel.stats().logs.exported),
        ("metrics", "exported", sent as u64 - 3),
        ("metrics", "rejected", 3),
        ("metrics", "ended", 0),
    ] {
        let line = format!("{{signal=\"{signal}\",result=\"{result}\"}} {count}\n");
        assert!(page.contains(&format!("trace_export_items_total{line}")), "{line} {page}");
    }
}

/// Adds so many gauges.
fn add_many(measured: &Measured, count: u32) {
    for number in 0..count {
        let read = move |samples: &mut Samples<'_>| samples.push(&[], number.into());
        let family = Family::gauge(format!("number_{number}"), "One of many.");
        measured.metrics.add(family, read).unwrap();
    }
}

#[test]
fn what_is_too_large_is_sent_again_in_halves_and_counted_once() {
    let receiver = Receiver::with(|request| match request.path.as_str() {
        Received::PATH if request.len > 3000 => Reaction::status(413),
        _ => Reaction::ok(),
    });
    let measured = measured(receiver, |builder| builder);
    add_many(&measured, 100);
    assert_eq!(shown(&measured.received(), "number_").len(), 100);
    let requests = measured.receiver.requests();
    let is_refused = |reaction: &Reaction| matches!(reaction, Reaction::Answer(413, ..));
    assert!(requests.iter().filter(|(_, reaction)| is_refused(reaction)).count() >= 2);
    let stats = account(&measured.otel);
    assert_eq!((stats.exported, stats.dropped()), (stats.offered, 0));
}

#[test]
fn no_request_has_more_points_than_are_allowed() {
    let few = patient().max_export_batch_size(4);
    let measured = measured(Receiver::start(), |builder| builder.metrics(few));
    add_many(&measured, 30);
    assert_eq!(shown(&measured.received(), "number_").len(), 30);
    for (request, _) in measured.receiver.requests() {
        let metrics = Received::decode(&request.body).items;
        let sent: usize = metrics.iter().map(|metric| points(metric).len()).sum();
        assert!((1..=4).contains(&sent), "{metrics:?}");
    }
}

#[test]
fn metrics_that_have_no_room_are_counted_and_a_flush_says_so() {
    let few = patient().max_queue_size(3);
    let measured = measured(Receiver::start(), |builder| builder.metrics(few));
    assert!(!measured.otel.flush(LONG));
    let stats = account(&measured.otel);
    assert!(stats.overflow > 0 && stats.exported == 3, "{stats:?}");
}

#[test]
fn without_export_there_is_only_the_account() {
    let measured = measured(Receiver::start(), |builder| builder.metrics(Signal::off()));
    measured.capture.run(|| exchange(Some("/"), Some(200)));
    assert_eq!(measured.received().len(), 0);
    assert_eq!(account(&measured.otel).offered, 0);
    let line = r#"trace_export_items_total{signal="traces",result="exported"} 1"#;
    assert!(measured.metrics.render().contains(line));
}

#[test]
fn metrics_alone_are_exported() {
    let off = |builder: Builder| builder.traces(Signal::off()).logs(Signal::off());
    let measured = measured(Receiver::start(), off);
    measured.capture.run(|| exchange(Some("/"), Some(200)));
    assert_eq!(shown(&measured.received(), "http.server.request").len(), 1);
    let paths = measured.receiver.requests();
    assert!(paths.iter().all(|(request, _)| request.path == "/v1/metrics"));
}

#[test]
fn what_is_set_too_late_or_twice_is_reported() {
    let (metrics, others) = (Metrics::new(), Metrics::new());
    let receiver = Receiver::start();
    let build = || Otel::builder().endpoint(receiver.url()).build().unwrap();
    let first = build().metrics(metrics.clone());
    let twice = build().metrics(metrics).metrics(others);
    let capture = Capture::with_filter("warn");
    let late = capture.run(|| {
        let _observed = Capture::new().observed_by(twice.clone());
        twice.metrics(Metrics::new())
    });
    let reasons: Vec<_> = capture.values().iter().map(|line| line["reason"].clone()).collect();
    let expected = [
        "metric name `trace_export_items`: there is one already",
        "others are set already",
        "they have to be set before `init`",
    ];
    assert_eq!(reasons, expected);
    drop((first, late));
}

#[test]
fn what_reads_a_number_may_flush_and_the_page_does_not_keep_the_exporter() {
    let measured = Measured::new();
    let otel = measured.otel.clone();
    let family = Family::gauge("flushes", "A number that flushes.");
    let read = move |samples: &mut Samples<'_>| {
        samples.push(&[], if otel.flush(Duration::from_millis(1)) { 1.0 } else { 0.0 });
    };
    measured.metrics.add(family, read).unwrap();
    assert_eq!(shown(&measured.received(), "flushes").len(), 1);

    let (metrics, receiver) = (Metrics::new(), Receiver::start());
    let otel = Otel::builder().endpoint(receiver.url()).build().unwrap().metrics(metrics.clone());
    assert!(metrics.render().contains("trace_export_items_total{"));
    drop(otel);
    assert!(!metrics.render().contains("trace_export_items_total{"));
}
