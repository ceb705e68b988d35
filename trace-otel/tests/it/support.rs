//! An exporter, a capture that it observes, and a receiver.

use std::time::Duration;

use test_support::{
    LONG,
    otlp::{Logs, Receiver, Spans},
};
use trace_otel::{Builder, Otel, Signal, SignalStats};
use trace_runtime::{Detail, observe::Observe as _, testing::Capture};

pub(crate) struct Exported {
    pub(crate) capture: Capture,
    pub(crate) otel: Otel,
    pub(crate) receiver: Receiver,
}

/// Returns a signal whose batches wait until they are asked for.
pub(crate) fn patient() -> Signal {
    Signal::new().schedule_delay(Duration::from_secs(3_600))
}

impl Exported {
    pub(crate) fn new() -> Self {
        Self::with("trace", |builder| builder)
    }

    /// Lines pass a filter, and the exporter has more settings.
    pub(crate) fn with(filter: &str, set: impl FnOnce(Builder) -> Builder) -> Self {
        Self::to(Receiver::start(), filter, set)
    }

    pub(crate) fn to(
        receiver: Receiver,
        filter: &str,
        set: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        Self::of(receiver, || Capture::with_filter(filter), set)
    }

    /// Requests hold what the filter keeps out.
    pub(crate) fn with_detail(detail: Detail) -> Self {
        Self::of(Receiver::start(), || Capture::with_detail("info", detail), |builder| builder)
    }

    fn of(
        receiver: Receiver,
        capture: impl FnOnce() -> Capture,
        set: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        // Before the capture, which sets a hook of its own.
        test_support::silence_panics_on_purpose();
        let capture = capture();
        let builder = Otel::builder().endpoint(receiver.url()).service_name("test");
        let builder = builder.traces(patient()).logs(patient());
        let otel = set(builder).build().unwrap();
        Self { capture: capture.observed_by(otel.clone()), otel, receiver }
    }

    /// Delivers, and returns the spans that have arrived so far.
    pub(crate) fn spans(&self) -> Spans {
        assert!(self.otel.flush(LONG), "{:?}", self.otel);
        self.receiver.spans()
    }

    pub(crate) fn logs(&self) -> Logs {
        assert!(self.otel.flush(LONG), "{:?}", self.otel);
        self.receiver.logs()
    }
}

/// Returns the account of spans, which is exact at any time.
#[track_caller]
pub(crate) fn account(otel: &Otel) -> SignalStats {
    let stats = otel.stats().traces;
    assert_eq!(stats.offered, stats.exported + stats.waiting + stats.dropped(), "{stats:?}");
    stats
}
