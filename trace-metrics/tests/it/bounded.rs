//! However many labels there are, the page stays small and sums stay exact.

use trace_runtime::edge::{self, Call};

use super::{exchange, lines, metrics, number};

/// Returns the sum of all samples of a family's counts.
fn sum(page: &str, name: &str) -> f64 {
    let lines = lines(page, name);
    lines.iter().map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

#[test]
fn routes_above_the_bound_count_in_one_series() {
    let (metrics, capture) = metrics();
    capture.run(|| {
        for route in 0..5_000 {
            exchange("GET", Some(&format!("/{route}")), 200);
        }
        for route in 0..5_000 {
            exchange("GET", Some(&format!("/{route}")), 200);
        }
    });
    let page = metrics.render();
    let name = "http_server_request_duration_seconds_count";
    assert_eq!(lines(&page, name).len(), 2_001);
    assert_eq!(sum(&page, name), 10_000.0);
    let overflow = format!("{name}{{otel_metric_overflow=\"true\"}}");
    assert_eq!(number(&page, &overflow), 6_000.0);
}

#[test]
fn hosts_above_the_bound_count_in_one_series() {
    let (metrics, capture) = metrics();
    capture.run(|| {
        let callsite = edge::call_callsite!("http_call", target: "my_edge");
        for host in 0..2_000 {
            Call::open(callsite, "GET", Some(&format!("host-{host}"))).end();
        }
    });
    let page = metrics.render();
    let name = "http_client_request_duration_seconds_count";
    assert_eq!((lines(&page, name).len(), sum(&page, name)), (501, 2_000.0));
}

#[test]
fn a_scanner_makes_no_series() {
    let (metrics, capture) = metrics();
    let methods: Vec<&'static str> =
        (0..200).map(|number| &*Box::leak(format!("M{number}").into_boxed_str())).collect();
    capture.run(|| {
        for request in 0..20_000 {
            let method = if request % 2 == 0 { "GET" } else { methods[request % 200] };
            exchange(method, None, 404);
        }
    });
    let page = metrics.render();
    let name = "http_server_request_duration_seconds_count";
    assert_eq!((lines(&page, name).len(), sum(&page, name)), (2, 20_000.0));
}
