//! A call to another service: a step that an edge holds open.

use std::{error::Error, fmt};

use crate::{
    edge::{Callsite, server::split},
    failure::Failure,
    field::{
        kept::{Encoded, Kept},
        limits::Limits,
        value::ToValue as _,
    },
    line,
    outcome::Outcome,
    scope::{self, Place, Running, Scope},
};

/// A call to another service, as a step of the current trace.
///
/// Its line has `method`, `host`, `port` if the edge has named one, and, once it
/// is known, `status`.
/// [`Outgoing::for_call`](crate::propagation::Outgoing::for_call) has to be
/// called while the call is [entered](Self::enter). Its headers then name the
/// call as the parent, so the spans of the other service appear below the call.
///
/// # Examples
///
/// ```
/// use trace_runtime::{edge::{self, Call}, propagation::Outgoing, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn handler() -> String {
///     let callsite = edge::call_callsite!("http_call", target: "my_edge");
///     let mut call = Call::open(callsite, "GET", Some("stock"));
///     let sent = call.enter(|| Outgoing::for_call()).unwrap();
///     call.set_status(200);
///     call.end();
///     sent.traceparent().parent_id().to_string()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// let parent_id = capture.scope(handler()).await;
/// let step = &capture.values()[0];
/// assert_eq!((&step["host"], &step["status"]), (&"stock".into(), &200.into()));
/// assert_eq!(step["span_id"], parent_id.as_str());
/// # }
/// ```
#[must_use = "a call that is dropped was cancelled"]
pub struct Call {
    scope: Option<Scope>,
}

impl Call {
    /// Opens the step. Its callsite has to be made with
    /// [`call_callsite!`](crate::edge::call_callsite!).
    ///
    /// `method` and `host` stand on its line, the host as the caller of the
    /// service has named it. Name its port behind it unless it is the scheme's
    /// own, such as 443 of `https`: it stands on the line as `port`. An IPv6
    /// address has brackets. The step begins now. Outside a trace, it is a step
    /// without one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{edge::{self, Call}, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = edge::call_callsite!("http_call", target: "my_edge");
    ///     Call::open(callsite, "POST", Some("stock:8080")).end();
    ///     Call::open(callsite, "GET", None).end(); // over a socket that has no host
    /// });
    /// let lines = capture.values();
    /// assert_eq!((&lines[0]["host"], &lines[0]["port"]), (&"stock".into(), &8080.into()));
    /// assert!(lines[1].get("host").is_none());
    /// ```
    pub fn open(Callsite(callsite): Callsite, method: &str, host: Option<&str>) -> Self {
        let fields =
            if Place(callsite).wants_fields() { encoded(method, host) } else { Kept::default() };
        let mut call = Self { scope: None };
        scope::open(&mut call.scope, callsite, fields, None, &Kept::default());
        // The step begins here, because the call may be polled elsewhere, or
        // never.
        if let Some(scope) = &mut call.scope {
            scope.begin();
        }
        call
    }

    /// Calls `run` inside the step. Use it around each poll of the call. If
    /// `run` panics, the call has panicked.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{future::poll_fn, pin::pin};
    /// use trace_runtime::{edge::{self, Call}, info, testing::Capture};
    ///
    /// async fn send() {
    ///     info!("connected");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let capture = Capture::new();
    /// # capture.scope(async {
    /// # let callsite = edge::call_callsite!("http_call", target: "my_edge");
    /// let mut call = Call::open(callsite, "GET", Some("stock"));
    /// let mut sent = pin!(send());
    /// poll_fn(|cx| call.enter(|| sent.as_mut().poll(cx))).await;
    /// call.end();
    /// # }).await;
    /// assert_eq!(capture.tree(), "http_call ok\n  \"connected\"\n");
    /// # }
    /// ```
    pub fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        let Some(mut running) = Running::resume(&mut self.scope) else { return run() };
        let value = running.enter(run);
        running.pause();
        value
    }

    /// Sets the status of the response. It decides nothing: whether a call has
    /// failed is for its edge to know, which then calls [`fail`](Self::fail).
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Call}, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::call_callsite!("http_call", target: "my_edge");
    /// # let mut call = capture.run(|| Call::open(callsite, "GET", Some("stock")));
    /// call.set_status(404); // it has answered, and that is all that we wanted
    /// call.end();
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["status"], &line["outcome"]), (&404.into(), &"ok".into()));
    /// ```
    pub fn set_status(&mut self, status: u16) {
        self.set(line::STATUS, status.into());
    }

    /// Sets the gRPC status of the response: one of its [status codes][codes],
    /// where 0 is success. It decides nothing, as
    /// [`set_status`](Self::set_status).
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::io;
    /// # use trace_runtime::{edge::{self, Call}, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::call_callsite!("grpc_call", target: "my_edge");
    /// # let mut call = capture.run(|| Call::open(callsite, "POST", Some("stock")));
    /// call.set_status(200); // of HTTP: gRPC has its own in the trailers
    /// call.set_grpc_status(14);
    /// call.fail(&io::Error::other("unavailable"));
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["grpc_status"], &line["error"]), (&14.into(), &"unavailable".into()));
    /// ```
    ///
    /// [codes]: https://grpc.io/docs/guides/status-codes/
    pub fn set_grpc_status(&mut self, status: u32) {
        self.set(line::GRPC_STATUS, status);
    }

    fn set(&mut self, key: &str, value: u32) {
        let Some(scope) = &mut self.scope else { return };
        let limits = Limits::default();
        let field = Encoded::new(key.as_bytes(), &value.to_value(), &limits);
        scope.frame.fields.set(&field, &limits);
    }

    /// Ends the call with success, and writes its line.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{edge::{self, Call}, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     let callsite = edge::call_callsite!("http_call", target: "my_edge");
    ///     for host in ["stock", "prices"] {
    ///         Call::open(callsite, "GET", Some(host)).end();
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// capture.scope(handler()).await;
    /// let calls = &capture.values()[2]["steps"][0]; // of the line of the request
    /// assert_eq!((&calls["name"], &calls["count"]), (&"http_call".into(), &2.into()));
    /// # }
    /// ```
    pub fn end(mut self) {
        self.close(Outcome::Ok, None);
    }

    /// Ends the call with an error, and writes its line: a WARN, with the error
    /// and its causes.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Call}, testing::Capture};
    /// use std::io;
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::call_callsite!("http_call", target: "my_edge");
    /// # let call = capture.run(|| Call::open(callsite, "GET", Some("stock")));
    /// call.fail(&io::Error::from(io::ErrorKind::TimedOut));
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["outcome"], &line["level"]), (&"error".into(), &"WARN".into()));
    /// assert_eq!(line["error"], "timed out");
    /// ```
    pub fn fail<'a>(mut self, error: &'a (dyn Error + 'a)) {
        self.close(Outcome::Error, Some(&Failure::of_error(error)));
    }

    fn close(&mut self, ending: Outcome, failure: Option<&Failure<'_>>) {
        if let Some(mut running) = Running::resume(&mut self.scope) {
            running.close(ending, failure);
        }
    }
}

/// Encodes what is known of a call when it begins.
fn encoded(method: &str, server: Option<&str>) -> Kept {
    let (host, port) = server.map(split).unzip();
    let port = port.flatten();
    let keys = [line::METHOD, line::HOST, line::PORT];
    let values = [method.to_value(), host.to_value(), port.to_value()];
    scope::encoded(&keys, &values)
}

impl Drop for Call {
    fn drop(&mut self) {
        self.close(Outcome::Cancelled, None);
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}
