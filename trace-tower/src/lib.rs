//! The HTTP edge of [`trace_runtime`]: ids come in, go out, and cross
//! services.
//!
//! [`TraceLayer`] goes around anything that is a tower service of HTTP
//! requests: it takes the id from the request's headers or makes one, writes
//! the request's one line when its response has ended, and gives the id back.
//! [`PropagateLayer`] goes around a client, and passes the ids on.
//!
//! ```
//! use axum::{Router, routing::get};
//! use trace_runtime::{testing::Capture, traced_handler};
//! use trace_tower::TraceLayer;
//! # use tower::ServiceExt as _;
//!
//! #[traced_handler]
//! async fn hello() -> &'static str {
//!     "hello"
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let app = Router::new().route("/", get(hello)).layer(TraceLayer::new());
//! # let capture = Capture::new();
//! # let request = http::Request::get("/").body(axum::body::Body::empty()).unwrap();
//! # let response = capture.scope(app.oneshot(request)).await.unwrap();
//! # let id = response.headers()["x-trace-id"].clone();
//! # axum::body::to_bytes(response.into_body(), 100).await.unwrap();
//! # let line = &capture.values()[0];
//! # assert_eq!(line["trace_id"], id.to_str().unwrap());
//! // One request, one line:
//! assert_eq!(line["message"], "Request processed");
//! assert_eq!(line["name"], "hello");
//! assert_eq!((&line["method"], &line["path"]), (&"GET".into(), &"/".into()));
//! assert_eq!((&line["status"], &line["outcome"]), (&200.into(), &"ok".into()));
//! # }
//! ```
//!
//! The line of a request has its method, its path without the query string, and
//! the pattern that the path has matched. Headers and bodies are on it only if
//! [`TraceLayer::record`] or [`TraceLayer::error_body`] ask for them; query
//! strings never are.
//!
//! # Features
//!
//! - `axum` (default): [`TraceLayer::axum`], and the whole path inside axum's
//!   `Router::nest`. It needs axum without its default features, which every
//!   service built on axum has anyway; leave it out of any other.

#![forbid(unsafe_code)]

mod answered;
#[cfg(feature = "axum")]
mod axum;
mod body;
mod content;
mod ending;
mod excerpt;
mod future;
mod grpc;
mod guard;
mod headers;
mod in_flight;
mod layer;
mod open;
pub mod propagate;
mod response_headers;
mod service;
mod settings;
pub mod testing;
mod trust;

pub use self::{
    body::ResponseBody,
    content::is_event_stream,
    future::ResponseFuture,
    headers::{extract_from, inject_into},
    in_flight::InFlight,
    layer::TraceLayer,
    propagate::PropagateLayer,
    service::Trace,
    trust::Trust,
};
