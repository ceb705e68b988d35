//! Values that misbehave while they are shown: the caller is not harmed, the
//! line is written whole, and the next one is as if nothing had been.

mod errors;
mod large;
mod scopes;
mod values;

use std::fmt::{Debug, Display};

use serde_json::Value;
use test_support::{capture, values};
use trace_runtime::info;

/// Logs a value in each place where one can stand, and returns the lines.
fn everywhere(value: &(impl Display + Debug)) -> Vec<Value> {
    let capture = capture();
    capture.run(|| {
        info!("{value}");
        info!("{value:?}");
        info!(k = %value, after = 1);
        info!(k = ?value, after = 1);
        info!("next");
    });
    let lines = values(&capture);
    assert_eq!(lines[lines.len() - 1]["message"], "next");
    lines
}
