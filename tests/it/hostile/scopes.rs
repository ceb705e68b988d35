//! Values that meet a scope: its fields, its end, a thread that unwinds.

use std::{
    cell::Cell,
    fmt::{Debug, Display},
    future::pending,
    mem,
    panic::catch_unwind,
    thread,
};

use futures::FutureExt as _;
use serde_json::json;
use test_support::{at_once, capture, closing, shown, values};
use trace_runtime::{info, timed, traced_handler};

#[test]
fn a_field_of_a_scope_that_panics_or_logs_is_no_worse_than_an_events() {
    #[timed(fields(panics = %panics, logs = ?logs, after = 1))]
    fn step(panics: impl Display, logs: impl Debug) {
        drop((panics, logs));
    }
    let capture = capture();
    let logs = shown(|f| {
        info!("from inside");
        f.write_str("shown")
    });
    capture.run(|| step(shown(|_| panic!("on purpose")), logs));
    assert_eq!(capture.tree(), "\"from inside\"\nstep ok\n");
    let line = closing(&capture, "step");
    assert_eq!(line["panics"], "<panicked>");
    assert_eq!((&line["logs"], &line["after"]), (&json!("shown"), &json!(1)));
}

/// User code never runs while the context is borrowed.
#[test]
fn a_value_that_opens_a_request_while_it_is_shown_works() {
    #[traced_handler(trace_id = "outer")]
    async fn outer(value: impl Display) {
        info!("shows {value}");
        sync_step(&value);
    }
    #[timed(fields(%value))]
    fn sync_step(value: &impl Display) {}
    #[timed]
    async fn step() {}
    let capture = capture();
    let opens = shown(|f| {
        at_once(step());
        f.write_str("text")
    });
    at_once(capture.scope(outer(opens)));
    // The fields of a step are evaluated before it begins.
    assert_eq!(
        capture.tree(),
        "outer ok\n  step ok\n  \"shows text\"\n  step ok\n  sync_step ok\n"
    );
}

#[test]
fn a_value_that_drops_a_request_while_it_is_shown_works() {
    #[traced_handler(trace_id = "inner")]
    async fn inner() {
        pending::<()>().await;
    }
    #[traced_handler(trace_id = "outer")]
    async fn outer(value: impl Display) {
        info!("shows {value}");
    }
    let capture = capture();
    let mut request = capture.scope(inner()).boxed_local();
    assert!(request.as_mut().now_or_never().is_none());
    let kept = Cell::new(Some(request));
    let drops = shown(|f| {
        drop(kept.take());
        f.write_str("text")
    });
    at_once(capture.scope(outer(drops)));
    assert_eq!(capture.tree(), "inner cancelled\nouter ok\n  \"shows text\"\n");
}

#[test]
fn an_event_written_while_the_thread_unwinds_is_whole() {
    struct Logs;
    impl Drop for Logs {
        fn drop(&mut self) {
            assert!(thread::panicking());
            info!(k = %shown(|_| panic!("on purpose, too")), "on the way");
        }
    }
    let capture = capture();
    catch_unwind(|| {
        capture.run(|| {
            let _logs = Logs;
            panic!("on purpose");
        });
    })
    .unwrap_err();
    let [_, line] = values(&capture).try_into().unwrap();
    assert_eq!((&line["message"], &line["k"]), (&json!("on the way"), &json!("<panicked>")));
}

#[test]
fn a_future_that_is_forgotten_leaves_nothing_behind() {
    #[traced_handler(trace_id = "forgotten")]
    async fn forgotten() {
        pending::<()>().await;
    }
    let capture = capture();
    let mut request = Box::pin(capture.scope(forgotten()));
    assert!(request.as_mut().now_or_never().is_none());
    mem::forget(request);
    assert!(trace_runtime::trace_id().is_none());
    assert_eq!(capture.lines(), [""; 0]);
}
