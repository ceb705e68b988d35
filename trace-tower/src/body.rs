//! The body of the response: the request is open until it has ended.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::ending::Streaming;

pin_project! {
    /// A body inside its request.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Request, Response};
    /// use http_body_util::BodyExt as _;
    /// use tower::{Layer as _, ServiceExt as _, service_fn};
    /// use trace_runtime::testing::Capture;
    /// use trace_tower::TraceLayer;
    /// # use std::convert::Infallible;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let service = TraceLayer::new().layer(service_fn(async |_: Request<()>| {
    /// #     Ok::<_, Infallible>(Response::new("hello".to_owned()))
    /// # }));
    /// # let capture = Capture::new();
    /// # let call = service.oneshot(Request::get("/").body(()).unwrap());
    /// let response = capture.scope(call).await.unwrap();
    /// assert!(capture.lines().is_empty()); // the request is open
    ///
    /// let body = response.into_body().collect().await.unwrap();
    /// assert_eq!(body.to_bytes(), "hello");
    /// assert_eq!(capture.lines().len(), 1);
    /// # }
    /// ```
    pub struct ResponseBody<B> {
        // Emptied before the request ends, so that what it holds is dropped
        // inside. None stands for a body without bytes.
        #[pin]
        body: Option<B>,
        streaming: Option<Streaming>,
    }

    impl<B> PinnedDrop for ResponseBody<B> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(mut streaming) = this.streaming.take() {
                streaming.open.request.enter(|| this.body.set(None));
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

/// The body of a response that belongs to no request: layers outside, such as
/// a timeout, answer with one.
impl<B: Default> Default for ResponseBody<B> {
    fn default() -> Self {
        Self::passing(B::default())
    }
}

type Polled<B> = Poll<Option<Result<Frame<<B as Body>::Data>, <B as Body>::Error>>>;

impl<B: Body<Error: fmt::Display>> Body for ResponseBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled<B> {
        let mut this = self.project();
        let mut poll = || poll_body(this.body.as_mut(), cx);
        let Some(streaming) = this.streaming.as_mut() else { return poll().0 };
        let (polled, is_over) = streaming.open.request.enter(poll);
        streaming.polled(is_over);
        let frame = ready!(polled);
        if let Some(Ok(frame)) = &frame {
            streaming.passed::<B>(frame);
        } else if let Some(streaming) = this.streaming.take() {
            match &frame {
                Some(Err(error)) => streaming.broken(error),
                Some(Ok(_)) | None => streaming.ended(true),
            }
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

/// Polls a body, which is dropped at its end; returns whether it is over, too.
fn poll_body<B: Body>(mut body: Pin<&mut Option<B>>, cx: &mut Context<'_>) -> (Polled<B>, bool) {
    let Some(mut it) = body.as_mut().as_pin_mut() else {
        return (Poll::Ready(None), true);
    };
    let polled = it.as_mut().poll_frame(cx);
    let is_over = match &polled {
        Poll::Ready(Some(Ok(_))) => it.is_end_stream(),
        Poll::Ready(None | Some(Err(_))) => true,
        Poll::Pending => false,
    };
    if let Poll::Ready(None | Some(Err(_))) = polled {
        body.set(None);
    }
    (polled, is_over)
}

impl<B> fmt::Debug for ResponseBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}
