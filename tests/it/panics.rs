//! Panics: `panicked` on what they pass through and on nothing else, and the
//! payload unharmed.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind},
    thread,
    time::Duration,
};

use futures::FutureExt as _;
use serde_json::Value;
use test_support::{Random, capture, closing, only, values};
use tokio::{
    runtime::Builder,
    task::{JoinSet, yield_now},
    time::timeout,
};
use trace_runtime::{info, spawn, testing::Capture, timed, traced_handler};

const REQUESTS: u32 = 10_000;

/// Where one request panics, if it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Fine,
    BeforeTheFirstAwait,
    AfterTheFirstAwait,
    InAStep,
    InASyncStep,
    InADrop,
    WhileCancelled,
    BesideAnInnocent,
    InASpawnedTask,
    CaughtInside,
}

const FATES: [Fate; 10] = [
    Fate::Fine,
    Fate::BeforeTheFirstAwait,
    Fate::AfterTheFirstAwait,
    Fate::InAStep,
    Fate::InASyncStep,
    Fate::InADrop,
    Fate::WhileCancelled,
    Fate::BesideAnInnocent,
    Fate::InASpawnedTask,
    Fate::CaughtInside,
];

/// What the lines of a request with such a fate say, by the line's name.
fn expected(fate: Fate, name: &str) -> &'static str {
    match (name, fate) {
        ("request", Fate::Fine | Fate::InASpawnedTask | Fate::CaughtInside) => "ok",
        ("innocent", _) => "cancelled",
        _ => "panicked",
    }
}

#[traced_handler(trace_id = format!("request-{own}"), fields(own))]
async fn request(own: u32, fate: Fate) {
    match fate {
        Fate::Fine => yield_now().await,
        Fate::BeforeTheFirstAwait => panic!("on purpose {own}"),
        Fate::AfterTheFirstAwait => {
            yield_now().await;
            panic!("on purpose {own}");
        }
        Fate::InAStep => failing(own).await,
        Fate::InASyncStep => failing_sync(own),
        Fate::InADrop => {
            let _panics = PanicsOnDrop(own);
            yield_now().await;
        }
        Fate::WhileCancelled => {
            let _panics = PanicsOnDrop(own);
            pending::<()>().await;
        }
        Fate::BesideAnInnocent => {
            tokio::join!(innocent(own), failing(own), innocent(own));
        }
        Fate::InASpawnedTask => assert!(spawn(failing(own)).await.unwrap_err().is_panic()),
        Fate::CaughtInside => {
            AssertUnwindSafe(failing(own)).catch_unwind().await.unwrap_err();
        }
    }
}

#[timed(fields(own))]
async fn failing(own: u32) {
    yield_now().await;
    panic!("on purpose {own}");
}

#[timed(fields(own))]
fn failing_sync(own: u32) {
    panic!("on purpose {own}");
}

#[timed(fields(own))]
async fn innocent(own: u32) {
    pending::<()>().await;
}

struct PanicsOnDrop(u32);

impl Drop for PanicsOnDrop {
    fn drop(&mut self) {
        panic!("on purpose {}", self.0);
    }
}

/// Every request, with its own fate, on the threads of one runtime.
#[test]
fn each_of_many_panics_is_told_by_the_requests_it_passed_through() {
    let capture = capture();
    let mut random = Random::seeded(17);
    let fates: Vec<_> = (0..REQUESTS).map(|_| FATES[random.below(FATES.len())]).collect();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for (own, &fate) in (0..).zip(&fates) {
            let request = capture.scope(request(own, fate));
            // What is never done is cut short.
            tasks.spawn(async move {
                if fate == Fate::WhileCancelled {
                    let _ = timeout(Duration::from_millis(1), request).await;
                } else {
                    request.await;
                }
            });
        }
        while tasks.join_next().await.is_some() {}
    });
    check_fates(&capture, &fates);
}

fn check_fates(capture: &Capture, fates: &[Fate]) {
    let mut closed = vec![0; fates.len()];
    for line in values(capture).iter().filter(|line| line.get("kind").is_some()) {
        let own = usize::try_from(line["own"].as_u64().unwrap()).unwrap();
        let outcome = expected(fates[own], line["name"].as_str().unwrap());
        assert_eq!(line["outcome"], outcome, "{:?} {line}", fates[own]);
        assert_eq!(line["trace_id"], format!("request-{own}"), "{line}");
        let error =
            if outcome == "panicked" { format!("on purpose {own}").into() } else { Value::Null };
        assert_eq!(line["error"], error, "{:?} {line}", fates[own]);
        closed[own] += usize::from(line["kind"] == "request");
    }
    assert!(closed.iter().all(|&times| times == 1), "not one closing line each");
}

/// Each panic writes a line where it happens, which still has the id.
#[tokio::test]
async fn a_panic_is_told_where_it_happens_within_its_request() {
    let capture = capture();
    let request = AssertUnwindSafe(capture.scope(request(7, Fate::InAStep)));
    request.catch_unwind().await.unwrap_err();
    assert_eq!(
        capture.tree(),
        "request panicked: on purpose 7\n  failing panicked: on purpose 7\n    \
         \"panicked: on purpose 7\"\n"
    );
    let told = values(&capture).remove(0);
    assert_eq!(told["level"], "ERROR");
    assert_eq!(told["trace_id"], "request-7");
    let location = told["location"].as_str().unwrap();
    assert!(location.contains("panics.rs:"), "{told}");
    assert_eq!(told["thread"], thread::current().name().unwrap());
    assert!(told.get("kind").is_none());
}

#[tokio::test]
async fn panicked_lines_are_errors_whatever_the_attribute_says() {
    #[traced_handler(level = "trace")]
    async fn handler() {
        step();
    }
    #[timed(level = "debug")]
    fn step() {
        panic!("on purpose");
    }
    let capture = capture();
    AssertUnwindSafe(capture.scope(handler())).catch_unwind().await.unwrap_err();
    assert_eq!(closing(&capture, "handler")["level"], "ERROR");
    assert_eq!(closing(&capture, "step")["level"], "ERROR");
}

#[tokio::test]
async fn the_payload_reaches_whoever_catches_it_unchanged() {
    #[derive(Debug, PartialEq)]
    struct Payload(u32);
    #[traced_handler]
    async fn handler() {
        step();
    }
    #[timed]
    fn step() -> u32 {
        panic_any(Payload(7))
    }
    let capture = capture();
    let scope = AssertUnwindSafe(capture.scope(handler()));
    let payload = scope.catch_unwind().await.unwrap_err();
    assert_eq!(*payload.downcast::<Payload>().unwrap(), Payload(7));
    // It is not text, so there is no text to show.
    assert_eq!(
        capture.tree(),
        "handler panicked\n  step panicked\n    \"panicked: a value that is not text\"\n"
    );
}

#[tokio::test]
async fn the_join_error_of_a_traced_task_holds_the_panic() {
    let capture = capture();
    let task = tokio::spawn(capture.scope(request(1, Fate::AfterTheFirstAwait)));
    let payload = task.await.unwrap_err().into_panic();
    assert_eq!(*payload.downcast::<String>().unwrap(), "on purpose 1");
}

#[tokio::test]
async fn resume_unwind_calls_no_hook_so_there_is_no_error_text() {
    #[traced_handler]
    async fn handler() {
        resume_unwind(Box::new("silent"));
    }
    let capture = capture();
    AssertUnwindSafe(capture.scope(handler())).catch_unwind().await.unwrap_err();
    assert_eq!(capture.tree(), "handler panicked\n");
    assert!(only(&capture).get("error").is_none());
}

/// The task has panicked on this very thread; its message is not ours.
#[tokio::test]
async fn a_panic_resumed_from_a_task_has_no_text_of_the_tasks() {
    #[traced_handler]
    async fn handler() {
        let error = tokio::spawn(async { panic!("on purpose") }).await.unwrap_err();
        resume_unwind(error.into_panic());
    }
    let capture = capture();
    let panics = AssertUnwindSafe(capture.scope(handler()));
    let payload = panics.catch_unwind().await.unwrap_err();
    assert_eq!(*payload.downcast::<&str>().unwrap(), "on purpose");
    assert_eq!(capture.tree(), "handler panicked\n");
}

#[tokio::test]
async fn a_panic_that_a_step_of_earlier_caught_is_not_the_text_of_a_later_one() {
    #[traced_handler]
    async fn handler() {
        catch_unwind(|| panic!("on purpose, and caught")).unwrap_err();
        fine();
        resume_unwind(Box::new("silent"));
    }
    #[timed]
    fn fine() {}
    let capture = capture();
    AssertUnwindSafe(capture.scope(handler())).catch_unwind().await.unwrap_err();
    assert!(closing(&capture, "handler").get("error").is_none(), "{}", capture.tree());
}

#[tokio::test]
async fn a_handler_that_catches_a_panic_is_ok() {
    #[traced_handler]
    async fn handler() -> &'static str {
        catch_unwind(step).unwrap_err();
        info!("went on");
        "fine"
    }
    #[timed]
    fn step() {
        panic!("on purpose");
    }
    let capture = capture();
    assert_eq!(capture.scope(handler()).await, "fine");
    assert_eq!(
        capture.tree(),
        "handler ok\n  step panicked: on purpose\n    \"panicked: on purpose\"\n  \"went on\"\n"
    );
}

#[tokio::test]
async fn an_innocent_sibling_of_a_panic_is_cancelled() {
    let capture = capture();
    let request = AssertUnwindSafe(capture.scope(request(3, Fate::BesideAnInnocent)));
    request.catch_unwind().await.unwrap_err();
    let outcomes: Vec<_> = values(&capture)
        .iter()
        .filter(|line| line.get("kind").is_some())
        .map(|line| format!("{} {}", line["name"], line["outcome"]).replace('"', ""))
        .collect();
    assert_eq!(
        outcomes,
        ["failing panicked", "innocent cancelled", "innocent cancelled", "request panicked"]
    );
}

#[test]
fn a_future_polled_again_after_its_panic_has_one_line() {
    let capture = capture();
    let mut request = Box::pin(capture.scope(request(1, Fate::BeforeTheFirstAwait)));
    for _ in 0..2 {
        catch_unwind(AssertUnwindSafe(|| request.as_mut().now_or_never())).unwrap_err();
    }
    drop(request);
    let closed = values(&capture).iter().filter(|line| line.get("kind").is_some()).count();
    assert_eq!(closed, 1, "{}", capture.tree());
}

#[test]
fn a_future_polled_again_after_its_end_panics_as_any_does() {
    #[timed]
    async fn step() {}
    let mut done = Box::pin(step());
    assert!(done.as_mut().now_or_never().is_some());
    let again = catch_unwind(AssertUnwindSafe(|| done.as_mut().now_or_never()));
    let payload = again.unwrap_err();
    let message = payload.downcast_ref::<&str>().copied().unwrap_or_default();
    assert!(message.contains("resumed after completion"), "{message}");
}

/// What a destructor calls while the thread unwinds has not panicked itself.
#[tokio::test]
async fn steps_called_by_a_destructor_during_a_panic_are_ok() {
    struct TidiesUp;
    impl Drop for TidiesUp {
        fn drop(&mut self) {
            assert!(thread::panicking());
            nothing();
            value();
            assert_eq!(async_value().now_or_never(), Some(3));
        }
    }
    #[timed]
    fn nothing() {}
    #[timed]
    fn value() -> u8 {
        2
    }
    #[timed]
    async fn async_value() -> u8 {
        3
    }
    #[traced_handler]
    async fn handler() {
        let _tidies_up = TidiesUp;
        panic!("on purpose");
    }
    let capture = capture();
    AssertUnwindSafe(capture.scope(handler())).catch_unwind().await.unwrap_err();
    assert_eq!(
        capture.tree(),
        "handler panicked: on purpose\n  \"panicked: on purpose\"\n  nothing ok\n  value ok\n  \
         async_value ok\n"
    );
}

#[tokio::test]
async fn a_step_that_panics_inside_a_destructor_during_a_panic_has_panicked() {
    struct Fails;
    impl Drop for Fails {
        fn drop(&mut self) {
            catch_unwind(value).unwrap_err();
            AssertUnwindSafe(async_value()).catch_unwind().now_or_never().unwrap().unwrap_err();
        }
    }
    #[timed]
    fn value() -> Result<u8, String> {
        panic!("on purpose, sync")
    }
    #[timed]
    async fn async_value() -> u8 {
        panic!("on purpose, async")
    }
    #[traced_handler]
    async fn handler() {
        let _fails = Fails;
        panic!("on purpose");
    }
    let capture = capture();
    AssertUnwindSafe(capture.scope(handler())).catch_unwind().await.unwrap_err();
    assert_eq!(closing(&capture, "async_value")["outcome"], "panicked");
    assert_eq!(closing(&capture, "value")["outcome"], "panicked");
}

/// Without a value to be seen, a step that panics there looks like one that
/// does not.
#[tokio::test]
async fn a_step_without_a_value_that_panics_during_a_panic_is_ok() {
    struct Fails;
    impl Drop for Fails {
        fn drop(&mut self) {
            catch_unwind(nothing).unwrap_err();
        }
    }
    #[timed]
    fn nothing() {
        panic!("on purpose, sync")
    }
    #[traced_handler]
    async fn handler() {
        let _fails = Fails;
        panic!("on purpose");
    }
    let capture = capture();
    AssertUnwindSafe(capture.scope(handler())).catch_unwind().await.unwrap_err();
    assert_eq!(closing(&capture, "nothing")["outcome"], "ok");
    assert_eq!(closing(&capture, "handler")["outcome"], "panicked");
}

#[tokio::test]
async fn the_next_request_on_the_thread_knows_nothing_of_a_panic() {
    let capture = capture();
    let panics = AssertUnwindSafe(capture.scope(request(1, Fate::InASyncStep)));
    panics.catch_unwind().await.unwrap_err();
    let next = test_support::capture();
    next.scope(request(2, Fate::Fine)).await;
    assert_eq!(next.tree(), "request ok\n");
    assert_eq!(only(&next)["trace_id"], "request-2");
    assert!(trace_runtime::trace_id().is_none());
}

#[tokio::test]
async fn the_text_of_a_panic_is_escaped_and_cut() {
    #[traced_handler]
    async fn handler(text: String) {
        panic!("on purpose{text}");
    }
    let capture = capture();
    let text = "\"\n\u{1b}[31m\u{2028}".to_owned() + &"é".repeat(5_000);
    AssertUnwindSafe(capture.scope(handler(text))).catch_unwind().await.unwrap_err();
    for line in capture.lines() {
        assert!(line.len() < 8_000 && !line.contains(['\u{1b}', '\u{2028}']), "{line}");
        assert!(line.contains(r#"on purpose\"\n\u001b[31m\u2028é"#), "{line}");
        assert!(line.ends_with(r#","truncated":true}"#), "{line}");
    }
    let error = closing(&capture, "handler")["error"].clone();
    assert!(error.as_str().unwrap().ends_with('é'));
    assert!(serde_json::to_string(&error).unwrap().len() <= 2_048 + 16);
}

#[test]
fn a_panic_outside_of_any_trace_is_told_without_ids() {
    let capture = capture();
    catch_unwind(|| capture.run(|| panic!("on purpose"))).unwrap_err();
    let line = only(&capture);
    assert_eq!(line["message"], "panicked: on purpose");
    assert!(line.get("trace_id").is_none());
}

#[test]
fn a_panicking_step_outside_of_any_trace_has_a_line() {
    #[timed]
    fn nothing() {
        panic!("on purpose");
    }
    #[timed]
    fn value() -> u8 {
        panic!("on purpose")
    }
    #[timed]
    async fn future() {
        panic!("on purpose")
    }
    let capture = capture();
    catch_unwind(|| capture.run(nothing)).unwrap_err();
    catch_unwind(|| capture.run(value)).unwrap_err();
    catch_unwind(AssertUnwindSafe(|| capture.scope(future()).now_or_never())).unwrap_err();
    let steps: Vec<_> = values(&capture)
        .iter()
        .filter(|line| line["kind"] == "step")
        .map(|line| format!("{} {}", line["name"], line["outcome"]).replace('"', ""))
        .collect();
    assert_eq!(steps, ["nothing panicked", "value panicked", "future panicked"]);
}
