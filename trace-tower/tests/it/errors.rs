//! Why a request failed, where the error is axum's and has no text.

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use trace_runtime::{request_error, testing::Capture, traced_handler};
use trace_tower::TraceLayer;

#[derive(Debug)]
struct Top(std::io::Error);

impl std::fmt::Display for Top {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("while loading")
    }
}

impl std::error::Error for Top {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

/// Has no text; says why where it becomes a response.
struct Reports(Top);

impl IntoResponse for Reports {
    fn into_response(self) -> Response {
        request_error(&self.0);
        StatusCode::BAD_GATEWAY.into_response()
    }
}

/// Has no text, and says nothing.
struct Silent(Top);

impl IntoResponse for Silent {
    fn into_response(self) -> Response {
        StatusCode::NOT_FOUND.into_response()
    }
}

fn top() -> Top {
    Top(std::io::Error::other("disk gone"))
}

#[traced_handler]
async fn reports() -> Result<(), Reports> {
    Err(Reports(top()))
}

#[traced_handler]
async fn silent() -> Result<(), Silent> {
    Err(Silent(top()))
}

#[traced_handler(err = .0)]
async fn by_field() -> Result<(), Silent> {
    Err(Silent(top()))
}

#[traced_handler]
async fn in_parts() -> Result<(), (StatusCode, String)> {
    Err((StatusCode::BAD_GATEWAY, "upstream timed out".into()))
}

async fn untraced() -> Reports {
    Reports(top())
}

/// The line of the one request.
async fn line(path: &str) -> Value {
    let router = Router::new()
        .route("/reports", get(reports))
        .route("/silent", get(silent))
        .route("/by_field", get(by_field))
        .route("/in_parts", get(in_parts))
        .route("/untraced", get(untraced))
        .layer(TraceLayer::new());
    let capture = Capture::new();
    let request = Request::get(path).body(Body::empty()).unwrap();
    drop(capture.scope(router.oneshot(request)).await);
    capture.values().remove(0)
}

fn said(line: &Value) -> Value {
    json!([line["outcome"], line["level"], line["error"], line["error_chain"]])
}

#[tokio::test]
async fn what_into_response_says_is_on_the_request_line() {
    for path in ["/reports", "/untraced"] {
        let expected = json!(["error", "ERROR", "while loading", ["disk gone"]]);
        assert_eq!(said(&line(path).await), expected, "{path}");
    }
}

#[tokio::test]
async fn a_reason_does_not_make_a_failure_of_a_404() {
    let expected = json!(["ok", "INFO", "while loading", ["disk gone"]]);
    assert_eq!(said(&line("/by_field").await), expected);
}

#[tokio::test]
async fn an_error_that_says_nothing_is_named_by_its_type() {
    let line = line("/silent").await;
    assert_eq!(said(&line), json!(["ok", "INFO", "<it::errors::Silent>", null]));
}

#[tokio::test]
async fn the_error_of_a_status_with_a_text_is_the_text() {
    let expected = json!(["error", "ERROR", "upstream timed out", null]);
    assert_eq!(said(&line("/in_parts").await), expected);
}
