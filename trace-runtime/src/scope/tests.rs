//! What is dropped inside a scope: futures written by hand, whose destructors
//! log.

use std::{
    pin::Pin,
    task::{Context as TaskContext, Poll, Waker},
};

use crate::{
    __callsite as callsite, __event_callsite as event_callsite, context::Context, event,
    field::value::ToValue as _, outcome::reading::succeeded, scope::timed, testing::Capture,
};

/// Ends at once, and logs when it is dropped.
struct LogsWhenDropped;

impl Future for LogsWhenDropped {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Drop for LogsWhenDropped {
    fn drop(&mut self) {
        let callsite =
            event_callsite! { level: Info, target: "t", message: "dropped", keys: ["n"] };
        if let Some(event) = event::event(callsite) {
            event.write(&[1.to_value()]);
        }
    }
}

fn poll(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut TaskContext::from_waker(Waker::noop())).is_ready()
}

fn request(future: impl Future<Output = ()>) -> impl Future {
    let callsite = callsite! { request, target: "t", name: "request" };
    timed(callsite, future, succeeded)
}

#[test]
fn a_body_is_dropped_inside_of_its_scope_when_it_has_ended() {
    let capture = Capture::new();
    let mut future = Box::pin(capture.scope(request(LogsWhenDropped)));
    assert!(poll(future.as_mut()));
    assert_eq!(capture.tree(), "request ok\n  \"dropped\"\n");
}

#[test]
fn a_scoped_future_is_dropped_inside_of_its_context() {
    let capture = Capture::new();
    let inner = async {
        let scoped = Context::current().scope(LogsWhenDropped);
        Context::none().run(|| drop(scoped));
    };
    assert!(poll(Box::pin(capture.scope(request(inner))).as_mut()));
    assert_eq!(capture.tree(), "request ok\n  \"dropped\"\n");
    let inner = async {
        let mut scoped = Box::pin(Context::current().scope(LogsWhenDropped));
        Context::none().run(|| assert!(poll(scoped.as_mut())));
    };
    let capture = Capture::new();
    assert!(poll(Box::pin(capture.scope(request(inner))).as_mut()));
    assert_eq!(capture.tree(), "request ok\n  \"dropped\"\n");
}
