//! The layer inside a nested router.

use axum::{Router, body::Body, routing::get};
use tower::ServiceExt as _;
use trace_runtime::testing::Capture;
use trace_tower::TraceLayer;

use crate::support::{self, line_of, serve};

#[tokio::test]
async fn inside_a_nested_router_the_path_is_what_the_client_asked_for() {
    let users = || Router::new().route("/users/{id}", get(async || "x"));
    let inner = |layer| Router::new().nest("/v1", users().layer(layer));
    for (n, app) in [
        Router::new().nest("/api", inner(TraceLayer::axum())),
        Router::new().nest("/api", inner(TraceLayer::new())),
        Router::new().nest("/api", inner(TraceLayer::axum())).layer(TraceLayer::axum()),
        Router::new().nest("/api", Router::new().nest("/v1", users())).layer(TraceLayer::axum()),
        Router::new().nest("/{team}", inner(TraceLayer::axum())),
        Router::new().nest_service("/api/v1", users().layer(TraceLayer::axum())),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = support::get(serve(app).await, "/api/v1/users/7?q=1", &[]).await;
        let line = line_of(answer.trace_id()).await;
        assert_eq!(line["path"], "/api/v1/users/7", "{n}");
    }
}

#[tokio::test]
async fn a_quiet_path_in_a_nested_router_is_the_whole_or_its_own() {
    for (quiet, is_quiet) in [("/api/health", true), ("/health", true), ("/api", false)] {
        let health = Router::new().route("/health", get(async || "well"));
        let app = Router::new().nest("/api", health.layer(TraceLayer::new().quiet([quiet])));
        let capture = Capture::new();
        let request = http::Request::get("/api/health").body(Body::empty()).unwrap();
        drop(capture.scope(app.oneshot(request)).await.unwrap());
        assert_eq!(capture.lines().is_empty(), is_quiet, "{quiet}");
    }
}
