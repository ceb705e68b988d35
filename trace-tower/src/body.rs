//! The body of the response: the request is open until it has ended.
//!
//! A server does not poll every body to its end: not one to a `HEAD` request,
//! none that a status forbids, nor one whose length it knows. So a body that is
//! dropped has ended if `None` or trailers were seen, if it says so itself, if
//! as many bytes were taken as were announced, or if none may be sent. Else
//! whoever was to read it went away.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Buf as _;
use http::{HeaderMap, Method, StatusCode, header, response::Parts};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use trace_runtime::edge::Outcome;

use crate::service::Held;

pin_project! {
    /// A body inside of its request.
    pub struct ResponseBody<B> {
        // Emptied before the request ends: what it holds is dropped inside of
        // it. None stands for a body without bytes.
        #[pin]
        body: Option<B>,
        streaming: Option<Streaming>,
    }

    impl<B> PinnedDrop for ResponseBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(mut streaming) = this.streaming.take() {
                streaming.held.request.enter(|| this.body.set(None));
                streaming.dropped();
            }
        }
    }
}

impl<B> ResponseBody<B> {
    pub(crate) fn new(body: Option<B>, streaming: Streaming) -> Self {
        Self { body, streaming: Some(streaming) }
    }

    pub(crate) fn passing(body: B) -> Self {
        Self { body: Some(body), streaming: None }
    }
}

impl<B: Body<Error: fmt::Display>> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        let mut poll = || {
            let Some(mut body) = this.body.as_mut().as_pin_mut() else {
                return (Poll::Ready(None), true);
            };
            let polled = body.as_mut().poll_frame(cx);
            let is_over = match &polled {
                Poll::Ready(Some(Ok(_))) => body.is_end_stream(),
                Poll::Ready(None | Some(Err(_))) => true,
                Poll::Pending => false,
            };
            if let Poll::Ready(None | Some(Err(_))) = polled {
                this.body.set(None);
            }
            (polled, is_over)
        };
        let Some(streaming) = this.streaming.as_mut() else { return poll().0 };
        let (polled, is_over) = streaming.held.request.enter(poll);
        streaming.is_over |= is_over;
        let frame = ready!(polled);
        match &frame {
            Some(Ok(frame)) => streaming.passed::<B>(frame),
            Some(Err(error)) => streaming.held.request.error(error),
            None => {}
        }
        if let None | Some(Err(_)) = frame
            && let Some(streaming) = this.streaming.take()
        {
            streaming.ended(frame.is_none());
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}

/// A request whose response has begun.
pub(crate) struct Streaming {
    held: Held,
    status: StatusCode,
    is_grpc: bool,
    grpc_status: Option<u32>,
    /// How many bytes are still to come, if that was announced.
    announced: Option<u64>,
    /// Whether nothing more is to come.
    is_over: bool,
}

impl Streaming {
    pub(crate) fn new(held: Held, parts: &Parts, exact: Option<u64>) -> Self {
        let announced = number(&parts.headers, header::CONTENT_LENGTH).or(exact);
        let is_over = announced == Some(0) || has_no_body(&held.method, parts.status);
        let (status, is_grpc) = (parts.status, is_grpc(&parts.headers));
        let mut streaming = Self { held, status, is_grpc, grpc_status: None, announced, is_over };
        streaming.read_grpc_status(&parts.headers);
        streaming
    }

    fn passed<B: Body>(&mut self, frame: &Frame<B::Data>) {
        if let Some(data) = frame.data_ref() {
            let bytes = data.remaining() as u64;
            self.announced = self.announced.map(|left| left.saturating_sub(bytes));
            self.is_over |= self.announced == Some(0);
        }
        if let Some(trailers) = frame.trailers_ref() {
            self.read_grpc_status(trailers);
            self.is_over = true;
        }
    }

    /// gRPC answers 200, and tells in another place how it went.
    fn read_grpc_status(&mut self, headers: &HeaderMap) {
        if self.is_grpc
            && let Some(status) = number(headers, "grpc-status")
            && let Ok(status) = u32::try_from(status)
        {
            self.grpc_status = Some(status);
            self.held.request.grpc_status(status);
        }
    }

    /// A failure that was answered is one, whether or not its text was read.
    fn dropped(mut self) {
        if self.is_over || self.has_failed() {
            self.ended(true);
        } else {
            // Without an end, it was cancelled.
            self.set_level();
        }
    }

    fn ended(mut self, is_whole: bool) {
        let failed = !is_whole || self.has_failed();
        if !failed || self.status.is_server_error() {
            self.set_level();
        }
        self.held.request.end(if failed { Outcome::Error } else { Outcome::Ok });
    }

    fn has_failed(&self) -> bool {
        self.status.is_server_error() || self.grpc_status.is_some_and(is_fault)
    }

    fn set_level(&mut self) {
        if let Some(level) = &self.held.settings.level {
            self.held.request.level(level(self.status));
        }
    }
}

/// Whether no body is sent, whatever the response says of one.
fn has_no_body(method: &Method, status: StatusCode) -> bool {
    match status {
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => true,
        status if status.is_informational() => true,
        status => method == Method::HEAD || (method == Method::CONNECT && status.is_success()),
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

/// Whether a gRPC status is the server's fault: unknown, deadline exceeded,
/// resource exhausted, internal, unavailable, data loss.
fn is_fault(status: u32) -> bool {
    matches!(status, 2 | 4 | 8 | 13 | 14 | 15)
}

fn number(headers: &HeaderMap, name: impl header::AsHeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
