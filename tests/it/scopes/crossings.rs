//! Contexts that cross to tasks and threads.

use std::{sync::mpsc, thread};

use test_support::{capture, in_time, values};
use tokio::{
    sync::{mpsc as channel, oneshot},
    task::{JoinSet, yield_now},
};
use trace_runtime::{Context, InCurrentTrace as _, info, spawn, spawn_blocking, traced_handler};

use super::{handler, id_here, step, sync_step};

#[tokio::test]
async fn a_spawned_task_may_outlive_its_request_and_still_carries_its_id() {
    let capture = capture();
    let (go, gone) = oneshot::channel::<()>();
    let mut task = None;
    let body = async {
        task = Some(spawn(async {
            gone.await.unwrap();
            step(async { info!("later") }).await;
        }));
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n", "the request line does not wait");
    go.send(()).unwrap();
    in_time(task.unwrap()).await.unwrap();
    assert_eq!(capture.tree(), "handler ok\n  step ok\n    \"later\"\n");
    assert!(values(&capture).iter().all(|line| line["trace_id"] == "request-1"));
}

#[tokio::test]
async fn a_spawned_task_belongs_to_the_step_that_spawned_it() {
    let capture = capture();
    let body = step(async {
        spawn(step(async { info!("in the task") })).await.unwrap();
        let mut set = JoinSet::new();
        set.spawn(async { info!("in the set") }.in_current_trace());
        set.join_next().await.unwrap().unwrap();
    });
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  step ok\n    step ok\n      \"in the task\"\n    \"in the set\"\n"
    );
}

#[tokio::test]
async fn blocking_code_belongs_to_the_step_that_spawned_it() {
    let capture = capture();
    let body = step(async {
        spawn_blocking(|| sync_step(|| info!("blocking"))).await.unwrap();
    });
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  step ok\n    sync_step ok\n      \"blocking\"\n");
}

#[tokio::test]
async fn a_context_crosses_to_a_thread_and_through_a_channel() {
    let capture = capture();
    let (send, received) = mpsc::channel::<Context>();
    let thread = thread::spawn(move || {
        for context in received {
            context.run(|| info!("on the thread"));
        }
        id_here()
    });
    let (send_async, mut received) = channel::channel::<Context>(1);
    let worker = tokio::spawn(async move {
        while let Some(context) = received.recv().await {
            context.scope(async { info!("in the worker") }).await;
        }
        id_here()
    });
    let body = async {
        send.send(Context::current()).unwrap();
        send_async.send(Context::current()).await.unwrap();
        drop((send, send_async));
        assert_eq!(thread.join().unwrap(), None);
        assert_eq!(in_time(worker).await.unwrap(), None);
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  \"on the thread\"\n  \"in the worker\"\n");
}

#[traced_handler(trace_id = "request-2")]
async fn other() -> Context {
    Context::current()
}

#[tokio::test]
async fn entering_a_context_leaves_the_outer_one_as_it_was() {
    let capture = capture();
    let context = capture.scope(other()).await;
    let body = async {
        assert_eq!(context.run(id_here).unwrap(), "request-2");
        assert_eq!(id_here().unwrap(), "request-1");
        let inside = context.scope(async {
            yield_now().await;
            id_here()
        });
        assert_eq!(inside.await.unwrap(), "request-2");
        assert_eq!(id_here().unwrap(), "request-1");
    };
    capture.scope(handler(body)).await;
}

#[tokio::test]
async fn a_panic_while_a_context_is_entered_leaves_the_outer_one_as_it_was() {
    let capture = capture();
    let context = capture.scope(other()).await;
    let body = async {
        let panics = || context.run(|| -> () { panic!("on purpose") });
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).unwrap_err();
        std::panic::catch_unwind(|| sync_step(|| -> () { panic!("on purpose") })).unwrap_err();
        info!("after");
        id_here()
    };
    assert_eq!(capture.scope(handler(body)).await.unwrap(), "request-1");
    assert!(capture.tree().contains("\nhandler ok\n"), "{}", capture.tree());
    assert!(capture.tree().ends_with("  \"after\"\n"), "{}", capture.tree());
}
