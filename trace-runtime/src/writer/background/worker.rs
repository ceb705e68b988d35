//! The thread that writes: takes what waits, hands it to the sink, and starts
//! anew after a panic.

use std::{io, sync::Arc, thread, time::Duration};

use super::{hand::Hand, queue::Work, shared::Shared};
use crate::{guard, writer::stats::Cause};

/// How long to wait before a report is tried again.
const BACK_OFF: Duration = Duration::from_millis(100);

/// How often the worker may panic before callers write themselves.
const MOST_PANICS: u8 = 3;

/// Starts the worker, which ends when the queue is closed.
pub(super) fn spawn(shared: Arc<Shared>) -> io::Result<()> {
    thread::Builder::new().name("trace-writer".to_owned()).spawn(move || run(&shared)).map(drop)
}

fn run(shared: &Shared) {
    shared.queue.begin();
    // Outlives a panic, so that no line is lost by one.
    let mut hand = Hand::new(shared.queue.lanes());
    let has_ended = (0..MOST_PANICS).any(|_| guard::caught(|| work(shared, &mut hand)).is_some());
    if !has_ended {
        // It panics again and again: callers write from now on.
        shared.queue.abandon(&shared.outlet.counters);
    }
}

fn work(shared: &Shared, hand: &mut Hand) {
    loop {
        hand.write_all(shared);
        if hand.take(shared) == Work::End {
            report_at_last(shared);
            return shared.queue.end();
        }
    }
}

/// Reports each gap, if the sink takes it in time.
fn report_at_last(shared: &Shared) {
    while shared.outlet.counters.is_unreported() && shared.room().is_some() {
        match shared.outlet.report_gaps() {
            // What a sink logs while it takes a report would need the next one.
            Ok(()) | Err(Cause::Closed) => return,
            Err(_) => shared.queue.back_off(BACK_OFF),
        }
    }
}
