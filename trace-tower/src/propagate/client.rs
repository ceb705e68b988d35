//! A client whose calls carry the ids of their caller.

use std::{
    borrow::Cow,
    fmt,
    marker::PhantomData,
    sync::Arc,
    task::{Context, Poll},
};

use tower_service::Service;
use trace_runtime::{
    edge::{self, Call},
    propagation::Outgoing,
};

use super::{
    carrier::{Carrier, HttpRequests},
    failure::{CallError, Typed},
    future::CallFuture,
};
use crate::headers;

/// What [`PropagateLayer`](super::PropagateLayer) makes of a client.
///
/// # Examples
///
/// ```
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use tower::{Layer as _, ServiceExt as _, service_fn, util::BoxService};
/// use trace_tower::{PropagateLayer, propagate::Propagate};
/// # use trace_runtime::testing::Capture;
///
/// struct Shop {
///     stock: Propagate<BoxService<Request<()>, Response<()>, Infallible>>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let stock = BoxService::new(service_fn(async |_| Ok(Response::new(()))));
/// let shop = Shop { stock: PropagateLayer::new().layer(stock) };
/// # let capture = Capture::new();
/// # let request = Request::get("http://stock/items").body(()).unwrap();
/// # capture.scope(async move {
/// shop.stock.oneshot(request).await.unwrap();
/// # }).await;
/// assert_eq!(capture.tree(), "http_call ok\n");
/// # }
/// ```
pub struct Propagate<S, C = HttpRequests, Form = Typed> {
    inner: S,
    carrier: C,
    settings: CallSettings,
    form: PhantomData<fn() -> Form>,
}

impl<S, C, Form> Propagate<S, C, Form> {
    pub(super) fn new(inner: S, carrier: C, settings: CallSettings) -> Self {
        Self { inner, carrier, settings, form: PhantomData }
    }
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
        let host = host.map(|host| with_port(host, carrier.port(&request)));
        let mut call = Call::open(callsite, method.as_str(), host.as_deref());
        let future = call.enter(|| {
            if let Some(outgoing) = Outgoing::for_call() {
                set_ids(&outgoing, carrier.headers_mut(&mut request));
            }
            inner.call(request)
        });
        CallFuture::new(future, carrier.clone(), Some(call))
    }
}

fn with_port(host: &str, port: Option<u16>) -> Cow<'_, str> {
    port.map_or(Cow::Borrowed(host), |port| Cow::Owned(format!("{host}:{port}")))
}

/// What the layer around a client is set to.
#[derive(Clone, Debug)]
pub(super) struct CallSettings {
    /// None: all.
    pub(super) hosts: Option<Arc<[String]>>,
    pub(super) has_step: bool,
}

impl CallSettings {
    fn allows(&self, host: Option<&str>) -> bool {
        match (&self.hosts, host) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(hosts), Some(host)) => hosts.iter().any(|it| it.eq_ignore_ascii_case(host)),
        }
    }
}
