//! Why it failed: what a line says of errors that are not of the standard kind,
//! or whose type says nothing.

mod err;
mod given;
mod types;

use serde_json::{Value, json};

/// The error of axum's own example: neither a text nor a `Debug`.
struct AppError(anyhow::Error);

fn said(line: &Value) -> Value {
    assert_eq!(line["outcome"], "error");
    json!([line["error"], line["error_chain"]])
}
