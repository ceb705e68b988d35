//! The service around another: opens a request, and calls inside it.

use std::{
    any::Any,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll},
};

use http::{Method, Request, Response};
use http_body::Body;
use tower_service::Service;
use trace_runtime::edge;

use crate::{ResponseBody, ResponseFuture, settings::Settings};

/// What [`TraceLayer`](crate::TraceLayer) makes of a service.
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

/// Among the extensions of a request: it has its line. A second layer on the
/// way of the same request only passes it on.
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
        let mut held = Held::new(&self.settings, &parts);
        let request = Request::from_parts(parts, body);
        let future = held.enter(|| self.inner.call(request));
        ResponseFuture::new(future.ok(), held)
    }
}

/// A request that is open, and what must be known of it at its end.
pub(crate) struct Held {
    pub(crate) request: edge::Request,
    pub(crate) settings: Arc<Settings>,
    pub(crate) method: Method,
    /// Whether a panic below was caught.
    pub(crate) has_panicked: bool,
}

/// A panic came out and was caught; its request knows of it.
pub(crate) struct Panicked;

impl Held {
    fn new(settings: &Arc<Settings>, parts: &http::request::Parts) -> Self {
        let (request, method) = (settings.open(parts), parts.method.clone());
        Self { request, settings: Arc::clone(settings), method, has_panicked: false }
    }

    /// Calls `run` inside the request, and catches a panic if that is asked
    /// for.
    pub(crate) fn enter<T>(&mut self, run: impl FnOnce() -> T) -> Result<T, Panicked> {
        if !self.settings.catch_panics {
            return Ok(self.request.enter(run));
        }
        // What was running is dropped and never seen again.
        let caught = self.request.enter(|| catch_unwind(AssertUnwindSafe(run)));
        caught.map_err(|payload| self.note(payload))
    }

    fn note(&mut self, payload: Box<dyn Any + Send>) -> Panicked {
        self.has_panicked = true;
        self.request.panic_caught(payload.as_ref());
        // To drop it is to run code that may panic once more.
        std::mem::forget(payload);
        Panicked
    }
}
