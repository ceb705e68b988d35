//! What the entry of a place says.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
};

use futures::{FutureExt as _, StreamExt as _};
use test_support::{capture, closing, handler, load, parse};
use trace_runtime::{step, timed};

use super::{check, save, summary};

fn panics() {
    panic!("on purpose")
}

#[tokio::test]
async fn each_place_has_one_entry_in_the_order_in_which_they_began() {
    let capture = capture();
    let body = async {
        // `load` began first, and ends after all that is in it.
        load(async {
            parse(|| 1);
            save().await;
        })
        .await;
        save().await;
        parse(|| 2);
        parse(|| 3);
    };
    capture.scope(handler(body)).await;
    assert_eq!(summary(&capture), "load 1, parse 3, save 2");
}

#[tokio::test]
async fn an_entry_has_these_keys_in_this_order() {
    let capture = capture();
    let body = async {
        parse(|| 1);
        let _ = check(false);
        assert!(load(pending::<()>()).now_or_never().is_none());
    };
    capture.scope(handler(body)).await;
    let line = capture.lines().pop().unwrap();
    assert!(
        test_support::json::masked(&line).ends_with(
            r#","outcome":"ok","duration_ms":0,"steps":[{"name":"parse","count":1,"total_ms":0,"self_ms":0,"max_ms":0,"errors":0},{"name":"check","count":1,"total_ms":0,"self_ms":0,"max_ms":0,"errors":1},{"name":"load","count":1,"total_ms":0,"self_ms":0,"max_ms":0,"errors":0,"cancelled":1}]}"#
        ),
        "{line}"
    );
}

#[tokio::test]
async fn a_request_without_steps_says_nothing_of_them() {
    let capture = capture();
    capture.scope(handler(async {})).await;
    let request = closing(&capture, "handler");
    assert!(request.get("steps").is_none() && request.get("steps_dropped").is_none(), "{request}");
}

#[tokio::test]
async fn errors_and_panics_are_errors_and_cancelled_steps_are_counted_beside_them() {
    let capture = capture();
    let body = async {
        for is_right in [true, false, false] {
            let _ = check(is_right);
        }
        catch_unwind(|| step!("sync", { panics() })).unwrap_err();
        // Not in the step, but after it.
        catch_unwind(|| parse(|| panics)()).unwrap_err();
        let panics = load(async { panic!("on purpose") });
        AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        assert!(load(pending::<()>()).now_or_never().is_none());
        assert!(save().now_or_never().is_none());
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        summary(&capture),
        "check 3 (2 failed), sync 1 (1 failed), parse 1, load 2 (1 failed) (1 cancelled), \
         save 1 (1 cancelled)"
    );
}

#[tokio::test]
async fn steps_of_all_forms_count() {
    #[timed]
    fn boxed() -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {})
    }
    #[timed]
    fn returned() -> impl Future<Output = ()> {
        async {}
    }
    #[timed]
    fn nothing() {}
    struct Service;
    #[async_trait::async_trait]
    trait Calls {
        async fn call(&self);
    }
    #[async_trait::async_trait]
    impl Calls for Service {
        #[timed]
        async fn call(&self) {}
    }
    let capture = capture();
    let body = async {
        boxed().await;
        returned().await;
        nothing();
        Service.call().await;
        step!("block", {});
        step!("future", async {}).await;
        step!("stream", stream = futures::stream::iter(0..3)).count().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        summary(&capture),
        "boxed 1, returned 1, nothing 1, call 1, block 1, future 1, stream 1"
    );
}

#[tokio::test]
async fn a_generic_function_is_one_place_and_two_places_of_one_name_are_two() {
    let capture = capture();
    let body = async {
        parse(|| 1_u8);
        parse(|| "text");
        step!("same", {});
        step!("same", {});
    };
    capture.scope(handler(body)).await;
    assert_eq!(summary(&capture), "parse 2, same 1, same 1");
}
