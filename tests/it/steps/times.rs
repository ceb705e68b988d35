//! Whose time is whose: in all, of its own, and the longest.

use std::{future::pending, thread, time::Duration};

use futures::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use serde_json::Value;
use test_support::{capture, handler, load, parse, values};
use tokio::time::sleep;
use trace_runtime::{
    Context,
    edge::{self, Call},
    spawn, spawn_blocking, step,
    testing::Capture,
    timed, traced_handler,
};

use super::{save, steps, summary};

/// Returns a time as whole nanoseconds.
fn nanos(millis: &Value) -> u64 {
    let text = millis.to_string();
    let (whole, part) = text.split_once('.').unwrap();
    format!("{whole}{part:0<6}").parse().unwrap()
}

#[tokio::test]
async fn times_are_those_of_the_steps_own_lines_to_the_nanosecond() {
    let capture = capture();
    let body = async {
        for ms in [3, 9, 1] {
            load(sleep(Duration::from_millis(ms))).await;
            parse(|| ms);
        }
    };
    capture.scope(handler(body)).await;
    for step in steps(&capture) {
        let lines = values(&capture);
        let of_step = lines.iter().filter(|line| line["name"] == step["name"]);
        let times: Vec<u64> = of_step.map(|line| nanos(&line["duration_ms"])).collect();
        assert_eq!(times.len(), 3);
        assert_eq!(nanos(&step["total_ms"]), times.iter().sum::<u64>());
        assert_eq!(Some(nanos(&step["max_ms"])), times.iter().max().copied());
    }
    assert!(nanos(&steps(&capture)[0]["max_ms"]) >= 9_000_000);
}

#[tokio::test]
async fn a_step_that_calls_itself_counts_each_call() {
    #[timed]
    fn countdown(from: u32) {
        if from > 1 {
            countdown(from - 1);
        }
    }
    let capture = capture();
    capture.scope(handler(async { countdown(100) })).await;
    assert_eq!(summary(&capture), "countdown 100");
    let lines = values(&capture);
    let (step, outermost) = (&steps(&capture)[0], &lines[99]["duration_ms"]);
    for time in ["total_ms", "self_ms", "max_ms"] {
        assert_eq!(&step[time], outermost, "{step}");
    }
}

/// Through another step and through a task: no time is counted twice.
#[tokio::test]
async fn the_time_of_a_step_within_itself_is_the_outermost_calls() {
    fn outer(depth: u32) -> BoxFuture<'static, ()> {
        async move {
            step!("inner", async {
                match depth {
                    0 => sleep(Duration::from_millis(2)).await,
                    1 => spawn(outer(0)).await.unwrap(),
                    _ => outer(depth - 1).await,
                }
            })
            .await;
        }
        .boxed()
    }
    let capture = capture();
    capture.scope(handler(outer(3))).await;
    assert_eq!(summary(&capture), "inner 4");
    let (step, lines) = (&steps(&capture)[0], values(&capture));
    assert_eq!(step["total_ms"], lines[3]["duration_ms"]);
}

#[tokio::test]
async fn calls_beside_each_other_are_not_within_each_other() {
    let capture = capture();
    let slow = || load(sleep(Duration::from_millis(5)));
    let body = async {
        tokio::join!(slow(), slow());
    };
    capture.scope(handler(body)).await;
    assert!(nanos(&steps(&capture)[0]["total_ms"]) >= 10_000_000);
}

/// Where steps run at the same time, the time when any of them is open counts once.
#[tokio::test]
async fn what_a_step_takes_itself_is_the_time_when_none_inside_it_is_open() {
    let capture = capture();
    let body = load(async {
        tokio::join!(save(), step!("long", async { sleep(Duration::from_millis(20)).await }));
        sleep(Duration::from_millis(5)).await;
    });
    capture.scope(handler(body)).await;
    let load = &steps(&capture)[0];
    let (total, own) = (nanos(&load["total_ms"]), nanos(&load["self_ms"]));
    assert!(own >= 5_000_000 && own + 20_000_000 <= total, "{load}");
}

#[tokio::test]
async fn a_step_that_outlives_the_one_it_began_in_leaves_it_what_was_before() {
    let capture = capture();
    let body = async {
        let mut begun = None;
        load(async {
            sleep(Duration::from_millis(5)).await;
            let mut inside = Box::pin(step!("inside", pending::<()>()));
            assert!(inside.as_mut().now_or_never().is_none());
            begun = Some(inside);
            sleep(Duration::from_millis(20)).await;
        })
        .await;
    };
    capture.scope(handler(body)).await;
    let load = &steps(&capture)[0];
    let (total, own) = (nanos(&load["total_ms"]), nanos(&load["self_ms"]));
    assert!(own >= 5_000_000 && own + 20_000_000 <= total, "{load}");
}

/// Wherever it is polled, if at all, and what else runs until then.
#[tokio::test]
async fn a_call_to_another_service_is_inside_its_step_from_when_it_is_opened() {
    for is_polled in [false, true] {
        let capture = capture();
        let body = load(async move {
            let callsite = edge::call_callsite!("http_call", target: "my_edge");
            let mut call = Call::open(callsite, "GET", None);
            save().await;
            if is_polled {
                call.enter(|| ());
            }
            call.end();
        });
        capture.scope(handler(body)).await;
        let steps = steps(&capture);
        let [load, call] = [0, 1].map(|nth| nanos(&steps[nth]["total_ms"]));
        assert_eq!(nanos(&steps[0]["self_ms"]), load - call, "{steps:?}");
    }
}

/// Durations are real even where tokio's clock is not.
#[tokio::test(start_paused = true)]
async fn times_are_real_under_a_paused_clock() {
    let capture = capture();
    capture.scope(handler(load(sleep(Duration::from_hours(1))))).await;
    assert!(nanos(&steps(&capture)[0]["total_ms"]) < 600_000_000_000);
}

#[timed]
fn read() {
    thread::sleep(Duration::from_millis(2));
}

#[timed]
async fn by_blocking() {
    spawn_blocking(read).await.unwrap();
}

#[timed]
async fn by_tasks() {
    let tasks = [spawn(async { read() }), spawn(async { read() })];
    join_all(tasks).await;
}

#[timed]
async fn by_threads() {
    let here = Context::current();
    thread::scope(|scope| {
        scope.spawn(|| here.run(read));
        scope.spawn(|| here.run(read));
    });
}

#[traced_handler]
async fn waits_for_others() {
    by_blocking().await;
    by_tasks().await;
    by_threads().await;
    spawn_blocking(read).await.unwrap();
}

/// While a step waits for another task or thread, the time is not its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_on_other_threads_is_no_time_of_the_step_that_waits() {
    let capture = Capture::new();
    capture.scope(waits_for_others()).await;
    let lines = capture.values();
    let request = lines.last().unwrap();
    for name in ["by_blocking", "by_tasks", "by_threads"] {
        let steps = request["steps"].as_array().unwrap();
        let step = steps.iter().find(|step| step["name"] == name).unwrap();
        let of_it = lines.iter().find(|line| line["name"] == name).unwrap();
        let longest = lines.iter().filter(|line| line["parent_span_id"] == of_it["span_id"]);
        let longest = longest.map(|line| line["duration_ms"].as_f64().unwrap()).fold(0.0, f64::max);
        let [own, total] = ["self_ms", "total_ms"].map(|key| step[key].as_f64().unwrap());
        assert!(longest >= 2.0, "{name}: {lines:#?}");
        // Counters of two processors may differ a little.
        assert!(own + longest <= total + 0.01, "{name}: {request}");
    }
}
