//! What a line says of an error.

use std::{
    error::Error,
    fmt::{self, Debug, Display},
};

use serde_json::json;
use test_support::{capture, closing};
use trace_runtime::{timed, traced_handler};

use super::{Timeout, said, step_said};

#[test]
fn the_line_has_the_text_and_the_causes_of_a_standard_error() {
    #[timed]
    fn step() -> Result<(), Timeout> {
        Err(Timeout::caused_by(Timeout::caused_by("disk is slow")))
    }
    let expected =
        json!(["WARN", "error", "database timeout", ["database timeout", "disk is slow"]]);
    assert_eq!(step_said(step), expected);
}

#[test]
fn an_error_without_a_cause_has_no_chain() {
    #[timed]
    fn step() -> Result<(), Timeout> {
        Err(Timeout::default())
    }
    assert_eq!(step_said(step), json!(["WARN", "error", "database timeout", null]));
}

#[test]
fn the_line_has_the_context_of_anyhow_errors() {
    #[timed]
    fn step() -> anyhow::Result<()> {
        Err(anyhow::Error::from(Timeout::caused_by("disk is slow")).context("fetching messages"))
    }
    #[timed]
    fn plain() -> anyhow::Result<()> {
        anyhow::bail!("no such user")
    }
    let chain = json!(["database timeout", "disk is slow"]);
    assert_eq!(step_said(step), json!(["WARN", "error", "fetching messages", chain]));
    assert_eq!(step_said(plain), json!(["WARN", "error", "no such user", null]));
}

#[test]
fn the_line_has_the_causes_of_boxed_errors_of_all_kinds() {
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
    assert_eq!(step_said(send_sync), expected);
    assert_eq!(step_said(send), expected);
    assert_eq!(step_said(plain), expected);
    assert_eq!(step_said(boxed), expected);
}

#[test]
fn the_line_has_the_text_of_an_error_that_is_only_text() {
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
    assert_eq!(step_said(display), json!(["WARN", "error", "only text", null]));
    assert_eq!(step_said(string), json!(["WARN", "error", "a string", null]));
    assert_eq!(step_said(literal), json!(["WARN", "error", "a literal", null]));
    assert_eq!(step_said(status), json!(["WARN", "error", "500", null]));
}

/// Its `Debug` text may hold a cookie, and was not asked for. More such errors
/// are in `reasons`.
#[test]
fn an_error_without_a_text_is_named_by_its_type() {
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
    let here = "it::outcomes::errors::an_error_without_a_text_is_named_by_its_type";
    let expected = |name: &str| json!(["WARN", "error", name, null]);
    assert_eq!(step_said(only_debug), expected(&format!("<{here}::OnlyDebug>")));
    assert_eq!(step_said(nothing), expected(&format!("<{here}::Nothing>")));
    assert_eq!(step_said(unit), expected("<()>"));
}

/// A generic function knows of its error what the bounds promise.
#[test]
fn a_generic_error_is_read_as_far_as_its_bounds_go() {
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
    assert_eq!(step_said(|| of_error(timeout())), expected);
    assert_eq!(step_said(|| of_display(timeout()))[2], "database timeout");
    let expected = json!(["WARN", "error", "<it::outcomes::Timeout>", null]);
    assert_eq!(step_said(|| of_anything::<u8, _>(timeout())), expected);
    // Nothing says that this is a result.
    assert_eq!(step_said(|| of_a_value(Err::<u8, _>(timeout())))[1], "ok");
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
    assert_eq!(step_said(both)[2], r#"Timeout { cookie: "s3cret" }"#);
    assert_eq!(step_said(only_debug)[2], "OnlyDebug(7)");
    let here = "it::outcomes::errors::err_debug_asks_for_the_debug_text";
    assert_eq!(step_said(nothing)[2], format!("<{here}::Nothing>"));
    assert_eq!(step_said(fine)[1], "ok");
}

#[test]
fn err_off_leaves_the_text_out_and_keeps_the_outcome() {
    #[timed(err = off)]
    fn step() -> Result<(), Timeout> {
        Err(Timeout::caused_by("disk is slow"))
    }
    assert_eq!(step_said(step), json!(["WARN", "error", null, null]));
}

#[test]
fn the_chain_ends_after_eight_causes() {
    #[timed]
    fn step() -> Result<(), Timeout> {
        Err((0..20).fold(Timeout::default(), |cause, _| Timeout::caused_by(cause)))
    }
    assert_eq!(step_said(step)[3].as_array().unwrap().len(), 8);
}

/// An error may be its own `source`.
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
    assert_eq!(step_said(step)[3], json!(vec!["cycle"; 8]));
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
