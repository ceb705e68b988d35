//! Values that are awaited, in each place that takes fields: the future around
//! them stays `Send`, as it does around `println!("{} {}", f().await, g().await)`.

use serde_json::{Value, json};
use test_support::{capture, capture_at, closing, only, values};
use tokio::task::yield_now;
use trace_runtime::{
    Level, Secret, carry, count_request, event, info, record, record_request, step,
    testing::Capture, timed, traced_handler,
};

async fn count() -> u64 {
    yield_now().await;
    7
}

async fn text() -> String {
    yield_now().await;
    "text".to_owned()
}

async fn checked(number: u64) -> Result<u64, String> {
    yield_now().await;
    Ok(number)
}

/// Runs a future where only one that is `Send` can run.
async fn spawned<T: Send + 'static>(
    capture: &Capture,
    future: impl Future<Output = T> + Send + 'static,
) -> T {
    tokio::spawn(capture.scope(future)).await.unwrap()
}

/// Hides the word from our macros.
macro_rules! wait_for {
    ($future:expr) => {
        $future.await
    };
}

#[tokio::test]
async fn an_event_may_await_its_fields_and_its_message() {
    async fn all(id: u64) -> Result<(), String> {
        info!(id, rows = count().await, "two fields");
        info!(rows = count().await, "loaded in {}", 1);
        info!(id, rows = count().await, shown = %text().await, "{id} of {}", count().await);
        info!(id, debug = ?text().await, token = Secret(text().await), "{}", count().await);
        info!(id, rows = checked(8).await?, "{} {}", checked(9).await?, checked(id).await?);
        info!(id, hidden = wait_for!(count()), "in a macro {}", wait_for!(count()));
        event!(Level::Warn, id, rows = count().await, "computed");
        Ok(())
    }

    let capture = capture();
    assert_eq!(spawned(&capture, all(1)).await, Ok(()));
    let messages: Vec<_> = values(&capture).iter().map(|line| line["message"].clone()).collect();
    let expected = ["two fields", "loaded in 1", "1 of 7", "7", "9 1", "in a macro 7", "computed"];
    assert_eq!(messages, expected);
    let fields = &values(&capture)[3];
    assert_eq!((&fields["debug"], &fields["token"]), (&json!("\"text\""), &json!("[redacted]")));
}

#[tokio::test]
async fn what_a_field_borrows_lives_as_long_as_its_value() {
    async fn all() {
        info!(
            borrowed = String::from("a").as_str(),
            awaited = text().await.as_str(),
            length = text().await.len(),
        );
    }

    let capture = capture();
    spawned(&capture, all()).await;
    let line = only(&capture);
    assert_eq!((&line["borrowed"], &line["awaited"]), (&json!("a"), &json!("text")));
}

#[tokio::test]
async fn fields_that_are_known_late_may_be_awaited() {
    #[traced_handler]
    async fn handler(id: u64) {
        record!(id, rows = count().await);
        record_request!(state = id, shown = %text().await);
    }

    let capture = capture();
    spawned(&capture, handler(1)).await;
    let line = only(&capture);
    let found = ["id", "rows", "state", "shown"].map(|key| line[key].clone());
    assert_eq!(found, [json!(1), json!(7), json!(1), json!("text")]);
}

#[tokio::test]
async fn the_fields_and_the_id_of_a_scope_may_be_awaited() {
    #[timed(fields(id, rows = count().await))]
    async fn timed(id: u64) {
        yield_now().await;
        step!("future", fields(id, shown = text().await), yield_now()).await;
        step!("block", fields(rows = count().await, id), {});
    }

    #[traced_handler(trace_id = text().await, fields(id, shown = ?text().await))]
    async fn handler(id: u64) {
        timed(id).await;
    }

    let capture = capture();
    spawned(&capture, handler(1)).await;
    for (name, key, value) in [
        ("future", "shown", json!("text")),
        ("block", "rows", json!(7)),
        ("timed", "rows", json!(7)),
        ("handler", "shown", json!("\"text\"")),
    ] {
        let line = closing(&capture, name);
        let expected: [&Value; 3] = [&value, &json!(1), &json!("text")];
        assert_eq!([&line[key], &line["id"], &line["trace_id"]], expected, "{line}");
    }
}

#[tokio::test]
async fn below_the_filter_nothing_is_awaited() {
    async fn never() -> u64 {
        yield_now().await;
        unreachable!("below the filter")
    }

    #[timed(level = "debug", fields(rows = never().await))]
    async fn timed() {}

    let capture = capture_at("off");
    let body = async {
        info!(id = 1, rows = never().await, "{}", never().await);
        record!(id = 1, rows = never().await);
        step!("step", fields(id = 1, rows = never().await), {});
        timed().await;
    };
    capture.scope(body).await;
    assert!(capture.lines().is_empty());
}

#[tokio::test]
async fn what_is_text_elsewhere_carried_or_counted_may_be_awaited() {
    #[traced_handler(carry(tenant = text().await, id))]
    async fn handler(id: u64) {
        info!(id, error = count().await, path = text().await, "in {}", count().await);
        carry!(id, rows = count().await);
        count_request!(calls, sum += count().await, twice += 2 * count().await);
    }
    let capture = capture();
    spawned(&capture, handler(1)).await;
    let [event, request] = values(&capture).try_into().unwrap();
    assert_eq!([&event["error"], &event["path"], &event["tenant"]], ["7", "text", "text"]);
    let numbers = ["rows", "calls", "sum", "twice"].map(|key| request[key].as_u64());
    assert_eq!(numbers, [7, 1, 7, 14].map(Some));
}
