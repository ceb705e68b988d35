//! Functions that are not `async` and give back a future in a type that does not
//! say so.

use std::{pin::Pin, rc::Rc};

use futures::{FutureExt as _, future::BoxFuture};
use serde_json::json;
use test_support::{capture, capture_at, closing, only};
use tokio::{
    sync::oneshot,
    task::{JoinHandle, spawn, yield_now},
};
use trace_runtime::timed;

/// As tower has it.
trait Service<Request> {
    type Response;
    type Future;

    fn call(&mut self, request: Request) -> Self::Future;

    #[timed]
    fn respond(&self) -> Self::Response
    where
        Self::Response: Default,
    {
        Self::Response::default()
    }
}

struct Client;

impl Service<u8> for Client {
    type Response = Result<u8, String>;
    type Future = BoxFuture<'static, Result<u8, String>>;

    #[timed(fields(request))]
    fn call(&mut self, request: u8) -> Self::Future {
        Box::pin(async move {
            yield_now().await;
            Err(format!("no {request}"))
        })
    }
}

/// The future borrows, and is not `Send`.
struct Local<'a>(&'a Rc<str>);

impl<'a> Service<()> for Local<'a> {
    type Response = u8;
    type Future = Pin<Box<dyn Future<Output = &'a str> + 'a>>;

    #[timed]
    fn call(&mut self, (): ()) -> <Self as Service<()>>::Future {
        let text = self.0;
        Box::pin(async move {
            yield_now().await;
            &**text
        })
    }
}

/// No future at all.
struct Parser;

impl Service<&str> for Parser {
    type Response = u8;
    type Future = Result<u8, std::num::ParseIntError>;

    #[timed]
    fn call(&mut self, request: &str) -> Self::Future {
        request.parse()
    }
}

#[tokio::test]
async fn a_boxed_future_of_a_trait_is_timed_to_its_end() {
    let capture = capture();
    let called = capture.scope(async { Client.call(7).await });
    assert!(tokio::spawn(called).await.unwrap().is_err());
    let line = only(&capture);
    assert_eq!((&line["outcome"], &line["error"]), (&json!("error"), &json!("no 7")));
    assert_eq!(line["request"], 7);
    assert!(line.get("busy_ms").is_some(), "polled once: {line}");
}

#[tokio::test]
async fn a_boxed_future_of_a_trait_may_borrow_and_be_local() {
    let text = Rc::from("text");
    let capture = capture();
    assert_eq!(capture.scope(Local(&text).call(())).await, "text");
    assert!(only(&capture).get("busy_ms").is_some());
}

#[test]
fn what_a_trait_says_and_is_no_future_is_a_value_like_any_other() {
    let capture = capture();
    assert!(capture.run(|| Parser.call("x")).is_err());
    assert_eq!(closing(&capture, "call")["error"], "invalid digit found in string");
    assert_eq!(capture.run(|| Parser.respond()), 0);
    assert_eq!(closing(&capture, "respond")["outcome"], "ok");
}

#[test]
fn a_boxed_future_that_is_dropped_is_cancelled() {
    let capture = capture();
    assert!(capture.scope(Client.call(7)).now_or_never().is_none());
    assert_eq!(only(&capture)["outcome"], "cancelled");
}

#[test]
fn fields_are_not_evaluated_where_even_errors_are_off() {
    fn never() -> u8 {
        unreachable!("the filter is off")
    }

    #[timed(fields(n = never()))]
    fn call<S: Service<u8>>(service: &mut S) -> S::Future {
        service.call(1)
    }

    drop(capture_at("off").run(|| call(&mut Client)));
}

#[tokio::test]
async fn building_what_can_be_awaited_is_timed_where_that_is_meant() {
    #[timed(construction)]
    fn start() -> JoinHandle<u8> {
        spawn(async { 1 })
    }

    #[timed(construction)]
    fn checked(ok: bool) -> Result<impl Future<Output = u8>, String> {
        if ok { Ok(async { 2 }) } else { Err("refused".to_owned()) }
    }

    #[timed(construction)]
    fn both() -> (oneshot::Receiver<u8>, u8) {
        (oneshot::channel().1, 3)
    }

    let capture = capture();
    let body = async {
        assert_eq!(start().await.unwrap() + checked(true)?.await, both().1);
        checked(false).map(drop)
    };
    assert_eq!(capture.scope(body).await, Err("refused".to_owned()));
    assert_eq!(capture.tree(), "start ok\nchecked ok\nboth ok\nchecked error: refused\n");
}
