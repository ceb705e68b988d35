//! Streams as steps: timed from the first poll to the end, with their items
//! counted.
//!
//! Between two items the stream belongs to its consumer. Only the time inside
//! `poll_next` counts as busy.

use std::{
    fmt, mem,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::{Opening, running::Running, timed::State};
use crate::{field::value::ToValue as _, line, outcome::reading::Returned};

/// Times a stream as a step.
pub fn time_stream<S: Stream, P: Opening>(opening: P, stream: S) -> TimedStream<S, P::Stored> {
    TimedStream { stream: Some(stream), state: State::Waiting(opening.stored()), items: 0 }
}

pin_project! {
    /// A timed stream.
    #[must_use = "streams do nothing unless polled"]
    pub struct TimedStream<S, P> {
        #[pin]
        stream: Option<S>,
        state: State<P>,
        items: u64,
    }

    impl<S, P> PinnedDrop for TimedStream<S, P> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(mut running) = this.state.resume() {
                let last = Last { running: &mut running, items: *this.items };
                last.running.enter(|| this.stream.set(None));
                drop(last);
                running.cancelled();
            }
        }
    }
}

impl<S: Stream, P: Opening> Stream for TimedStream<S, P> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let mut this = self.project();
        this.state.open();
        let mut poll = || {
            let stream = this.stream.as_mut().as_pin_mut();
            let polled = stream.map_or(Poll::Ready(None), |stream| stream.poll_next(cx));
            if matches!(polled, Poll::Ready(None)) {
                this.stream.set(None);
            }
            polled
        };
        let Some(mut running) = this.state.resume() else {
            return poll();
        };
        let last = Last { running: &mut running, items: *this.items };
        let polled = last.running.enter(poll);
        if matches!(polled, Poll::Ready(None)) {
            drop(last);
            running.finished(&Returned::Ok);
        } else {
            mem::forget(last);
            *this.items += u64::from(polled.is_ready());
            running.pause();
        }
        polled
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.as_ref().map_or((0, Some(0)), Stream::size_hint)
    }
}

/// A poll that may be the stream's last. When this is dropped, even by a panic,
/// the step gets the number of items.
struct Last<'a, 'state> {
    running: &'a mut Running<'state>,
    items: u64,
}

impl Drop for Last<'_, '_> {
    fn drop(&mut self) {
        self.running.set(line::ITEMS, self.items.to_value());
    }
}

impl<S, P> fmt::Debug for TimedStream<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimedStream").field("items", &self.items).finish_non_exhaustive()
    }
}
