//! What opens a request, what is a step of one, and what belongs to whom.

use std::{sync::mpsc, thread, time::Duration};

use futures::{FutureExt as _, StreamExt as _, future::join_all, stream::FuturesUnordered};
use test_support::{at_once, capture, capture_at, closing, in_time, only, values};
use tokio::{
    sync::{mpsc as channel, oneshot},
    task::{JoinSet, yield_now},
};
use trace_runtime::{
    Context, InCurrentTrace as _, info, spawn, spawn_blocking, timed, trace_id, traced_handler,
};

#[traced_handler(trace_id = "request-1")]
async fn handler<F: Future>(body: F) -> F::Output {
    body.await
}

#[timed]
async fn step<F: Future>(body: F) -> F::Output {
    body.await
}

#[timed]
fn sync_step<R>(body: impl FnOnce() -> R) -> R {
    body()
}

fn id_here() -> Option<String> {
    trace_id().map(|id| id.to_string())
}

#[tokio::test]
async fn a_handler_opens_a_trace_and_closes_it() {
    let capture = capture();
    assert_eq!(id_here(), None);
    assert_eq!(capture.scope(handler(async { id_here() })).await.unwrap(), "request-1");
    assert_eq!(id_here(), None);
    let line = only(&capture);
    assert_eq!(line["kind"], "request");
    assert_eq!(line["trace_id"], "request-1");
    assert!(line.get("parent_span_id").is_none(), "{line}");
}

#[tokio::test]
async fn a_handler_inside_a_handler_is_a_step_of_it() {
    #[traced_handler(trace_id = "request-2")]
    async fn inner() -> Option<String> {
        id_here()
    }
    let capture = capture();
    assert_eq!(capture.scope(handler(inner())).await.unwrap(), "request-1");
    assert_eq!(capture.tree(), "handler ok\n  inner ok\n");
    let line = closing(&capture, "inner");
    assert_eq!(line["kind"], "step");
    assert_eq!(line["message"], "Step finished");
    assert_eq!(line["trace_id"], "request-1");
}

#[tokio::test]
async fn an_inner_handler_that_fails_is_a_warning_like_any_step() {
    #[traced_handler]
    async fn inner() -> Result<(), String> {
        Err("no".to_owned())
    }
    #[traced_handler]
    async fn outer() -> Result<(), String> {
        inner().await
    }
    let capture = capture();
    capture.scope(outer()).await.unwrap_err();
    assert_eq!(closing(&capture, "inner")["level"], "WARN");
    assert_eq!(closing(&capture, "outer")["level"], "ERROR");
}

#[tokio::test]
async fn the_end_of_a_step_does_not_close_the_trace() {
    #[traced_handler(trace_id = "request-2")]
    async fn inner() {}
    let capture = capture();
    let body = async {
        step(async {}).await;
        sync_step(|| ());
        inner().await;
        inner().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  step ok\n  sync_step ok\n  inner ok\n  inner ok\n");
}

#[tokio::test]
async fn a_refused_id_of_an_inner_handler_is_nobodys_business() {
    #[traced_handler(trace_id = "not acceptable")]
    async fn inner() {}
    let capture = capture();
    capture.scope(handler(inner())).await;
    assert!(closing(&capture, "inner").get("request_id_rejected").is_none());
    assert!(closing(&capture, "handler").get("request_id_rejected").is_none());
}

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

#[tokio::test]
async fn a_step_outside_of_any_trace_has_a_span_and_no_trace() {
    let capture = capture();
    capture.scope(step(async { assert_eq!(id_here(), None) })).await;
    let line = only(&capture);
    assert_eq!(line["kind"], "step");
    assert!(line["duration_ms"].is_number());
    assert_eq!(line["span_id"].as_str().unwrap().len(), 16);
    for key in ["trace_id", "parent_span_id"] {
        assert!(line.get(key).is_none(), "{line}");
    }
}

#[test]
fn a_sync_step_outside_of_any_trace_has_a_span_and_no_trace() {
    #[timed]
    fn nothing() {}
    let capture = capture();
    capture.run(|| sync_step(|| ()));
    capture.run(nothing);
    for line in values(&capture) {
        assert_eq!(line["kind"], "step");
        assert!(line.get("trace_id").is_none(), "{line}");
        assert!(line.get("parent_span_id").is_none(), "{line}");
        assert_eq!(line["span_id"].as_str().unwrap().len(), 16);
    }
    assert_eq!(capture.tree(), "sync_step ok\nnothing ok\n");
}

#[test]
fn an_event_outside_of_any_trace_has_a_line_without_ids() {
    let capture = capture();
    capture.run(|| info!("alone"));
    let line = only(&capture);
    assert_eq!(line["message"], "alone");
    assert!(line.get("trace_id").is_none(), "{line}");
    assert!(line.get("span_id").is_none(), "{line}");
}

/// An expansion never panics for want of a trace, of a runtime or of `init`.
#[test]
fn without_trace_runtime_and_init_all_is_silent() {
    assert_eq!(sync_step(|| 7), 7);
    assert_eq!(at_once(step(async { 7 })), 7);
    info!("nowhere");
    let id = at_once(handler(async { id_here() }));
    assert_eq!(id.unwrap(), "request-1");
}

#[tokio::test]
async fn a_handler_inside_a_step_outside_of_any_trace_opens_one() {
    let capture = capture();
    capture.scope(step(handler(async { info!("inside") }))).await;
    assert_eq!(capture.tree(), "handler ok\n  \"inside\"\nstep ok\n");
    assert!(closing(&capture, "step").get("trace_id").is_none());
}

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
async fn a_handler_under_a_closed_trace_that_is_given_an_id_opens_a_new_one() {
    #[traced_handler(trace_id = "request-2")]
    async fn next() -> Option<String> {
        id_here()
    }
    let capture = capture();
    let (go, gone) = oneshot::channel::<()>();
    let mut task = None;
    let body = async {
        task = Some(spawn(async {
            gone.await.unwrap();
            next().await
        }));
    };
    capture.scope(handler(body)).await;
    go.send(()).unwrap();
    assert_eq!(in_time(task.unwrap()).await.unwrap().unwrap(), "request-2");
    assert_eq!(capture.tree(), "handler ok\nnext ok\n");
    assert_eq!(closing(&capture, "next")["kind"], "request");
}

#[tokio::test]
async fn a_handler_in_a_task_of_an_open_trace_is_a_step() {
    #[traced_handler]
    async fn inner() {}
    let capture = capture();
    capture.scope(handler(async { spawn(inner()).await.unwrap() })).await;
    assert_eq!(capture.tree(), "handler ok\n  inner ok\n");
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

#[tokio::test]
async fn a_plain_spawn_carries_nothing() {
    let capture = capture();
    let body = async { tokio::spawn(async { id_here() }).await.unwrap() };
    assert_eq!(capture.scope(handler(body)).await, None);
}

#[tokio::test]
async fn context_none_is_outside_of_any_trace() {
    let capture = capture();
    let body = async {
        Context::none()
            .scope(async {
                info!("outside");
                step(async { assert_eq!(id_here(), None) }).await;
            })
            .await;
        Context::none().run(|| assert_eq!(id_here(), None));
        info!("inside");
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "\"outside\"\nstep ok\nhandler ok\n  \"inside\"\n");
}

#[tokio::test]
async fn a_handler_in_context_none_is_a_request_of_its_own() {
    #[traced_handler(trace_id = "request-2")]
    async fn other() {}
    let capture = capture();
    capture.scope(handler(async { Context::none().scope(other()).await })).await;
    assert_eq!(capture.tree(), "other ok\nhandler ok\n");
    assert_eq!(closing(&capture, "other")["kind"], "request");
}

#[tokio::test]
async fn entering_a_context_leaves_the_outer_one_as_it_was() {
    #[traced_handler(trace_id = "request-2")]
    async fn other() -> Context {
        Context::current()
    }
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
    #[traced_handler(trace_id = "request-2")]
    async fn other() -> Context {
        Context::current()
    }
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

#[tokio::test]
async fn what_was_polled_once_does_not_say_busy_ms() {
    let capture = capture();
    capture.scope(handler(step(async { sync_step(|| ()) }))).await;
    for line in values(&capture) {
        assert!(line.get("busy_ms").is_none(), "{line}");
    }
}

#[tokio::test]
async fn what_was_polled_more_than_once_says_how_long_it_was_busy() {
    let capture = capture();
    let body = async {
        step(tokio::time::sleep(Duration::from_millis(30))).await;
        step(async {}).await;
    };
    capture.scope(handler(body)).await;
    let [slept, quick, request] = values(&capture).try_into().unwrap();
    for line in [&slept, &request] {
        let ms = |key: &str| line[key].as_f64().unwrap();
        assert!(ms("duration_ms") >= 30.0 && ms("busy_ms") < ms("duration_ms"), "{line}");
    }
    assert!(quick.get("busy_ms").is_none(), "{quick}");
}

#[tokio::test]
async fn the_filter_governs_lines_and_not_the_tree() {
    #[timed(level = "debug")]
    async fn quiet<F: Future>(body: F) -> F::Output {
        body.await
    }
    let capture = capture_at("info");
    capture.scope(handler(quiet(async { sync_step(|| info!("deep")) }))).await;
    // The line of `quiet` is not written; its child names it as parent still,
    // and readers attach it to the request.
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
