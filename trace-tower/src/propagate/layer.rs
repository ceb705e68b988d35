//! The layer around a client, and the client that it makes.

use std::{
    fmt,
    marker::PhantomData,
    sync::Arc,
    task::{Context, Poll},
};

use tower_layer::Layer;
use tower_service::Service;
use trace_runtime::{
    edge::{self, Call},
    propagation::Outgoing,
};

use super::{CallError, CallFuture, Carrier, HttpRequests, Typed};
use crate::headers;

/// Passes the ids of the current trace on with each request of a client.
///
/// `traceparent`, `tracestate` unless it is empty, and `x-request-id`. The first
/// two take the place of any that the request has, such as those that a gateway
/// copied from its caller; a request id that is there stays. Each call is a step
/// of its own, whose line says `method`, `host` and `status`, and which the other
/// service names as the parent of its request.
///
/// A call fails with a 5xx, or with a gRPC status that is the other's fault if
/// the head has it (`grpc_status`, and its message). That of a stream, which
/// comes after its last message, is not seen.
///
/// It goes inside or outside tower's other layers: each retry inside is a step,
/// and a timeout outside makes the step `cancelled`.
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
#[must_use]
pub struct PropagateLayer<C = HttpRequests, Form = Typed> {
    carrier: C,
    settings: Settings,
    form: PhantomData<fn() -> Form>,
}

#[derive(Clone, Debug)]
struct Settings {
    /// None: all.
    hosts: Option<Arc<[String]>>,
    has_step: bool,
}

impl<Form> PropagateLayer<HttpRequests, Form> {
    /// Returns a layer for clients that take `http::Request`. Which
    /// [form](super::CallError) of errors they fail with is inferred.
    pub fn new() -> Self {
        Self::with(HttpRequests)
    }
}

impl<Form> Default for PropagateLayer<HttpRequests, Form> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C, Form> PropagateLayer<C, Form> {
    /// Returns a layer for clients whose requests are of another type.
    pub fn with(carrier: C) -> Self {
        let settings = Settings { hosts: None, has_step: true };
        Self { carrier, settings, form: PhantomData }
    }

    /// Limits which hosts get the ids: names without a port, in any case, an
    /// IPv6 address in brackets. Calls to others are timed all the same; and
    /// what their headers have of the ids, copied from the caller's, is taken
    /// out: `traceparent` and `tracestate`, and a header for request ids that
    /// holds one of this trace.
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

impl<S, C: Clone, Form> Layer<S> for PropagateLayer<C, Form> {
    type Service = Propagate<S, C, Form>;

    fn layer(&self, inner: S) -> Self::Service {
        let Self { carrier, settings, form } = self.clone();
        Propagate { inner, carrier, settings, form }
    }
}

impl<C: Clone, Form> Clone for PropagateLayer<C, Form> {
    fn clone(&self) -> Self {
        let (carrier, settings) = (self.carrier.clone(), self.settings.clone());
        Self { carrier, settings, form: PhantomData }
    }
}

impl<C: fmt::Debug, Form> fmt::Debug for PropagateLayer<C, Form> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut layer = f.debug_struct("PropagateLayer");
        layer.field("carrier", &self.carrier).field("settings", &self.settings).finish()
    }
}

/// What [`PropagateLayer`] makes of a client.
pub struct Propagate<S, C = HttpRequests, Form = Typed> {
    inner: S,
    carrier: C,
    settings: Settings,
    form: PhantomData<fn() -> Form>,
}

impl<S: Clone, C: Clone, Form> Clone for Propagate<S, C, Form> {
    fn clone(&self) -> Self {
        let (carrier, settings) = (self.carrier.clone(), self.settings.clone());
        Self { inner: self.inner.clone(), carrier, settings, form: PhantomData }
    }
}

impl<S: fmt::Debug, C: fmt::Debug, Form> fmt::Debug for Propagate<S, C, Form> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut client = f.debug_struct("Propagate");
        client.field("inner", &self.inner).field("carrier", &self.carrier);
        client.field("settings", &self.settings).finish()
    }
}

impl<S, C, Form, Req> Service<Req> for Propagate<S, C, Form>
where
    S: Service<Req, Error: CallError<Form>>,
    C: Carrier<Req, S::Response> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = CallFuture<S::Future, C, Req, Form>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Req) -> Self::Future {
        let Self { inner, carrier, settings, .. } = self;
        let (method, host) = (carrier.method(&request).clone(), carrier.host(&request));
        let set_ids = if settings.allows(host) { headers::write } else { headers::withhold };
        if !settings.has_step {
            if let Some(outgoing) = Outgoing::current() {
                set_ids(&outgoing, carrier.headers_mut(&mut request));
            }
            return CallFuture::new(inner.call(request), carrier.clone(), None);
        }
        let callsite = edge::call_callsite!("http_call", target: "trace_tower");
        let mut call = Call::open(callsite, method.as_str(), host);
        let future = call.enter(|| {
            if let Some(outgoing) = Outgoing::for_call() {
                set_ids(&outgoing, carrier.headers_mut(&mut request));
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
