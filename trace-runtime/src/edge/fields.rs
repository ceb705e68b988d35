//! Fields that an edge adds to a request or a step. Their keys are known only
//! at run time.

use std::fmt;

use crate::{
    callsite::LineKind,
    context::Trace,
    field::{
        causes,
        kept::{Encoded, Kept},
        limits::Limits,
        value::{ToValue, Value},
    },
    line,
};

/// Receives fields for the line of a request or a step; see
/// [`Request::record`](super::Request::record) and
/// [`Step::record`](super::Step::record).
///
/// # Examples
///
/// ```
/// # use trace_runtime::{edge::{self, Request}, propagation::Incoming, testing::Capture};
/// use trace_runtime::edge::{Fields, Outcome};
///
/// /// What each request of this edge says of its client.
/// fn client(fields: &mut Fields<'_>, user_agent: Option<&str>, port: u16) {
///     fields.set("user_agent", user_agent);
///     fields.set("client_port", port);
/// }
///
/// # let capture = Capture::new();
/// # let callsite = edge::callsite!("http_request", target: "my_edge");
/// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/"));
/// request.record(|fields| client(fields, None, 50_123));
/// request.end(Outcome::Ok);
/// let line = &capture.values()[0];
/// assert_eq!((line.get("user_agent"), &line["client_port"]), (None, &50_123.into()));
/// ```
pub struct Fields<'a> {
    to: To<'a>,
    limits: Limits,
}

/// Where the fields go.
enum To<'a> {
    Request(&'a Trace),
    Step(&'a mut Kept),
}

impl<'a> Fields<'a> {
    pub(super) fn new(trace: &'a Trace, limits: Limits) -> Self {
        Self { to: To::Request(trace), limits }
    }

    pub(super) fn of_step(fields: &'a mut Kept, limits: Limits) -> Self {
        Self { to: To::Step(fields), limits }
    }

    /// Sets a field. The last value of a key wins; `None` removes the field.
    ///
    /// A reserved key is written as `field.<key>`, and a key of more than 256
    /// bytes is left out. If the handler has a field with the same key, the
    /// handler's field stays.
    /// The causes of an error stand under `<key>_chain`.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// use trace_runtime::field::Value;
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/"));
    /// request.record(|fields| {
    ///     fields.set("attempts", 1);
    ///     fields.set("attempts", 2);
    ///     fields.set("cached", None::<bool>);
    ///     fields.set("level", "gold"); // of the client, not of the line
    ///     fields.set("first_failure", Value::error(&io::Error::from(io::ErrorKind::TimedOut)));
    /// });
    /// request.end(Outcome::Ok);
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["attempts"], line.get("cached")), (&2.into(), None));
    /// assert_eq!((&line["level"], &line["field.level"]), (&"INFO".into(), &"gold".into()));
    /// assert_eq!(line["first_failure"], "timed out");
    /// ```
    pub fn set(&mut self, key: &str, value: impl ToValue) {
        let value = value.to_value();
        let Some(name) = line::key(self.kind(), key) else { return };
        let text = Value::as_text(&value);
        let is_text = line::is_text(key) && !line::is_reserved(key, self.kind());
        let value = if is_text { &text } else { &value };
        self.put(&name, value);
        if let Some(first) = causes::of(value) {
            let chain = causes::key(&name);
            self.put_encoded(&Encoded::causes(&chain, first, &self.limits));
        }
    }

    fn kind(&self) -> LineKind {
        match self.to {
            To::Request(_) => LineKind::Request,
            To::Step(_) => LineKind::Step,
        }
    }

    fn put(&mut self, key: &[u8], value: &Value<'_>) {
        match &mut self.to {
            To::Request(_) => self.put_encoded(&Encoded::new(key, value, &self.limits)),
            To::Step(fields) => fields.set_value(key, value, &self.limits),
        }
    }

    fn put_encoded(&mut self, field: &Encoded<'_>) {
        match &mut self.to {
            To::Request(trace) => trace.set_field(field, &self.limits),
            To::Step(fields) => fields.set(field, &self.limits),
        }
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields").finish_non_exhaustive()
    }
}
