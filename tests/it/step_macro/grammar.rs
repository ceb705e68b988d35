//! Options and fields, and whose names are whose.

use std::{cell::Cell, future::ready};

use futures::{StreamExt as _, stream};
use serde_json::json;
use test_support::{at_once, capture, capture_at, closing, only, values};
use trace_runtime::step;

use super::handler;

const NAME: &str = "named by a constant";

#[tokio::test]
async fn it_takes_the_options_of_the_attribute() {
    #[derive(Debug)]
    struct Failed;
    let capture = capture();
    let (user_id, size) = (42, 3);
    let body = async {
        step!(
            "block",
            level = "debug",
            target = "shop::render",
            fields(user_id, size = size + 1, text = %"x", debug = ?Some(1)),
            err = debug,
            slow = "3600s",
            { Err::<(), Failed>(Failed) },
        )
        .unwrap_err();
        step!("future", err = off, fields(a.b = 1), async { Err::<(), &str>("hidden") })
            .await
            .unwrap_err();
        let stream = step!("stream", level = "warn", fields(user_id), stream = stream::iter(0..2));
        assert_eq!(stream.count().await, 2);
        step!(NAME, { user_id });
    };
    capture.scope(handler(body)).await;
    let lines = values(&capture);
    let block = closing(&capture, "block");
    assert_eq!((&block["level"], &block["target"]), (&json!("WARN"), &json!("shop::render")));
    assert_eq!((&block["user_id"], &block["size"]), (&json!(42), &json!(4)));
    assert_eq!((&block["text"], &block["debug"]), (&json!("x"), &json!("Some(1)")));
    assert_eq!((&block["outcome"], &block["error"]), (&json!("error"), &json!("Failed")));
    let future = closing(&capture, "future");
    assert_eq!((&future["outcome"], &future["a.b"]), (&json!("error"), &json!(1)));
    assert!(future.get("error").is_none(), "{future}");
    let stream = closing(&capture, "stream");
    assert_eq!((&stream["level"], &stream["user_id"]), (&json!("WARN"), &json!(42)));
    assert_eq!(lines[3]["name"], NAME);
    assert_eq!(lines[3]["target"], "it::step_macro::grammar");
}

#[test]
fn below_the_filter_and_outside_a_trace_nothing_is_written() {
    let capture = capture_at("info");
    capture.run(|| assert_eq!(step!("block", level = "debug", { 7 }), 7));
    assert_eq!(capture.lines(), [""; 0]);
}

#[test]
fn its_fields_are_evaluated_once_or_not_at_all() {
    let times = Cell::new(0);
    let next = || {
        times.set(times.get() + 1);
        times.get()
    };
    let (all, none) = (capture(), capture_at("off"));
    all.run(|| step!("block", fields(n = next()), {}));
    none.run(|| step!("block", fields(n = next()), {}));
    assert_eq!((times.get(), &only(&all)["n"]), (1, &json!(1)));
}

/// A scope in which well-known names mean something else.
mod shadowed {
    #![expect(dead_code, reason = "they are there to be in the way")]

    use ::trace_runtime::{record, step};

    struct Option;
    struct Some;
    struct None;
    struct Result;
    struct Ok;
    struct Err;
    mod std {}
    mod core {}
    mod trace_runtime {}

    pub(super) async fn steps() -> u8 {
        let (__tr_value, __tr_fields, __tr_late) = (1, 2, 3);
        let block = step!("block", fields(a = __tr_fields, b = __tr_value), { __tr_value });
        let future = step!("future", fields(c = __tr_late), async { __tr_late }).await;
        let stream = step!("stream", stream = futures::stream::iter([__tr_late]));
        record!(late = __tr_late);
        drop(stream);
        block + future
    }
}

#[test]
fn names_of_the_users_are_not_ours() {
    let capture = capture();
    assert_eq!(at_once(capture.scope(handler(shadowed::steps()))), 4);
    assert_eq!(closing(&capture, "block")["a"], 2);
    assert_eq!(closing(&capture, "handler")["late"], 3);
}

#[test]
fn its_parts_may_come_through_a_macro() {
    macro_rules! timed {
        ($name:literal, $($body:tt)*) => { step!($name, $($body)*) };
    }
    macro_rules! timed_expression {
        ($body:expr) => {
            step!("expression", $body)
        };
    }
    macro_rules! timed_block {
        ($body:block) => {
            step!("block", $body)
        };
    }
    let capture = capture();
    capture.run(|| timed!("literal", { 7 }));
    capture.run(|| timed_block!({ 7 }));
    assert_eq!(at_once(capture.scope(timed_expression!(ready(7)))), 7);
    assert_eq!(capture.tree(), "literal ok\nblock ok\nexpression ok\n");
}
