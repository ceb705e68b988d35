//! Many requests at once: each has its own detail, whole, in order, unmixed.

use std::{collections::HashMap, time::Duration};

use serde_json::Value;
use tokio::task::JoinSet;
use trace_runtime::{Detail, debug, info, testing::Capture, timed, traced_handler};

use super::{account, capture};

const REQUESTS: u64 = 10_000;

/// How a request ends, by its number: one in a hundred in each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum End {
    Well,
    Failed,
    Slow,
    Panicked,
    Cancelled,
}

fn end_of(number: u64) -> End {
    match number % 100 {
        7 => End::Failed,
        23 => End::Slow,
        42 => End::Panicked,
        77 => End::Cancelled,
        _ => End::Well,
    }
}

#[traced_handler(fields(number))]
async fn handler(number: u64) -> Result<(), &'static str> {
    serve(number).await
}

#[traced_handler(fields(number), slow = "1ns")]
async fn slow_handler(number: u64) -> Result<(), &'static str> {
    serve(number).await
}

async fn serve(number: u64) -> Result<(), &'static str> {
    debug!(number, at = 1, "first");
    tokio::task::yield_now().await;
    step(number).await;
    tokio::task::yield_now().await;
    debug!(number, at = 3, "last");
    match end_of(number) {
        End::Well | End::Slow => {}
        End::Failed => return Err("no"),
        End::Panicked => panic!("on purpose"),
        End::Cancelled => std::future::pending().await,
    }
    Ok(())
}

#[timed(level = "debug", fields(number, at = 2))]
async fn step(number: u64) {
    tokio::task::yield_now().await;
}

/// Runs all of them at once, and cancels those that wait for ever.
async fn run(capture: &Capture) {
    let mut tasks = JoinSet::new();
    let mut waiting = Vec::new();
    for number in 0..REQUESTS {
        let task = match end_of(number) {
            End::Slow => tasks.spawn(capture.scope(slow_handler(number))),
            _ => tasks.spawn(capture.scope(handler(number))),
        };
        if end_of(number) == End::Cancelled {
            waiting.push(task);
        }
    }
    while tasks.len() > waiting.len() {
        let _ = tasks.join_next().await;
    }
    tasks.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn exactly_the_detail_of_what_went_wrong_is_there_whole_in_order_and_unmixed() {
    let capture = capture(Detail::when_failed_or_slow(Duration::from_hours(1)).output(1 << 30));
    run(&capture).await;
    let lines = test_support::values(&capture);
    let panics = lines.iter().filter(|line| line["target"] == "trace_runtime::panic").count();
    assert_eq!(panics as u64, REQUESTS / 100);
    let lines: Vec<_> =
        lines.iter().filter(|line| line["target"] != "trace_runtime::panic").collect();
    let mut seen = HashMap::<_, u64>::new();
    let mut rest = &lines[..];
    while let Some(first) = rest.first() {
        let number = first["number"].as_u64().unwrap();
        let end = end_of(number);
        let whole = if end == End::Well { 1 } else { 4 };
        check(&rest[..whole], number);
        *seen.entry(end).or_default() += 1;
        rest = &rest[whole..];
    }
    let each = REQUESTS / 100;
    let expected = [
        (End::Well, 96 * each),
        (End::Failed, each),
        (End::Slow, each),
        (End::Panicked, each),
        (End::Cancelled, each),
    ];
    assert_eq!(seen, expected.into());
    assert_eq!(account(&capture), [0, 3 * 4 * each, 3 * 96 * each, 0]);
}

/// Checks the lines of one request: its detail in order, and then its own.
#[track_caller]
fn check(lines: &[&Value], number: u64) {
    let (request, detail) = lines.split_last().unwrap();
    assert_eq!(request["kind"], "request");
    assert_eq!(detail.len(), if end_of(number) == End::Well { 0 } else { 3 });
    for (line, at) in detail.iter().zip(1..) {
        assert_eq!((&line["number"], &line["at"]), (&number.into(), &at.into()));
        assert_eq!(line["trace_id"], request["trace_id"]);
    }
}

#[traced_handler]
async fn in_turn(fails: bool) -> Result<(), &'static str> {
    for at in 0..6 {
        info!(at, "at once");
        debug!(at, "held");
        tokio::task::yield_now().await;
    }
    if fails { Err("no") } else { Ok(()) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sorted_by_time_a_request_reads_as_it_was_made() {
    let capture = capture(Detail::when_failed());
    let mut tasks = JoinSet::new();
    (0..50).for_each(|number| drop(tasks.spawn(capture.scope(in_turn(number % 2 == 0)))));
    while let Some(done) = tasks.join_next().await {
        let _ = done.unwrap();
    }
    let lines = test_support::values(&capture);
    let ends = (0..lines.len()).filter(|at| lines[*at]["kind"] == "request");
    for end in ends.filter(|end| lines[*end]["outcome"] == "error") {
        let id = &lines[end]["trace_id"];
        let detail = &lines[end - 6..end];
        assert!(detail.iter().all(|line| line["message"] == "held" && line["trace_id"] == *id));
        let mut story: Vec<_> = lines.iter().filter(|line| line["trace_id"] == *id).collect();
        story.sort_by_key(|line| line["timestamp"].as_str().unwrap());
        let read: Vec<_> =
            story.iter().map(|line| (line["message"].as_str().unwrap(), &line["at"])).collect();
        let made = (0..6).flat_map(|_| ["at once", "held"]).chain(["Request processed"]);
        assert_eq!(
            read.iter().map(|(message, _)| *message).collect::<Vec<_>>(),
            made.collect::<Vec<_>>()
        );
        assert!(read[..12].iter().zip(0..).all(|((_, at), n)| **at == n / 2), "{read:?}");
    }
    assert_eq!(account(&capture), [0, 150, 150, 0]);
}
