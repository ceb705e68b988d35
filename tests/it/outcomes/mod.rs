//! How a request or step ended, and what its line says of the error.

mod errors;
mod levels;
mod results;

use std::{
    error::Error,
    fmt::{self, Debug, Display},
};

use serde_json::{Value, json};
use test_support::{at_once, capture, values};
use trace_runtime::traced_handler;

/// An error with a cause, and a `Debug` text that must not be seen.
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

/// Returns what a line says of how its scope ended.
fn said(line: &Value) -> Value {
    json!([line["level"], line["outcome"], line["error"], line["error_chain"]])
}

/// Runs a function inside a request, and returns what the step's line says.
fn step_said<R>(step: impl FnOnce() -> R) -> Value {
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
