//! The client side: ids go out with each request to another service.
//!
//! # Examples
//!
//! Two services, in one process here, write under one id:
//!
//! ```
//! use axum::{Router, body::Body, routing::get};
//! use tower::{Layer as _, ServiceExt as _};
//! use trace_runtime::{testing::Capture, traced_handler};
//! use trace_tower::{PropagateLayer, TraceLayer};
//! # use http::Request;
//!
//! #[traced_handler]
//! async fn list_items() -> &'static str {
//!     "3 apples"
//! }
//!
//! #[traced_handler]
//! async fn get_shop() {
//!     let stock = Router::new().route("/items", get(list_items)).layer(TraceLayer::new());
//!     let client = PropagateLayer::new().layer(stock);
//!     let request = Request::get("http://stock/items").body(Body::empty()).unwrap();
//!     let response = client.oneshot(request).await.unwrap();
//!     axum::body::to_bytes(response.into_body(), 100).await.unwrap();
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let capture = Capture::new();
//! capture.scope(get_shop()).await;
//! let lines = capture.values();
//! let named = |name: &str| lines.iter().find(|line| line["name"] == name).unwrap();
//! assert_eq!(named("list_items")["trace_id"], named("get_shop")["trace_id"]);
//! assert_eq!(named("list_items")["parent_span_id"], named("http_call")["span_id"]);
//! # }
//! ```

mod carrier;
mod client;
mod failure;
mod future;
mod layer;

pub use self::{
    carrier::{Carrier, HttpRequests},
    client::Propagate,
    failure::{Boxed, CallError, Typed},
    future::CallFuture,
    layer::PropagateLayer,
};
