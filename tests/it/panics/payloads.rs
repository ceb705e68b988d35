//! The payload, and the text that stands for it.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind};

use futures::FutureExt as _;
use test_support::{capture, closing, only};
use trace_runtime::{timed, traced_handler};

use super::{Fate, request};

#[tokio::test]
async fn the_payload_is_caught_unchanged() {
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
