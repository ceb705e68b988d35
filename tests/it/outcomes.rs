//! How a request or step ended, and what its line says of the error.

use std::{
    error::Error,
    fmt::{self, Debug, Display},
    future::Future,
    pin::Pin,
};

use async_trait::async_trait;
use serde_json::{Value, json};
use test_support::{at_once, capture, capture_at, closing, only, values};
use trace_runtime::{timed, traced_handler};

/// An error with a cause, and a `Debug` that nobody should see.
#[derive(Default)]
struct Timeout {
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl Timeout {
    fn caused_by(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { cause: Some(cause.into()) }
    }
}

impl Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("database timeout")
    }
}

impl Debug for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timeout { cookie: \"s3cret\" }")
    }
}

impl Error for Timeout {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// What a step's line says of how it ended.
fn said(line: &Value) -> Value {
    json!([line["level"], line["outcome"], line["error"], line["error_chain"]])
}

/// Runs a function whose only line is that of a step, and returns what that
/// says.
fn told<R>(step: impl FnOnce() -> R) -> Value {
    let capture = capture();
    capture.run(|| drop(in_request(step)));
    said(&values(&capture)[0])
}

/// Calls a function inside a request.
fn in_request<R>(step: impl FnOnce() -> R) -> R {
    #[traced_handler]
    async fn request<R>(step: impl FnOnce() -> R) -> R {
        step()
    }
    at_once(request(step))
}

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
    assert_eq!(told(nothing), ok);
    assert_eq!(told(number), ok);
    assert_eq!(told(none), ok);
    assert_eq!(told(nested), ok);
    assert_eq!(told(opaque), ok);
}

#[test]
fn an_ok_result_is_ok() {
    #[timed]
    fn step() -> Result<u8, Timeout> {
        Ok(7)
    }
    assert_eq!(told(step), json!(["INFO", "ok", null, null]));
}

#[test]
fn a_standard_error_is_told_by_its_text_and_its_causes() {
    #[timed]
    fn step() -> Result<(), Timeout> {
        Err(Timeout::caused_by(Timeout::caused_by("disk is slow")))
    }
    let expected =
        json!(["WARN", "error", "database timeout", ["database timeout", "disk is slow"]]);
    assert_eq!(told(step), expected);
}

#[test]
fn an_error_without_a_cause_has_no_chain() {
    #[timed]
    fn step() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    assert_eq!(told(step), json!(["WARN", "error", "database timeout", null]));
}

#[test]
fn anyhow_errors_are_told_with_their_context() {
    #[timed]
    fn step() -> anyhow::Result<()> {
        Err(anyhow::Error::from(Timeout::caused_by("disk is slow")).context("fetching messages"))
    }
    #[timed]
    fn plain() -> anyhow::Result<()> {
        anyhow::bail!("no such user")
    }
    let chain = json!(["database timeout", "disk is slow"]);
    assert_eq!(told(step), json!(["WARN", "error", "fetching messages", chain]));
    assert_eq!(told(plain), json!(["WARN", "error", "no such user", null]));
}

#[test]
fn boxed_errors_of_all_kinds_are_told_with_their_causes() {
    #[timed]
    fn send_sync() -> Result<(), Box<dyn Error + Send + Sync>> {
        Err(Timeout::caused_by("disk is slow").into())
    }
    #[timed]
    fn send() -> Result<(), Box<dyn Error + Send>> {
        Err(Box::new(Timeout::caused_by("disk is slow")))
    }
    #[timed]
    fn plain() -> Result<(), Box<dyn Error>> {
        Err(Timeout::caused_by("disk is slow").into())
    }
    #[timed]
    fn boxed() -> Result<(), Box<Timeout>> {
        Err(Box::new(Timeout::caused_by("disk is slow")))
    }
    let expected = json!(["WARN", "error", "database timeout", ["disk is slow"]]);
    assert_eq!(told(send_sync), expected);
    assert_eq!(told(send), expected);
    assert_eq!(told(plain), expected);
    assert_eq!(told(boxed), expected);
}

#[test]
fn an_error_that_is_only_text_is_told_by_it() {
    struct OnlyDisplay;
    impl Display for OnlyDisplay {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("only text")
        }
    }
    #[timed]
    fn display() -> Result<(), OnlyDisplay> {
        Err(OnlyDisplay)
    }
    #[timed]
    fn string() -> Result<(), String> {
        Err("a string".to_owned())
    }
    #[timed]
    fn literal() -> Result<(), &'static str> {
        Err("a literal")
    }
    #[timed]
    fn status() -> Result<(), u16> {
        Err(500)
    }
    assert_eq!(told(display), json!(["WARN", "error", "only text", null]));
    assert_eq!(told(string), json!(["WARN", "error", "a string", null]));
    assert_eq!(told(literal), json!(["WARN", "error", "a literal", null]));
    assert_eq!(told(status), json!(["WARN", "error", "500", null]));
}

/// Its `Debug` may hold a cookie, and was not asked for. More of these are in
/// `reasons`.
#[test]
fn an_error_without_a_text_is_told_by_the_name_of_its_type() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "only its `Debug` text could be seen")]
    struct OnlyDebug(&'static str);
    struct Nothing;
    #[timed]
    fn only_debug() -> Result<(), OnlyDebug> {
        Err(OnlyDebug("s3cret"))
    }
    #[timed]
    fn nothing() -> Result<(), Nothing> {
        Err(Nothing)
    }
    #[timed]
    fn unit() -> Result<u8, ()> {
        Err(())
    }
    let here = "it::outcomes::an_error_without_a_text_is_told_by_the_name_of_its_type";
    let expected = |name: &str| json!(["WARN", "error", name, null]);
    assert_eq!(told(only_debug), expected(&format!("<{here}::OnlyDebug>")));
    assert_eq!(told(nothing), expected(&format!("<{here}::Nothing>")));
    assert_eq!(told(unit), expected("<()>"));
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
    assert_eq!(told(aliased)[2], "database timeout");
    assert_eq!(told(standard)[1], "error");
    assert_eq!(told(io)[2], std::fs::read("/no/such/file").unwrap_err().to_string());
}

/// What a bound promises is what a generic function knows of its error.
#[test]
fn a_generic_error_is_told_as_far_as_its_bounds_go() {
    #[timed]
    fn of_error<E: Error>(error: E) -> Result<(), E> {
        Err(error)
    }
    #[timed]
    fn of_display<E: Display>(error: E) -> Result<(), E> {
        Err(error)
    }
    #[timed]
    fn of_anything<T, E>(error: E) -> Result<T, E> {
        Err(error)
    }
    #[timed]
    fn of_a_value<T>(value: T) -> T {
        value
    }
    let timeout = || Timeout::caused_by("disk is slow");
    let expected = json!(["WARN", "error", "database timeout", ["disk is slow"]]);
    assert_eq!(told(|| of_error(timeout())), expected);
    assert_eq!(told(|| of_display(timeout()))[2], "database timeout");
    let expected = json!(["WARN", "error", "<it::outcomes::Timeout>", null]);
    assert_eq!(told(|| of_anything::<u8, _>(timeout())), expected);
    // Nothing says that this is a result.
    assert_eq!(told(|| of_a_value(Err::<u8, _>(timeout())))[1], "ok");
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
    assert_eq!(told(|| step("borrowed").is_err())[2], "borrowed");
}

#[test]
fn err_debug_asks_for_the_debug_text() {
    #[derive(Debug)]
    #[expect(dead_code, reason = "only its `Debug` text is seen")]
    struct OnlyDebug(u8);
    struct Nothing;
    #[timed(err = debug)]
    fn both() -> Result<(), Timeout> {
        Err(Timeout::caused_by("disk is slow"))
    }
    #[timed(err = debug)]
    fn only_debug() -> Result<(), OnlyDebug> {
        Err(OnlyDebug(7))
    }
    #[timed(err = debug)]
    fn nothing() -> Result<(), Nothing> {
        Err(Nothing)
    }
    #[timed(err = debug)]
    fn fine() -> u8 {
        7
    }
    assert_eq!(told(both)[2], r#"Timeout { cookie: "s3cret" }"#);
    assert_eq!(told(only_debug)[2], "OnlyDebug(7)");
    let here = "it::outcomes::err_debug_asks_for_the_debug_text";
    assert_eq!(told(nothing)[2], format!("<{here}::Nothing>"));
    assert_eq!(told(fine)[1], "ok");
}

#[test]
fn err_off_leaves_the_text_out_and_keeps_the_outcome() {
    #[timed(err = off)]
    fn step() -> Result<(), Timeout> {
        Err(Timeout::caused_by("disk is slow"))
    }
    assert_eq!(told(step), json!(["WARN", "error", null, null]));
}

#[tokio::test]
async fn async_functions_of_every_form_tell_their_error() {
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

/// A failure that passes five steps is one ERROR to alert on, not six.
#[tokio::test]
async fn a_failing_request_is_an_error_and_a_failing_step_a_warning() {
    #[traced_handler]
    async fn handler() -> Result<(), Timeout> {
        outer().await
    }
    #[timed]
    async fn outer() -> Result<(), Timeout> {
        inner()
    }
    #[timed]
    fn inner() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    let capture = capture();
    capture.scope(handler()).await.unwrap_err();
    let levels: Vec<_> = values(&capture).iter().map(|line| line["level"].clone()).collect();
    assert_eq!(levels, ["WARN", "WARN", "ERROR"]);
}

#[test]
fn what_ended_well_has_the_level_of_its_attribute() {
    #[timed(level = "trace")]
    fn by_name() {}
    #[timed(level = Level::WARN)]
    fn by_constant() {}
    #[timed(level = 2)]
    fn by_number() {}
    #[timed(level = "error")]
    fn as_an_error() {}
    for (step, level) in [
        (by_name as fn(), "TRACE"),
        (by_constant, "WARN"),
        (by_number, "DEBUG"),
        (as_an_error, "ERROR"),
    ] {
        assert_eq!(told(step), json!([level, "ok", null, null]));
    }
}

/// The attribute's level is the least it can be.
#[test]
fn a_failing_step_is_at_least_a_warning() {
    #[timed(level = "trace")]
    fn quiet() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    #[timed(level = "error")]
    fn loud() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    assert_eq!(told(quiet)[0], "WARN");
    assert_eq!(told(loud)[0], "ERROR");
}

#[tokio::test]
async fn a_failure_passes_a_filter_that_success_does_not() {
    #[traced_handler(level = "debug")]
    async fn handler(fails: bool) -> Result<(), Timeout> {
        if fails { Err(Timeout::default()) } else { Ok(()) }
    }
    let capture = capture_at("error");
    capture.scope(handler(false)).await.unwrap();
    assert_eq!(capture.lines(), [""; 0]);
    capture.scope(handler(true)).await.unwrap_err();
    assert_eq!(only(&capture)["outcome"], "error");
}

#[test]
fn the_chain_ends_after_eight_causes() {
    #[timed]
    fn step() -> Result<(), Timeout> {
        Err((0..20).fold(Timeout::default(), |cause, _| Timeout::caused_by(cause)))
    }
    assert_eq!(told(step)[3].as_array().unwrap().len(), 8);
}

/// What an error's `source` gives may be itself.
#[test]
fn a_cycle_of_causes_ends_after_eight() {
    #[derive(Debug)]
    struct Cycle;
    impl Display for Cycle {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cycle")
        }
    }
    impl Error for Cycle {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&Self)
        }
    }
    #[timed]
    fn step() -> Result<(), Cycle> {
        Err(Cycle)
    }
    assert_eq!(told(step)[3], json!(vec!["cycle"; 8]));
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

#[tokio::test]
async fn the_error_of_a_request_is_on_the_request_line() {
    #[traced_handler]
    async fn handler() -> Result<String, Timeout> {
        Err(Timeout::caused_by("disk is slow"))
    }
    let capture = capture();
    capture.scope(handler()).await.unwrap_err();
    let line = closing(&capture, "handler");
    assert_eq!(said(&line), json!(["ERROR", "error", "database timeout", ["disk is slow"]]));
    assert_eq!(line["message"], "Request processed");
}
