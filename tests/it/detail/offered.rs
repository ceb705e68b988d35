//! Observers see everything, whatever is discarded.

use std::sync::{Arc, Mutex};

use trace_runtime::{
    Detail, debug, info,
    observe::{Closed, Event, Observe},
    testing::Capture,
    timed, traced_handler,
};

#[derive(Default)]
struct Seen(Mutex<Vec<String>>);

impl Observe for Seen {
    fn closed(&self, closed: &Closed<'_>) {
        let way = way(closed.is_written(), closed.is_held());
        self.0.lock().unwrap().push(format!("{} {way}", closed.name()));
    }

    fn event(&self, event: &Event<'_>) {
        let way = way(!event.is_held(), event.is_held());
        self.0.lock().unwrap().push(format!("{} {way}", event.message().to_plain()));
    }
}

fn way(is_written: bool, is_held: bool) -> &'static str {
    match (is_written, is_held) {
        (true, false) => "written",
        (false, true) => "held",
        (false, false) => "without a line",
        (true, true) => "both",
    }
}

#[timed(level = "debug")]
fn load() {}

#[timed(level = "trace")]
fn below() {}

#[traced_handler]
async fn handler(fails: bool) -> Result<(), ()> {
    debug!("held");
    info!("at once");
    load();
    below();
    if fails { Err(()) } else { Ok(()) }
}

#[tokio::test]
async fn observers_are_offered_what_is_held_whatever_becomes_of_it() {
    for fails in [false, true] {
        let seen = Arc::<Seen>::default();
        let capture =
            Capture::with_detail("info", Detail::when_failed()).observed_by(Arc::clone(&seen));
        let _ = capture.scope(handler(fails)).await;
        let expected = [
            "held held",
            "at once written",
            "load held",
            "below without a line",
            "handler written",
        ];
        assert_eq!(*seen.0.lock().unwrap(), expected);
        assert_eq!(capture.lines().len(), if fails { 4 } else { 2 });
    }
}
