//! Fields that are known only while a scope runs: `record!` and
//! `record_request!`.

use std::{
    cell::Cell,
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use futures::{FutureExt as _, StreamExt as _, future::join_all, stream::FuturesUnordered};
use proptest::{collection::vec, prelude::*};
use serde_json::json;
use test_support::{
    at_once, capture, capture_at, closing, handler, in_time,
    json::{self, members},
    keys, load, only, parse, shown, values,
};
use tokio::{sync::oneshot, task::yield_now};
use trace_runtime::{
    Context, InCurrentTrace as _, Json, Public, Secret, info, record, record_request, spawn,
    spawn_blocking, step, testing::Capture, timed, traced_handler,
};

/// Returns the fields of the one closing line of this name, as text.
#[track_caller]
fn fields(capture: &Capture, name: &str) -> String {
    assert_eq!(closing(capture, name)["name"], name);
    let is_its_own = |line: &String| json::parse(line)["name"] == name;
    let line = capture.lines().into_iter().find(is_its_own).unwrap();
    let fields = members(&line).into_iter().filter(|(key, _)| !keys::is_own(key));
    let fields: Vec<_> = fields.map(|(key, value)| format!("{key}={value}")).collect();
    fields.join(" ")
}

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
async fn in_a_task_outside_of_a_step_record_adds_to_the_request() {
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
async fn the_last_value_of_a_key_wins_and_the_key_stands_once() {
    #[timed(fields(rows = 0, kept = 1))]
    fn step() {
        record!(rows = 1);
        record!(rows = "two", other = true);
        record!(rows = 3.5);
    }
    #[traced_handler(fields(user_id = 0))]
    async fn request() {
        step();
        record!(user_id = 1);
        record_request!(user_id = 2);
    }
    let capture = capture();
    capture.scope(request()).await;
    // Keys that stand twice are refused by the reader.
    assert_eq!(fields(&capture, "step"), "kept=1 other=true rows=3.5");
    assert_eq!(fields(&capture, "request"), "user_id=2");
}

#[tokio::test]
async fn a_key_in_a_value_or_in_another_key_is_not_taken_for_the_key() {
    let capture = capture();
    let body = async {
        record!(
            text = r#","rows":1,"rows":"#,
            nested = Json(json!({ "a": 1, "rows": [1, { "rows": 2 }] })),
            "many-rows" = 5,
            db.rows = 6,
            "quote\",\"rows" = 7,
        );
        record!(rows = 1);
        record!(rows = 2);
        record!(text = "short", db.rows = None::<u8>);
    };
    capture.scope(handler(body)).await;
    let line = closing(&capture, "handler");
    assert_eq!((&line["rows"], &line["text"]), (&json!(2), &json!("short")));
    assert_eq!(line["nested"], json!({ "a": 1, "rows": [1, { "rows": 2 }] }));
    assert_eq!((&line["many-rows"], &line["quote\",\"rows"]), (&json!(5), &json!(7)));
    assert!(line.get("db.rows").is_none(), "{line}");
}

#[tokio::test]
async fn none_takes_a_field_away() {
    #[timed(fields(a = 1, b = 2))]
    fn step() {
        record!(a = None::<u8>, c = None::<u8>);
    }
    let capture = capture();
    let body = async {
        step();
        record_request!(d = 4);
        record_request!(d = None::<&str>);
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "step"), "b=2");
    assert_eq!(fields(&capture, "handler"), "");
}

#[tokio::test]
async fn values_are_typed_as_those_of_events_are() {
    struct Order {
        id: u32,
    }
    let capture = capture();
    let body = async {
        let (order, state, reason) = (Order { id: 7 }, Some("open"), "no such user");
        record!(order.id, ?state, %reason, http.route = "/users/{id}", "other-key" = -1.5);
        record!(
            token = Secret("hunter2"),
            password = Public("not one"),
            secret = None::<Secret<u8>>
        );
        record!(took = std::time::Duration::from_millis(3), huge = u64::MAX, nothing = f64::NAN);
        record!(list = Json([1, 2]), r#type = 'x',);
    };
    capture.scope(handler(async { load(body).await })).await;
    assert_eq!(
        fields(&capture, "load"),
        r#"order.id=7 state="Some(\"open\")" reason="no such user" http.route="/users/{id}" other-key=-1.5 token="[redacted]" password="not one" took=3.0 huge="18446744073709551615" nothing=null list=[1,2] type="x""#
    );
}

/// Counts how often it is evaluated.
fn evaluated(times: &Cell<u32>) -> u32 {
    times.set(times.get() + 1);
    times.get()
}

#[tokio::test]
async fn outside_of_a_trace_nothing_is_evaluated() {
    let (capture, times) = (capture(), Cell::new(0));
    record!(times = evaluated(&times));
    record_request!(times = evaluated(&times));
    capture.run(|| record!(times = evaluated(&times)));
    capture.run(|| parse(|| record!(times = evaluated(&times))));
    let body = async {
        Context::none().run(|| record_request!(times = evaluated(&times)));
        Context::none().scope(async { record!(times = evaluated(&times)) }).await;
        tokio::spawn(async { record_request!(plain = 1) }).await.unwrap();
    };
    capture.scope(handler(body)).await;
    assert_eq!(times.get(), 0);
    assert_eq!(fields(&capture, "parse"), "");
    assert_eq!(fields(&capture, "handler"), "");
}

#[tokio::test]
async fn inside_of_a_trace_each_value_is_evaluated_once() {
    let (capture, times) = (capture(), Cell::new(0));
    let body = async { record!(a = evaluated(&times), b = evaluated(&times)) };
    capture.scope(handler(body)).await;
    assert_eq!((times.get(), &*fields(&capture, "handler")), (2, "a=1 b=2"));
}

#[tokio::test]
async fn after_the_request_line_nothing_is_evaluated() {
    fn evaluated() -> u8 {
        panic!("evaluated")
    }
    let capture = capture();
    let (go, gone) = oneshot::channel::<()>();
    let mut task = None;
    let body = async {
        task = Some(spawn(load(async {
            record!(before = 1);
            gone.await.unwrap();
            record!(after = evaluated());
            record_request!(after = evaluated());
        })));
        yield_now().await;
    };
    capture.scope(handler(body)).await;
    go.send(()).unwrap();
    in_time(task.unwrap()).await.unwrap();
    assert_eq!(fields(&capture, "load"), "before=1");
    assert_eq!(fields(&capture, "handler"), "");
}

#[tokio::test]
async fn what_is_dropped_with_the_body_may_still_record() {
    struct Records(&'static str);
    impl Drop for Records {
        fn drop(&mut self) {
            record!(dropped = self.0);
            record_request!(last = self.0);
        }
    }
    let capture = capture();
    let body = async {
        let _outer = Records("outer");
        load(async {
            let _inner = Records("inner");
            pending::<()>().await;
        })
        .await;
    };
    let mut request = Box::pin(capture.scope(handler(body)));
    assert!(request.as_mut().now_or_never().is_none());
    drop(request);
    assert_eq!(fields(&capture, "load"), r#"dropped="inner""#);
    assert_eq!(fields(&capture, "handler"), r#"dropped="outer" last="outer""#);
    assert_eq!(closing(&capture, "load")["outcome"], "cancelled");
}

#[tokio::test]
async fn a_step_that_panics_keeps_what_it_recorded_and_the_outer_one_goes_on() {
    let capture = capture();
    let body = async {
        let panics = || {
            record!(inner = 1);
            panic!("on purpose");
        };
        catch_unwind(|| parse(panics)).unwrap_err();
        record!(outer = 1);
        let panics = load(async { panics() });
        AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        record!(again = 2);
    };
    capture.scope(handler(load_outer(body))).await;
    for name in ["parse", "load"] {
        assert_eq!(closing(&capture, name)["inner"], 1);
        assert_eq!(closing(&capture, name)["outcome"], "panicked");
    }
    assert_eq!(fields(&capture, "load_outer"), "outer=1 again=2");
}

#[timed]
async fn load_outer<F: Future>(body: F) -> F::Output {
    body.await
}

#[tokio::test]
async fn a_value_that_panics_is_marked_and_the_others_are_there() {
    let capture = capture();
    let body = async {
        record!(a = 1, panics = %shown(|_| panic!("on purpose")), b = 2);
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "handler"), r#"a=1 panics="<panicked>" b=2"#);
    assert_eq!(closing(&capture, "handler")["outcome"], "ok");
}

#[tokio::test]
async fn a_value_that_records_and_logs_while_it_is_shown_works() {
    let capture = capture();
    let body = async {
        let records = shown(|f| {
            record!(inner = 1, records = "not yet");
            record_request!(request = 2);
            parse(|| record!(deep = 3));
            info!("shown");
            f.write_str("text")
        });
        load(async { record!(%records) }).await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "load"), r#"inner=1 records="text""#);
    assert_eq!(fields(&capture, "parse"), "deep=3");
    assert_eq!(fields(&capture, "handler"), "request=2");
    assert_eq!(capture.tree(), "handler ok\n  load ok\n    parse ok\n    \"shown\"\n");
}

#[test]
fn a_value_that_drops_its_own_request_while_it_is_shown_works() {
    let capture = capture();
    let mut request = capture.scope(handler(pending::<()>())).boxed_local();
    assert!(request.as_mut().now_or_never().is_none());
    let kept = Cell::new(Some(request));
    let other = async {
        record!(value = %shown(|f| {
            drop(kept.take());
            f.write_str("text")
        }));
    };
    at_once(capture.scope(load_outer_request(other)));
    assert_eq!(fields(&capture, "load_outer_request"), r#"value="text""#);
    assert_eq!(fields(&capture, "handler"), "");
}

#[traced_handler]
async fn load_outer_request<F: Future>(body: F) -> F::Output {
    body.await
}

#[tokio::test]
async fn a_value_too_long_is_cut_and_the_line_says_so() {
    let capture = capture();
    let body = async {
        parse(|| record!(text = "x".repeat(10_000), after = 1));
        record!(list = Json(vec![0; 10_000]), after = 2);
    };
    capture.scope(handler(body)).await;
    let (step, request) = (closing(&capture, "parse"), closing(&capture, "handler"));
    assert_eq!((&step["after"], &step["truncated"]), (&json!(1), &json!(true)));
    let length = step["text"].as_str().unwrap().len();
    assert!((4_000..4_096).contains(&length), "{length}");
    assert!(request.get("list").is_none(), "what cannot be cut is left out: {request}");
    assert_eq!((&request["after"], &request["truncated"]), (&json!(2), &json!(true)));
}

#[tokio::test]
async fn more_than_fits_is_left_out_and_the_line_says_so() {
    let capture = capture();
    let body = async {
        let text = "x".repeat(3_000);
        record!(a = text, b = text, c = text, small = 1);
        for n in 0..10_000 {
            record!(last = n);
        }
    };
    capture.scope(handler(body)).await;
    let line = only(&capture);
    assert!(capture.lines()[0].len() < 8_000);
    assert_eq!((&line["small"], &line["last"]), (&json!(1), &json!(9_999)));
    assert_eq!(line["a"].as_str().map(str::len), Some(3_000));
    assert!(line.get("c").is_none() && line["truncated"] == true);
}

#[tokio::test]
async fn a_value_that_does_not_fit_does_not_leave_the_one_before() {
    let capture = capture();
    let body = async {
        record!(a = "x".repeat(3_900), b = "x".repeat(3_900), state = 1);
        record!(state = "y".repeat(3_900));
    };
    capture.scope(handler(body)).await;
    let line = only(&capture);
    assert!(line.get("state").is_none(), "an old value is a wrong one");
    assert_eq!(line["truncated"], true);
}

#[test]
fn fields_recorded_by_64_tasks_at_once_are_all_there() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    let capture = capture();
    let body = async {
        let tasks = (0..64_u32).map(|own| {
            spawn(async move {
                for turn in 0..100 {
                    record_of(own, turn);
                    yield_now().await;
                }
            })
        });
        for ended in join_all(tasks).await {
            ended.unwrap();
        }
    };
    runtime.block_on(capture.scope(handler(body)));
    let line = only(&capture);
    for own in 0..8 {
        assert_eq!(line[format!("k{own}")].as_u64().unwrap() % 100, 99, "{line}");
    }
    assert_eq!(line["last"].as_u64().unwrap() % 100, 99, "{line}");
}

/// Each of eight keys is written by eight tasks.
fn record_of(own: u32, turn: u32) {
    let value = own * 100 + turn;
    match own % 8 {
        0 => record_request!(k0 = value),
        1 => record_request!(k1 = value),
        2 => record_request!(k2 = value),
        3 => record_request!(k3 = value),
        4 => record_request!(k4 = value),
        5 => record_request!(k5 = value),
        6 => record_request!(k6 = value),
        _ => record_request!(k7 = value),
    }
    record_request!(last = value);
}

#[tokio::test]
async fn a_step_whose_line_passes_only_when_it_fails_has_its_fields_then() {
    #[timed(level = "debug")]
    fn quiet() -> Result<(), &'static str> {
        record!(rows = 3);
        Err("no")
    }
    let capture = capture_at("warn");
    capture.scope(handler(async { quiet().unwrap_err() })).await;
    assert_eq!(fields(&capture, "quiet"), "rows=3");
    assert_eq!(closing(&capture, "quiet")["error"], "no");
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

#[tokio::test]
async fn record_is_a_statement_and_an_expression_of_type_unit() {
    async fn one() -> u8 {
        yield_now().await;
        1
    }
    fn fallible(text: &str) -> Result<(), std::num::ParseIntError> {
        record!(number = text.parse::<u8>()?);
        Ok(())
    }
    let capture = capture();
    let body = async {
        let () = record!(a = 1);
        match fallible("4") {
            Ok(()) => record!(b = 2),
            Err(_) => record!(b = 3),
        }
        record! { c = one().await }
        fallible("x").unwrap_err();
        if let Some(late) = Some(5) {
            record!(late);
        }
    };
    capture.scope(handler(body)).await;
    assert_eq!(fields(&capture, "handler"), "a=1 number=4 b=2 c=1 late=5");
}

/// One thing that a request does to its fields.
#[derive(Clone, Copy, Debug)]
enum Change {
    A(Option<i64>),
    B(Option<i64>),
    C(Option<i64>),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<Option<i64>>().prop_map(Change::A),
        any::<Option<i64>>().prop_map(Change::B),
        any::<Option<i64>>().prop_map(Change::C),
    ]
}

#[traced_handler(fields(a, b))]
async fn changing(a: Option<i64>, b: Option<i64>, changes: &[(Change, bool)]) {
    for (change, in_step) in changes {
        let change = || match *change {
            Change::A(a) => record_request!(a),
            Change::B(b) => record_request!(b),
            Change::C(c) => record_request!(c),
        };
        if *in_step { parse(change) } else { change() }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_line_has_the_last_value_of_each_key(
        first in any::<(Option<i64>, Option<i64>)>(),
        changes in vec((any_change(), any::<bool>()), 0..12),
    ) {
        let capture = capture();
        at_once(capture.scope(changing(first.0, first.1, &changes)));
        let (mut a, mut b, mut c) = (first.0, first.1, None);
        for (change, _) in &changes {
            match *change {
                Change::A(value) => a = value,
                Change::B(value) => b = value,
                Change::C(value) => c = value,
            }
        }
        let line = closing(&capture, "changing");
        for (key, expected) in [("a", a), ("b", b), ("c", c)] {
            let expected = expected.map(|value| match value {
                i64::MIN => json!(value.to_string()),
                value => json!(value),
            });
            prop_assert_eq!(line.get(key), expected.as_ref(), "{}", key);
        }
    }
}
