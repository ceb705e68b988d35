//! The services: the same handler and service functions, with one file for each
//! logger.

mod bare;
mod by_floor;
mod by_tracing;
mod ours;
mod ours_edge;

use std::{future::ready, hint::black_box, io, thread};

use axum::Router;
use serde_json::json;
use tokio::{net::TcpListener, sync::oneshot};

use crate::process;

/// A service that logs to a file, and the way to finish its output.
pub(crate) struct Service {
    router: Router,
    /// Waits until all lines are written.
    settle: Box<dyn FnOnce()>,
}

/// Starts a service that logs to this file.
type Start = fn(&str) -> Service;

/// All services, and how many lines each writes for a request.
const ALL: [(&str, Start, u64); 5] = [
    ("bare", bare::start, 0),
    ("floor std", by_floor::start, 4),
    ("ours", ours::start, 4),
    ("ours, with TraceLayer", ours_edge::start, 4),
    ("tracing", by_tracing::start, 4),
];

/// Returns the names of all services, and how many lines each writes for a
/// request.
pub(crate) fn names() -> impl Iterator<Item = (&'static str, u64)> {
    ALL.iter().map(|(name, _, lines)| (*name, *lines))
}

/// Serves until standard input ends. It prints its port at the start, and the
/// resources it has used at the end.
pub(crate) fn serve(name: &str, file: &str) {
    process::pin(0);
    let start = ALL.iter().find(|(theirs, ..)| *theirs == name).expect("a service").1;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Service { router, settle } = start(file);
    let before = process::cpu_us();
    runtime.expect("a runtime").block_on(until_told(router));
    settle();
    let used = process::cpu_us() - before;
    println!("{}", json!({ "cpu_us": used, "peak_mib": process::peak_mib() }));
}

async fn until_told(router: Router) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    let (told, end) = oneshot::channel();
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        told.send(())
    });
    tokio::select! {
        _ = end => {}
        served = axum::serve(listener, router) => served.expect("it serves"),
    }
}

/// The work of a service function: it is ready at once.
async fn work(user_id: u64) -> u64 {
    ready(black_box(user_id)).await
}

/// The text of a handler's answer.
fn answer(messages: u64) -> String {
    format!("{messages} messages: hello, how are you, and good bye\n")
}
