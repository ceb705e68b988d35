//! Which values are errors.

use std::{
    error::Error,
    fmt::{self, Display},
    future::Future,
    pin::Pin,
};

use async_trait::async_trait;
use serde_json::json;
use test_support::capture;
use trace_runtime::timed;

use super::{Timeout, step_said};

#[test]
fn a_value_that_is_no_result_is_ok() {
    #[timed]
    fn nothing() {}
    #[timed]
    fn number() -> u8 {
        7
    }
    #[timed]
    fn none() -> Option<u8> {
        "none".parse().ok()
    }
    #[timed]
    fn nested() -> Option<Result<u8, Timeout>> {
        ["late"].first().map(|_| Err(Timeout::default()))
    }
    #[timed]
    fn opaque() -> impl Display {
        "text"
    }
    let ok = json!(["INFO", "ok", null, null]);
    assert_eq!(step_said(nothing), ok);
    assert_eq!(step_said(number), ok);
    assert_eq!(step_said(none), ok);
    assert_eq!(step_said(nested), ok);
    assert_eq!(step_said(opaque), ok);
}

#[test]
fn an_ok_result_is_ok() {
    #[timed]
    fn step() -> Result<u8, Timeout> {
        Ok(7)
    }
    assert_eq!(step_said(step), json!(["INFO", "ok", null, null]));
}

#[test]
fn an_alias_of_a_result_is_seen_through() {
    type Answer<T = ()> = Result<T, Timeout>;
    type Done = fmt::Result;
    #[timed]
    fn aliased() -> Answer {
        Err(Timeout::default())
    }
    #[timed]
    fn standard() -> Done {
        Err(fmt::Error)
    }
    #[timed]
    fn io() -> std::io::Result<Vec<u8>> {
        std::fs::read("/no/such/file")
    }
    assert_eq!(step_said(aliased)[2], "database timeout");
    assert_eq!(step_said(standard)[1], "error");
    assert_eq!(step_said(io)[2], std::fs::read("/no/such/file").unwrap_err().to_string());
}

#[test]
fn a_type_with_bounds_on_lifetimes_can_be_an_error() {
    struct Borrowed<'a>(&'a str);
    impl Display for Borrowed<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }
    #[timed]
    fn step(text: &str) -> Result<u8, Borrowed<'_>> {
        Err(Borrowed(text))
    }
    assert_eq!(step_said(|| step("borrowed").is_err())[2], "borrowed");
}

#[tokio::test]
async fn async_functions_of_every_form_have_their_error_on_the_line() {
    struct Service;
    #[async_trait]
    trait Fetch {
        async fn fetch(&self) -> Result<u8, Timeout>;
    }
    #[async_trait]
    impl Fetch for Service {
        #[timed(name = "fetch")]
        async fn fetch(&self) -> Result<u8, Timeout> {
            Err(Timeout::default())
        }
    }
    #[timed]
    async fn plain() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    #[timed]
    async fn with_question_mark() -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(Timeout::default())?;
        Ok(())
    }
    #[timed]
    fn opaque() -> impl Future<Output = Result<(), Timeout>> {
        async { Err(Timeout::default()) }
    }
    #[timed]
    fn boxed<'a>() -> Pin<Box<dyn Future<Output = Result<(), Timeout>> + Send + 'a>> {
        Box::pin(async { Err(Timeout::default()) })
    }
    let capture = capture();
    capture
        .scope(async {
            plain().await.unwrap_err();
            with_question_mark().await.unwrap_err();
            opaque().await.unwrap_err();
            boxed().await.unwrap_err();
            Service.fetch().await.unwrap_err();
        })
        .await;
    assert_eq!(
        capture.tree(),
        "plain error: database timeout\n\
         with_question_mark error: database timeout\n\
         opaque error: database timeout\n\
         boxed error: database timeout\n\
         fetch error: database timeout\n"
    );
}

#[test]
fn the_value_reaches_the_caller_as_it_was() {
    #[timed]
    fn step(fails: bool) -> Result<Box<u8>, Timeout> {
        if fails { Err(Timeout::caused_by("disk is slow")) } else { Ok(Box::new(7)) }
    }
    assert_eq!(*capture().run(|| step(false)).unwrap(), 7);
    let error = capture().run(|| step(true)).unwrap_err();
    assert_eq!(error.cause.unwrap().to_string(), "disk is slow");
}
