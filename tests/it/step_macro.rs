//! `step!`: blocks, futures and streams as steps.

use std::{
    cell::Cell,
    error::Error,
    fmt::{self, Display},
    future::{Ready, pending, ready},
    num::ParseIntError,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    time::Duration,
};

use futures::{FutureExt as _, Stream, StreamExt as _, future::join_all, stream};
use serde_json::json;
use test_support::{at_once, capture, capture_at, closing, only, values};
use tokio::{
    task::yield_now,
    time::{sleep, timeout},
};
use trace_runtime::{info, spawn, step, testing::Capture, trace_id, traced_handler};

#[traced_handler(trace_id = "request-1")]
async fn handler<F: Future>(body: F) -> F::Output {
    body.await
}

const NAME: &str = "named by a constant";

#[tokio::test]
async fn a_block_a_future_and_a_stream_are_steps() {
    let capture = capture();
    let body = async {
        let block = step!("block", {
            info!("in the block");
            7
        });
        let future = step!("future", async {
            info!("in the future");
            8
        });
        let stream =
            step!("stream", stream = stream::iter([9]).inspect(|_| info!("in the stream")));
        (block, future.await, stream.collect::<Vec<_>>().await)
    };
    assert_eq!(capture.scope(handler(body)).await, (7, 8, vec![9]));
    assert_eq!(
        capture.tree(),
        "handler ok\n  block ok\n    \"in the block\"\n  future ok\n    \"in the future\"\n  \
         stream ok\n    \"in the stream\"\n"
    );
}

#[test]
fn outside_of_any_trace_it_has_a_span_and_no_trace() {
    let capture = capture();
    capture.run(|| step!("block", {}));
    at_once(capture.scope(step!("future", async {})));
    for line in values(&capture) {
        assert_eq!(line["kind"], "step");
        assert!(line.get("trace_id").is_none() && line["span_id"].is_string(), "{line}");
    }
}

#[test]
fn without_init_and_capture_it_is_silent() {
    assert_eq!(step!("block", { 7 }), 7);
    assert_eq!(at_once(step!("future", ready(7))), 7);
    let items = step!("stream", stream = stream::iter(0..3)).count();
    assert_eq!(at_once(items), 3);
}

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
    assert_eq!(lines[3]["target"], "it::step_macro");
}

#[test]
fn below_the_filter_and_outside_of_a_trace_nothing_is_written() {
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

#[tokio::test]
async fn a_question_mark_in_a_block_ends_the_block_and_not_the_function() {
    fn body() -> u8 {
        let parsed = step!("parse", { Ok::<_, std::num::ParseIntError>("x".parse::<u8>()? + 1) });
        info!("goes on");
        let parsed = parsed.unwrap_or(3);
        let found = step!("find", { Some(None::<u8>? + 1) });
        assert_eq!(found, None);
        let early = step!("return", {
            if parsed == 3 {
                return 4;
            }
            5
        });
        early
    }
    let capture = capture();
    assert_eq!(capture.scope(handler(async { body() })).await, 4);
    assert_eq!(
        capture.tree(),
        "handler ok\n  parse error: invalid digit found in string\n  \"goes on\"\n  find ok\n  \
         return ok\n"
    );
}

#[tokio::test]
async fn a_block_borrows_and_changes_what_is_around_it() {
    let capture = capture();
    let body = async {
        let (mut list, text) = (vec![1], "text".to_owned());
        step!("push", { list.push(text.len()) });
        let moved = step!("move", { text });
        (list, moved)
    };
    assert_eq!(capture.scope(handler(body)).await, (vec![1, 4], "text".to_owned()));
}

#[tokio::test]
async fn a_future_is_timed_from_its_first_poll_in_the_step_it_is_awaited_in() {
    let capture = capture();
    let body = async {
        let made = step!("made", async { info!("inside") });
        sleep(Duration::from_millis(20)).await;
        step!("awaits", made).await;
        drop(step!("never polled", async {}));
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  awaits ok\n    made ok\n      \"inside\"\n");
    assert!(closing(&capture, "made")["duration_ms"].as_f64().unwrap() < 20.0);
}

#[tokio::test]
async fn any_expression_that_is_a_future_will_do() {
    struct Service(u8);
    impl Service {
        fn call<A, B>(&self, _: A, _: B) -> Ready<u8> {
            ready(self.0)
        }
    }
    async fn function(n: u8) -> u8 {
        yield_now().await;
        n
    }
    let capture = capture();
    let body = async {
        let service = Service(7);
        let mut sum = step!("call", function(1)).await;
        sum += step!("method", service.call::<u8, u8>(1, 2),).await;
        sum += step!("boxed", function(1).boxed()).await;
        sum += step!("mapped", { function(1) }.map(|n| n + 1)).await;
        sum += step!("block", async move { sum }).await;
        sum += step!("if", if sum > 1 { function(1).boxed() } else { ready(2).boxed() }).await;
        sum += step!("spawned", async { spawn(function(1)).await.unwrap() }).await;
        let pinned = pin!(function(1));
        sum += step!("pinned", pinned).await;
        sum
    };
    assert_eq!(capture.scope(handler(body)).await, 25);
    assert_eq!(values(&capture).len(), 9);
}

#[tokio::test]
async fn a_future_may_be_spawned() {
    let capture = capture();
    let body = async {
        let text = "text".to_owned();
        spawn(step!("task", fields(text), async move { text.len() })).await.unwrap()
    };
    assert_eq!(capture.scope(handler(body)).await, 4);
    assert_eq!(capture.tree(), "handler ok\n  task ok\n");
}

/// A scope in which names mean something else than they usually do.
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

#[test]
fn a_panic_passes_through_and_is_told() {
    let capture = capture();
    let panics = || -> u8 { panic!("on purpose") };
    let block = || capture.run(|| step!("block", { panics() }));
    catch_unwind(AssertUnwindSafe(block)).unwrap_err();
    let future = || at_once(capture.scope(step!("future", async { panics() })));
    catch_unwind(AssertUnwindSafe(future)).unwrap_err();
    let lines = values(&capture);
    let closed: Vec<_> = lines.iter().filter(|line| line["kind"] == "step").collect();
    assert_eq!(closed.len(), 2);
    for line in closed {
        assert_eq!((&line["outcome"], &line["error"]), (&json!("panicked"), &json!("on purpose")));
    }
}

#[tokio::test]
async fn a_stream_is_timed_from_its_first_poll_to_its_end() {
    let capture = capture();
    let body = async {
        let slow = stream::iter(0..3).then(async |n| {
            sleep(Duration::from_millis(5)).await;
            n
        });
        let made = step!("stream", stream = slow);
        sleep(Duration::from_millis(50)).await;
        let sum = made.fold(0, async |sum, n| sum + n).await;
        sleep(Duration::from_millis(50)).await;
        sum
    };
    assert_eq!(capture.scope(handler(body)).await, 3);
    let line = closing(&capture, "stream");
    let ms = |key: &str| line[key].as_f64().unwrap();
    assert_eq!((&line["items"], &line["outcome"]), (&json!(3), &json!("ok")));
    assert!((15.0..100.0).contains(&ms("duration_ms")), "{line}");
    assert!(ms("busy_ms") < ms("duration_ms"), "{line}");
}

#[tokio::test]
async fn between_two_items_a_stream_is_not_current() {
    let capture = capture();
    let body = async {
        let items = stream::iter(0..2).inspect(|_| info!("inside"));
        let mut stream = pin!(step!("stream", stream = items));
        while stream.next().await.is_some() {
            info!("between");
        }
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  \"between\"\n  \"between\"\n  stream ok\n    \"inside\"\n    \"inside\"\n"
    );
}

#[tokio::test]
async fn what_its_consumer_takes_is_waiting_and_not_busy() {
    let capture = capture();
    let body = async {
        let mut stream = pin!(step!("stream", stream = stream::iter(0..2)));
        while stream.next().await.is_some() {
            sleep(Duration::from_millis(15)).await;
        }
    };
    capture.scope(handler(body)).await;
    let line = closing(&capture, "stream");
    let ms = |key: &str| line[key].as_f64().unwrap();
    assert!(ms("duration_ms") >= 30.0 && ms("busy_ms") < 15.0, "{line}");
}

#[tokio::test]
async fn a_stream_dropped_before_its_end_is_cancelled() {
    let capture = capture();
    let body = async {
        let mut stream = Box::pin(step!("stream", stream = stream::iter(0..10)));
        for _ in 0..3 {
            stream.next().await;
        }
        drop(stream);
        let waits = step!("waits", stream = stream::pending::<u8>());
        timeout(Duration::from_millis(1), waits.count()).await.unwrap_err();
        drop(step!("never polled", stream = stream::iter(0..10)));
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  stream cancelled\n  waits cancelled\n");
    let lines = values(&capture);
    assert_eq!((&lines[0]["items"], &lines[0]["level"]), (&json!(3), &json!("WARN")));
    assert_eq!(lines[1]["items"], 0);
}

#[tokio::test]
async fn a_stream_that_panics_says_how_many_items_there_were() {
    let capture = capture();
    let body = async {
        let items = stream::iter(0..5).inspect(|n| assert!(*n < 2, "on purpose"));
        let panics = step!("stream", stream = items).count();
        AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
    };
    capture.scope(handler(body)).await;
    let line = closing(&capture, "stream");
    assert_eq!((&line["outcome"], &line["error"]), (&json!("panicked"), &json!("on purpose")));
    assert_eq!(line["items"], 2);
}

#[tokio::test]
async fn a_stream_that_has_ended_stays_ended_and_has_one_line() {
    let capture = capture();
    let body = async {
        let mut stream = pin!(step!("stream", stream = stream::iter(0..1)));
        assert_eq!(stream.size_hint(), (1, Some(1)));
        assert_eq!(stream.next().await, Some(0));
        for _ in 0..3 {
            assert_eq!(stream.next().await, None);
        }
        assert_eq!(stream.size_hint(), (0, Some(0)));
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  stream ok\n");
}

#[tokio::test]
async fn what_a_stream_holds_is_dropped_inside_of_it() {
    struct Tells(&'static str);
    impl Drop for Tells {
        fn drop(&mut self) {
            info!("dropped {}", self.0);
        }
    }
    fn holds(name: &'static str, items: usize) -> impl Stream<Item = ()> {
        let held = Tells(name);
        stream::iter(0..items).map(move |_| {
            let _ = &held;
        })
    }
    let capture = capture();
    let body = async {
        assert_eq!(step!("ended", stream = holds("at the end", 1)).count().await, 1);
        let mut stream = Box::pin(step!("cancelled", stream = holds("early", 2)));
        stream.next().await;
        drop(stream);
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        capture.tree(),
        "handler ok\n  ended ok\n    \"dropped at the end\"\n  cancelled cancelled\n    \
         \"dropped early\"\n"
    );
}

#[tokio::test]
async fn a_key_of_the_users_gives_way_to_the_number_of_items() {
    let capture = capture();
    let body = async {
        step!("stream", fields(items = "mine"), stream = stream::iter(0..3)).count().await;
    };
    capture.scope(handler(body)).await;
    // A key that stands twice is refused by the reader.
    assert_eq!(closing(&capture, "stream")["items"], 3);
}

#[tokio::test]
async fn a_stream_may_go_on_in_another_task() {
    let capture = capture();
    let body = async {
        let mut stream = Box::pin(step!(
            "stream",
            stream = stream::iter(0..3).inspect(|_| {
                assert_eq!(trace_id().unwrap().to_string(), "request-1");
            })
        ));
        stream.next().await;
        tokio::spawn(async move { stream.count().await }).await.unwrap()
    };
    assert_eq!(capture.scope(handler(body)).await, 2);
    assert_eq!(capture.tree(), "handler ok\n  stream ok\n");
}

#[tokio::test]
async fn a_cancelled_future_is_told() {
    let capture = capture();
    let body = async {
        assert!(step!("future", pending::<()>()).now_or_never().is_none());
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  future cancelled\n");
}

#[tokio::test]
async fn what_was_polled_more_than_once_says_how_long_it_was_busy() {
    let capture = capture();
    let body = async {
        step!("twice", yield_now()).await;
        step!("once", ready(())).await;
        step!("block", {});
    };
    capture.scope(handler(body)).await;
    let has_busy = |name| closing(&capture, name).get("busy_ms").is_some();
    assert_eq!(["twice", "once", "block"].map(has_busy), [true, false, false]);
}

#[test]
fn errors_are_told_by_their_type_as_those_of_functions_are() {
    fn step_of<E: Display>(error: E) -> Result<(), E> {
        step!("generic", { Err(error) })
    }
    let capture = capture();
    capture.run(|| step!("text", { Err::<(), _>("no") })).unwrap_err();
    capture.run(|| step_of("no")).unwrap_err();
    let anyhow = || step!("chain", { Err::<(), _>(anyhow::anyhow!("cause").context("no")) });
    capture.run(anyhow).unwrap_err();
    capture.run(|| step!("option", { None::<u8> }));
    assert_eq!(
        capture.tree(),
        "text error: no\ngeneric error: no\nchain error: no: cause\noption ok\n"
    );
    assert_eq!(closing(&capture, "chain")["error_chain"], json!(["cause"]));
}

#[tokio::test]
async fn a_step_made_outside_of_its_trace_has_its_fields_inside() {
    #[traced_handler]
    async fn handler<T>(work: impl Future<Output = T>) -> T {
        work.await
    }
    let (capture, id) = (Capture::filter("info"), 7);
    // As a worker does that is handed a context with each job.
    let make = || step!("work", level = "debug", fields(id), async { Err::<(), _>("no") });
    let work = capture.run(make);
    capture.scope(handler(work)).await.unwrap_err();
    assert_eq!(capture.values()[0]["id"], 7, "{}", capture.tree());
}

async fn fetch(table: &str) -> Result<&str, String> {
    yield_now().await;
    Ok(table)
}

async fn parse(text: &str) -> Result<usize, Box<dyn Error + Send + Sync>> {
    yield_now().await;
    Ok(text.parse()?)
}

/// Steps in all the ways in which futures are run at once, in one that has to be
/// `Send`, as a handler of axum has to.
#[tokio::test]
async fn steps_run_at_once_in_a_future_that_is_send() {
    async fn all() -> Result<(), String> {
        let (text, owned) = ("7".to_owned(), vec![1]);
        let _ = tokio::join!(step!("a", fetch(&text)), step!("b", parse(&text)));
        let _ = futures::join!(step!("c", fetch(&text)), step!("d", async { owned.len() }));
        tokio::try_join!(step!("e", fields(text), fetch(&text)), step!("f", fetch("x")))?;
        futures::try_join!(step!("g", fetch(&text)), step!("h", async { Ok(text.len()) }))?;
        join_all(["i", "j"].map(|table| step!("in join_all", fetch(table)))).await;
        let boxed = async { Err::<(), Box<dyn Error + Send>>(Box::new(fmt::Error)) };
        tokio::select! {
            _ = step!("k", boxed) => {}
            () = step!("l", pending()) => {}
        }
        let numbers = stream::iter(0..3).map(|n| step!("m", async move { n }));
        assert_eq!(numbers.buffer_unordered(2).collect::<Vec<_>>().await.len(), 3);
        Ok(())
    }

    let capture = capture();
    assert_eq!(tokio::spawn(capture.scope(handler(all()))).await.unwrap(), Ok(()));
    capture.assert_request("handler").outcome("ok").has_step("a").has_step("in join_all");
    assert_eq!(closing(&capture, "k")["error"], fmt::Error.to_string());
}

/// The type of an error, or of the whole value, that only the rest of the function
/// says.
#[tokio::test]
async fn what_a_step_ends_with_may_follow_from_what_comes_after() {
    fn number(text: &str) -> Result<u8, ParseIntError> {
        text.parse()
    }

    macro_rules! inferred {
        ($($name:ident: $value:ty),*) => {$(
            async fn $name() -> Result<u8, $value> {
                let block = step!("block", { Ok(number("1")? + 1) });
                block.and(step!("future", async { Ok(number("x")? + 1) }).await)
            }
        )*};
    }

    inferred! {
        by_error: ParseIntError, by_anyhow: anyhow::Error, by_box: Box<dyn Error>,
        by_send_box: Box<dyn Error + Send + Sync>
    }

    async fn by_text() -> Result<u8, String> {
        step!("future", async { Ok(number("x").map_err(|error| error.to_string())? + 1) }).await
    }

    async fn no_error() -> u8 {
        step!("number", async { "7".parse().unwrap() }).await
    }

    let capture = capture();
    let ended_with = async {
        assert!(by_error().await.is_err() && by_anyhow().await.is_err() && by_box().await.is_err());
        assert!(by_send_box().await.is_err() && by_text().await.is_err());
        assert_eq!(no_error().await, 7);
    };
    capture.scope(ended_with).await;
    for line in values(&capture) {
        let error = (line["name"] == "future").then_some("invalid digit found in string");
        assert_eq!(line.get("error").and_then(serde_json::Value::as_str), error, "{line}");
    }
}
