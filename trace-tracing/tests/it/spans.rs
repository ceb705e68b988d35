//! What becomes of spans: the situations of tracing's own tests.

use trace_runtime::{record, timed};
use tracing::{Instrument as _, Level, Span, info, info_span, instrument, span, trace_span};

use crate::{capture, capture_of, lines, named, request, tree};

#[test]
fn spans_nest_as_they_are_entered() {
    let tree = tree(|| {
        info_span!("a").in_scope(|| {
            info!("in a");
            info_span!("b").in_scope(|| info!("in b"));
            info!("in a again");
        });
        info!("outside");
    });
    let expected = "request ok\n  a ok\n    \"in a\"\n    b ok\n      \"in b\"\n    \
                    \"in a again\"\n  \"outside\"\n";
    assert_eq!(tree, expected);
}

#[test]
fn ours_and_theirs_nest_in_each_other() {
    #[timed]
    fn ours() {
        info_span!("theirs").in_scope(|| {
            record!(rows = 3);
            inner();
        });
    }

    #[timed]
    fn inner() {
        info!("inside");
    }

    let capture = capture();
    capture.run(|| request(|| info_span!("outer").in_scope(ours)));
    let expected = "request ok\n  outer ok\n    ours ok\n      theirs ok\n        inner ok\n          \
         \"inside\"\n";
    assert_eq!(capture.tree(), expected);
    assert_eq!(named(&capture.values(), "theirs")["rows"], 3);
}

#[test]
fn instrumented_functions_are_steps_with_their_arguments() {
    #[instrument(skip(secret), fields(rows = 3), level = "warn")]
    fn sync(id: u32, secret: &str) -> usize {
        info!("inside");
        secret.len()
    }

    let lines = lines(|| assert_eq!(sync(7, "x"), 1));
    let line = named(&lines, "sync");
    assert_eq!(
        (&line["id"], &line["rows"], &line["level"]),
        (&7.into(), &3.into(), &"WARN".into())
    );
    assert!(line.get("secret").is_none());
    assert_eq!(named(&lines, "inside")["span_id"], line["span_id"]);
}

#[tokio::test]
async fn an_instrumented_future_is_one_step_through_its_awaits() {
    #[instrument]
    async fn waits(id: u32) {
        for _ in 0..3 {
            info!("polled");
            tokio::task::yield_now().await;
        }
    }

    #[trace_runtime::traced_handler]
    async fn handler() {
        tokio::join!(waits(1), waits(2).instrument(info_span!("outer")));
        async {}.instrument(info_span!("at once")).await;
    }

    let capture = capture();
    capture.scope(handler()).await;
    let lines = capture.values();
    let waits: Vec<_> = lines.iter().filter(|line| line["name"] == "waits").collect();
    assert_eq!(waits.len(), 2);
    for waits in waits {
        let inside = lines.iter().filter(|line| line["span_id"] == waits["span_id"]);
        assert_eq!(inside.count(), 4, "three events, and its own");
        assert!(waits["busy_ms"].is_number(), "{waits}");
    }
    let outer = named(&lines, "outer");
    let inner = lines.iter().find(|line| line["id"] == 2).unwrap();
    assert_eq!(inner["parent_span_id"], outer["span_id"]);
    assert!(named(&lines, "at once").get("busy_ms").is_none(), "polled once");
}

#[test]
fn parents_are_what_spans_say() {
    let lines = lines(|| {
        let a = info_span!("a");
        let b = info_span!(parent: &a, "b");
        let root = a.in_scope(|| info_span!(parent: None, "root"));
        drop((a, b, root));
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!(named(&lines, "b")["parent_span_id"], *id("a"));
    assert_eq!(named(&lines, "root")["parent_span_id"], *id("request"));
}

#[test]
fn below_a_span_that_is_filtered_out_comes_the_nearest_that_is_not() {
    let capture = capture_of("info");
    capture.run(|| {
        request(|| {
            let quiet = trace_span!("quiet");
            info_span!(parent: &quiet, "loud").in_scope(|| quiet.in_scope(|| info!("inside")));
        });
    });
    assert_eq!(capture.tree(), "request ok\n  loud ok\n    \"inside\"\n");
}

#[test]
fn guards_are_left_in_any_order() {
    let lines = lines(|| {
        let (a, b) = (info_span!("a").entered(), info_span!("b").entered());
        drop(a);
        info!("in b");
        drop(b);
        info!("in none");
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!(id("in b"), id("b"));
    assert_eq!(id("in none"), id("request"));
}

#[test]
fn a_span_that_is_entered_twice_at_once_is_left_twice() {
    let lines = lines(|| {
        let span = info_span!("a");
        let outer = span.enter();
        let inner = span.enter();
        drop(inner);
        info!("in a");
        drop(outer);
        info!("in none");
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!(id("in a"), id("a"));
    assert_eq!(id("in none"), id("request"));
}

#[test]
fn a_span_is_closed_by_its_last_handle() {
    let capture = capture();
    let kept = capture.run(|| {
        let mut kept = None;
        request(|| {
            let span = info_span!("kept");
            kept = Some(span.clone());
            span.in_scope(|| info!("inside"));
        });
        kept.unwrap()
    });
    assert_eq!(capture.lines().len(), 2);
    drop(kept);
    let lines = capture.values();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["trace_id"], lines[1]["trace_id"]);
}

#[test]
fn follows_from_changes_nothing() {
    let lines = lines(|| {
        let (a, b, off) = (info_span!("a"), info_span!("b"), Span::none());
        for _ in 0..2 {
            b.follows_from(&a);
            b.follows_from(&b);
            b.follows_from(&off);
            b.follows_from(tracing::span::Id::from_u64(1 << 40));
        }
        drop(a);
        b.follows_from(tracing::span::Id::from_u64(1));
    });
    assert_eq!(lines.iter().filter(|line| line["name"] == "b").count(), 1);
    assert_eq!(named(&lines, "b")["parent_span_id"], named(&lines, "request")["span_id"]);
}

#[test]
fn outside_a_trace_a_span_is_a_step_that_its_level_lets_through() {
    let capture = capture_of("info");
    capture.run(|| {
        info_span!("a").in_scope(|| info!("inside"));
        trace_span!("b").in_scope(|| info!("beside"));
    });
    assert_eq!(capture.tree(), "a ok\n  \"inside\"\n\"beside\"\n");
    assert!(capture.values().iter().all(|line| line.get("trace_id").is_none()));
}

#[test]
fn a_span_that_a_panic_leaves_has_panicked() {
    let lines = lines(|| {
        let panics = || info_span!("a").in_scope(|| panic!("oh no"));
        assert!(std::panic::catch_unwind(panics).is_err());
    });
    let line = named(&lines, "a");
    assert_eq!((&line["outcome"], &line["error"]), (&"panicked".into(), &"oh no".into()));
}

#[test]
fn levels_and_targets_are_those_of_the_span() {
    let lines = lines(|| drop(span!(target: "library::pool", Level::DEBUG, "a \"b\"\n")));
    let line = named(&lines, "a \"b\"\n");
    assert_eq!((&line["target"], &line["level"]), (&"library::pool".into(), &"DEBUG".into()));
}
