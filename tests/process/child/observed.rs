//! Processes with an observer: scenarios of `process/observed.rs`.

use std::{panic::catch_unwind, sync::Mutex, thread, time::Duration};

use test_support::at_once;
use trace_runtime::{
    flush, info,
    observe::{Closed, Event, Observe, Setup, Start, Wants},
    stats, timed, traced_handler,
};

use super::builder;

pub(crate) fn run(scenario: &str, rest: &[&str]) -> bool {
    match (scenario, rest) {
        ("observed", ["end"]) => end(),
        ("observed", ["flush"]) => flushed(),
        ("observed", ["stalled"]) => stalled(),
        ("observed", ["panics"]) => panics(),
        ("observed", ["faulty"]) => faulty(),
        ("observed", ["phases"]) => phases(),
        _ => return false,
    }
    true
}

static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Says what it was offered when it is flushed.
struct Says;

impl Says {
    fn note(text: String) {
        SAID.lock().unwrap().push(text);
    }
}

impl Observe for Says {
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        setup.static_fields().for_each(|(name, _)| Self::note(name.to_owned()));
        Wants::ALL
    }

    fn opened(&self, start: &Start<'_>) {
        Self::note(format!("opened {}", start.name()));
    }

    fn closed(&self, closed: &Closed<'_>) {
        Self::note(format!("closed {}", closed.name()));
    }

    fn event(&self, event: &Event<'_>) {
        let is_panicking = thread::panicking();
        Self::note(format!("event {} panicking={is_panicking}", event.message()));
    }

    fn flush(&self, _: Duration) -> bool {
        let said = std::mem::take(&mut *SAID.lock().unwrap());
        eprintln!("{}", said.join(", "));
        true
    }
}

#[timed]
fn load() {}

#[traced_handler]
async fn handler() {
    load();
}

fn end() {
    builder().field("service", "shop").observe(Says).init().unwrap();
    at_once(handler());
    load();
}

fn flushed() {
    builder().observe(Says).init().unwrap();
    at_once(handler());
    flush(Duration::from_secs(1)).unwrap();
}

/// Never delivers anything.
struct Stalls;

impl Observe for Stalls {
    fn flush(&self, within: Duration) -> bool {
        thread::sleep(within);
        false
    }
}

fn stalled() {
    builder().observe(Stalls).observe(Stalls).observe(Says).init().unwrap();
    at_once(handler());
    eprintln!("{}", flush(Duration::from_millis(1)).unwrap_err());
}

fn panics() {
    builder().observe(Says).init().unwrap();
    let _ = catch_unwind(|| panic!("on purpose"));
}

/// Panics whenever it can.
struct Panics;

impl Observe for Panics {
    fn installed(&self, _: &Setup<'_>) -> Wants {
        Wants::ALL
    }

    fn closed(&self, _: &Closed<'_>) {
        panic!("in an observer");
    }

    fn flush(&self, _: Duration) -> bool {
        panic!("in an observer");
    }
}

fn faulty() {
    builder().observe(Panics).init().unwrap();
    at_once(handler());
    eprintln!("{}", stats().observer_panics);
}

/// Logs when it starts and when the process ends.
struct Phases;

impl Observe for Phases {
    fn installed(&self, _: &Setup<'_>) -> Wants {
        info!("installed");
        Wants::ALL
    }

    fn started(&self) {
        info!("started");
    }

    fn flush(&self, _: Duration) -> bool {
        info!("flushed");
        true
    }

    fn end(&self, within: Duration) -> bool {
        info!(has_time = within > Duration::from_secs(1), "ended");
        true
    }
}

fn phases() {
    builder().observe(Phases).init().unwrap();
    at_once(handler());
    flush(Duration::from_secs(1)).unwrap();
}
