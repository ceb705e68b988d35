//! One request through a service, in a test: the call, and the body of its
//! response to the end, inside a [`Capture`].
//!
//! A request is open until its response's body has ended. So a test that only
//! awaits the response looks for a line that is not written yet.
//!
//! # Examples
//!
//! ```
//! use axum::{Router, body::Body, routing::get};
//! use http::Request;
//! use tower::ServiceExt as _;
//! use trace_runtime::testing::Capture;
//! use trace_tower::{TraceLayer, testing::CaptureExt as _};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let app = Router::new().route("/", get(async || "hello")).layer(TraceLayer::new());
//! let request = || Request::get("/").body(Body::empty()).unwrap();
//!
//! let capture = Capture::new();
//! let response = capture.scope(app.clone().oneshot(request())).await.unwrap();
//! assert!(capture.lines().is_empty()); // its body was not read
//! drop(response);
//!
//! let capture = Capture::new();
//! capture.call(app, request()).await;
//! assert_eq!(capture.values()[0]["path"], "/");
//! # }
//! ```

use std::{fmt, future::poll_fn, pin::pin};

use bytes::{BufMut as _, Bytes, BytesMut};
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;
use trace_runtime::testing::Capture;

/// What a [`Capture`] can do with a service of HTTP requests.
///
/// # Examples
///
/// ```
/// use axum::{Router, body::Body, routing::get};
/// use trace_runtime::{testing::Capture, traced_handler};
/// use trace_tower::{TraceLayer, testing::CaptureExt as _};
///
/// #[traced_handler]
/// async fn hello() -> &'static str {
///     "hello"
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = Router::new().route("/", get(hello)).layer(TraceLayer::new());
/// let capture = Capture::new();
/// let request = http::Request::get("/").body(Body::empty()).unwrap();
/// let (response, body) = capture.call(app, request).await;
/// assert_eq!((response.status(), &body[..]), (http::StatusCode::OK, &b"hello"[..]));
/// capture.assert_request("hello").outcome("ok").field("status", 200);
/// # }
/// ```
pub trait CaptureExt: sealed::Sealed {
    /// Sends one request through a service, and reads the body of its response
    /// to its end, all inside the capture.
    ///
    /// Returns the head of the response, and the bytes of its body; trailers
    /// are read and left out.
    ///
    /// # Panics
    ///
    /// When it is polled, if the service fails, or the body does.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::{Router, body::Body, routing::post};
    /// use http::Request;
    /// use trace_runtime::testing::Capture;
    /// use trace_tower::{TraceLayer, testing::CaptureExt as _};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let echo = post(async |body: String| body);
    /// let app = Router::new().route("/echo", echo).layer(TraceLayer::new());
    /// let capture = Capture::new();
    /// let request = Request::post("/echo").body(Body::from("once")).unwrap();
    /// let (response, body) = capture.call(app.clone(), request).await;
    /// assert_eq!((response.status().as_u16(), &body[..]), (200, &b"once"[..]));
    ///
    /// // What no route takes has its line, too.
    /// capture.call(app, Request::get("/none").body(Body::empty()).unwrap()).await;
    /// let statuses: Vec<_> = capture.values().iter().map(|line| line["status"].clone()).collect();
    /// assert_eq!(statuses, [200, 404]);
    /// # }
    /// ```
    fn call<S, B, R>(
        &self,
        service: S,
        request: Request<B>,
    ) -> impl Future<Output = (Response<()>, Bytes)>
    where
        S: Service<Request<B>, Response = Response<R>, Error: fmt::Debug>,
        R: Body<Error: fmt::Debug>;
}

impl CaptureExt for Capture {
    fn call<S, B, R>(
        &self,
        service: S,
        request: Request<B>,
    ) -> impl Future<Output = (Response<()>, Bytes)>
    where
        S: Service<Request<B>, Response = Response<R>, Error: fmt::Debug>,
        R: Body<Error: fmt::Debug>,
    {
        self.scope(answer(service, request))
    }
}

mod sealed {
    /// Implemented by a capture only, so that methods can be added.
    pub trait Sealed {}

    impl Sealed for trace_runtime::testing::Capture {}
}

async fn answer<S, B, R>(mut service: S, request: Request<B>) -> (Response<()>, Bytes)
where
    S: Service<Request<B>, Response = Response<R>, Error: fmt::Debug>,
    R: Body<Error: fmt::Debug>,
{
    succeeded("service", poll_fn(|cx| service.poll_ready(cx)).await);
    let (head, body) = succeeded("service", service.call(request).await).into_parts();
    (Response::from_parts(head, ()), bytes(body).await)
}

async fn bytes<R: Body<Error: fmt::Debug>>(body: R) -> Bytes {
    let (mut body, mut bytes) = (pin!(body), BytesMut::new());
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        if let Ok(data) = succeeded("body", frame).into_data() {
            bytes.put(data);
        }
    }
    bytes.freeze()
}

#[expect(clippy::panic, reason = "the way a test says that it failed")]
fn succeeded<T, E: fmt::Debug>(what: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("the {what} failed: {error:?}"))
}
