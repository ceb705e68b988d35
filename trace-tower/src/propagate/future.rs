//! A call to another service that is under way.

use std::{
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, StatusCode};
use pin_project_lite::pin_project;
use trace_runtime::edge::Call;

use super::{
    carrier::Carrier,
    failure::{CallError, Typed},
};
use crate::{
    answered::Answered,
    content,
    future::{poll_once, resumed_after_completion},
    grpc,
};

pin_project! {
    /// A call to another service that is under way.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use tower::{Layer as _, Service as _, service_fn};
    /// use trace_runtime::testing::Capture;
    /// use trace_tower::{PropagateLayer, propagate::CallFuture};
    /// # use std::{convert::Infallible, future::pending};
    ///
    /// # type Answer = Result<Response<()>, Infallible>;
    /// # let never = service_fn(async |_: Request<()>| pending::<Answer>().await);
    /// # let mut client = PropagateLayer::new().layer(never);
    /// # let capture = Capture::new();
    /// # capture.run(|| {
    /// let request = Request::get("http://stock/").body(()).unwrap();
    /// let call: CallFuture<_, _, _> = client.call(request);
    /// drop(call); // as a `select!` does with the slower one
    /// # });
    /// assert_eq!(capture.tree(), "http_call cancelled\n");
    /// ```
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct CallFuture<F, C, Req, Form = Typed> {
        // Emptied before the step ends, so that what it holds is dropped inside.
        #[pin]
        future: Option<F>,
        carrier: C,
        // None once it has ended, or if it has no step.
        call: Option<Call>,
        types: PhantomData<fn(Req) -> Form>,
    }

    impl<F, C, Req, Form> PinnedDrop for CallFuture<F, C, Req, Form> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(call) = this.call {
                call.enter(|| this.future.set(None));
            }
        }
    }
}

impl<F, C, Req, Form> CallFuture<F, C, Req, Form> {
    pub(super) fn new(future: F, carrier: C, call: Option<Call>) -> Self {
        Self { future: Some(future), carrier, call, types: PhantomData }
    }
}

impl<F, C, Req, Res, E, Form> Future for CallFuture<F, C, Req, Form>
where
    F: Future<Output = Result<Res, E>>,
    C: Carrier<Req, Res>,
    E: CallError<Form>,
{
    type Output = Result<Res, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Res, E>> {
        let mut this = self.project();
        let mut poll = || match poll_once(this.future.as_mut(), cx) {
            Some(polled) => polled,
            None => resumed_after_completion(),
        };
        let Some(call) = this.call else { return poll() };
        let result = ready!(call.enter(poll));
        if let Some(call) = this.call.take() {
            match &result {
                Err(error) => call.fail(error.as_error()),
                Ok(response) => {
                    let headers = this.carrier.response_headers(response);
                    answered(call, this.carrier.status(response), headers);
                }
            }
        }
        Poll::Ready(result)
    }
}

fn answered(mut call: Call, status: StatusCode, headers: Option<&HeaderMap>) {
    call.set_status(status.as_u16());
    let grpc = headers.filter(|headers| content::is_grpc(headers)).and_then(grpc::Status::of);
    if let Some(grpc) = &grpc {
        call.set_grpc_status(grpc.code);
    }
    match grpc.filter(grpc::Status::fails_a_call) {
        Some(failed) => call.fail(&failed),
        None if status.is_server_error() => call.fail(&Answered(status)),
        None => call.end(),
    }
}

impl<F, C, Req, Form> fmt::Debug for CallFuture<F, C, Req, Form> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}
