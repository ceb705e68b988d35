//! Spans and the current step are taken to other threads and tasks.

use std::thread;

use trace_runtime::{spawn_blocking, timed, traced_handler};
use tracing::{Dispatch, Span, dispatcher, info, info_span};

use crate::{capture, lines, named};

#[test]
fn the_current_span_is_ours_where_no_other_is_entered() {
    #[timed]
    fn ours() {
        // As sqlx does with each query on SQLite.
        let here = Span::current();
        assert!(here.id().is_some() && !here.is_none());
        let again = here.clone();
        thread::spawn(move || {
            again.in_scope(|| info_span!("on a thread").in_scope(|| info!("inside")));
            info!("outside");
        })
        .join()
        .unwrap();
        assert_eq!(here.metadata().unwrap().name(), "current");
        here.record("rows", 3);
    }

    let lines = lines(ours);
    assert_eq!(lines.len(), 4, "what is outside goes nowhere: {lines:#?}");
    assert_eq!(named(&lines, "on a thread")["parent_span_id"], named(&lines, "ours")["span_id"]);
    assert_eq!(named(&lines, "inside")["trace_id"], named(&lines, "request")["trace_id"]);
}

#[test]
fn the_current_span_is_the_one_that_was_entered_last() {
    lines(|| {
        let (a, b) = (info_span!("a"), info_span!("b"));
        let _in_a = a.enter();
        b.in_scope(|| assert_eq!(Span::current(), b));
        assert_eq!(Span::current(), a);
    });
    let capture = capture();
    capture.run(|| assert!(Span::current().is_none(), "there is none here"));
}

#[test]
fn a_span_that_two_threads_have_entered_is_one_step() {
    let barrier = std::sync::Barrier::new(2);
    let lines = lines(|| {
        let span = info_span!("shared");
        let inside = || {
            span.in_scope(|| {
                barrier.wait();
                info!("inside");
                barrier.wait();
            });
        };
        thread::scope(|scope| [scope.spawn(inside), scope.spawn(inside)].map(drop));
    });
    let inside = lines.iter().filter(|line| line["message"] == "inside");
    let inside: Vec<_> = inside.map(|line| &line["span_id"]).collect();
    assert_eq!(inside, [&named(&lines, "shared")["span_id"]; 2]);
    assert_eq!(lines.iter().filter(|line| line["name"] == "shared").count(), 1);
}

#[test]
fn what_another_thread_leaves_is_not_current_any_more() {
    let lines = lines(|| {
        let span = info_span!("a");
        let id = span.id().unwrap();
        dispatcher::get_default(|dispatch: &Dispatch| dispatch.enter(&id));
        thread::scope(|scope| {
            scope.spawn(|| dispatcher::get_default(|dispatch| dispatch.exit(&id)));
        });
        info!("in none");
        // Once more than it was entered, and one that never was.
        dispatcher::get_default(|dispatch| dispatch.exit(&id));
        dispatcher::get_default(|dispatch| dispatch.exit(&tracing::span::Id::from_u64(77)));
    });
    assert_eq!(named(&lines, "in none")["span_id"], named(&lines, "request")["span_id"]);
}

#[test]
fn a_span_that_is_closed_while_it_is_entered_is_current_until_it_is_left() {
    let lines = lines(|| {
        let span = info_span!("a");
        let id = span.id().unwrap();
        dispatcher::get_default(|dispatch: &Dispatch| dispatch.enter(&id));
        drop(span);
        info!("in a");
        dispatcher::get_default(|dispatch| dispatch.exit(&id));
        info!("in none");
    });
    assert_eq!(named(&lines, "in a")["span_id"], named(&lines, "a")["span_id"]);
    assert_eq!(named(&lines, "in none")["span_id"], named(&lines, "request")["span_id"]);
}

#[tokio::test]
async fn each_line_has_the_innermost_that_is_open() {
    #[timed]
    async fn ours() {
        let span = info_span!("library");
        let entered = span.enter();
        let task = spawn_blocking(|| {
            info!("by tracing");
            log::info!("by log");
        });
        drop(entered);
        task.await.unwrap();
    }

    #[traced_handler]
    async fn handler() {
        ours().await;
    }

    let _ = trace_log::init();
    let capture = capture();
    capture.scope(handler()).await;
    let expected = "handler ok\n  ours ok\n    library ok\n      \"by tracing\"\n      \
                    \"by log\"\n";
    assert_eq!(capture.tree(), expected);
}

#[tokio::test]
async fn a_task_that_outlives_its_request_has_its_id() {
    #[traced_handler]
    async fn handler() -> tokio::task::JoinHandle<()> {
        let span = info_span!("background");
        tokio::spawn(tracing::Instrument::instrument(
            async {
                tokio::task::yield_now().await;
                info!("late");
            },
            span,
        ))
    }

    let capture = capture();
    let task = capture.scope(handler()).await;
    task.await.unwrap();
    let lines = capture.values();
    let trace_id = &named(&lines, "handler")["trace_id"];
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line["trace_id"] == *trace_id), "{lines:#?}");
}

#[test]
fn a_span_dropped_by_abort_timeout_or_shutdown_has_one_line() {
    use std::time::Duration;

    use tracing::Instrument as _;

    #[traced_handler]
    async fn handler() {
        let waits = || std::future::pending::<()>();
        let aborted = tokio::spawn(waits().instrument(info_span!("aborted")));
        tokio::task::yield_now().await;
        aborted.abort();
        assert!(aborted.await.is_err());
        let timeout = Duration::from_millis(1);
        let late = waits().instrument(info_span!("late"));
        assert!(tokio::time::timeout(timeout, late).await.is_err());
        tokio::spawn(waits().instrument(info_span!("shut down")));
        tokio::spawn(waits().instrument(info_span!("never polled"))).abort();
        tokio::task::yield_now().await;
    }

    let capture = capture();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(capture.scope(handler()));
    drop(runtime);
    let lines = capture.values();
    let trace_id = &named(&lines, "handler")["trace_id"];
    for name in ["aborted", "late", "shut down", "never polled"] {
        assert_eq!(named(&lines, name)["trace_id"], *trace_id);
        assert_eq!(lines.iter().filter(|line| line["name"] == name).count(), 1);
    }
}
