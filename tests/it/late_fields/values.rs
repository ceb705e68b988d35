//! Which values a field takes, and when they are evaluated.

use std::cell::Cell;

use test_support::{capture, capture_at, closing, handler, in_time, load, parse};
use tokio::{sync::oneshot, task::yield_now};
use trace_runtime::{Context, Json, Public, Secret, record, record_request, spawn, timed};

use super::fields;

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
async fn outside_a_trace_nothing_is_evaluated() {
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
async fn inside_a_trace_each_value_is_evaluated_once() {
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
