//! When a response has ended, and how.
//!
//! A server does not poll every body to its end: not one to a `HEAD` request,
//! none that a status forbids, nor one whose length it knows. So a body that is
//! dropped has ended if `None` or trailers were seen, if it says so itself, if
//! as many bytes were taken as were announced, or if none may be sent.
//! Otherwise its client went away.

use std::fmt;

use bytes::Buf as _;
use http::{HeaderMap, Method, StatusCode, header, response::Parts};
use http_body::{Body, Frame};
use trace_runtime::edge::Outcome;

use crate::{answered::Answered, content, excerpt::Excerpt, grpc, open::Open};

/// A request whose response has begun.
pub(crate) struct Streaming {
    pub(crate) open: Open,
    status: StatusCode,
    protocol: Protocol,
    /// Whether a status says that the server has failed.
    has_failed: bool,
    /// How many bytes are still to come, if that was announced.
    announced: Option<u64>,
    /// Whether nothing more is to come.
    is_over: bool,
    /// The beginning of the body of a refusal or failure, if that is wanted.
    excerpt: Option<Excerpt>,
    /// Whether the request knows what went wrong.
    has_reason: bool,
}

/// Where a response says how it went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Http,
    Grpc,
}

impl Streaming {
    pub(crate) fn new(mut open: Open, parts: &Parts, exact: Option<u64>) -> Self {
        let announced = content_length(&parts.headers).or(exact);
        let is_over = announced == Some(0) || has_no_body(&open.method, parts.status);
        let is_stream = open.settings.is_stream(parts);
        if is_stream {
            open.request.set_stream();
        }
        let is_excerpt_wanted = open.settings.error_body > 0 && !is_stream && is_refusal(parts);
        let excerpt = is_excerpt_wanted.then(|| Excerpt::new(open.settings.error_body));
        let has_reason = open.has_panicked;
        let mut streaming = Self {
            open,
            status: parts.status,
            protocol: Protocol::of(&parts.headers),
            has_failed: parts.status.is_server_error(),
            announced,
            is_over,
            excerpt,
            has_reason,
        };
        streaming.read_grpc_status(&parts.headers);
        streaming
    }

    /// Notes what was seen of the body: whether it says that it is over.
    pub(crate) fn polled(&mut self, is_over: bool) {
        self.is_over |= is_over;
    }

    /// Looks at a frame that passes.
    pub(crate) fn passed<B: Body>(&mut self, frame: &Frame<B::Data>) {
        if let Some(data) = frame.data_ref() {
            let bytes = data.remaining() as u64;
            self.announced = self.announced.map(|left| left.saturating_sub(bytes));
            self.is_over |= self.announced == Some(0);
            if let Some(excerpt) = &mut self.excerpt {
                excerpt.see(data);
            }
        }
        if let Some(trailers) = frame.trailers_ref() {
            self.read_grpc_status(trailers);
            self.is_over = true;
        }
    }

    fn read_grpc_status(&mut self, headers: &HeaderMap) {
        if self.protocol != Protocol::Grpc {
            return;
        }
        let Some(status) = grpc::Status::of(headers) else { return };
        self.open.request.set_grpc_status(status.code);
        self.has_failed |= status.is_fault();
        if status.is_fault() || status.message.is_some() {
            self.set_reason(&status);
        }
    }

    /// Sets what went wrong.
    fn set_reason(&mut self, reason: &dyn fmt::Display) {
        self.open.request.set_error(reason);
        self.has_reason = true;
    }

    /// The body has broken.
    pub(crate) fn broken(mut self, error: &dyn fmt::Display) {
        self.set_reason(error);
        self.ended(false);
    }

    /// The body was dropped. A failure that was answered is one, whether or not
    /// its text was read.
    pub(crate) fn dropped(mut self) {
        if self.is_over || self.has_failed {
            self.ended(true);
        } else {
            // A request that is dropped without an end is cancelled, if it is
            // no stream.
            self.find_reason();
            self.set_level();
        }
    }

    /// The body has ended, or is `!is_whole`.
    pub(crate) fn ended(mut self, is_whole: bool) {
        self.find_reason();
        let failed = !is_whole || self.has_failed;
        if !failed || self.status.is_server_error() {
            self.set_level();
        }
        self.open.request.end(if failed { Outcome::Error } else { Outcome::Ok });
    }

    /// Sets a reason if there is none: what the body says, or how the request
    /// was answered.
    fn find_reason(&mut self) {
        if self.has_reason {
            return;
        }
        if let Some(text) = self.excerpt.as_ref().and_then(Excerpt::text) {
            self.set_reason(&text);
        } else if self.status.is_server_error() || self.status.is_client_error() {
            self.open.request.set_answer(&Answered(self.status));
        } else {
            self.open.request.set_answer(&"the body was dropped before its end");
        }
    }

    fn set_level(&mut self) {
        if let Some(level) = self.open.settings.level_of(self.status) {
            self.open.request.set_level(level);
        }
    }
}

impl Protocol {
    fn of(headers: &HeaderMap) -> Self {
        if content::is_grpc(headers) { Self::Grpc } else { Self::Http }
    }
}

/// Whether a response is a refusal or failure whose body is text.
fn is_refusal(parts: &Parts) -> bool {
    let status = parts.status;
    (status.is_client_error() || status.is_server_error()) && content::is_plain_text(&parts.headers)
}

/// Whether no body is sent, whatever the response says of one.
fn has_no_body(method: &Method, status: StatusCode) -> bool {
    match status {
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => true,
        status if status.is_informational() => true,
        status => method == Method::HEAD || (method == Method::CONNECT && status.is_success()),
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_method_or_a_status_forbids_has_no_body() {
        for (method, status, expected) in [
            (Method::GET, 200, false),
            (Method::GET, 101, true),
            (Method::GET, 204, true),
            (Method::GET, 304, true),
            (Method::POST, 500, false),
            (Method::HEAD, 200, true),
            (Method::HEAD, 500, true),
            (Method::CONNECT, 200, true),
            (Method::CONNECT, 502, false),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(has_no_body(&method, status), expected, "{method} {status}");
        }
    }
}
