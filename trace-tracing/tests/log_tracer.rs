//! Records that `tracing-log` hands on: their target, place and level are those
//! of the record.
//!
//! A process of its own: it has one logger.

use trace_runtime::testing::Capture;

#[test]
fn a_record_is_what_it_was() {
    tracing_log::LogTracer::init().unwrap();
    trace_tracing::init().unwrap();
    assert!(trace_log::init().is_err(), "there is a logger");
    let capture = Capture::with_filter("off,legacy=debug");
    capture.run(|| {
        log::debug!(target: "legacy::db", "connected");
        log::trace!(target: "legacy::db", "too fine");
        log::error!(target: "other", "not asked for");
    });
    let lines = capture.values();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    let line = &lines[0];
    assert_eq!((&line["target"], &line["level"]), (&"legacy::db".into(), &"DEBUG".into()));
    assert_eq!(line["message"], "connected");
    let keys = line.as_object().unwrap().keys();
    assert!(keys.clone().all(|key| !key.contains("log.")), "{line}");
}
