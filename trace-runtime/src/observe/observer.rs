//! The trait of observers.

use std::{sync::Arc, time::Duration};

use super::{
    closed::Closed,
    event::Event,
    setup::{Setup, Wants},
    start::Start,
};

/// Is offered what happens in a process.
///
/// The methods are called on the thread on which it happens, after the line was
/// handed over. They spend the time of the service and must not block: hand
/// work to a thread of your own, which should run in [`unobserved`](super::unobserved). If one
/// panics, that is counted ([`Stats::observer_panics`]) and reported once. Lines
/// that one logs are written, but not offered again.
///
/// An `Arc<O>` observes as its `O` does, so a service can keep a handle.
///
/// [`Stats::observer_panics`]: crate::writer::Stats::observer_panics
pub trait Observe: Send + Sync + 'static {
    /// Is called once, before the output is in place, with the settings that it
    /// will have. Returns what this observer wants to be offered; if it panics,
    /// that is nothing.
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        let _ = setup;
        Wants::ALL
    }

    /// Is called once, when the output is in place: lines that are logged from
    /// now on are written. An observer that needs a thread starts it here.
    fn started(&self) {}

    /// Decides whether a trace that opens is sampled; `None` leaves that to the
    /// next observer. If none decides, the flag of the caller is kept, and a
    /// trace without a caller is sampled. The decision goes out in
    /// `traceparent`.
    fn sample(&self, start: &Start<'_>) -> Option<bool> {
        let _ = start;
        None
    }

    /// A request or a job has opened. Exactly one [`closed`](Self::closed)
    /// follows, unless its future is leaked.
    fn opened(&self, start: &Start<'_>) {
        let _ = start;
    }

    /// A request, a job, a step or a call has ended.
    fn closed(&self, closed: &Closed<'_>) {
        let _ = closed;
    }

    /// An event has passed the filter, or is [held](Event::is_held) as detail of
    /// its request.
    fn event(&self, event: &Event<'_>) {
        let _ = event;
    }

    /// Delivers what was offered so far, within this time. It is called by
    /// [`flush`](crate::flush). Returns false if something is left.
    fn flush(&self, within: Duration) -> bool {
        let _ = within;
        true
    }

    /// Delivers what it can within this time, because the process ends. Lines
    /// are written still, but nothing is offered afterwards. Returns false if
    /// something is lost.
    fn end(&self, within: Duration) -> bool {
        self.flush(within)
    }
}

impl<O: Observe + ?Sized> Observe for Arc<O> {
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        (**self).installed(setup)
    }

    fn started(&self) {
        (**self).started();
    }

    fn sample(&self, start: &Start<'_>) -> Option<bool> {
        (**self).sample(start)
    }

    fn opened(&self, start: &Start<'_>) {
        (**self).opened(start);
    }

    fn closed(&self, closed: &Closed<'_>) {
        (**self).closed(closed);
    }

    fn event(&self, event: &Event<'_>) {
        (**self).event(event);
    }

    fn flush(&self, within: Duration) -> bool {
        (**self).flush(within)
    }

    fn end(&self, within: Duration) -> bool {
        (**self).end(within)
    }
}
