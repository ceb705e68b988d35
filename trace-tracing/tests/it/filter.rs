//! Which events and spans are seen, also while that changes.

use tracing::{Level, debug, debug_span, enabled, info, info_span, trace};

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
