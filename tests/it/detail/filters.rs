//! Two filters: what is written at once, and what is held.

use std::cell::Cell;

use trace_runtime::{
    Context, Detail, DynamicEvent, Level, debug, enabled, info, max_level, testing::Capture, timed,
    trace, traced_handler,
};

use super::{account, capture, words};

#[tokio::test]
async fn the_second_filter_says_by_target_what_is_held() {
    #[traced_handler]
    async fn handler() -> Result<(), ()> {
        debug!(target: "shop", "debug of the shop");
        trace!(target: "shop", "trace of the shop");
        debug!(target: "other", "debug of another");
        trace!(target: "other", "trace of another");
        debug!(target: "hyper", "silent");
        Err(())
    }
    let detail = Detail::when_failed().filter("debug,shop=trace,hyper=off");
    let capture = Capture::with_detail("info,hyper=error", detail);
    let _ = capture.scope(handler()).await;
    let expected = ["debug of the shop", "trace of the shop", "debug of another", "handler"];
    assert_eq!(words(&capture), expected);
}

#[test]
fn outside_a_request_the_first_filter_alone_counts() {
    let capture = capture(Detail::when_failed());
    capture.run(|| {
        debug!("nowhere");
        info!("at once");
        assert!(!enabled(Level::Debug, "shop") && enabled(Level::Info, "shop"));
        step();
    });
    assert_eq!(words(&capture), ["at once"]);
    assert_eq!(account(&capture), [0; 4]);
}

#[timed(level = "debug")]
fn step() {}

#[tokio::test]
async fn a_bridge_is_asked_for_what_is_held() {
    #[traced_handler]
    async fn handler() -> Result<(), ()> {
        assert!(enabled(Level::Debug, "shop") && !enabled(Level::Trace, "shop"));
        DynamicEvent::new(Level::Debug, "legacy").write(format_args!("held"), &[]);
        DynamicEvent::new(Level::Trace, "legacy").write(format_args!("never"), &[]);
        DynamicEvent::new(Level::Info, "legacy").write(format_args!("at once"), &[]);
        Context::none().run(|| assert!(!enabled(Level::Debug, "shop")));
        Err(())
    }
    let capture = capture(Detail::when_failed());
    assert!(max_level() >= Some(Level::Trace) && max_level() <= Some(Level::Debug));
    let _ = capture.scope(handler()).await;
    assert_eq!(words(&capture), ["at once", "held", "handler"]);
}

#[tokio::test]
async fn the_fields_of_what_is_not_made_are_not_evaluated() {
    thread_local!(static MADE: Cell<u32> = const { Cell::new(0) });
    fn made() -> u32 {
        MADE.set(MADE.get() + 1);
        MADE.get()
    }
    #[traced_handler]
    async fn handler() {
        debug!(n = made(), "held");
        trace!(n = made(), "never");
    }
    let capture = capture(Detail::when_failed());
    capture.run(|| debug!(n = made(), "outside"));
    capture.scope(handler()).await;
    assert_eq!(MADE.get(), 1);
}

#[tokio::test]
async fn a_request_below_the_filter_has_a_line_only_with_its_detail() {
    #[traced_handler]
    async fn handler(is_asked_for: bool) {
        info!("held");
        if is_asked_for {
            trace_runtime::force_detail();
        }
    }
    let capture = Capture::with_detail("warn", Detail::when_failed());
    capture.scope(handler(false)).await;
    assert_eq!(words(&capture), [""; 0]);
    capture.scope(handler(true)).await;
    assert_eq!(words(&capture), ["held", "handler"]);
    assert_eq!(account(&capture), [0, 1, 1, 0]);
}

#[tokio::test]
async fn without_detail_nothing_changes() {
    #[traced_handler]
    async fn handler() -> Result<(), ()> {
        debug!("never");
        assert!(!enabled(Level::Debug, "shop"));
        trace_runtime::force_detail();
        Err(())
    }
    let capture = Capture::with_filter("info");
    let _ = capture.scope(handler()).await;
    assert_eq!(words(&capture), ["handler"]);
    assert_eq!(account(&capture), [0; 4]);
}
