//! What is counted, and under which labels.

use std::time::Duration;

use futures::FutureExt as _;
use trace_runtime::{
    edge::{self, Call, Request},
    propagation::Incoming,
    timed, traced_handler,
};

use super::{exchange, lines, metrics, number};

#[timed]
fn load(fails: bool) -> Result<(), &'static str> {
    if fails { Err("refused") } else { Ok(()) }
}

#[traced_handler]
async fn job() {
    let _ = (load(true), load(false), load(false));
}

#[test]
fn a_handler_and_its_steps_are_counted_by_outcome() {
    let (metrics, capture) = metrics();
    capture.run(|| job().now_or_never());
    let page = metrics.render();
    let labels = r#"{target="it::page",name="#;
    for (sample, expected) in [
        (format!(r#"trace_request_duration_seconds_count{labels}"job",outcome="ok"}}"#), 1.0),
        (format!(r#"trace_step_duration_seconds_count{labels}"load",outcome="ok"}}"#), 2.0),
        (format!(r#"trace_step_duration_seconds_count{labels}"load",outcome="error"}}"#), 1.0),
    ] {
        assert_eq!(number(&page, &sample), expected, "{sample}");
    }
}

#[test]
fn steps_outside_of_any_trace_are_counted_too() {
    let (metrics, capture) = metrics();
    assert_eq!(capture.run(|| load(false)), Ok(()));
    assert_eq!(number(&metrics.render(), "trace_step_duration_seconds_count"), 1.0);
}

#[test]
fn a_request_over_http_is_counted_by_method_route_status_and_outcome() {
    let (metrics, capture) = metrics();
    capture.run(|| {
        exchange("GET", Some("/users/{id}"), 200);
        exchange("GET", Some("/users/{id}"), 503);
        exchange("GET", None, 404);
        exchange("BREW", None, 405);
    });
    let page = metrics.render();
    let counts = lines(&page, "http_server_request_duration_seconds_count");
    let expected = [
        r#"{http_request_method="GET",http_route="",http_response_status_code="404",outcome="ok"} 1"#,
        r#"{http_request_method="_OTHER",http_route="",http_response_status_code="405",outcome="ok"} 1"#,
        r#"{http_request_method="GET",http_route="/users/{id}",http_response_status_code="200",outcome="ok"} 1"#,
        r#"{http_request_method="GET",http_route="/users/{id}",http_response_status_code="503",outcome="error"} 1"#,
    ];
    let counts: Vec<_> = counts.iter().map(|it| &it[it.find('{').unwrap()..]).collect();
    assert_eq!(counts, expected);
    assert_eq!(lines(&page, "trace_request_duration_seconds_count"), [""; 0]);
}

#[test]
fn the_buckets_of_a_request_are_those_of_the_conventions() {
    let (metrics, capture) = metrics();
    capture.run(|| exchange("GET", Some("/"), 200));
    let page = metrics.render();
    let bounds: Vec<_> = lines(&page, "http_server_request_duration_seconds_bucket")
        .iter()
        .map(|line| line.split("le=\"").nth(1).unwrap().split('"').next().unwrap())
        .collect();
    let expected = [
        "0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1.0", "2.5",
        "5.0", "7.5", "10.0", "+Inf",
    ];
    assert_eq!(bounds, expected);
}

#[test]
fn a_call_is_counted_by_host_and_status_whatever_its_port() {
    let (metrics, capture) = metrics();
    capture.run(|| {
        let callsite = edge::call_callsite!("http_call", target: "my_edge");
        for server in ["stock", "stock:8080", "[::1]:8080"] {
            let mut call = Call::open(callsite, "PUT", Some(server));
            call.set_status(409);
            call.end();
        }
        drop(Call::open(callsite, "PUT", None));
    });
    let page = metrics.render();
    let name = "http_client_request_duration_seconds_count";
    let expected = [
        r#"{http_request_method="PUT",server_address="",http_response_status_code="",outcome="cancelled"} 1"#,
        r#"{http_request_method="PUT",server_address="::1",http_response_status_code="409",outcome="ok"} 1"#,
        r#"{http_request_method="PUT",server_address="stock",http_response_status_code="409",outcome="ok"} 2"#,
    ]
    .map(|labels| format!("{name}{labels}"));
    assert_eq!(lines(&page, name), expected);
}

#[test]
fn requests_that_have_not_ended_are_active() {
    let (metrics, capture) = metrics();
    let active = || number(&metrics.render(), "http_server_active_requests{");
    let callsite = edge::callsite!("http_request", target: "my_edge");
    let open = || Request::open(callsite, Incoming::none(), "POST", "/");
    let (one, two) = capture.run(|| (open(), open()));
    assert_eq!(active(), 2.0);
    std::thread::spawn(move || drop(one)).join().unwrap();
    assert_eq!(active(), 1.0);
    drop(two);
    assert_eq!(active(), 0.0);
}

#[test]
fn an_event_stream_is_counted_until_its_head_and_as_a_whole() {
    let (metrics, capture) = metrics();
    capture.run(|| {
        let callsite = edge::callsite!("http_request", target: "my_edge");
        let mut request = Request::open(callsite, Incoming::none(), "GET", "/events");
        request.set_stream();
        request.set_status(200);
        std::thread::sleep(Duration::from_millis(30));
        drop(request);
    });
    let page = metrics.render();
    assert!(number(&page, "http_server_request_duration_seconds_sum") < 0.03);
    assert!(number(&page, "http_server_stream_duration_seconds_sum") >= 0.03);
}

#[test]
fn what_is_known_in_advance_stands_at_zero_on_the_first_page() {
    let (metrics, _) = metrics();
    let page = metrics.render();
    for level in ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"] {
        assert_eq!(number(&page, &format!("trace_lines_total{{level=\"{level}\"}}")), 0.0);
    }
    for cause in ["overflow", "sink", "closed", "nested", "ended"] {
        let sample = format!("trace_lines_dropped_total{{cause=\"{cause}\"}}");
        assert_eq!(number(&page, &sample), 0.0);
    }
    let families = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    for family in families {
        let name = family.split(' ').next().unwrap();
        assert_eq!(lines(&page, &format!("# HELP {name} ")).len(), 1, "{name}");
    }
}

#[test]
fn lines_are_counted_by_level() {
    let metrics = trace_metrics::Metrics::new();
    let capture = trace_runtime::testing::Capture::with_filter("info").observed_by(metrics.clone());
    capture.run(|| {
        trace_runtime::error!("one");
        trace_runtime::debug!("none");
        let _ = load(true);
        job().now_or_never();
    });
    let page = metrics.render();
    let of = |level| number(&page, &format!("trace_lines_total{{level=\"{level}\"}}"));
    assert_eq!(["ERROR", "WARN", "INFO", "DEBUG"].map(of), [1.0, 2.0, 3.0, 0.0]);
    assert_eq!(capture.lines().len(), 6);
}

#[test]
fn a_quiet_request_is_counted() {
    let (metrics, capture) = metrics();
    capture.run(|| {
        let callsite = edge::callsite!("http_request", target: "my_edge");
        let mut request = Request::open(callsite, Incoming::none(), "GET", "/health");
        request.set_quiet();
        request.end(edge::Outcome::Ok);
    });
    assert_eq!(number(&metrics.render(), "http_server_request_duration_seconds_count"), 1.0);
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_is_described() {
    let (metrics, _) = metrics();
    let page = metrics.render();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let started = number(&page, "process_start_time_seconds ");
    assert!((now.as_secs_f64() - started).abs() < 3600.0, "{started}");
    assert!(number(&page, "process_resident_memory_bytes ") > 100_000.0);
    assert!(number(&page, "process_open_fds ") >= 3.0);
    assert!(number(&page, "process_max_fds ") >= number(&page, "process_open_fds "));
}
