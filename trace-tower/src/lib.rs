//! The HTTP edge of [`trace_runtime`]: ids come in, go out, and cross
//! services.
//!
//! [`TraceLayer`] goes around anything that is a tower service of HTTP
//! requests: it takes the id from the request's headers or makes one, writes
//! the request's one line when its response has ended, and gives the id back.
//! [`PropagateLayer`] goes around a client, and passes the ids on.
//!
//! ```
//! use axum::{Router, extract::Path, routing::get};
//! use trace_runtime::traced_handler;
//! use trace_tower::TraceLayer;
//! # use axum::body::Body;
//! # use http::Request;
//! # use trace_runtime::testing::Capture;
//! # use trace_tower::testing::CaptureExt as _;
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../trace-runtime/doc/printed.rs"));
//!
//! #[traced_handler(fields(user_id))]
//! async fn get_user(Path(user_id): Path<u32>) -> String {
//!     format!("user {user_id}")
//! }
//!
//! # #[cfg(not(feature = "axum"))]
//! # fn main() {}
//! # #[cfg(feature = "axum")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let app = Router::new().route("/users/{id}", get(get_user)).layer(TraceLayer::axum());
//! # let capture = Capture::new();
//! # let request = Request::get("/users/42?page=2").header("x-request-id", "req-7");
//! # let (response, _) = capture.call(app, request.body(Body::empty()).unwrap()).await;
//! # assert_eq!(response.headers()["x-trace-id"], "req-7");
//! # assert_printed(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/printed.jsonl"), &capture.lines());
//! # }
//! ```
//!
//! A request `GET /users/42?page=2` with `x-request-id: req-7` is answered with
//! `x-trace-id: req-7`, and has this line:
//!
//! ```json
#![doc = include_str!("../doc/printed.jsonl")]
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
