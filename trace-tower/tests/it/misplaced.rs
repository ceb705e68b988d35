//! A layer that was added before the routes, where axum does not apply it.

use std::process::Command;

use axum::{Router, body::Body, routing::get};
use tower::ServiceExt as _;
use trace_runtime::{testing::Capture, traced_handler};
use trace_tower::TraceLayer;

/// Set for the process in which the mistake is made: it is reported once each.
const CHILD: &str = "TRACE_TOWER_MISPLACED";

#[traced_handler]
async fn left_out() {}

#[tokio::test]
async fn a_layer_added_before_the_routes_is_reported_by_the_first_handler() {
    if std::env::var_os(CHILD).is_some() {
        trace_runtime::init().unwrap();
        let app: Router = Router::new().layer(TraceLayer::axum()).route("/", get(left_out));
        let request = http::Request::get("/").body(Body::empty()).unwrap();
        // In a capture a test may call a handler by itself: nothing is said.
        Capture::new().scope(left_out()).await;
        let response = app.oneshot(request).await.unwrap();
        assert!(!response.headers().contains_key("x-trace-id"));
        left_out().await;
        return;
    }
    let name = "misplaced::a_layer_added_before_the_routes_is_reported_by_the_first_handler";
    let mut child = Command::new(std::env::current_exe().unwrap());
    let ran = child.args(["--exact", name]).env(CHILD, "1").output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(ran.status.success(), "{said}");
    let expected = "trace: `left_out` opened a trace of its own, outside the layer that this \
                    process has. axum applies `Router::layer` only to the routes added before it: \
                    add the layer after the last `.route(..)`. If this is not a request, write \
                    `#[traced_handler(kind = \"job\")]`";
    assert_eq!(said.matches(expected).count(), 1, "{said}");
}
