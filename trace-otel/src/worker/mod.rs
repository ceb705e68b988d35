//! The thread that delivers.
//!
//! It owns the connections and one batch of each signal, and waits on its bell
//! or for the next moment at which something is due. It runs in `unobserved`:
//! what it logs is not telemetry again.

mod backoff;
mod bell;
mod client;
mod lane;
mod periodic;
#[cfg(feature = "tls")]
mod tls;

use std::{io, sync::Arc, thread, time::Instant};

use trace_runtime::observe::unobserved;

pub(crate) use self::{bell::Bell, client::Client, lane::Lane, periodic::Periodic};

/// Starts the thread. It ends when the bell says so.
pub(crate) fn start(
    bell: Arc<Bell>,
    mut lanes: Vec<Lane>,
    mut periodic: Option<Periodic>,
) -> io::Result<()> {
    let run = move || unobserved(|| run(&bell, &mut lanes, periodic.as_mut()));
    thread::Builder::new().name("trace-otel".to_owned()).spawn(run).map(drop)
}

fn run(bell: &Bell, lanes: &mut [Lane], mut periodic: Option<&mut Periodic>) {
    while !bell.is_over() {
        let next = periodic.as_mut().map(|periodic| periodic.work(Instant::now()));
        let due = lanes.iter_mut().filter_map(|lane| lane.work(bell)).chain(next).min();
        bell.wait(due);
    }
}
