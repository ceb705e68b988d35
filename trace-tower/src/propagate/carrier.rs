//! Where a client's requests have their headers.

use http::{
    HeaderMap, Method, Request, Response, StatusCode, Uri, header,
    uri::{Authority, Scheme},
};

/// Where a client's requests have their headers, and its responses their
/// status.
///
/// [`HttpRequests`] knows it of all clients that take `http::Request`:
/// hyper-util, tonic, axum. For reqwest, whose requests are a type of its own:
///
/// ```
/// use reqwest::{Method, StatusCode, header::HeaderMap};
/// use tower::{Layer as _, ServiceExt as _}; // with tower's feature `util`
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
///     fn port(&self, request: &reqwest::Request) -> Option<u16> {
///         request.url().port()
///     }
///     fn headers_mut<'a>(&self, request: &'a mut reqwest::Request) -> &'a mut HeaderMap {
///         request.headers_mut()
///     }
///     fn status(&self, response: &reqwest::Response) -> StatusCode {
///         response.status()
///     }
/// }
///
/// let request = reqwest::Request::new(Method::GET, "http://stock:8080/items".parse()?);
/// assert_eq!(ReqwestRequests.host(&request), Some("stock"));
/// assert_eq!(ReqwestRequests.port(&request), Some(8080));
///
/// let client = PropagateLayer::with(ReqwestRequests).layer(reqwest::Client::new());
/// let response = client.oneshot(request);
/// # drop(response);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not know where a `{Req}` has its headers",
    note = "a client whose requests are a type of its own, as reqwest's are, takes \
            `PropagateLayer::with(carrier)`: see the documentation of `propagate::Carrier`"
)]
pub trait Carrier<Req, Res> {
    /// Returns the method.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trace_tower::propagate::{Carrier, HttpRequests};
    ///
    /// let order = Request::post("http://stock/orders").body("3 apples").unwrap();
    /// assert_eq!(Carrier::<_, Response<()>>::method(&HttpRequests, &order), "POST");
    /// ```
    fn method<'a>(&self, request: &'a Req) -> &'a Method;

    /// Returns the name of the host that is called, without a port; an IPv6
    /// address stands in its brackets.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trace_tower::propagate::{Carrier, HttpRequests};
    ///
    /// let cases =
    ///     [("http://stock:8080/", Some("stock")), ("http://[::1]/", Some("[::1]")), ("/", None)];
    /// for (uri, host) in cases {
    ///     let request = Request::get(uri).body(()).unwrap();
    ///     assert_eq!(Carrier::<_, Response<()>>::host(&HttpRequests, &request), host);
    /// }
    /// ```
    fn host<'a>(&self, request: &'a Req) -> Option<&'a str>;

    /// Returns the port that is called, if the request names one that is not the
    /// scheme's own: 80 of `http`, 443 of `https`. It stands on the line of the
    /// call, behind the host, and on what is exported of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trace_tower::propagate::{Carrier, HttpRequests};
    ///
    /// let cases = [
    ///     ("http://stock:8080/", Some(8080)),
    ///     ("http://stock/", None),
    ///     ("http://stock:80/", None),
    ///     ("https://stock:80/", Some(80)),
    /// ];
    /// for (uri, port) in cases {
    ///     let request = Request::get(uri).body(()).unwrap();
    ///     assert_eq!(Carrier::<_, Response<()>>::port(&HttpRequests, &request), port);
    /// }
    /// ```
    fn port(&self, _request: &Req) -> Option<u16> {
        None
    }

    /// Returns the headers to be sent.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{HeaderValue, Request, Response};
    /// use trace_tower::propagate::{Carrier, HttpRequests};
    ///
    /// let mut request = Request::get("http://stock/").body(()).unwrap();
    /// let headers = Carrier::<_, Response<()>>::headers_mut(&HttpRequests, &mut request);
    /// headers.insert("x-request-id", HeaderValue::from_static("req-7"));
    /// assert_eq!(request.headers()["x-request-id"], "req-7");
    /// ```
    fn headers_mut<'a>(&self, request: &'a mut Req) -> &'a mut HeaderMap;

    /// Returns the status that was answered.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response, StatusCode};
    /// use trace_tower::propagate::{Carrier, HttpRequests};
    ///
    /// let busy = Response::builder().status(503).body("later").unwrap();
    /// let status = Carrier::<Request<()>, _>::status(&HttpRequests, &busy);
    /// assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    /// ```
    fn status(&self, response: &Res) -> StatusCode;

    /// Returns the headers of the response, where gRPC says that a call has
    /// failed. A carrier that returns none does not see such failures.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use trace_tower::propagate::{Carrier, HttpRequests};
    ///
    /// let failed = Response::builder().header("grpc-status", "13").body(()).unwrap();
    /// let headers = Carrier::<Request<()>, _>::response_headers(&HttpRequests, &failed);
    /// assert_eq!(headers.unwrap()["grpc-status"], "13");
    /// ```
    fn response_headers<'a>(&self, _response: &'a Res) -> Option<&'a HeaderMap> {
        None
    }
}

/// `http::Request` and `http::Response`, with any body.
///
/// # Examples
///
/// ```
/// use http::{Request, Response};
/// use trace_tower::propagate::{Carrier, HttpRequests};
///
/// // A client with a base address leaves the host to the header.
/// let request = Request::get("/items").header("host", "stock:8080").body(()).unwrap();
/// assert_eq!(Carrier::<_, Response<()>>::host(&HttpRequests, &request), Some("stock"));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpRequests;

impl<B, R> Carrier<Request<B>, Response<R>> for HttpRequests {
    fn method<'a>(&self, request: &'a Request<B>) -> &'a Method {
        request.method()
    }

    /// The URI's, else the `host` header's.
    fn host<'a>(&self, request: &'a Request<B>) -> Option<&'a str> {
        request.uri().host().or_else(|| {
            let host = request.headers().get(header::HOST)?.to_str().ok()?;
            let authority: Authority = host.parse().ok()?;
            let start = host.rfind('@').map_or(0, |at| at + 1);
            host.get(start..start + authority.host().len())
        })
    }

    /// The URI's; without a host there, the `host` header's.
    fn port(&self, request: &Request<B>) -> Option<u16> {
        let uri = request.uri();
        match uri.host() {
            Some(_) => uri.port_u16().filter(|port| Some(*port) != of_scheme(uri)),
            None => port_of(request.headers().get(header::HOST)?.to_str().ok()?),
        }
    }

    fn headers_mut<'a>(&self, request: &'a mut Request<B>) -> &'a mut HeaderMap {
        request.headers_mut()
    }

    fn status(&self, response: &Response<R>) -> StatusCode {
        response.status()
    }

    fn response_headers<'a>(&self, response: &'a Response<R>) -> Option<&'a HeaderMap> {
        Some(response.headers())
    }
}

/// Returns the port of a `host` header, without the copy that an `Authority` is.
fn port_of(authority: &str) -> Option<u16> {
    let (host, port) = authority.rsplit_once(':')?;
    let is_host = host.ends_with(']') || !host.contains(':');
    // `parse` takes a plus sign.
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    port.parse().ok().filter(|_| is_host && is_number)
}

fn of_scheme(uri: &Uri) -> Option<u16> {
    match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTP => Some(80),
        Some(scheme) if *scheme == Scheme::HTTPS => Some(443),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(request: &Request<()>) -> Option<&str> {
        Carrier::<_, Response<()>>::host(&HttpRequests, request)
    }

    #[test]
    fn a_host_is_the_same_from_the_uri_and_from_the_header() {
        for (authority, expected) in [
            ("stock", "stock"),
            ("stock:8080", "stock"),
            ("127.0.0.1:80", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("[::1]:8080", "[::1]"),
            ("user@stock:80", "stock"),
        ] {
            let of_uri = Request::get(format!("http://{authority}/")).body(()).unwrap();
            assert_eq!(host(&of_uri), Some(expected), "{authority}");
            let of_header = Request::get("/").header("host", authority).body(()).unwrap();
            assert_eq!(host(&of_header), Some(expected), "{authority}");
        }
    }

    fn port(request: &Request<()>) -> Option<u16> {
        Carrier::<_, Response<()>>::port(&HttpRequests, request)
    }

    #[test]
    fn a_port_is_the_one_that_is_named_unless_it_is_the_schemes_own() {
        for (uri, expected) in [
            ("http://stock:8080/", Some(8080)),
            ("http://user@[::1]:8080/", Some(8080)),
            ("http://stock/", None),
            ("http://stock:80/", None),
            ("HTTPS://stock:443/", None),
            ("https://stock:/", None),
            ("https://stock:80/", Some(80)),
            ("coap://stock:443/", Some(443)),
        ] {
            let request = Request::get(uri).header("host", "stock:9090").body(()).unwrap();
            assert_eq!(port(&request), expected, "{uri}");
        }
    }

    #[test]
    fn without_a_scheme_no_port_is_its_own() {
        for (header, expected) in [
            ("stock:8080", Some(8080)),
            ("user@stock:80", Some(80)),
            ("[::1]:8080", Some(8080)),
            ("[::1]", None),
            ("[::1", None),
            ("stock:", None),
            ("stock:+80", None),
            ("a:b:80", None),
        ] {
            let request = Request::get("/").header("host", header).body(()).unwrap();
            assert_eq!(port(&request), expected, "{header}");
        }
        let tunnel = Request::connect("stock:443").body(()).unwrap();
        assert_eq!((host(&tunnel), port(&tunnel)), (Some("stock"), Some(443)));
    }

    #[test]
    fn without_a_name_there_is_no_host() {
        for value in ["", "a b", "[::1", "a:b:c"] {
            let request = Request::get("/").header("host", value).body(()).unwrap();
            assert_eq!(host(&request), None, "{value}");
        }
        assert_eq!(host(&Request::get("/").body(()).unwrap()), None);
    }
}
