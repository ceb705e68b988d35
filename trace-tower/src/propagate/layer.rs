//! The layer around a client.

use std::{fmt, marker::PhantomData};

use tower_layer::Layer;

use super::{
    carrier::HttpRequests,
    client::{CallSettings, Propagate},
    failure::Typed,
};

/// Passes the ids of the current trace on with each request of a client.
///
/// These are `traceparent`, `tracestate` unless it is empty, and `x-request-id`.
/// The first two replace any that the request has, such as ones that a gateway
/// copied from its caller; a request id that is set stays. Each call is a step
/// of its own, whose line has `method`, `host`, `port` if it is not the scheme's
/// own, and `status`, and which the other service names as the parent of its
/// request.
///
/// A call fails with a 5xx, or with a gRPC status that is the server's fault or
/// CANCELLED, if the head of the response has it (`grpc_status`, and its message).
/// The status of a stream comes after its last message, and is not seen.
///
/// It goes inside or outside tower's other layers: inside a retry, each attempt
/// is a step; inside a timeout, a call that takes too long is a step that is
/// `cancelled`.
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
    settings: CallSettings,
    form: PhantomData<fn() -> Form>,
}

impl<Form> PropagateLayer<HttpRequests, Form> {
    /// Returns a layer for clients that take `http::Request`. Which
    /// [form](super::CallError) of errors they fail with is inferred.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use http::{Request, Response};
    /// use tower::{Layer as _, ServiceExt as _, service_fn};
    /// use trace_runtime::{testing::Capture, traced_handler};
    /// use trace_tower::PropagateLayer;
    ///
    /// #[traced_handler(trace_id = "4bf92f3577b34da6a3ce929d0e0e4736")]
    /// async fn handler() -> String {
    ///     let stock = service_fn(async |request: Request<()>| {
    ///         Ok::<_, Infallible>(Response::new(request.headers()["traceparent"].clone()))
    ///     });
    ///     let client = PropagateLayer::new().layer(stock);
    ///     // Copied from what the caller sent, as gateways do: replaced.
    ///     let request = Request::get("http://stock/")
    ///         .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    ///     let answer = client.oneshot(request.body(()).unwrap()).await.unwrap();
    ///     answer.body().to_str().unwrap().to_owned()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let sent = Capture::new().scope(handler()).await;
    /// assert!(sent.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    /// # }
    /// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{HeaderMap, Method, StatusCode};
    /// use tower::{Layer as _, ServiceExt as _, service_fn};
    /// use trace_tower::{PropagateLayer, propagate::Carrier};
    /// # use std::convert::Infallible;
    /// # use trace_runtime::{testing::Capture, traced_handler};
    ///
    /// /// A message for a queue, which is a POST to it.
    /// struct Message {
    ///     headers: HeaderMap,
    /// }
    ///
    /// #[derive(Clone)]
    /// struct Messages;
    ///
    /// impl<R> Carrier<Message, R> for Messages {
    ///     fn method<'a>(&self, _: &'a Message) -> &'a Method {
    ///         &Method::POST
    ///     }
    ///     fn host<'a>(&self, _: &'a Message) -> Option<&'a str> {
    ///         Some("queue")
    ///     }
    ///     fn headers_mut<'a>(&self, message: &'a mut Message) -> &'a mut HeaderMap {
    ///         &mut message.headers
    ///     }
    ///     fn status(&self, _: &R) -> StatusCode {
    ///         StatusCode::ACCEPTED
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let queue = service_fn(async |message: Message| Ok::<_, Infallible>(message.headers));
    /// let queue = PropagateLayer::with(Messages).layer(queue);
    /// # #[traced_handler]
    /// # async fn handler<F: Future>(call: F) -> F::Output { call.await }
    /// # let capture = Capture::new();
    /// # let call = handler(queue.oneshot(Message { headers: HeaderMap::new() }));
    /// # let sent = capture.scope(call).await.unwrap();
    /// assert!(sent.contains_key("traceparent"));
    /// # let line = &capture.values()[0];
    /// assert_eq!((&line["host"], &line["status"]), (&"queue".into(), &202.into()));
    /// # }
    /// ```
    pub fn with(carrier: C) -> Self {
        let settings = CallSettings { hosts: None, has_step: true };
        Self { carrier, settings, form: PhantomData }
    }

    /// Limits which hosts get the ids: names without a port, in any case, an
    /// IPv6 address in brackets. Calls to other hosts are timed all the same,
    /// and ids that were copied into their headers are removed: `traceparent`,
    /// `tracestate`, and a request id header that holds an id of this trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::Request;
    /// use tower::{Layer as _, ServiceExt as _};
    /// use trace_tower::PropagateLayer;
    /// # use std::convert::Infallible;
    /// # use http::Response;
    /// # use tower::service_fn;
    /// # use trace_runtime::{testing::Capture, traced_handler};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let echo = service_fn(async |request: Request<()>| {
    /// #     Ok::<_, Infallible>(Response::new(request.headers().clone()))
    /// # });
    /// let client = PropagateLayer::new().hosts(["stock", "billing"]).layer(echo);
    /// for (uri, has_ids) in [("http://stock:8080/", true), ("http://weather.example/", false)] {
    ///     let request = Request::get(uri).body(()).unwrap();
    /// #   #[traced_handler]
    /// #   async fn within<F: Future>(call: F) -> F::Output { call.await }
    /// #   let client = client.clone();
    /// #   let call = Capture::new().scope(within(client.oneshot(request)));
    ///     let sent = call.await.unwrap();
    ///     assert_eq!(sent.body().contains_key("traceparent"), has_ids);
    /// }
    /// # }
    /// ```
    pub fn hosts<H: Into<String>>(mut self, hosts: impl IntoIterator<Item = H>) -> Self {
        self.settings.hosts = Some(hosts.into_iter().map(Into::into).collect());
        self
    }

    /// Makes no step of a call: it has no line, and its span id is only in what
    /// is sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use http::{Request, Response};
    /// use tower::{Layer as _, ServiceExt as _, service_fn};
    /// use trace_runtime::{testing::Capture, traced_handler};
    /// use trace_tower::PropagateLayer;
    ///
    /// #[traced_handler]
    /// async fn handler() -> bool {
    ///     let echo = service_fn(async |request: Request<()>| {
    ///         Ok::<_, Infallible>(Response::new(request.headers().contains_key("traceparent")))
    ///     });
    ///     let client = PropagateLayer::new().without_step().layer(echo);
    ///     let request = Request::get("http://stock/").body(()).unwrap();
    ///     *client.oneshot(request).await.unwrap().body()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// assert!(capture.scope(handler()).await); // the ids are sent
    /// assert_eq!(capture.tree(), "handler ok\n"); // and there is no `http_call`
    /// # }
    /// ```
    pub fn without_step(mut self) -> Self {
        self.settings.has_step = false;
        self
    }
}

impl<S, C: Clone, Form> Layer<S> for PropagateLayer<C, Form> {
    type Service = Propagate<S, C, Form>;

    fn layer(&self, inner: S) -> Self::Service {
        let Self { carrier, settings, .. } = self.clone();
        Propagate::new(inner, carrier, settings)
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
