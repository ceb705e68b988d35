//! The response to come.

use std::{
    fmt::{self, Write as _},
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;
use trace_runtime::{TraceId, edge::Outcome};

use crate::{
    ResponseBody,
    ending::Streaming,
    service::{Held, Panicked},
    settings::Settings,
};

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

pin_project! {
    /// The response to come, inside its request.
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct ResponseFuture<F> {
        // Emptied before the request is let go: what it holds is dropped
        // inside it. None if already the call has panicked.
        #[pin]
        future: Option<F>,
        // None of a request that has its line from elsewhere.
        held: Option<Held>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(held) = this.held {
                held.request.enter(|| this.future.set(None));
                held.request.set_answer(&"dropped before it was answered");
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(crate) fn new(future: Option<F>, held: Held) -> Self {
        Self { future, held: Some(held) }
    }

    pub(crate) fn passing(future: F) -> Self {
        Self { future: Some(future), held: None }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body<Error: fmt::Display>,
    E: fmt::Display,
{
    type Output = Result<Response<ResponseBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let mut poll = || match this.future.as_mut().as_pin_mut() {
            None => Poll::Ready(Err(Panicked)),
            Some(future) => {
                let polled = future.poll(cx);
                if polled.is_ready() {
                    this.future.set(None);
                }
                polled.map(Ok)
            }
        };
        let Some(held) = this.held else {
            let Ok(result) = ready!(poll()) else { resumed_after_completion() };
            return Poll::Ready(result.map(|response| response.map(ResponseBody::passing)));
        };
        let polled = held.enter(poll).unwrap_or(Poll::Ready(Err(Panicked)));
        let answer = ready!(polled);
        if answer.is_err() {
            let _ = held.enter(|| this.future.set(None));
        }
        let Some(held) = this.held.take() else { resumed_after_completion() };
        Poll::Ready(match answer {
            Ok(Ok(response)) => Ok(answered(held, response)),
            Ok(Err(error)) => Err(failed(held, error)),
            Err(Panicked) => Ok(answered_panic(held)),
        })
    }
}

/// What an `async fn` does when it is polled again after its end.
#[track_caller]
#[expect(clippy::panic, reason = "the caller's fault, answered as std answers it")]
pub(crate) fn resumed_after_completion() -> ! {
    panic!("`async fn` resumed after completion")
}

fn answered<B: Body>(mut held: Held, mut response: Response<B>) -> Response<ResponseBody<B>> {
    held.request.set_status(response.status().as_u16());
    write_headers(&held, response.headers_mut());
    let (parts, body) = response.into_parts();
    let streaming = Streaming::new(held, &parts, body.size_hint().exact());
    Response::from_parts(parts, ResponseBody::new(Some(body), streaming))
}

fn answered_panic<B: Body>(mut held: Held) -> Response<ResponseBody<B>> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    held.request.set_status(response.status().as_u16());
    write_headers(&held, response.headers_mut());
    let (parts, ()) = response.into_parts();
    let streaming = Streaming::new(held, &parts, Some(0));
    Response::from_parts(parts, ResponseBody::new(None, streaming))
}

/// The service itself has failed: there is no response that could say so.
fn failed<E: fmt::Display>(mut held: Held, error: E) -> E {
    held.request.set_error(&error);
    held.request.end(Outcome::Error);
    error
}

fn write_headers(held: &Held, headers: &mut HeaderMap) {
    let Settings { trace_id_header, request_id_header, .. } = &*held.settings;
    if let Some(name) = trace_id_header {
        insert(headers, name, held.request.trace_id());
    }
    if let Some(name) = request_id_header {
        insert(headers, name, held.request.request_id());
    }
    if held.settings.server_timing
        && let Ok(value) = HeaderValue::try_from(server_timing(held))
    {
        let _ = headers.try_append(SERVER_TIMING, value);
    }
}

fn insert(headers: &mut HeaderMap, name: &HeaderName, id: &TraceId) {
    // An id is of letters that may stand in a header; a full map takes no more.
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        let _ = headers.try_insert(name.clone(), value);
    }
}

/// `trace;desc="req-7", load;dur=1.204`, milliseconds as the standard has it.
fn server_timing(held: &Held) -> String {
    let mut value = format!("trace;desc=\"{}\"", held.request.trace_id());
    for (name, took) in held.request.steps() {
        let name: String = name.chars().map(|c| if is_token(c) { c } else { '_' }).collect();
        // Writing to a string cannot fail.
        let _ = write!(value, ", {name};dur={:.3}", took.as_secs_f64() * 1_000.0);
    }
    value
}

/// Whether a character may stand in a name ([RFC 9110 §5.6.2]).
///
/// [RFC 9110 §5.6.2]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
