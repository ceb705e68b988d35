//! The response to come.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Response, StatusCode};
use http_body::Body;
use pin_project_lite::pin_project;
use trace_runtime::edge::Outcome;

use crate::{
    body::ResponseBody,
    ending::Streaming,
    open::{Open, Panicked},
    response_headers,
};

pin_project! {
    /// The response to come, inside its request.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer as _, Service as _, service_fn};
    /// use trace_runtime::testing::Capture;
    /// use trace_tower::{ResponseFuture, TraceLayer};
    /// # use std::{convert::Infallible, future::pending};
    ///
    /// # type Answer = Result<Response<String>, Infallible>;
    /// # let never = service_fn(async |_: Request<()>| pending::<Answer>().await);
    /// # let mut service = TraceLayer::new().layer(never);
    /// # let capture = Capture::new();
    /// # capture.run(|| {
    /// let request = Request::get("/").body(()).unwrap();
    /// let response: ResponseFuture<_> = service.call(request);
    /// drop(response); // as a server does when the client hangs up
    /// # });
    /// let line = &capture.values()[0];
    /// assert_eq!(line["outcome"], "cancelled");
    /// assert_eq!(line["error"], "dropped before it was answered");
    /// ```
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct ResponseFuture<F> {
        // Emptied before the request ends, so that what it holds is dropped
        // inside. None if the call itself has panicked.
        #[pin]
        future: Option<F>,
        // None if the request has its line from another layer.
        open: Option<Open>,
    }

    impl<F> PinnedDrop for ResponseFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(open) = this.open {
                open.request.enter(|| this.future.set(None));
                open.request.set_answer(&"dropped before it was answered");
            }
        }
    }
}

impl<F> ResponseFuture<F> {
    pub(crate) fn new(future: Option<F>, open: Open) -> Self {
        Self { future, open: Some(open) }
    }

    pub(crate) fn passing(future: F) -> Self {
        Self { future: Some(future), open: None }
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
        let mut poll = || match poll_once(this.future.as_mut(), cx) {
            Some(polled) => polled.map(Ok),
            None => Poll::Ready(Err(Panicked)),
        };
        let Some(open) = this.open else {
            let Ok(result) = ready!(poll()) else { resumed_after_completion() };
            return Poll::Ready(result.map(|response| response.map(ResponseBody::passing)));
        };
        let answer = ready!(open.enter(poll).unwrap_or(Poll::Ready(Err(Panicked))));
        if answer.is_err() {
            let _ = open.enter(|| this.future.set(None));
        }
        let Some(open) = this.open.take() else { resumed_after_completion() };
        Poll::Ready(match answer {
            Ok(Ok(response)) => Ok(answered(open, response)),
            Ok(Err(error)) => Err(failed(open, error)),
            Err(Panicked) => Ok(answered_panic(open)),
        })
    }
}

/// Polls a future, which is dropped when it is ready; `None` if there is none.
pub(crate) fn poll_once<F: Future>(
    mut future: Pin<&mut Option<F>>,
    cx: &mut Context<'_>,
) -> Option<Poll<F::Output>> {
    let polled = future.as_mut().as_pin_mut()?.poll(cx);
    if polled.is_ready() {
        future.set(None);
    }
    Some(polled)
}

/// What an `async fn` does when it is polled again after its end.
#[track_caller]
#[expect(clippy::panic, reason = "the caller's fault, answered as std answers it")]
pub(crate) fn resumed_after_completion() -> ! {
    panic!("`async fn` resumed after completion")
}

fn answered<B: Body>(mut open: Open, mut response: Response<B>) -> Response<ResponseBody<B>> {
    open.request.set_status(response.status().as_u16());
    response_headers::write(&open, response.headers_mut());
    let (parts, body) = response.into_parts();
    let streaming = Streaming::new(open, &parts, body.size_hint().exact());
    Response::from_parts(parts, ResponseBody::new(Some(body), streaming))
}

fn answered_panic<B: Body>(mut open: Open) -> Response<ResponseBody<B>> {
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    open.request.set_status(response.status().as_u16());
    response_headers::write(&open, response.headers_mut());
    let (parts, ()) = response.into_parts();
    let streaming = Streaming::new(open, &parts, Some(0));
    Response::from_parts(parts, ResponseBody::new(None, streaming))
}

/// The service itself has failed: there is no response that could say so.
fn failed<E: fmt::Display>(mut open: Open, error: E) -> E {
    open.request.set_error(&error);
    open.request.end(Outcome::Error);
    error
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
