//! Ids in an `http::HeaderMap`.

use http::{HeaderMap, HeaderName, HeaderValue};
use trace_runtime::propagation::{Extractor, Incoming, Outgoing};

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Reads the ids of a request from its headers.
///
/// For a `#[traced_handler]` without a [`TraceLayer`](crate::TraceLayer)
/// around it; one header more than once, and bytes that are no text, are seen
/// here only.
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
/// out, with a span id made for it. Headers that are there stay.
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
    if let Some(outgoing) = Outgoing::new() {
        write(&outgoing, headers);
    }
}

pub(crate) fn write(outgoing: &Outgoing, headers: &mut HeaderMap) {
    // A `tracestate` belongs to its `traceparent`: beside another's it would
    // be wrong.
    let is_theirs = headers.contains_key(TRACEPARENT);
    outgoing.write(|name, value| {
        if is_theirs && name == TRACESTATE {
            return;
        }
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.entry(name).or_insert(value);
        }
    });
}

#[cfg(test)]
mod tests {
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
    async fn headers_that_the_caller_set_stay() {
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

        let theirs = sent(&[("traceparent", "theirs"), ("x-request-id", "mine")]).await;
        assert_eq!(theirs["traceparent"], "theirs");
        assert_eq!(theirs["x-request-id"], "mine");
        assert!(!theirs.contains_key("tracestate"), "it belongs to our traceparent");
    }

    #[test]
    fn outside_of_a_trace_nothing_is_written() {
        let mut headers = HeaderMap::new();
        inject_into(&mut headers);
        assert!(headers.is_empty());
    }
}
