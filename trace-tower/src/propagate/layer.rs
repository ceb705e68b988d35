//! The layer around a client, and the client that it makes.

use std::{
    error::Error,
    sync::Arc,
    task::{Context, Poll},
};

use tower_layer::Layer;
use tower_service::Service;
use trace_runtime::{
    edge::{self, Call},
    propagation::Outgoing,
};

use super::{CallFuture, Carrier, HttpRequests};
use crate::headers;

/// Passes the ids of the current trace on with each request of a client.
///
/// `traceparent`, `tracestate` unless it is empty, and `x-request-id`; those
/// that a request has already stay. Each call is a step of its own, whose line
/// says `method`, `host` and `status`, and which the other service names as the
/// parent of its request.
///
/// What the client fails with must be an error of a known type, since the line
/// tells its causes: the layer goes inside of those that box errors.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
/// use http::{HeaderMap, Request, Response};
/// use tower::{Layer as _, ServiceExt as _, service_fn};
/// use trace_runtime::{testing::Capture, traced_handler};
/// use trace_tower::PropagateLayer;
///
/// /// In place of another service: answers with the headers that it was sent.
/// async fn echo(request: Request<()>) -> Result<Response<HeaderMap>, Infallible> {
///     Ok(Response::new(request.headers().clone()))
/// }
///
/// #[traced_handler(trace_id = "req-7")]
/// async fn handler() -> HeaderMap {
///     let client = PropagateLayer::new().layer(service_fn(echo));
///     let request = Request::get("http://stock/items").body(()).unwrap();
///     client.oneshot(request).await.unwrap().into_body()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// let sent = capture.scope(handler()).await;
/// assert_eq!(sent["x-request-id"], "req-7");
///
/// let step = &capture.values()[0];
/// assert_eq!((&step["name"], &step["method"]), (&"http_call".into(), &"GET".into()));
/// assert_eq!((&step["host"], &step["status"]), (&"stock".into(), &200.into()));
/// assert!(sent["traceparent"].to_str().unwrap().contains(step["span_id"].as_str().unwrap()));
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PropagateLayer<C = HttpRequests> {
    carrier: C,
    settings: Settings,
}

#[derive(Clone, Debug)]
struct Settings {
    /// None: all.
    hosts: Option<Arc<[String]>>,
    has_step: bool,
}

impl PropagateLayer {
    /// Returns a layer for clients that take `http::Request`.
    pub fn new() -> Self {
        Self::with(HttpRequests)
    }
}

impl Default for PropagateLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<C> PropagateLayer<C> {
    /// Returns a layer for clients whose requests are of another type.
    pub fn with(carrier: C) -> Self {
        Self { carrier, settings: Settings { hosts: None, has_step: true } }
    }

    /// Limits which hosts get the ids: names without a port, in any case.
    /// Calls to others are timed all the same.
    pub fn hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.settings.hosts = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// Makes no step of a call: it has no line, and a span id of its own only
    /// in what is sent.
    pub fn without_step(mut self) -> Self {
        self.settings.has_step = false;
        self
    }
}

impl<S, C: Clone> Layer<S> for PropagateLayer<C> {
    type Service = Propagate<S, C>;

    fn layer(&self, inner: S) -> Self::Service {
        Propagate { inner, carrier: self.carrier.clone(), settings: self.settings.clone() }
    }
}

/// What [`PropagateLayer`] makes of a client.
#[derive(Clone, Debug)]
pub struct Propagate<S, C = HttpRequests> {
    inner: S,
    carrier: C,
    settings: Settings,
}

impl<S, C, Req> Service<Req> for Propagate<S, C>
where
    S: Service<Req, Error: Error + 'static>,
    C: Carrier<Req, S::Response> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = CallFuture<S::Future, C, Req>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Req) -> Self::Future {
        let Self { inner, carrier, settings } = self;
        let (method, host) = (carrier.method(&request).clone(), carrier.host(&request));
        let takes_ids = settings.allows(host);
        if !settings.has_step {
            if takes_ids {
                headers::inject_into(carrier.headers_mut(&mut request));
            }
            return CallFuture::new(inner.call(request), carrier.clone(), None);
        }
        let callsite = edge::callsite!(call "http_call", target: "trace_tower");
        let mut call = Call::open(callsite, method.as_str(), host);
        let future = call.enter(|| {
            if takes_ids && let Some(outgoing) = Outgoing::of_current_step() {
                headers::write(&outgoing, carrier.headers_mut(&mut request));
            }
            inner.call(request)
        });
        CallFuture::new(future, carrier.clone(), Some(call))
    }
}

impl Settings {
    fn allows(&self, host: Option<&str>) -> bool {
        match (&self.hosts, host) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(hosts), Some(host)) => hosts.iter().any(|it| it.eq_ignore_ascii_case(host)),
        }
    }
}
