//! Errors that panic while they are shown or looked at.

use std::{
    error::Error,
    fmt::{self, Debug, Display},
    panic::catch_unwind,
};

use serde_json::json;
use test_support::{at_once, capture, closing, shown};
use trace_runtime::{testing::Capture, timed, traced_handler};

/// Calls a step that fails with an error, inside a request.
fn failing<E: Error>(error: E) -> (Capture, Option<E>) {
    #[traced_handler]
    async fn handler<E: Error>(error: E) -> Result<(), E> {
        step(error)
    }
    #[timed]
    fn step<E: Error>(error: E) -> Result<(), E> {
        Err(error)
    }
    let capture = capture();
    let error = at_once(capture.scope(handler(error))).err();
    (capture, error)
}

#[test]
fn an_error_that_panics_while_it_is_shown_is_marked() {
    let (capture, error) = failing(shown(|_| panic!("on purpose")));
    assert!(error.is_some(), "the caller has its error");
    assert_eq!(capture.tree(), "handler error: <panicked>\n  step error: <panicked>\n");
}

#[test]
fn an_error_whose_source_panics_has_no_chain() {
    #[derive(Debug)]
    struct Panics;
    impl Display for Panics {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text")
        }
    }
    impl Error for Panics {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            panic!("on purpose")
        }
    }
    let (capture, error) = failing(Panics);
    assert!(error.is_some());
    assert_eq!(capture.tree(), "handler error: text\n  step error: text\n");
    assert!(closing(&capture, "step").get("error_chain").is_none());
}

#[test]
fn a_cause_whose_source_panics_ends_the_chain() {
    #[derive(Debug)]
    struct Causes(u32);
    impl Display for Causes {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "cause {}", self.0)
        }
    }
    impl Error for Causes {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            match self.0 {
                0 => Some(&Self(1)),
                1 => Some(&Self(2)),
                _ => panic!("on purpose"),
            }
        }
    }
    let (capture, error) = failing(Causes(0));
    assert!(error.is_some());
    for name in ["handler", "step"] {
        assert_eq!(closing(&capture, name)["error_chain"], json!(["cause 1", "cause 2"]));
    }
}

#[test]
fn an_error_that_panics_while_it_is_looked_at_is_an_error() {
    struct Hides;
    impl Display for Hides {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text")
        }
    }
    impl AsRef<dyn Error + Send + Sync> for Hides {
        fn as_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
            panic!("on purpose")
        }
    }
    #[timed]
    fn step() -> Result<(), Hides> {
        Err(Hides)
    }
    let capture = capture();
    let result = catch_unwind(|| capture.run(step));
    assert!(result.expect("the caller is not harmed").is_err());
    assert_eq!(capture.tree(), "step error: text\n");
}
