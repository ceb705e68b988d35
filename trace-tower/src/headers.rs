//! Ids in an `http::HeaderMap`.

use http::{HeaderMap, HeaderName, HeaderValue};
use trace_runtime::{
    TraceId,
    propagation::{Extractor, Incoming, Outgoing},
};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
const REQUEST_ID_HEADERS: [HeaderName; 3] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-correlation-id"),
    HeaderName::from_static("x-trace-id"),
];

/// Reads the ids of a request from its headers.
///
/// For a `#[traced_handler]` without a [`TraceLayer`](crate::TraceLayer)
/// around it. A header that was sent twice, or is no text, is refused.
///
/// # Examples
///
/// ```
/// use http::HeaderMap;
/// use trace_runtime::{testing::Capture, traced_handler};
///
/// #[traced_handler(trace_id = trace_tower::extract_from(&headers))]
/// async fn handler(headers: HeaderMap) {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut headers = HeaderMap::new();
/// headers.append("x-request-id", "req-7".parse().unwrap());
/// headers.append("x-request-id", "req-8".parse().unwrap());
/// let capture = Capture::new();
/// capture.scope(handler(headers)).await;
/// assert_eq!(capture.values()[0]["request_id_rejected"], "multiple");
/// # }
/// ```
pub fn extract_from(headers: &HeaderMap) -> Incoming {
    extract_with(&Extractor::default(), headers)
}

pub(crate) fn extract_with(extractor: &Extractor, headers: &HeaderMap) -> Incoming {
    extractor.extract(|name| headers.get_all(name).iter().map(HeaderValue::as_bytes))
}

/// Writes the ids of the current trace to the headers of a request that goes
/// out, with a span id made for it.
///
/// A request id that is there stays. A `traceparent` and its `tracestate` do
/// not: a service that takes part in a trace is itself the parent of what it
/// calls ([W3C Trace Context, §4.3][mutating]), and headers copied from the
/// caller say otherwise. Outside a trace nothing is touched.
///
/// [mutating]: https://www.w3.org/TR/trace-context-2/#mutating-the-traceparent-field
///
/// # Examples
///
/// ```
/// use http::HeaderMap;
/// use trace_runtime::traced_handler;
///
/// #[traced_handler(trace_id = "req-7")]
/// async fn handler() -> HeaderMap {
///     let mut headers = HeaderMap::new();
///     trace_tower::inject_into(&mut headers);
///     headers
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let headers = handler().await;
/// assert_eq!(headers["x-request-id"], "req-7");
/// assert_eq!(headers["traceparent"].len(), 55);
/// # }
/// ```
pub fn inject_into(headers: &mut HeaderMap) {
    if let Some(outgoing) = Outgoing::current() {
        write(&outgoing, headers);
    }
}

pub(crate) fn write(outgoing: &Outgoing, headers: &mut HeaderMap) {
    remove_parent(headers);
    outgoing.write(|name, value| {
        let Ok(name) = name.parse::<HeaderName>() else { return };
        let Ok(value) = HeaderValue::from_str(value) else { return };
        if let Ok(entry) = headers.try_entry(name) {
            entry.or_insert(value);
        }
    });
}

/// Removes the ids of a trace from the headers of a request that must not have
/// them, where they were copied from the caller's.
pub(crate) fn withhold(outgoing: &Outgoing, headers: &mut HeaderMap) {
    remove_parent(headers);
    let trace_id = outgoing.traceparent().trace_id();
    let ours = [outgoing.request_id(), trace_id].map(TraceId::to_string);
    for name in REQUEST_ID_HEADERS {
        let mut values = headers.get_all(&name).iter().map(HeaderValue::as_bytes);
        if values.any(|value| ours.iter().any(|id| id.as_bytes() == value)) {
            headers.remove(name);
        }
    }
}

fn remove_parent(headers: &mut HeaderMap) {
    headers.remove(TRACEPARENT);
    headers.remove(TRACESTATE);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use trace_runtime::{testing::Capture, traced_handler};

    use super::*;

    #[traced_handler(trace_id = incoming)]
    async fn sent(incoming: Incoming, mut headers: HeaderMap) -> HeaderMap {
        inject_into(&mut headers);
        headers
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[tokio::test]
    async fn a_request_id_that_is_there_stays_and_a_parent_is_replaced() {
        let incoming = extract_from(&headers(&[
            ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            ("tracestate", "foo=1"),
            ("x-request-id", "req-7"),
        ]));
        let capture = Capture::new();
        let sent = |set| capture.scope(sent(incoming.clone(), headers(set)));

        let all = sent(&[]).await;
        assert!(all["traceparent"].to_str().unwrap().contains("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert_eq!(all["tracestate"], "foo=1");
        assert_eq!(all["x-request-id"], "req-7");

        let copied = sent(&[
            ("traceparent", "00-5bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            ("traceparent", "another"),
            ("tracestate", "theirs=1"),
            ("x-request-id", "mine"),
        ]);
        let copied = copied.await;
        assert_eq!(copied.get_all("traceparent").iter().count(), 1);
        assert_eq!(copied["traceparent"].as_bytes()[3..35], all["traceparent"].as_bytes()[3..35]);
        assert_eq!(copied["tracestate"], "foo=1");
        assert_eq!(copied["x-request-id"], "mine");
    }

    #[tokio::test]
    async fn a_state_of_another_parent_does_not_go_out_beside_ours() {
        let capture = Capture::new();
        let copied = headers(&[("tracestate", "theirs=1")]);
        let sent = capture.scope(sent(Incoming::none(), copied)).await;
        assert!(sent.contains_key("traceparent") && !sent.contains_key("tracestate"));
    }

    #[tokio::test]
    async fn ids_that_were_copied_from_the_caller_are_withheld() {
        #[traced_handler(trace_id = "req-7")]
        async fn withheld(mut headers: HeaderMap) -> HeaderMap {
            withhold(&Outgoing::current().unwrap(), &mut headers);
            headers
        }
        let copied = headers(&[
            ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            ("tracestate", "foo=1"),
            ("x-request-id", "req-7"),
            ("x-correlation-id", "theirs"),
            ("x-trace-id", "17d2b948ef605a07916a0d9aba3ee2c7"),
            ("accept", "text/plain"),
        ]);
        let left = Capture::new().scope(withheld(copied)).await;
        let left: BTreeSet<_> = left.keys().map(HeaderName::as_str).collect();
        assert_eq!(left, BTreeSet::from(["accept", "x-correlation-id"]));
    }

    #[test]
    fn outside_a_trace_nothing_is_touched() {
        let mut headers = headers(&[("traceparent", "theirs")]);
        inject_into(&mut headers);
        assert_eq!(headers.len(), 1);
        assert_eq!(headers["traceparent"], "theirs");
    }
}
