//! Which span is the parent of a line or a step.

use futures::{FutureExt as _, StreamExt as _, future::join_all, stream::FuturesUnordered};
use test_support::{at_once, capture, values};
use tokio::task::yield_now;
use trace_runtime::{info, traced_handler};

use super::{handler, id_here, step, sync_step};

#[tokio::test]
async fn steps_nest_as_they_are_called() {
    let capture = capture();
    let body = step(async {
        sync_step(|| sync_step(|| info!("innermost")));
        info!("between");
        step(async { yield_now().await }).await;
    });
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  step ok\n    sync_step ok\n      sync_step ok\n        \"innermost\"\n    \
         \"between\"\n    step ok\n"
    );
}

#[tokio::test]
async fn each_step_has_a_span_of_its_own_under_the_current_one() {
    let capture = capture();
    capture.scope(handler(async { (step(async {}).await, step(async {}).await) })).await;
    let [one, two, request] = values(&capture).try_into().unwrap();
    assert_ne!(one["span_id"], two["span_id"]);
    assert_ne!(one["span_id"], request["span_id"]);
    assert_eq!(one["parent_span_id"], request["span_id"]);
    assert_eq!(two["parent_span_id"], request["span_id"]);
}

#[tokio::test]
async fn an_event_carries_the_span_it_was_written_in() {
    let capture = capture();
    capture
        .scope(handler(async {
            info!("in the request");
            sync_step(|| info!("in the step"));
            info!("in the request again");
        }))
        .await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  \"in the request\"\n  sync_step ok\n    \"in the step\"\n  \
         \"in the request again\"\n"
    );
    assert!(values(&capture)[0].get("parent_span_id").is_none());
}

/// Whatever the interleaving, both have the handler's span as parent.
#[tokio::test]
async fn joined_steps_are_siblings() {
    async fn turns(name: &str, n: usize) {
        for turn in 0..n {
            yield_now().await;
            info!("{name}{turn}");
        }
    }
    let capture = capture();
    let body = async {
        tokio::join!(step(turns("a", 3)), step(turns("b", 2)));
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  step ok\n    \"b0\"\n    \"b1\"\n  step ok\n    \"a0\"\n    \"a1\"\n    \
         \"a2\"\n"
    );
}

#[tokio::test]
async fn steps_of_any_combinator_are_siblings() {
    async fn pause() {
        for _ in 0..3 {
            yield_now().await;
            info!("turn");
        }
    }
    let capture = capture();
    let body = async {
        join_all([step(pause()), step(pause())]).await;
        let unordered: FuturesUnordered<_> = [step(pause()), step(pause())].into_iter().collect();
        unordered.count().await;
        futures::stream::iter(0..2).for_each_concurrent(2, |_| step(pause())).await;
    };
    capture.scope(handler(body)).await;
    let step = "  step ok\n    \"turn\"\n    \"turn\"\n    \"turn\"\n";
    assert_eq!(capture.tree(), format!("handler ok\n{}", step.repeat(6)));
}

#[test]
fn steps_polled_by_hand_are_siblings() {
    let capture = capture();
    let body = async {
        let turns = || async {
            info!("one");
            yield_now().await;
            info!("two");
        };
        let (mut a, mut b) = (Box::pin(step(turns())), Box::pin(step(turns())));
        assert!(a.as_mut().now_or_never().is_none());
        assert!(b.as_mut().now_or_never().is_none());
        sync_step(|| assert!(a.as_mut().now_or_never().is_some()));
        assert!(b.as_mut().now_or_never().is_some());
        info!("last");
    };
    at_once(capture.scope(handler(body)));
    let step = "  step ok\n    \"one\"\n    \"two\"\n";
    // The one that ends inside another step began outside it.
    assert_eq!(capture.tree(), format!("handler ok\n{step}  sync_step ok\n{step}  \"last\"\n"));
}

#[test]
fn a_step_that_goes_on_in_another_request_belongs_to_the_one_it_began_in() {
    #[traced_handler(trace_id = "request-2")]
    async fn other<F: Future>(body: F) -> F::Output {
        let value = body.await;
        info!("in the other");
        value
    }
    let (one, two) = (capture(), capture());
    let mut begun = Box::pin(step(async {
        info!("begun");
        yield_now().await;
        info!("gone on");
        id_here()
    }));
    assert!(at_once(one.scope(handler(async { begun.as_mut().now_or_never() }))).is_none());
    assert_eq!(at_once(two.scope(other(begun))).unwrap(), "request-1");
    assert_eq!(one.tree(), "handler ok\n  step ok\n    \"begun\"\n    \"gone on\"\n");
    assert_eq!(two.tree(), "other ok\n  \"in the other\"\n");
}

#[tokio::test]
async fn a_future_made_in_one_step_and_awaited_in_another_belongs_to_the_latter() {
    let capture = capture();
    let body = async {
        let made = sync_step(|| step(async { info!("inside") }));
        step(made).await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  sync_step ok\n  step ok\n    step ok\n      \"inside\"\n"
    );
}
