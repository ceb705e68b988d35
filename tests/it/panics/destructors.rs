//! Steps in destructors that run during a panic.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use futures::FutureExt as _;
use test_support::{capture, closing};
use trace_runtime::{timed, traced_handler};

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

/// A step without a value looks the same there, whether it panics or not.
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
