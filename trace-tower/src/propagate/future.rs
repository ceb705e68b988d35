//! A call to another service that is under way.

use std::{
    error::Error,
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;
use trace_runtime::edge::Call;

use super::Carrier;

pin_project! {
    /// A call to another service that is under way.
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct CallFuture<F, C, Req> {
        #[pin]
        future: F,
        carrier: C,
        // None once it has ended, or if it is no step.
        call: Option<Call>,
        request: PhantomData<fn(Req)>,
    }
}

impl<F, C, Req> CallFuture<F, C, Req> {
    pub(super) fn new(future: F, carrier: C, call: Option<Call>) -> Self {
        Self { future, carrier, call, request: PhantomData }
    }
}

impl<F, C, Req, Res, E> Future for CallFuture<F, C, Req>
where
    F: Future<Output = Result<Res, E>>,
    C: Carrier<Req, Res>,
    E: Error + 'static,
{
    type Output = Result<Res, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Res, E>> {
        let this = self.project();
        let Some(call) = this.call else { return this.future.poll(cx) };
        let result = ready!(call.enter(|| this.future.poll(cx)));
        if let Some(mut call) = this.call.take() {
            match &result {
                Err(error) => call.fail(error),
                Ok(response) => {
                    let status = this.carrier.status(response);
                    call.status(status.as_u16());
                    if status.is_server_error() {
                        call.fail(&Answered(status));
                    } else {
                        call.end();
                    }
                }
            }
        }
        Poll::Ready(result)
    }
}

/// The other service said that it has failed.
#[derive(Debug)]
struct Answered(http::StatusCode);

impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered {}", self.0)
    }
}

impl Error for Answered {}

impl<F, C, Req> fmt::Debug for CallFuture<F, C, Req> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}
