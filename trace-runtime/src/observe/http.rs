//! The facts of HTTP, of a request and of a call.

use std::time::Duration;

/// What is known of an HTTP request and its response.
///
/// # Examples
///
/// ```
/// use trace_runtime::{observe::Http, testing::{Capture, Seen}};
/// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
///
/// /// The name that a span of HTTP has.
/// fn span_name(http: Http<'_>) -> String {
///     format!("{} {}", http.method(), http.route().unwrap_or("unknown"))
/// }
///
/// let names = Seen::closed(|closed| closed.http().map(span_name));
/// Capture::new().observed_by(names.clone()).run(|| {
///     # let callsite = edge::callsite!("http_request", target: "my_edge");
///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders/7");
///     request.set_route("/orders/{id}");
///     request.end(Outcome::Ok);
/// });
/// assert_eq!(names.values(), [Some("GET /orders/{id}".to_owned())]);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Http<'a> {
    pub(crate) method: &'a str,
    pub(crate) route: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
    /// As it stands on the line, an IPv6 address in brackets.
    pub(crate) host: Option<&'a str>,
    pub(crate) port: Option<u16>,
    pub(crate) status: Option<u16>,
    pub(crate) grpc_status: Option<u32>,
    pub(crate) ttfb_ns: Option<u64>,
    pub(crate) is_stream: bool,
}

impl<'a> Http<'a> {
    /// Returns the method as it was sent ([RFC 9110 §9]), in its case.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// let is_change = Seen::closed(|closed| {
    ///     closed.http().is_some_and(|http| !["GET", "HEAD"].contains(&http.method()))
    /// });
    /// Capture::new().observed_by(is_change.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     for method in ["GET", "DELETE"] {
    ///         Request::open(callsite, Incoming::none(), method, "/orders/7").end(Outcome::Ok);
    ///     }
    /// });
    /// assert_eq!(is_change.values(), [false, true]);
    /// ```
    ///
    /// [RFC 9110 §9]: https://www.rfc-editor.org/rfc/rfc9110#section-9
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// Returns the pattern that the path matched, if any; `None` for a call.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// // A label must not have a value for each order.
    /// let labels = Seen::closed(|closed| {
    ///     closed.http().and_then(|http| http.route()).unwrap_or("other").to_owned()
    /// });
    /// Capture::new().observed_by(labels.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders/7");
    ///     request.set_route("/orders/{id}");
    ///     request.end(Outcome::Ok);
    ///     Request::open(callsite, Incoming::none(), "GET", "/wp-admin").end(Outcome::Ok);
    /// });
    /// assert_eq!(labels.values(), ["/orders/{id}", "other"]);
    /// ```
    pub fn route(&self) -> Option<&'a str> {
        self.route
    }

    /// Returns the path without the query string; `None` for a call.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// let paths = Seen::closed(|closed| closed.http()?.path().map(str::to_owned));
    /// Capture::new().observed_by(paths.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     Request::open(callsite, Incoming::none(), "GET", "/orders/7").end(Outcome::Ok);
    /// });
    /// assert_eq!(paths.values(), [Some("/orders/7".to_owned())]);
    /// ```
    pub fn path(&self) -> Option<&'a str> {
        self.path
    }

    /// Returns the host that a call went to, without its [port](Self::port): a
    /// name, or an address without brackets; `None` for a request.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::edge::{self, Call};
    ///
    /// // Which services does this one depend on?
    /// let hosts = Seen::closed(|closed| closed.http()?.host().map(str::to_owned));
    /// Capture::new().observed_by(hosts.clone()).run(|| {
    ///     # let callsite = edge::call_callsite!("http_call", target: "my_edge");
    ///     Call::open(callsite, "GET", Some("stock:8080")).end();
    ///     Call::open(callsite, "GET", Some("[::1]:8080")).end();
    /// });
    /// assert_eq!(hosts.values(), [Some("stock".to_owned()), Some("::1".to_owned())]);
    /// ```
    pub fn host(&self) -> Option<&'a str> {
        let without_brackets = |host: &'a str| host.strip_prefix('[')?.strip_suffix(']');
        self.host.map(|host| without_brackets(host).unwrap_or(host))
    }

    /// Returns the port that a call went to, if its edge has named one, because
    /// it is not the scheme's own; `None` for a request.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::edge::{self, Call};
    ///
    /// let ports = Seen::closed(|closed| closed.http()?.port());
    /// Capture::new().observed_by(ports.clone()).run(|| {
    ///     # let callsite = edge::call_callsite!("http_call", target: "my_edge");
    ///     Call::open(callsite, "GET", Some("stock:8080")).end();
    ///     Call::open(callsite, "GET", Some("stock")).end(); // at 80 or 443
    /// });
    /// assert_eq!(ports.values(), [Some(8080), None]);
    /// ```
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Returns the status of the response ([RFC 9110 §15]), if there was one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// let classes = Seen::closed(|closed| closed.http()?.status().map(|status| status / 100));
    /// Capture::new().observed_by(classes.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders/7");
    ///     request.set_status(404);
    ///     request.end(Outcome::Ok);
    ///     drop(Request::open(callsite, Incoming::none(), "GET", "/orders/8")); // the client left
    /// });
    /// assert_eq!(classes.values(), [Some(4), None]);
    /// ```
    ///
    /// [RFC 9110 §15]: https://www.rfc-editor.org/rfc/rfc9110#section-15
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns the status of gRPC, if the response had one: 0 (`OK`) to 16
    /// ([status codes]).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// let codes = Seen::closed(|closed| closed.http()?.grpc_status());
    /// Capture::new().observed_by(codes.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "POST", "/shop.Orders/Get");
    ///     request.set_status(200);
    ///     request.set_grpc_status(5); // NOT_FOUND
    ///     request.end(Outcome::Ok);
    /// });
    /// assert_eq!(codes.values(), [Some(5)]);
    /// ```
    ///
    /// [status codes]: https://grpc.github.io/grpc/core/md_doc_statuscodes.html
    pub fn grpc_status(&self) -> Option<u32> {
        self.grpc_status
    }

    /// Returns the time from the start until the head of the response; `None`
    /// for a call.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{thread::sleep, time::Duration};
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// let times = Seen::closed(|closed| {
    ///     (closed.http().and_then(|http| http.time_to_head()), closed.duration())
    /// });
    /// Capture::new().observed_by(times.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders.csv");
    ///     request.set_status(200);
    ///     sleep(Duration::from_millis(3)); // the body is sent
    ///     request.end(Outcome::Ok);
    /// });
    /// let (to_head, in_all) = times.values()[0];
    /// assert!(in_all - to_head.unwrap() >= Duration::from_millis(3));
    /// ```
    pub fn time_to_head(&self) -> Option<Duration> {
        self.ttfb_ns.map(Duration::from_nanos)
    }

    /// Returns whether the response is a stream of events. Then the client
    /// decides how long it takes.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// // How long a stream lasts does not belong into a histogram of durations.
    /// let measured = Seen::closed(|closed| {
    ///     let is_stream = closed.http().is_some_and(|http| http.is_stream());
    ///     (!is_stream).then(|| closed.duration())
    /// });
    /// Capture::new().observed_by(measured.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/events");
    ///     request.set_stream();
    ///     request.end(Outcome::Ok);
    /// });
    /// assert_eq!(measured.values(), [None]);
    /// ```
    pub fn is_stream(&self) -> bool {
        self.is_stream
    }
}
