//! The thread that delivers.
//!
//! It owns the connections and one batch of each signal, and waits on its bell
//! or for the next moment at which something is due. It runs in `unobserved`:
//! what it logs is not telemetry again.

mod backoff;
mod bell;
mod client;
mod lane;
#[cfg(feature = "tls")]
mod tls;

use std::{io, sync::Arc, thread};

use trace_runtime::observe::unobserved;

pub(crate) use self::{bell::Bell, client::Client, lane::Lane};

/// Starts the thread. It ends when the bell says so.
pub(crate) fn start(bell: Arc<Bell>, mut lanes: Vec<Lane>) -> io::Result<()> {
    let run = move || unobserved(|| run(&bell, &mut lanes));
    thread::Builder::new().name("trace-otel".to_owned()).spawn(run).map(drop)
}

fn run(bell: &Bell, lanes: &mut [Lane]) {
    while !bell.is_over() {
        let due = lanes.iter_mut().filter_map(|lane| lane.work(bell)).min();
        bell.wait(due);
    }
}
