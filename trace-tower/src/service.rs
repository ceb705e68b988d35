//! The service around another: opens a request, and calls inside it.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::{body::ResponseBody, future::ResponseFuture, open::Open, settings::Settings};

/// What [`TraceLayer`](crate::TraceLayer) makes of a service.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use tower::{Layer as _, service_fn};
/// use trace_runtime::testing::Capture;
/// use trace_tower::{Trace, TraceLayer, testing::CaptureExt as _};
///
/// async fn hello(_: Request<()>) -> Result<Response<String>, Infallible> {
///     Ok(Response::new("hello".to_owned()))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let service: Trace<_> = TraceLayer::new().layer(service_fn(hello));
/// // One more around it changes nothing: a request has one line.
/// let service: Trace<Trace<_>> = TraceLayer::new().layer(service);
/// let capture = Capture::new();
/// capture.call(service, Request::get("/").body(()).unwrap()).await;
/// assert_eq!(capture.lines().len(), 1);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Trace<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> Trace<S> {
    pub(crate) fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
    }
}

/// Marks, among its extensions, a request that has its line: a second layer
/// only passes it on.
#[derive(Clone, Copy)]
struct HasLine;

impl<S, B, R> Service<Request<B>> for Trace<S>
where
    S: Service<Request<B>, Response = Response<R>, Error: fmt::Display>,
    R: Body<Error: fmt::Display>,
{
    type Response = Response<ResponseBody<R>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        if parts.extensions.insert(HasLine).is_some() {
            return ResponseFuture::passing(self.inner.call(Request::from_parts(parts, body)));
        }
        let mut open = Open::new(&self.settings, &parts);
        let request = Request::from_parts(parts, body);
        let future = open.enter(|| self.inner.call(request));
        ResponseFuture::new(future.ok(), open)
    }
}
