//! Many requests at once: no id is another's, and each span is one line.
//!
//! The long form, with 10,000 requests on two and four workers each:
//! `cargo test --release -p trace-tracing --test it -- --ignored many`.

use std::{collections::HashMap, future::poll_fn, task::Poll};

use serde_json::Value;
use tokio::task::yield_now;
use trace_runtime::{InCurrentTrace as _, timed, traced_handler};
use tracing::{Instrument as _, Span, debug, info, info_span, instrument};

use crate::{capture, doubled};

#[traced_handler(fields(number))]
async fn handler(number: u64) {
    let outer = info_span!("outer", number);
    async {
        tokio::join!(left(number), right(number));
        tokio::select! {
            () = left(number) => {}
            () = std::future::pending() => {}
        }
    }
    .instrument(outer.clone())
    .await;
    on_a_thread(number, Span::current()).await;
    crossed(number).await;
    tokio::spawn(right(number).instrument(info_span!("task", number))).await.unwrap();
    tokio::spawn(left(number).in_current_trace()).await.unwrap();
}

#[instrument]
async fn left(number: u64) {
    info!(number, "left");
    yield_now().await;
    ours(number).await;
}

#[timed(fields(number))]
async fn ours(number: u64) {
    yield_now().await;
    info_span!("inner", number).in_scope(|| debug!(number, "inner"));
}

#[instrument]
async fn right(number: u64) {
    yield_now().await;
    info!(number, "right");
}

/// A library's thread, which enters what was current.
async fn on_a_thread(number: u64, here: Span) {
    let run =
        move || here.in_scope(|| info_span!("thread", number).in_scope(|| info!(number, "t")));
    tokio::task::spawn_blocking(run).await.unwrap();
}

/// Guards that are left in the order in which they were made, in one poll.
async fn crossed(number: u64) {
    let mut polls = 0;
    poll_fn(move |cx| {
        let (a, b) = (info_span!("a", number).entered(), info_span!("b", number).entered());
        info!(number, "in b");
        drop(a);
        info!(number, "in b");
        drop(b);
        polls += 1;
        cx.waker().wake_by_ref();
        if polls == 2 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

fn run(requests: u64, workers: usize) {
    let capture = capture();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(workers).build().unwrap();
    runtime.block_on(async {
        let all = (0..requests).map(|number| tokio::spawn(capture.scope(handler(number))));
        for task in all.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
    drop(runtime);
    assert!(capture.lines().iter().all(|line| doubled(line).is_none()));
    check(&capture.values(), requests);
}

fn check(lines: &[Value], requests: u64) {
    let number = |line: &Value| line["number"].as_u64().unwrap();
    let mut traces = HashMap::new();
    let mut spans = HashMap::new();
    for line in lines.iter().filter(|line| line.get("kind").is_some()) {
        assert!(spans.insert(line["span_id"].as_str().unwrap(), line).is_none(), "{line} twice");
    }
    for line in lines {
        let trace = traces.entry(number(line)).or_insert(&line["trace_id"]);
        assert_eq!(**trace, line["trace_id"], "{line}");
        check_parent(line, &spans);
    }
    assert_eq!(traces.len() as u64, requests);
    // outer, 3 left, 2 right, 3 ours, 3 inner, thread, task, 2 a, 2 b, handler
    assert_eq!(spans.len() as u64, requests * 19);
}

/// What a line hangs below is of its request, and of the name it must have.
fn check_parent(line: &Value, spans: &HashMap<&str, &Value>) {
    let key = if line.get("kind").is_some() { "parent_span_id" } else { "span_id" };
    let Some(parent) = line[key].as_str() else {
        return assert_eq!(line["kind"], "request");
    };
    let parent = spans[parent];
    assert_eq!(parent["number"], line["number"]);
    let name = line["name"].as_str().or_else(|| line["message"].as_str()).unwrap();
    let expected: &[&str] = match (name, line.get("kind").is_some()) {
        ("outer" | "a" | "thread" | "task", true) => &["handler"],
        ("b", true) => &["a"],
        ("left" | "right", true) => &["outer", "handler", "task"],
        ("left" | "right" | "inner", false) => &[name],
        ("ours", true) => &["left"],
        ("inner", true) => &["ours"],
        ("t", false) => &["thread"],
        ("in b", false) => &["b"],
        _ => panic!("{line}"),
    };
    assert!(expected.contains(&parent["name"].as_str().unwrap()), "{line} below {parent}");
}

#[test]
fn requests_on_two_and_four_workers_keep_their_ids_and_parents() {
    run(100, 2);
    run(100, 4);
}

#[test]
#[ignore = "takes a minute: see the head of this file"]
fn many_requests_on_two_and_four_workers_keep_their_ids_and_parents() {
    run(10_000, 2);
    run(10_000, 4);
}

/// What is held over an `.await` is its handler's fault: others keep their ids.
#[test]
fn a_guard_that_is_held_over_an_await_is_in_no_other_request() {
    #[traced_handler(fields(number))]
    async fn holds(number: u64) {
        let span = info_span!("held", number);
        let _entered = span.enter();
        yield_now().await;
        yield_now().await;
    }

    #[traced_handler(fields(number))]
    async fn holds_none(number: u64) {
        for _ in 0..4 {
            let here = Span::current();
            info!(number, "mine");
            yield_now().await;
            drop(here);
        }
    }

    let capture = capture();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let tasks = tokio::task::LocalSet::new();
    for number in 0..200 {
        if number % 2 == 0 {
            tasks.spawn_local(capture.scope(holds(number)));
        } else {
            tasks.spawn_local(capture.scope(holds_none(number)));
        }
    }
    runtime.block_on(tasks);
    let lines = capture.values();
    let mut traces = HashMap::new();
    for line in &lines {
        let trace = traces.entry(line["number"].as_u64().unwrap()).or_insert(&line["trace_id"]);
        assert_eq!(**trace, line["trace_id"], "{line}");
    }
    assert_eq!(lines.iter().filter(|line| line["name"] == "held").count(), 100);
}
