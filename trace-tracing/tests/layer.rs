//! The layer beside others of a registry, and beside `trace-log`.
//!
//! A process of its own: it has one subscriber and one logger.
#![cfg(feature = "layer")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use trace_runtime::{testing::Capture, traced_handler};
use tracing::{Event, Subscriber, info, info_span};
use tracing_subscriber::{
    Registry,
    layer::{Context, Layer as _, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Counts events.
struct Counts(Arc<AtomicUsize>);

impl<S: Subscriber> tracing_subscriber::Layer<S> for Counts {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[traced_handler]
async fn handler() {
    let outer = info_span!("outer");
    let child = info_span!(parent: &outer, "child", rows = 1);
    child.record("rows", 2);
    child.in_scope(|| info!("inside"));
    log::info!("by log");
}

#[test]
fn a_second_layer_of_a_registry_opens_no_span_once_more() {
    let layers = || trace_tracing::Layer::new().and_then(trace_tracing::Layer::new());
    let capture = Capture::new();
    tracing::subscriber::with_default(Registry::default().with(layers()), || {
        capture.run(|| info_span!("a").in_scope(|| info_span!("b").in_scope(|| ())));
    });
    assert_eq!(capture.tree(), "a ok\n  b ok\n");
}

#[tokio::test]
async fn both_have_all_and_no_record_comes_twice() {
    trace_log::init().unwrap();
    let counted = Arc::new(AtomicUsize::new(0));
    let quiet = Counts(Arc::default()).with_filter(tracing::level_filters::LevelFilter::ERROR);
    let registry = || Registry::default().with(trace_tracing::Layer::new());
    let subscriber = registry().with(Counts(Arc::clone(&counted))).with(quiet);
    tracing::subscriber::set_global_default(subscriber).unwrap();
    // What `init` does besides: a logger is set, and it says so without a panic.
    assert!(registry().try_init().is_err());
    assert!(trace_tracing::init().is_err());

    let capture = Capture::new();
    capture.scope(handler()).await;
    let expected = "handler ok\n  \"by log\"\n  outer ok\n    child ok\n      \"inside\"\n";
    assert_eq!(capture.tree(), expected);
    let lines = capture.values();
    assert_eq!(lines.iter().find(|line| line["name"] == "child").unwrap()["rows"], 2);
    assert_eq!(counted.load(Ordering::Relaxed), 1);
}
