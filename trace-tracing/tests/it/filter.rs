//! Which events and spans are seen, also while that changes.

use std::sync::Barrier;

use trace_runtime::testing::Capture;
use tracing::{Level, debug, debug_span, enabled, info, info_span, trace, trace_span};

use crate::{capture, capture_of, named};

#[test]
fn target_and_level_decide() {
    let capture = capture_of("warn,library=debug");
    capture.run(|| {
        info!("kept back");
        info!(target: "library::pool", "seen");
        trace!(target: "library", "kept back");
        assert!(enabled!(target: "library", Level::DEBUG));
        assert!(!enabled!(Level::INFO));
    });
    assert_eq!(capture.tree(), "\"seen\"\n");
}

/// Their callsites may be met first where there is no capture.
fn library() {
    trace_span!("span").in_scope(|| trace!("event"));
}

#[test]
fn each_capture_has_exactly_its_own() {
    let _ = trace_tracing::init();
    let barrier = Barrier::new(32);
    std::thread::scope(|scope| {
        for number in 0..32 {
            let barrier = &barrier;
            scope.spawn(move || {
                for _ in 0..50 {
                    barrier.wait();
                    if number % 2 == 0 {
                        library();
                        continue;
                    }
                    let capture = Capture::new();
                    capture.run(library);
                    assert_eq!(capture.tree(), "span ok\n  \"event\"\n");
                }
            });
        }
    });
}

#[test]
fn a_capture_sees_all_from_its_first_moment_and_another_nothing() {
    let (all, some) = (capture(), capture_of("info"));
    some.run(|| {
        debug!("kept back");
        all.run(|| debug_span!("span").in_scope(|| debug!("seen")));
    });
    assert_eq!(all.tree(), "span ok\n  \"seen\"\n");
    assert!(some.lines().is_empty());
}

#[test]
fn subscribers_for_one_part_go_on_as_before() {
    let capture = capture();
    capture.run(|| {
        let other = tracing::subscriber::NoSubscriber::default();
        tracing::subscriber::with_default(other, || info!("to another"));
        info!("to ours");
        info_span!("span").in_scope(|| info!("inside"));
    });
    let lines = capture.values();
    assert_eq!(lines.len(), 3, "{lines:#?}");
    assert_eq!(named(&lines, "inside")["span_id"], named(&lines, "span")["span_id"]);
}
