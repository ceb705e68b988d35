//! The layer in a registry that has set a logger of its own, as
//! `registry().init()` does with its feature `tracing-log`: each record and each
//! event is one line.
//!
//! A process of its own: it has one subscriber and one logger.
#![cfg(feature = "layer")]

use trace_runtime::testing::Capture;
use tracing_subscriber::{Registry, layer::SubscriberExt as _};

#[test]
fn each_record_and_each_event_is_one_line() {
    tracing_log::LogTracer::init().unwrap();
    let registry = Registry::default().with(trace_tracing::Layer::new());
    tracing::subscriber::set_global_default(registry).unwrap();
    let error = trace_log::init().unwrap_err();
    assert!(error.to_string().starts_with("log: another logger is set"), "{error}");

    let capture = Capture::new();
    capture.run(|| {
        log::warn!(target: "legacy::db", "by log");
        tracing::info!(target: "library", "by tracing");
    });
    let lines = capture.values();
    let shown = |line: &serde_json::Value| {
        format!("{} {} {}", line["level"], line["target"], line["message"])
    };
    let shown: Vec<_> = lines.iter().map(shown).collect();
    assert_eq!(shown, [r#""WARN" "legacy::db" "by log""#, r#""INFO" "library" "by tracing""#]);
}
