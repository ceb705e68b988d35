//! How a gRPC call went: its HTTP status is 200, and what became of it is in
//! the headers or trailers ([gRPC over HTTP/2][spec]).
//!
//! [spec]: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md

use std::{error::Error, fmt};

use http::HeaderMap;

/// The status and the message that a head or trailers hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Status {
    pub(crate) code: u32,
    pub(crate) message: Option<String>,
}

impl Status {
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let code = headers.get("grpc-status")?.to_str().ok()?.trim().parse().ok()?;
        let message = headers.get("grpc-message").map(|message| decoded(message.as_bytes()));
        let message = message.filter(|message| code != 0 && !message.is_empty());
        Some(Self { code, message })
    }

    /// Whether it is the server's fault: unknown, deadline exceeded, resource
    /// exhausted, internal, unavailable, data loss. A code that gRPC does not
    /// have stands for unknown.
    pub(crate) fn is_fault(&self) -> bool {
        matches!(self.code, 2 | 4 | 8 | 13 | 14 | 15 | 17..)
    }

    /// Whether a call that was answered so has failed. It was not the caller
    /// that cancelled it: tonic ends with CANCELLED what ran out of time.
    pub(crate) fn fails_a_call(&self) -> bool {
        self.is_fault() || self.code == 1
    }
}

/// What went wrong: the message, or else `answered gRPC status 13 (INTERNAL)`.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.message, name(self.code)) {
            (Some(message), _) => f.write_str(message),
            (None, Some(name)) => write!(f, "answered gRPC status {} ({name})", self.code),
            (None, None) => write!(f, "answered gRPC status {}", self.code),
        }
    }
}

impl Error for Status {}

/// Returns the name of a code ([gRPC status codes][codes]).
///
/// [codes]: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md
fn name(code: u32) -> Option<&'static str> {
    const NAMES: [&str; 17] = [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    ];
    NAMES.get(usize::try_from(code).ok()?).copied()
}

/// Decodes `%20` and the like. What is no escape stays as it is, as the
/// specification asks for; bytes that are not UTF-8 become U+FFFD.
fn decoded(message: &[u8]) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(message.len()), message);
    while let [first, after @ ..] = rest {
        let (byte, after) = escaped(rest).unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the byte that an escape at the beginning stands for.
fn escaped(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, rest @ ..] = text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(*high)? << 4 | digit(*low)?;
    Some((u8::try_from(byte).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_decoded_and_what_is_no_escape_stays() {
        for (message, expected) in [
            ("backend%20is%20gone", "backend is gone"),
            ("gr%C3%BC%c3%9fe", "grüße"),
            ("100%", "100%"),
            ("100%2", "100%2"),
            ("50%zz and %%41", "50%zz and %A"),
            ("%+1%-1", "%+1%-1"),
            ("%FF%FEx", "\u{FFFD}\u{FFFD}x"),
            ("a%0Ab%22", "a\nb\""),
        ] {
            assert_eq!(decoded(message.as_bytes()), expected);
        }
    }

    #[test]
    fn a_failure_without_a_message_says_its_code() {
        for (code, is_fault, expected) in [
            (2, true, "answered gRPC status 2 (UNKNOWN)"),
            (5, false, "answered gRPC status 5 (NOT_FOUND)"),
            (13, true, "answered gRPC status 13 (INTERNAL)"),
            (16, false, "answered gRPC status 16 (UNAUTHENTICATED)"),
            (17, true, "answered gRPC status 17"),
        ] {
            let status = Status { code, message: None };
            assert_eq!((status.is_fault(), status.to_string()), (is_fault, expected.to_owned()));
        }
        let status = Status { code: 13, message: Some("gone".to_owned()) };
        assert_eq!(status.to_string(), "gone");
    }

    #[test]
    fn a_status_has_a_message_only_if_it_failed_with_one() {
        let of = |headers: &[(&'static str, &'static str)]| {
            let headers = headers.iter().map(|(name, value)| {
                (name.parse().unwrap(), value.parse::<http::HeaderValue>().unwrap())
            });
            Status::of(&headers.collect())
        };
        let failed = Status { code: 13, message: Some("a b".to_owned()) };
        assert_eq!(of(&[("grpc-status", "13"), ("grpc-message", "a%20b")]), Some(failed));
        let silent = Some(Status { code: 13, message: None });
        assert_eq!(of(&[("grpc-status", "13"), ("grpc-message", "")]), silent);
        assert_eq!(of(&[("grpc-status", " 13 ")]), silent);
        let ok = Some(Status { code: 0, message: None });
        assert_eq!(of(&[("grpc-status", "0"), ("grpc-message", "all well")]), ok);
        assert_eq!(of(&[("grpc-message", "no status")]), None);
        assert_eq!(of(&[("grpc-status", "none")]), None);
    }
}
