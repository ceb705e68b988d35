//! How a client's requests give their headers.

use http::{HeaderMap, Method, Request, Response, StatusCode, header};

/// How a client's requests give their headers, and its responses their
/// status.
///
/// [`HttpRequests`] does so for all clients that take `http::Request`:
/// hyper-util, tonic, axum. For reqwest's, whose requests are a type of its own:
///
/// ```
/// use http::{HeaderMap, Method, StatusCode};
/// use trace_tower::{PropagateLayer, propagate::Carrier};
///
/// #[derive(Clone, Copy, Debug)]
/// struct ReqwestRequests;
///
/// impl Carrier<reqwest::Request, reqwest::Response> for ReqwestRequests {
///     fn method<'a>(&self, request: &'a reqwest::Request) -> &'a Method {
///         request.method()
///     }
///     fn host<'a>(&self, request: &'a reqwest::Request) -> Option<&'a str> {
///         request.url().host_str()
///     }
///     fn headers_mut<'a>(&self, request: &'a mut reqwest::Request) -> &'a mut HeaderMap {
///         request.headers_mut()
///     }
///     fn status(&self, response: &reqwest::Response) -> StatusCode {
///         response.status()
///     }
/// }
///
/// # use tower::Layer as _;
/// let client = PropagateLayer::with(ReqwestRequests).layer(reqwest::Client::new());
/// # let _ = client;
/// ```
pub trait Carrier<Req, Res> {
    /// Returns the method.
    fn method<'a>(&self, request: &'a Req) -> &'a Method;

    /// Returns the name of the host that is called, without a port.
    fn host<'a>(&self, request: &'a Req) -> Option<&'a str>;

    /// Returns the headers to be sent.
    fn headers_mut<'a>(&self, request: &'a mut Req) -> &'a mut HeaderMap;

    /// Returns the status that was answered.
    fn status(&self, response: &Res) -> StatusCode;
}

/// `http::Request` and `http::Response`, with any body.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpRequests;

impl<B, R> Carrier<Request<B>, Response<R>> for HttpRequests {
    fn method<'a>(&self, request: &'a Request<B>) -> &'a Method {
        request.method()
    }

    /// The URI's, or else that of the `host` header.
    fn host<'a>(&self, request: &'a Request<B>) -> Option<&'a str> {
        request.uri().host().or_else(|| {
            let host = request.headers().get(header::HOST)?.to_str().ok()?;
            Some(host.rsplit_once(':').map_or(host, |(host, _)| host))
        })
    }

    fn headers_mut<'a>(&self, request: &'a mut Request<B>) -> &'a mut HeaderMap {
        request.headers_mut()
    }

    fn status(&self, response: &Response<R>) -> StatusCode {
        response.status()
    }
}
