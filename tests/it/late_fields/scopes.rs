//! Which step or request a field is added to.

use std::thread;

use futures::{FutureExt as _, StreamExt as _, future::join_all, stream::FuturesUnordered};
use test_support::{at_once, capture, handler, load, parse, values};
use tokio::task::yield_now;
use trace_runtime::{
    Context, InCurrentTrace as _, record, record_request, spawn, spawn_blocking, step, timed,
    traced_handler,
};

use super::fields;

#[tokio::test]
async fn record_adds_to_the_innermost_step_or_request() {
    let capture = capture();
    let body = async {
        record!(at = "handler");
        load(async {
            record!(at = "load");
            parse(|| record!(at = "parse"));
            record!(after = "parse");
        })
        .await;
        record!(after = "load");
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "parse"), r#"at="parse""#);
    assert_eq!(fields(&capture, "load"), r#"at="load" after="parse""#);
    assert_eq!(fields(&capture, "handler"), r#"at="handler" after="load""#);
}

#[tokio::test]
async fn record_request_adds_to_the_request_from_anywhere_below() {
    let capture = capture();
    let body = async {
        record_request!(a = 1);
        load(async {
            record_request!(b = 2);
            parse(|| record_request!(c = 3));
            spawn(load(async { record_request!(d = 4) }).map(drop)).await.unwrap();
            spawn_blocking(|| record_request!(e = 5)).await.unwrap();
            let here = Context::current();
            thread::spawn(move || here.run(|| record_request!(f = 6))).join().unwrap();
            join_all([async { record_request!(g = 7) }.in_current_trace()]).await;
        })
        .await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "handler"), "a=1 b=2 c=3 d=4 e=5 f=6 g=7");
    assert_eq!(fields(&capture, "parse"), "");
}

#[tokio::test]
async fn in_a_handler_inside_a_handler_record_adds_to_the_inner_one() {
    #[traced_handler(fields(own = 1))]
    async fn inner() {
        record!(inner = true);
        record_request!(outer = true);
    }
    let capture = capture();
    capture.scope(handler(inner())).await;
    assert_eq!(fields(&capture, "inner"), "own=1 inner=true");
    assert_eq!(fields(&capture, "handler"), "outer=true");
}

#[tokio::test]
async fn in_a_task_outside_a_step_record_adds_to_the_request() {
    let capture = capture();
    let body = load(async {
        spawn(async { record!(task = 1) }).await.unwrap();
        spawn_blocking(|| record!(blocking = 2)).await.unwrap();
        async { record!(carried = 3) }.in_current_trace().await;
        // It runs in the task of the step, and is no task of its own.
        async { record!(plain = 4) }.await;
        spawn(load_in_task()).await.unwrap();
    });
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "handler"), "task=1 blocking=2 carried=3");
    assert_eq!(fields(&capture, "load"), "plain=4");
    assert_eq!(fields(&capture, "load_in_task"), "step=5");
}

#[timed]
async fn load_in_task() {
    yield_now().await;
    record!(step = 5);
}

#[tokio::test]
async fn a_field_recorded_before_an_await_is_there_after_it() {
    let capture = capture();
    let body = load(async {
        record!(before = 1);
        yield_now().await;
        parse(|| record!(other = 1));
        yield_now().await;
        record!(after = 2);
    });
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "load"), "before=1 after=2");
}

#[tokio::test]
async fn concurrent_steps_each_keep_their_own() {
    async fn turns(own: u32) {
        for turn in 0..5 {
            record!(own, turn);
            yield_now().await;
            parse(|| record!(own = "another"));
        }
    }
    let capture = capture();
    let body = async {
        tokio::join!(load(turns(1)), load(turns(2)));
        let unordered: FuturesUnordered<_> = (3..6).map(|own| load(turns(own))).collect();
        unordered.count().await;
        record!(own = 0);
    };
    capture.scope(handler(body)).await;
    let lines = values(&capture);
    let mut owners: Vec<_> = lines
        .iter()
        .filter(|line| line["name"] == "load")
        .map(|line| (line["own"].as_u64().unwrap(), line["turn"].as_u64().unwrap()))
        .collect();
    owners.sort_unstable();
    assert_eq!(owners, [(1, 4), (2, 4), (3, 4), (4, 4), (5, 4)]);
    assert_eq!(fields(&capture, "handler"), "own=0");
}

#[test]
fn a_step_that_goes_on_inside_another_keeps_its_own() {
    let capture = capture();
    let body = async {
        let mut begun = Box::pin(load(async {
            record!(first = 1);
            yield_now().await;
            record!(second = 2);
        }));
        assert!(begun.as_mut().now_or_never().is_none());
        parse(|| {
            record!(before = 1);
            assert!(begun.as_mut().now_or_never().is_some());
            record!(after = 2);
        });
    };
    at_once(capture.scope(handler(body)));
    assert_eq!(fields(&capture, "load"), "first=1 second=2");
    assert_eq!(fields(&capture, "parse"), "before=1 after=2");
}

#[tokio::test]
async fn a_stream_records_to_its_own_step() {
    let capture = capture();
    let body = async {
        let items = futures::stream::iter(0..3).inspect(|item| record!(item));
        let stream = std::pin::pin!(step!("stream", fields(size = 3), stream = items));
        stream.for_each(|_| async { record!(consumed = true) }).await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "stream"), "size=3 item=2 items=3");
    assert_eq!(fields(&capture, "handler"), "consumed=true");
}
