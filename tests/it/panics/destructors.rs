//! Steps in destructors that run during a panic.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use futures::FutureExt as _;
use test_support::{capture, closing};
use trace_runtime::{testing::Capture, timed, traced_handler};

/// Calls a function when it is dropped.
struct WhenDropped(fn());

impl Drop for WhenDropped {
    fn drop(&mut self) {
        self.0();
    }
}

#[traced_handler]
async fn handler(while_unwinding: fn()) {
    let _called = WhenDropped(while_unwinding);
    panic!("on purpose");
}

/// Returns the lines of a handler that panics, and calls a function while it
/// unwinds.
async fn lines_of(while_unwinding: fn()) -> Capture {
    let capture = capture();
    AssertUnwindSafe(capture.scope(handler(while_unwinding))).catch_unwind().await.unwrap_err();
    capture
}

/// What a destructor calls while the thread unwinds has not panicked itself.
#[tokio::test]
async fn steps_called_by_a_destructor_during_a_panic_are_ok() {
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
    let capture = lines_of(|| {
        assert!(thread::panicking());
        nothing();
        value();
        assert_eq!(async_value().now_or_never(), Some(3));
    })
    .await;
    assert_eq!(
        capture.tree(),
        "handler panicked: on purpose\n  \"panicked: on purpose\"\n  nothing ok\n  value ok\n  \
         async_value ok\n"
    );
}

#[tokio::test]
async fn a_step_that_panics_inside_a_destructor_during_a_panic_has_panicked() {
    #[timed]
    fn value() -> Result<u8, String> {
        panic!("on purpose, sync")
    }
    #[timed]
    async fn async_value() -> u8 {
        panic!("on purpose, async")
    }
    let capture = lines_of(|| {
        catch_unwind(value).unwrap_err();
        AssertUnwindSafe(async_value()).catch_unwind().now_or_never().unwrap().unwrap_err();
    })
    .await;
    assert_eq!(closing(&capture, "async_value")["outcome"], "panicked");
    assert_eq!(closing(&capture, "value")["outcome"], "panicked");
}

/// A step without a value looks the same there, whether it panics or not.
#[tokio::test]
async fn a_step_without_a_value_that_panics_during_a_panic_is_ok() {
    #[timed]
    fn nothing() {
        panic!("on purpose, sync")
    }
    let capture = lines_of(|| {
        catch_unwind(nothing).unwrap_err();
    })
    .await;
    assert_eq!(closing(&capture, "nothing")["outcome"], "ok");
    assert_eq!(closing(&capture, "handler")["outcome"], "panicked");
}
