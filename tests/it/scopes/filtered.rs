//! What a filter leaves out, and what it does not.

use test_support::{capture, capture_at, values};
use tokio::task::yield_now;
use trace_runtime::{info, timed};

use super::{handler, id_here, sync_step};

#[tokio::test]
async fn the_filter_governs_lines_and_not_the_tree() {
    #[timed(level = "debug")]
    async fn quiet<F: Future>(body: F) -> F::Output {
        body.await
    }
    let capture = capture_at("info");
    capture.scope(handler(quiet(async { sync_step(|| info!("deep")) }))).await;
    // The line of `quiet` is not written, but its child still names it as its
    // parent; readers attach the child to the request.
    let [event, inner, request] = values(&capture).try_into().unwrap();
    assert_eq!(event["span_id"], inner["span_id"]);
    assert_ne!(inner["parent_span_id"], request["span_id"]);
    assert_eq!(inner["trace_id"], request["trace_id"]);
}

#[tokio::test]
async fn a_filtered_step_that_fails_passes_at_its_final_level() {
    #[timed(level = "trace")]
    async fn quiet() -> Result<(), &'static str> {
        Err("no")
    }
    let capture = capture_at("info");
    capture.scope(handler(quiet())).await.unwrap_err();
    assert_eq!(capture.tree(), "handler ok\n  quiet error: no\n");
}

#[tokio::test]
async fn a_request_whose_line_is_filtered_still_has_an_id() {
    let capture = capture_at("off");
    assert_eq!(capture.scope(handler(async { id_here() })).await.unwrap(), "request-1");
    assert_eq!(capture.lines(), [""; 0]);
}

#[tokio::test]
async fn the_filter_goes_by_target() {
    #[timed(target = "shop::db")]
    async fn query() {
        trace_runtime::debug!(target: "shop::db::pool", "took one");
        trace_runtime::debug!(target: "shop::dbx", "not of ours");
    }
    let capture = capture_at("off,shop::db=debug,it::scopes=error");
    capture.scope(handler(query())).await;
    assert_eq!(capture.tree(), "query ok\n  \"took one\"\n");
}

#[tokio::test]
async fn captures_side_by_side_do_not_see_each_other() {
    let (one, two) = (capture(), capture());
    let body = |name: &'static str| async move {
        yield_now().await;
        info!("{name}");
    };
    tokio::join!(one.scope(handler(body("one"))), two.scope(handler(body("two"))));
    assert_eq!(one.tree(), "handler ok\n  \"one\"\n");
    assert_eq!(two.tree(), "handler ok\n  \"two\"\n");
}
