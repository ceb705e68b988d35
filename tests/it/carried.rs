//! Fields that a trace carries: `carry!`, and `carry(…)` on a handler.

use std::{sync::Arc, thread};

use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use test_support::{at_once, capture, closing, handler, json::keys, load, only, values};
use tokio::{sync::Notify, task::yield_now};
use trace_runtime::{
    Context, DynamicEvent, InCurrentTrace as _, Level, Public, Secret, carry, field::ToValue as _,
    info, record, record_request, spawn, spawn_blocking, step, testing::Capture, traced_handler,
};

/// Returns a key's value on each line, in their order.
fn on_each_line(capture: &Capture, key: &str) -> Vec<Value> {
    values(capture).into_iter().map(|mut line| line[key].take()).collect()
}

#[tokio::test]
async fn what_is_carried_is_on_every_line_below_from_then_on() {
    let capture = capture();
    let body = async {
        info!("before");
        load(async { carry!(user_id = 42) }).await;
        info!("after");
        step!("step", {});
        spawn(load(async { info!("in a task") })).await.unwrap();
        spawn_blocking(|| info!("on a thread of the runtime")).await.unwrap();
        let here = Context::current();
        thread::spawn(move || here.run(|| info!("on a thread"))).join().unwrap();
        DynamicEvent::new(Level::Info, "x").write(format_args!("foreign"), &[]);
    };
    capture.scope(handler(body)).await;
    let [before, rest @ ..] = &on_each_line(&capture, "user_id")[..] else { panic!("no lines") };
    assert_eq!((before, rest.len()), (&Value::Null, 9));
    assert!(rest.iter().all(|id| *id == 42), "{rest:?}");
    info!("outside the trace");
    assert!(!capture.lines().concat().contains("outside"));
}

#[tokio::test]
async fn a_handler_carries_its_fields_from_its_first_line_on() {
    #[traced_handler(trace_id = id, fields(rows), carry(id, tenant = %tenant, total = rows + 1))]
    async fn handler(id: String, tenant: &str, rows: u64) {
        info!("first");
        load(async {}).await;
    }
    let capture = capture();
    capture.scope(handler("req-1".to_owned(), "globex", 3)).await;
    for line in values(&capture) {
        assert_eq!(
            [&line["id"], &line["tenant"], &line["total"]],
            [&json!("req-1"), &json!("globex"), &json!(4)]
        );
        assert_eq!(line["trace_id"], "req-1");
    }
    let request = closing(&capture, "handler");
    assert_eq!(request["rows"], 3);
    let last: Vec<_> = keys(&capture.lines()[2]).into_iter().rev().take(4).rev().collect();
    assert_eq!(last, ["rows", "id", "tenant", "total"]);
}

#[tokio::test]
async fn a_handler_inside_a_trace_carries_for_all_of_it() {
    #[traced_handler(carry(inner = true))]
    async fn inner() {}
    let capture = capture();
    capture.scope(handler(inner())).await;
    assert_eq!(on_each_line(&capture, "inner"), [true, true]);
}

#[tokio::test]
async fn a_lines_own_field_wins_and_each_key_stands_once() {
    #[traced_handler(fields(id = "request"), carry(id = "carried"))]
    async fn request() {
        info!(id = "event", "a");
        info!(id = None::<u8>, "b");
        info!("c");
        info!(ID = "other case", "d");
        step!("step", fields(id = "step"), {});
        DynamicEvent::new(Level::Info, "x").write(format_args!("e"), &[("id", 1.to_value())]);
    }
    let capture = capture();
    capture.scope(request()).await;
    // `values` refuses a key that stands twice.
    let expected = [
        json!("event"),
        json!("carried"),
        json!("carried"),
        Value::Null,
        json!("step"),
        json!(1),
        json!("request"),
    ];
    assert_eq!(on_each_line(&capture, "id"), expected);
    let capture = test_support::capture();
    let body = async {
        carry!(id = "carried", size = 0);
        record_request!(id = "request");
        load(async { record!(size = 7) }).await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(on_each_line(&capture, "id"), ["carried", "request"]);
    assert_eq!(on_each_line(&capture, "size"), [7, 0]);
}

#[tokio::test]
async fn the_last_carried_value_of_a_key_wins_and_none_ends_it() {
    let capture = capture();
    let body = async {
        carry!(user = "guest", kept = true);
        info!("a");
        carry!(user = "ada");
        info!("b");
        carry!(User = None::<&str>);
        info!("c");
    };
    capture.scope(handler(body)).await;
    let expected = [json!("guest"), json!("ada"), Value::Null, Value::Null];
    assert_eq!(on_each_line(&capture, "user"), expected);
    assert!(on_each_line(&capture, "kept").iter().all(|kept| *kept == true));
}

#[tokio::test]
async fn secrets_stay_secret_and_fields_take_every_form() {
    let (token, state) = ("hunter2", Some(1));
    let capture = capture();
    let body = async {
        carry!(token = Secret(token), api_key = Public("shown"), ?state, http.route = "/x");
    };
    capture.scope(handler(body)).await;
    let line = only(&capture);
    assert_eq!(
        ["token", "api_key", "state", "http.route"].map(|key| &line[key]),
        ["[redacted]", "shown", "Some(1)", "/x"]
    );
    assert!(!capture.lines().concat().contains("hunter2"));
}

#[tokio::test]
async fn outside_a_trace_and_after_its_end_nothing_is_carried_or_evaluated() {
    fn evaluated() -> u8 {
        unreachable!("there is no trace to carry it")
    }
    carry!(outside = evaluated());
    let (capture, ended) = (capture(), Arc::new(Notify::new()));
    let late = {
        let ended = Arc::clone(&ended);
        async move {
            ended.notified().await;
            carry!(late = evaluated());
            info!("late");
        }
    };
    let mut task = None;
    let body = async {
        carry!(user_id = 42);
        task = Some(tokio::spawn(late.in_current_trace()));
    };
    capture.scope(handler(body)).await;
    ended.notify_one();
    task.unwrap().await.unwrap();
    assert_eq!(on_each_line(&capture, "user_id"), [42, 42]);
    assert_eq!(on_each_line(&capture, "late"), [Value::Null, Value::Null]);
}

/// 256 bytes together, names and quotes included.
#[tokio::test]
async fn what_is_too_much_to_carry_is_cut_or_left_out_and_lines_say_so() {
    let capture = capture();
    let body = async {
        carry!(agent = "x".repeat(10_000));
        info!("cut");
        carry!(more = 1);
        info!("left out");
        carry!(agent = "short");
        carry!(more = 2);
        info!("there is room again");
    };
    capture.scope(handler(body)).await;
    let lines = values(&capture);
    let agent = lines[0]["agent"].as_str().unwrap();
    assert_eq!(format!(r#","agent":"{agent}""#).len(), 256);
    assert!(lines[..2].iter().all(|line| line["truncated"] == true), "{lines:#?}");
    assert_eq!([&lines[0]["more"], &lines[1]["more"]], [&Value::Null, &Value::Null]);
    assert_eq!([&lines[2]["agent"], &lines[2]["more"]], [&json!("short"), &json!(2)]);
}

/// Whatever else a line says, it has room for what is carried.
#[tokio::test]
async fn on_a_line_that_was_cut_what_is_carried_is_whole() {
    let text = "\u{1}".repeat(10_000);
    let capture = capture();
    let body = async {
        carry!(tenant = "x".repeat(200));
        info!(a = text, b = text, "{text}");
        record_request!(a = text, b = text);
        Err::<(), _>(text.clone())
    };
    capture.scope(handler(body)).await.unwrap_err();
    for (line, value) in capture.lines().iter().zip(values(&capture)) {
        assert!(line.len() < 8_000, "{}", line.len());
        assert_eq!(value["tenant"], "x".repeat(200));
        assert_eq!(value["truncated"], true);
    }
}

#[test]
fn requests_at_once_each_carry_their_own() {
    async fn request(id: usize) {
        carry!(id);
        for _ in 0..5 {
            yield_now().await;
            load(async { info!(own = id, "turn") }).await;
            carry!(id);
        }
    }
    let capture = capture();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(3).build().unwrap();
    runtime.block_on(async {
        let requests = (0..40).map(|id| tokio::spawn(capture.scope(handler(request(id)))));
        futures::future::join_all(requests).await;
    });
    let of_events = values(&capture).into_iter().filter(|line| line.get("own").is_some());
    assert_eq!(of_events.filter(|line| line["id"] == line["own"]).count(), 200);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The last value of each key is on the line, once, unless the line says that
    /// it was cut; and the line stays within its bounds.
    #[test]
    fn whatever_is_carried_reads_back(
        changes in vec((0..3_usize, prop::option::of("(?s).{0,90}")), 0..9),
    ) {
        let capture = capture();
        at_once(capture.scope(handler(async {
            for (key, value) in &changes {
                match key {
                    0 => carry!(a = value),
                    1 => carry!(b = value),
                    _ => carry!(c = value),
                }
            }
        })));
        let line = only(&capture);
        for (number, key) in ["a", "b", "c"].into_iter().enumerate() {
            let last = changes.iter().rfind(|(at, _)| *at == number).and_then(|(_, last)| last.as_ref());
            let is_right = line[key].as_str() == last.map(String::as_str);
            prop_assert!(is_right || line["truncated"] == true, "{key} is not {last:?} in {line}");
        }
    }
}
