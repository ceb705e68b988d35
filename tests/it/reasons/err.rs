//! What `err = …` says of an error that says nothing itself.

use std::{fmt::Debug, pin::Pin, sync::Arc};

use serde_json::json;
use test_support::{ON_PURPOSE, at_once, capture, closing, only};
use trace_runtime::{spawn, step, timed, traced_handler};

use super::{AppError, said};
use crate::errors::{Top, anyhow, top};

struct Deep {
    inner: Inner,
    maybe: Option<Top>,
}

struct Inner {
    source: Arc<anyhow::Error>,
}

fn deep(maybe: Option<Top>) -> Deep {
    Deep { inner: Inner { source: Arc::new(anyhow()) }, maybe }
}

fn text(error: &AppError) -> String {
    format!("text of {}", error.0)
}

/// Functions of every form.
#[test]
fn takes_a_field_and_its_causes() {
    #[timed(err = .0)]
    fn closure() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = .0)]
    async fn impl_future() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = .0, fields(id))]
    async fn async_fn(id: u8) -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[traced_handler(err = .0)]
    async fn handler() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = .inner.source)]
    fn returned() -> impl Future<Output = Result<u8, Deep>> {
        async { Err(deep(None)) }
    }
    #[timed(err = .maybe)]
    fn boxed() -> Pin<Box<dyn Future<Output = Result<u8, Deep>> + Send>> {
        Box::pin(async { Err(deep(Some(top()))) })
    }
    #[timed(err = .0)]
    fn opaque() -> Result<impl Debug, AppError> {
        Err::<u8, _>(AppError(anyhow()))
    }
    #[timed(err = .0.1)]
    fn nested() -> Result<u8, ((u8, Top), u8)> {
        Err(((1, top()), 2))
    }
    let capture = capture();
    capture.run(|| {
        let _ = (closure(), at_once(impl_future()), at_once(async_fn(7)), at_once(handler()));
        let _ = (at_once(returned()), at_once(boxed()), opaque().is_ok(), nested());
        let _ = step!("block", err = .0, { Err::<u8, _>(AppError(anyhow())) });
        drop(at_once(step!("future", err = .0, async { Err::<u8, _>(AppError(anyhow())) })));
    });
    let names = "closure impl_future async_fn handler returned boxed opaque nested block future";
    for name in names.split(' ') {
        let expected = json!(["while loading", ["disk gone"]]);
        assert_eq!(said(&closing(&capture, name)), expected, "{name}");
    }
}

#[test]
fn takes_what_a_closure_or_a_function_says() {
    #[timed(err = |error| error.0.source())]
    fn cause() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = |AppError(inner)| inner)]
    fn pattern() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = |error| anyhow::anyhow!("disk gone").context(error.0.to_string()))]
    fn owned() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = |_| Some(7))]
    fn number() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = text)]
    fn function() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = self::text)]
    fn path() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    #[timed(err = |_| -> &str { panic!("{ON_PURPOSE}") })]
    fn panics() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    let chain = json!(["while loading", ["disk gone"]]);
    for (step, expected) in [
        (cause as fn() -> _, json!(["disk gone", null])),
        (pattern, chain.clone()),
        (owned, chain),
        (number, json!(["7", null])),
        (function, json!(["text of while loading", null])),
        (path, json!(["text of while loading", null])),
        (panics, json!(["<panicked>", null])),
    ] {
        let capture = capture();
        capture.run(|| drop(step()));
        assert_eq!(said(&only(&capture)), expected);
    }
}

#[test]
fn is_asked_of_an_error_only() {
    #[timed(err = |_| -> &str { panic!("{ON_PURPOSE}") })]
    fn step() -> Result<u8, AppError> {
        Ok(7)
    }
    let capture = capture();
    capture.run(|| drop(step()));
    assert_eq!(capture.tree(), "step ok\n");
}

#[test]
fn that_says_nothing_leaves_the_name_of_the_type() {
    #[timed(err = .maybe)]
    fn field() -> Result<u8, Deep> {
        Err(deep(None))
    }
    let capture = capture();
    capture.run(|| drop(field()));
    assert_eq!(only(&capture)["error"], "<it::reasons::err::Deep>");
}

fn failed() -> AppError {
    AppError(anyhow())
}

#[tokio::test]
async fn keeps_the_future_send() {
    #[timed(err = .0)]
    async fn step() -> Result<u8, AppError> {
        Err(AppError(anyhow()))
    }
    let capture = capture();
    let joined = capture.scope(async { spawn(step()).await }).await;
    assert!(joined.is_ok_and(|result| result.is_err()));
    let spawned = async { step!("inner", err = .0, async { Err::<u8, _>(failed()) }).await };
    let joined = capture.scope(async { spawn(spawned).await }).await;
    assert!(joined.is_ok_and(|result| result.is_err()));
    let step = "error: while loading: disk gone\n";
    assert_eq!(capture.tree(), format!("step {step}inner {step}"));
}
