//! For a bucket, one sampled trace that fell into it.

use futures::FutureExt as _;
use trace_metrics::{Data, Exemplar, Metrics};
use trace_runtime::{
    edge::{self, Outcome, Request},
    observe::{Observe, Start},
    propagation::Incoming,
    testing::Capture,
    traced_handler,
};

use super::metrics;

#[traced_handler(trace_id = id)]
async fn handler(id: &str) {}

/// Returns the exemplars of a family.
fn exemplars(metrics: &Metrics, name: &str) -> Vec<Exemplar> {
    let families = metrics.snapshot().families;
    let family = families.into_iter().find(|family| family.name == name).unwrap();
    let histograms = family.series.into_iter().filter_map(|series| match series.data {
        Data::Histogram(histogram) => Some(histogram.exemplars),
        _ => None,
    });
    histograms.flatten().flatten().collect()
}

const FIRST: &str = "0af7651916cd43dd8448eb211c80319c";
const SECOND: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[test]
fn the_first_trace_after_a_page_is_the_example() {
    let (metrics, capture) = metrics();
    let ids = || -> Vec<_> {
        let all = exemplars(&metrics, "trace_request_duration_seconds");
        all.iter().map(|it| format!("{:032x}", u128::from_be_bytes(it.trace_id))).collect()
    };
    let run = |id| capture.run(|| handler(id).now_or_never());
    run(FIRST);
    run(SECOND);
    assert!(ids().contains(&FIRST.to_owned()));
    // The last page's examples stay until there are new ones.
    run(SECOND);
    assert!(ids().contains(&SECOND.to_owned()));
}

#[test]
fn only_openmetrics_has_them_and_on_buckets_alone() {
    let (metrics, capture) = metrics();
    capture.run(|| handler(FIRST).now_or_never());
    assert!(!metrics.render().contains(FIRST));
    let page = metrics.render_openmetrics();
    let with: Vec<_> = page.lines().filter(|line| line.contains(" # {")).collect();
    assert_eq!(with.len(), 1, "{page}");
    assert!(with[0].starts_with("trace_request_duration_seconds_bucket{"), "{}", with[0]);
    assert!(with[0].contains(&format!("# {{trace_id=\"{FIRST}\",span_id=\"")), "{}", with[0]);
}

#[test]
fn neither_an_unsampled_nor_a_quiet_trace_is_an_example() {
    struct Never;

    impl Observe for Never {
        fn sample(&self, _: &Start<'_>) -> Option<bool> {
            Some(false)
        }
    }

    let metrics = Metrics::new();
    let capture = Capture::new().observed_by(Never).observed_by(metrics.clone());
    capture.run(|| handler(FIRST).now_or_never());
    assert_eq!(exemplars(&metrics, "trace_request_duration_seconds"), []);

    let (metrics, capture) = super::metrics();
    capture.run(|| {
        let callsite = edge::callsite!("http_request", target: "my_edge");
        let mut request = Request::open(callsite, Incoming::none(), "GET", "/health");
        request.set_quiet();
        request.end(Outcome::Ok);
    });
    assert_eq!(exemplars(&metrics, "http_server_request_duration_seconds"), []);
}
