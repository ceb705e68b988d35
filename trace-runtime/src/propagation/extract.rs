//! Reads ids from the headers of a request.

use std::borrow::Cow;

use super::{Incoming, TraceParent, TraceState};
use crate::id::{Rejected, TraceId, trim};

/// The most bytes of a `tracestate` that are passed on, as the specification
/// recommends.
const MOST_STATE: usize = 512;

/// The highest limit that can be set for the length of a request id.
const MOST_ID: usize = 255;

/// Reads the ids of a request from its headers.
///
/// `get` receives the name of a header in lower case and returns all of its
/// values. [`Extractor`] documents what is read, and how to change that.
///
/// # Examples
///
/// ```
/// use std::collections::HashMap;
/// use trace_runtime::propagation::extract;
///
/// let headers = HashMap::from([
///     ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
///     ("x-request-id", "req-7"),
/// ]);
/// let incoming = extract(|name| headers.get(name).copied());
/// assert_eq!(incoming.trace_id().unwrap().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(incoming.request_id().unwrap().to_string(), "req-7");
/// ```
pub fn extract<V>(get: impl FnMut(&str) -> V) -> Incoming
where
    V: IntoIterator<Item: AsRef<[u8]>>,
{
    Extractor::default().extract(get)
}

/// Reads ids from the headers of a request.
///
/// 1. A valid `traceparent` gives the trace and the span of the caller. A valid
///    `tracestate` is read only with it.
/// 2. The first request id header that is present gives the request id. The
///    headers are `x-request-id` and `x-correlation-id`, in this order, unless
///    others are set. The id is accepted if the header occurs once and
///    [`TraceId::accept`] accepts its value. It becomes the id of the trace if
///    there is no `traceparent`, or if the id in the `traceparent` was made
///    from it. Otherwise it stands beside the trace's id on every line.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Rejected, propagation::Extractor};
///
/// let extractor = Extractor::default().request_id_headers(["x-amzn-trace-id"]).max_id_len(255);
/// let get = |name: &str| (name == "x-amzn-trace-id").then_some("two words");
/// assert_eq!(extractor.extract(get).rejected(), Some(Rejected::Charset));
/// ```
#[derive(Clone, Debug)]
pub struct Extractor {
    request_id_headers: Vec<Cow<'static, str>>,
    max_id_len: usize,
}

impl Default for Extractor {
    fn default() -> Self {
        Self {
            request_id_headers: vec!["x-request-id".into(), "x-correlation-id".into()],
            max_id_len: TraceId::MAX_LEN,
        }
    }
}

impl Extractor {
    /// Sets the headers that may contain a request id. The first one that is
    /// present is used.
    ///
    /// Names are compared in lower case. Without any name, no request id is
    /// read.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use trace_runtime::propagation::Extractor;
    ///
    /// // The id that the provider's support asks for comes first.
    /// let extractor = Extractor::default().request_id_headers(["CF-Ray", "x-request-id"]);
    /// let headers = HashMap::from([("cf-ray", "8f1c2d3e4f5a6b7c-FRA"), ("x-request-id", "req-7")]);
    /// let incoming = extractor.extract(|name| headers.get(name));
    /// assert_eq!(incoming.request_id().unwrap().to_string(), "8f1c2d3e4f5a6b7c-FRA");
    ///
    /// let none = extractor.request_id_headers([""; 0]).extract(|name| headers.get(name));
    /// assert!(none.request_id().is_none());
    /// ```
    #[must_use]
    pub fn request_id_headers<N>(mut self, names: impl IntoIterator<Item = N>) -> Self
    where
        N: Into<Cow<'static, str>>,
    {
        let lower = |name: N| match name.into() {
            name if name.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Cow::Owned(name.to_ascii_lowercase())
            }
            name => name,
        };
        self.request_id_headers = names.into_iter().map(lower).collect();
        self
    }

    /// Sets the maximum length of a request id: 1 to 255 bytes, 128 by default.
    ///
    /// A number outside this range sets the nearest one in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Rejected, propagation::Extractor};
    ///
    /// let id = "k8s/eu-1/".repeat(20); // 180 bytes
    /// let get = |name: &str| (name == "x-request-id").then_some(&id);
    /// let incoming = Extractor::default().extract(get);
    /// assert_eq!(incoming.rejected(), Some(Rejected::TooLong));
    ///
    /// let incoming = Extractor::default().max_id_len(200).extract(get);
    /// assert_eq!(incoming.request_id().unwrap().to_string(), id);
    /// ```
    #[must_use]
    pub fn max_id_len(mut self, bytes: usize) -> Self {
        self.max_id_len = bytes.clamp(1, MOST_ID);
        self
    }

    /// Reads the ids of a request. `get` receives the name of a header in lower
    /// case and returns all of its values.
    ///
    /// What is not valid is left out of the result, and is never an error: a
    /// request is not refused because of its headers.
    ///
    /// # Examples
    ///
    /// A header that was sent twice cannot be trusted, so `get` has to return
    /// both values:
    ///
    /// ```
    /// use trace_runtime::{Rejected, propagation::Extractor};
    ///
    /// let headers = [("x-request-id", "req-7"), ("x-request-id", "req-8")];
    /// let values = |name: &str| -> Vec<&str> {
    ///     headers.iter().filter(|header| header.0 == name).map(|header| header.1).collect()
    /// };
    /// let incoming = Extractor::default().extract(values);
    /// assert_eq!(incoming.rejected(), Some(Rejected::Multiple));
    /// assert!(incoming.request_id().is_none());
    /// ```
    pub fn extract<V>(&self, mut get: impl FnMut(&str) -> V) -> Incoming
    where
        V: IntoIterator<Item: AsRef<[u8]>>,
    {
        let parent = only(get("traceparent")).and_then(|header| {
            TraceParent::parse(trim(header.as_ref())).ok() // An invalid one is ignored.
        });
        let state = parent.as_ref().and_then(|_| TraceState::parse(get("tracestate")).ok());
        let state = state.unwrap_or_default().shortened_to(MOST_STATE);
        let (request_id, rejected) = match self.request_id(get) {
            Ok(id) => (id, None),
            Err(reason) => (None, Some(reason)),
        };
        let is_one = is_made_from(parent.as_ref(), request_id.as_ref());
        Incoming { parent, state, request_id, rejected, is_one }
    }

    fn request_id<V>(&self, mut get: impl FnMut(&str) -> V) -> Result<Option<TraceId>, Rejected>
    where
        V: IntoIterator<Item: AsRef<[u8]>>,
    {
        for name in &self.request_id_headers {
            let mut values = get(name).into_iter();
            if let Some(id) = values.next() {
                return match values.next() {
                    None => TraceId::accept_up_to(self.max_id_len, id.as_ref()).map(Some),
                    Some(_) => Err(Rejected::Multiple),
                };
            }
        }
        Ok(None)
    }
}

/// Returns whether the id in a `traceparent` was made from the request id, by a
/// service that writes the request id on its lines.
fn is_made_from(parent: Option<&TraceParent>, request_id: Option<&TraceId>) -> bool {
    let (Some(parent), Some(request_id)) = (parent, request_id) else { return false };
    parent.trace_id == request_id.to_w3c()
}

/// Returns the value, if there is exactly one.
fn only<V: IntoIterator>(values: V) -> Option<V::Item> {
    let mut values = values.into_iter();
    values.next().filter(|_| values.next().is_none())
}
