//! Which steps count.

use std::{future::pending, thread, time::Duration};

use futures::{FutureExt as _, StreamExt as _, future::join_all, stream::FuturesUnordered};
use serde_json::json;
use test_support::{at_once, capture, capture_at, closing, handler, in_time, load, parse, values};
use tokio::{
    sync::oneshot,
    task::{JoinSet, yield_now},
    time::timeout,
};
use trace_runtime::{
    Context, InCurrentTrace as _, spawn, spawn_blocking, step, timed, traced_handler,
};

use super::{check, save, summary};

#[tokio::test]
async fn a_handler_inside_a_handler_counts_as_a_step() {
    #[traced_handler]
    async fn inner() -> Result<(), &'static str> {
        check(false)
    }
    let capture = capture();
    capture.scope(handler(inner())).await.unwrap_err();
    assert_eq!(summary(&capture), "inner 1 (1 failed), check 1 (1 failed)");
    assert!(closing(&capture, "inner").get("steps").is_none());
}

#[tokio::test]
async fn concurrent_steps_of_one_task_all_count() {
    let capture = capture();
    let body = async {
        tokio::join!(load(yield_now()), save(), load(save()));
        join_all([save(), save()]).await;
        let unordered: FuturesUnordered<_> = (0..10).map(|_| load(yield_now())).collect();
        unordered.count().await;
        futures::stream::iter(0..10).for_each_concurrent(3, |_| save()).await;
        tokio::select! {
            biased;
            () = load(pending()) => {}
            () = save() => {}
        }
    };
    capture.scope(handler(body)).await;
    assert_eq!(summary(&capture), "load 13 (1 cancelled), save 15");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_spawned_tasks_and_threads_count() {
    let capture = capture();
    let body = async {
        let tasks: Vec<_> = (0..50).map(|_| spawn(save())).collect();
        join_all(tasks).await;
        let mut set = JoinSet::new();
        for _ in 0..50 {
            set.spawn(load(async { parse(|| 1) }).in_current_trace());
        }
        set.join_all().await;
        spawn_blocking(|| parse(|| 2)).await.unwrap();
        let here = Context::current();
        thread::spawn(move || here.run(|| check(false))).join().unwrap().unwrap_err();
    };
    capture.scope(handler(body)).await;
    assert_eq!(summary(&capture), "save 50, load 50, parse 51, check 1 (1 failed)");
}

#[tokio::test]
async fn steps_of_a_plain_spawn_or_of_no_trace_do_not_count() {
    let capture = capture();
    let body = async {
        tokio::spawn(save()).await.unwrap();
        Context::none().scope(save()).await;
        Context::none().run(|| parse(|| 1));
    };
    capture.scope(handler(body)).await;
    assert_eq!(summary(&capture), "");
}

#[tokio::test]
async fn a_step_counts_in_the_request_in_which_it_began() {
    #[traced_handler]
    async fn other<F: Future>(body: F) -> F::Output {
        body.await
    }
    let capture = capture();
    let body = async {
        let mut begun = Box::pin(load(yield_now()));
        assert!(begun.as_mut().now_or_never().is_none());
        Context::none().scope(other(begun)).await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(summary(&capture), "load 1");
    assert!(closing(&capture, "other").get("steps").is_none());
}

#[tokio::test]
async fn a_step_that_never_ends_counts_when_its_request_is_cancelled() {
    let capture = capture();
    let body = load(async {
        parse(|| 1);
        pending::<()>().await;
    });
    timeout(Duration::from_millis(5), capture.scope(handler(body))).await.unwrap_err();
    assert_eq!(closing(&capture, "handler")["outcome"], "cancelled");
    assert_eq!(summary(&capture), "load 1 (1 cancelled), parse 1");
}

#[tokio::test]
async fn a_step_that_outlives_its_request_does_not_count_and_has_its_line() {
    let capture = capture();
    let (go, gone) = oneshot::channel::<()>();
    let mut task = None;
    let body = async {
        task = Some(spawn(load(async {
            gone.await.unwrap();
            save().await;
        })));
        // It has begun when the request ends.
        yield_now().await;
        save().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(summary(&capture), "save 1");
    go.send(()).unwrap();
    in_time(task.unwrap()).await.unwrap();
    let [_, request, save, load] = values(&capture).try_into().unwrap();
    assert_eq!((&save["name"], &load["name"]), (&json!("save"), &json!("load")));
    assert_eq!(load["trace_id"], request["trace_id"]);
    assert_eq!(load["parent_span_id"], request["span_id"]);
}

#[test]
fn a_step_that_is_forgotten_does_not_count() {
    let capture = capture();
    let body = async {
        let mut begun = Box::pin(load(pending::<()>()));
        assert!(begun.as_mut().now_or_never().is_none());
        std::mem::forget(begun);
    };
    at_once(capture.scope(handler(body)));
    assert_eq!(summary(&capture), "");
}

#[tokio::test]
async fn steps_count_whose_own_line_is_filtered_out() {
    #[timed(level = "trace")]
    async fn quiet() {}
    #[timed(target = "elsewhere")]
    fn elsewhere() -> Result<(), &'static str> {
        Err("no")
    }
    let capture = capture_at("info,elsewhere=off");
    let body = async {
        quiet().await;
        elsewhere().unwrap_err();
        step!("block", level = "debug", {});
        save().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  save ok\n");
    assert_eq!(summary(&capture), "quiet 1, elsewhere 1 (1 failed), block 1, save 1");
}

#[tokio::test]
async fn a_request_line_that_is_the_only_one_has_all_steps() {
    #[traced_handler(level = "error", name = "handler")]
    async fn important<F: Future>(body: F) -> F::Output {
        body.await
    }
    let capture = capture_at("error");
    capture.scope(important(load(save()))).await;
    assert_eq!(capture.lines().len(), 1);
    assert_eq!(summary(&capture), "load 1, save 1");
}
