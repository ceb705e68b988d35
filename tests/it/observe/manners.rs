//! Observers that panic, log, time and open requests themselves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use futures::FutureExt as _;
use trace_runtime::{
    info,
    observe::{Closed, Event, Observe, Setup, Start, Wants, unobserved},
    testing::Capture,
    timed, traced_handler,
};

use super::recorder::Recorder;

#[timed]
fn step(id: u32) -> u32 {
    id
}

#[traced_handler]
async fn handler() -> u32 {
    info!("inside");
    step(7)
}

/// Panics in each of its methods.
struct Panics;

impl Observe for Panics {
    fn sample(&self, _: &Start<'_>) -> Option<bool> {
        panic!("sample")
    }

    fn opened(&self, _: &Start<'_>) {
        panic!("opened")
    }

    fn closed(&self, _: &Closed<'_>) {
        panic!("closed")
    }

    fn event(&self, _: &Event<'_>) {
        panic!("event")
    }
}

#[tokio::test]
async fn an_observer_that_panics_is_reported_once_and_disturbs_nobody() {
    let recorder = Recorder::default();
    let capture = Capture::new().observed_by(Panics).observed_by(recorder.clone());
    assert_eq!(capture.scope(handler()).await, 7);
    assert_eq!(capture.scope(handler()).await, 7);
    assert_eq!(recorder.said().len(), 8);
    let messages: Vec<_> = capture.values().iter().map(|it| it["message"].to_string()).collect();
    let expected = [
        r#""Observer panicked""#,
        r#""inside""#,
        r#""Step finished""#,
        r#""Request processed""#,
        r#""inside""#,
        r#""Step finished""#,
        r#""Request processed""#,
    ];
    assert_eq!(messages, expected);
    let report = &capture.values()[0];
    assert_eq!(report["observer"], std::any::type_name::<Panics>());
}

/// Panics in the method of this name.
struct PanicsIn(&'static str);

impl Observe for PanicsIn {
    fn installed(&self, _: &Setup<'_>) -> Wants {
        assert_ne!(self.0, "installed");
        Wants::ALL
    }

    fn sample(&self, _: &Start<'_>) -> Option<bool> {
        assert_ne!(self.0, "sample");
        None
    }
}

#[tokio::test]
async fn a_panic_in_a_method_that_answers_is_reported_too() {
    for method in ["installed", "sample"] {
        let recorder = Recorder::default();
        let capture = Capture::new().observed_by(PanicsIn(method)).observed_by(recorder.clone());
        capture.scope(handler()).await;
        let report = &capture.values()[0];
        assert_eq!(report["message"], "Observer panicked", "{method}");
        assert_eq!(report["observer"], std::any::type_name::<PanicsIn>());
        assert_eq!((capture.lines().len(), recorder.said().len()), (4, 4), "{method}");
    }
}

/// Logs, times and opens requests whenever it is called.
#[derive(Default)]
struct Busy(AtomicUsize);

impl Busy {
    fn work(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
        info!("observed");
        step(1);
        handler().now_or_never();
    }
}

impl Observe for Busy {
    fn opened(&self, _: &Start<'_>) {
        self.work();
    }

    fn closed(&self, _: &Closed<'_>) {
        self.work();
    }

    fn event(&self, _: &Event<'_>) {
        self.work();
    }
}

#[tokio::test]
async fn what_an_observer_logs_and_times_is_written_but_not_offered_again() {
    let busy = Arc::new(Busy::default());
    let capture = Capture::new().observed_by(Arc::clone(&busy));
    capture.scope(handler()).await;
    // `opened`, the event, the step and the request.
    assert_eq!(busy.0.load(Ordering::Relaxed), 4);
    let lines = capture.values();
    let of = |message| lines.iter().filter(|line| line["message"] == message).count();
    // Inside the request, the observer's handler is a step.
    assert_eq!((of("observed"), of("Request processed")), (4, 1 + 2));
}

#[tokio::test]
async fn what_runs_unobserved_is_not_offered_and_a_request_is_closed_all_the_same() {
    let recorder = Recorder::default();
    let capture = Capture::new().observed_by(recorder.clone());
    capture.scope(async { unobserved(|| handler().now_or_never()) }).await;
    assert_eq!(recorder.said(), [""; 0]);
    let mut opened = Box::pin(capture.scope(handler_that_waits()));
    assert!(opened.as_mut().now_or_never().is_none());
    unobserved(|| drop(opened));
    assert_eq!(
        recorder.said(),
        ["opened handler_that_waits", "request handler_that_waits cancelled"]
    );
}

#[traced_handler]
async fn handler_that_waits() {
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_capture_has_its_own_observers() {
    let (one, other) = (Recorder::default(), Recorder::default());
    let captures = [one.clone(), other.clone()].map(|it| Capture::new().observed_by(it));
    captures[0].scope(handler()).await;
    thread::scope(|scope| {
        scope.spawn(|| captures[1].run(|| step(1)));
    });
    handler().await;
    assert_eq!((one.said().len(), other.said()), (4, vec!["step step ok outside".to_owned()]));
}
