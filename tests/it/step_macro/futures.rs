//! Futures as steps.

use std::{
    error::Error,
    fmt,
    future::{Ready, pending, ready},
    num::ParseIntError,
    pin::pin,
    time::Duration,
};

use futures::{FutureExt as _, StreamExt as _, future::join_all, stream};
use test_support::{capture, closing, values};
use tokio::{task::yield_now, time::sleep};
use trace_runtime::{info, spawn, step, testing::Capture, traced_handler};

use super::handler;

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

#[tokio::test]
async fn a_cancelled_future_has_its_line() {
    let capture = capture();
    let body = async {
        assert!(step!("future", pending::<()>()).now_or_never().is_none());
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  future cancelled\n");
}

#[tokio::test]
async fn a_step_made_outside_its_trace_has_its_fields_inside() {
    #[traced_handler]
    async fn handler<T>(work: impl Future<Output = T>) -> T {
        work.await
    }
    let (capture, id) = (Capture::with_filter("info"), 7);
    // As in a worker that receives a context with each job.
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

/// Steps in all the ways in which futures run at once, inside one that has to be
/// `Send`, as an axum handler has to be.
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

/// Where only the rest of the function says what type the error, or the whole
/// value, has.
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
