//! Sums on the request line: `count_request!`.

use std::{sync::Arc, thread};

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use test_support::{at_once, capture, closing, handler, json::members, only};
use tokio::sync::Notify;
use trace_runtime::{
    Context, InCurrentTrace as _, count_request, info, record_request, spawn, spawn_blocking, step,
    timed, traced_handler,
};

#[tokio::test]
async fn sums_stand_behind_the_fields_in_the_order_first_counted() {
    #[traced_handler(fields(user_id = 42))]
    async fn request() {
        count_request!(hits, bytes += 1_000_u64);
        record_request!(cached = true);
        step!("inside", { count_request!(bytes += -1_i32, hits, misses += 0) });
        count_request!(share += 0.25);
        count_request!(share += 0.5_f32);
    }
    let capture = capture();
    capture.scope(request()).await;
    let lines = capture.lines();
    let fields: Vec<_> = members(&lines[1])
        .into_iter()
        .skip_while(|(key, _)| key != "user_id")
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(
        fields,
        ["user_id=42", "cached=true", "hits=2", "bytes=999", "misses=0", "share=0.75"]
    );
    assert!(!lines[0].contains("hits"), "a sum is on the request line alone");
}

#[tokio::test]
async fn sums_are_counted_from_anywhere_below() {
    #[timed]
    async fn fetch(rows: &usize) {
        count_request!(rows += rows);
    }
    let capture = capture();
    let body = async {
        fetch(&1).await;
        spawn(async { fetch(&10).await }).await.unwrap();
        spawn_blocking(|| count_request!(rows += 100_u8)).await.unwrap();
        let here = Context::current();
        thread::spawn(move || here.run(|| count_request!(rows += 1_000_i128))).join().unwrap();
    };
    capture.scope(handler(body)).await;
    assert_eq!(closing(&capture, "handler")["rows"], 1_111);
}

#[tokio::test]
async fn of_a_key_that_is_recorded_too_the_last_write_wins_but_it_stays_a_number() {
    let request = |body: fn()| async move {
        let capture = capture();
        capture.scope(handler(async { body() })).await;
        // It is read with keys that stand twice refused.
        only(&capture)["n"].take()
    };
    let cases: [(fn(), Value); 6] = [
        (|| (record_request!(n = 10), count_request!(n)).1, json!(1)),
        (|| (record_request!(n = "text"), count_request!(N)).0, Value::Null),
        (|| (count_request!(n), record_request!(n = 10)).1, json!(10)),
        (|| (count_request!(n), record_request!(n = "text")).1, json!(1)),
        (|| (count_request!(n), record_request!(n = None::<u8>)).1, Value::Null),
        (|| (count_request!(n), record_request!(n = 10), count_request!(n += 2)).2, json!(2)),
    ];
    for (body, expected) in cases {
        assert_eq!(request(body).await, expected);
    }
}

#[tokio::test]
async fn outside_a_trace_and_after_its_end_nothing_is_counted_or_evaluated() {
    fn evaluated() -> u8 {
        unreachable!("there is no request to count for")
    }
    count_request!(outside += evaluated());
    let (capture, ended) = (capture(), Arc::new(Notify::new()));
    let late = {
        let ended = Arc::clone(&ended);
        async move {
            ended.notified().await;
            count_request!(hits += evaluated());
            info!("late");
        }
    };
    let mut task = None;
    let body = async {
        count_request!(hits);
        task = Some(tokio::spawn(late.in_current_trace()));
    };
    capture.scope(handler(body)).await;
    ended.notify_one();
    task.unwrap().await.unwrap();
    assert_eq!(closing(&capture, "handler")["hits"], 1);
}

#[test]
fn what_is_counted_may_itself_count_and_panic() {
    let capture = capture();
    at_once(capture.scope(handler(async {
        let nested = || {
            count_request!(inner);
            5
        };
        count_request!(outer += nested(), other += nested());
        let panics = || -> u8 { panic!("{}", test_support::ON_PURPOSE) };
        let panicked = std::panic::catch_unwind(|| count_request!(never, outer += panics()));
        assert!(panicked.is_err());
    })));
    let line = closing(&capture, "handler");
    assert_eq!([&line["inner"], &line["outer"], &line["other"]], [2, 5, 5]);
    assert!(line.get("never").is_none(), "{line}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn sums_of_many_threads_are_exact(
        threads in vec(vec(any::<i32>(), 0..200), 1..5),
    ) {
        let capture = capture();
        at_once(capture.scope(handler(async {
            let here = Context::current();
            thread::scope(|scope| {
                for amounts in &threads {
                    let here = here.clone();
                    scope.spawn(move || here.run(|| {
                        for amount in amounts {
                            count_request!(calls, sum += amount, halves += 0.5);
                        }
                    }));
                }
            });
        })));
        let line = closing(&capture, "handler");
        let all: Vec<_> = threads.concat();
        let sum: i64 = all.iter().copied().map(i64::from).sum();
        if all.is_empty() {
            prop_assert!(line.get("calls").is_none());
        } else {
            prop_assert_eq!(&line["calls"], all.len());
            prop_assert_eq!(&line["sum"], sum);
            let calls = u32::try_from(all.len()).unwrap();
            prop_assert_eq!(line["halves"].as_f64(), Some(f64::from(calls) / 2.0));
        }
    }
}
