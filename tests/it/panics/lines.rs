//! The lines of a panic: where it happens, and of the scopes that it passes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::Duration,
};

use futures::FutureExt as _;
use serde_json::Value;
use test_support::{Random, capture, closing, only, values};
use tokio::{runtime::Builder, task::JoinSet, time::timeout};
use trace_runtime::{testing::Capture, timed, traced_handler};

use super::{Fate, request};

const REQUESTS: u32 = 10_000;

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

/// Every request, with its own fate, on the threads of one runtime.
#[test]
fn each_of_many_panics_is_on_the_lines_of_the_requests_it_passed() {
    let capture = capture();
    let mut random = Random::seeded(17);
    let fates: Vec<_> = (0..REQUESTS).map(|_| FATES[random.below(FATES.len())]).collect();
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for (own, &fate) in (0..).zip(&fates) {
            let request = capture.scope(request(own, fate));
            // A request that never ends is cut short.
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
async fn a_panic_has_a_line_of_its_own_inside_its_request() {
    let capture = capture();
    let request = AssertUnwindSafe(capture.scope(request(7, Fate::InAStep)));
    request.catch_unwind().await.unwrap_err();
    assert_eq!(
        capture.tree(),
        "request panicked: on purpose 7\n  failing panicked: on purpose 7\n    \
         \"panicked: on purpose 7\"\n"
    );
    let line = values(&capture).remove(0);
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["trace_id"], "request-7");
    let location = line["location"].as_str().unwrap();
    assert!(location.contains("panics/mod.rs:"), "{line}");
    assert_eq!(line["thread"], thread::current().name().unwrap());
    assert!(line.get("kind").is_none());
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
fn a_panic_outside_any_trace_has_a_line_without_ids() {
    let capture = capture();
    catch_unwind(|| capture.run(|| panic!("on purpose"))).unwrap_err();
    let line = only(&capture);
    assert_eq!(line["message"], "panicked: on purpose");
    assert!(line.get("trace_id").is_none());
}

#[test]
fn a_panicking_step_outside_any_trace_has_a_line() {
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
