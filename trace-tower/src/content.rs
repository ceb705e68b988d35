//! What the head of a response says of its body.

use http::{HeaderMap, header, response::Parts};

/// Media types of bodies that go on until their client leaves.
const EVENT_STREAMS: [&str; 5] = [
    "text/event-stream",
    "application/x-ndjson",
    "application/jsonl",
    "application/stream+json",
    "multipart/x-mixed-replace",
];

/// Returns whether a response is a stream of events by its content type: what
/// [`TraceLayer::streams`](crate::TraceLayer::streams) takes for one unless it
/// is set.
///
/// `text/event-stream`, `application/x-ndjson`, `application/jsonl`,
/// `application/stream+json` and `multipart/x-mixed-replace` are.
///
/// # Examples
///
/// ```
/// let events = http::Response::builder().header("content-type", "text/event-stream");
/// let (parts, ()) = events.body(()).unwrap().into_parts();
/// assert!(trace_tower::is_event_stream(&parts));
/// ```
pub fn is_event_stream(response: &Parts) -> bool {
    let media_type = media_type(&response.headers);
    EVENT_STREAMS.iter().any(|it| it.as_bytes().eq_ignore_ascii_case(media_type))
}

/// Returns whether a body is gRPC, which says in trailers how it went.
pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// Returns whether a body is text that can be read as it passes.
pub(crate) fn is_plain_text(headers: &HeaderMap) -> bool {
    is_text(media_type(headers)) && is_unencoded(headers)
}

fn is_text(media_type: &[u8]) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type.starts_with(b"text/")
        || [&b"application/json"[..], b"application/xml"].contains(&&*media_type)
        || [&b"+json"[..], b"+xml"].iter().any(|suffix| media_type.ends_with(suffix))
}

fn is_unencoded(headers: &HeaderMap) -> bool {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    encodings.all(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
}

/// Returns the content type without its parameters.
fn media_type(headers: &HeaderMap) -> &[u8] {
    let content_type = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |it| it.as_bytes());
    let media_type = content_type.split(|&byte| byte == b';').next().unwrap_or_default();
    media_type.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(headers: &[(&'static str, &'static str)]) -> Parts {
        let mut response = http::Response::new(());
        for (name, value) in headers {
            response.headers_mut().append(*name, value.parse().unwrap());
        }
        response.into_parts().0
    }

    #[test]
    fn a_stream_of_events_is_known_by_its_media_type() {
        for (content_type, expected) in [
            ("text/event-stream", true),
            ("Text/Event-Stream; charset=utf-8", true),
            ("application/x-ndjson", true),
            ("application/jsonl ; x=y", true),
            ("application/stream+json", true),
            ("multipart/x-mixed-replace; boundary=frame", true),
            ("text/event-streams", false),
            ("text/plain", false),
            ("application/grpc", false),
            ("", false),
        ] {
            let parts = parts(&[("content-type", content_type)]);
            assert_eq!(is_event_stream(&parts), expected, "{content_type}");
        }
        assert!(!is_event_stream(&parts(&[])));
    }

    #[test]
    fn text_is_what_can_be_read_as_it_passes() {
        for (content_type, expected) in [
            ("text/plain; charset=utf-8", true),
            ("TEXT/HTML", true),
            ("application/json", true),
            ("application/problem+json", true),
            ("application/xml", true),
            ("application/soap+xml; action=x", true),
            ("application/octet-stream", false),
            ("image/svg", false),
            ("application/jsonp", false),
        ] {
            let headers = parts(&[("content-type", content_type)]).headers;
            assert_eq!(is_plain_text(&headers), expected, "{content_type}");
        }
        let text = ("content-type", "text/plain");
        for (encodings, expected) in
            [(&["identity"][..], true), (&["gzip"], false), (&["identity", "br"], false)]
        {
            let encodings = encodings.iter().map(|it| ("content-encoding", *it));
            let headers: Vec<_> = encodings.chain([text]).collect();
            assert_eq!(is_plain_text(&parts(&headers).headers), expected);
        }
    }
}
