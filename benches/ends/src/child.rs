//! The process under test, which logs and then ends.

use std::{env, process, sync::Arc, thread};

use test_support::Ledger;
use tokio::{
    runtime::Builder,
    signal::unix::{SignalKind, signal},
};

use crate::contestant::{Contestant, SetUp};

pub const THREADS: usize = 4;

pub fn run(contestant: &str, end: &str, lines: u64) {
    let ledger = Arc::new(Ledger::open(env::var_os("LEDGER").unwrap().as_ref()));
    let contestant = Contestant::named(contestant);
    let set_up = contestant.set_up();
    log(&set_up, &ledger, lines);
    set_up.close(&ledger);
    finish(end, contestant);
}

/// Logs `lines` lines from each thread, and counts the calls that returned.
fn log(set_up: &SetUp, ledger: &Ledger, lines: u64) {
    thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || {
                for n in 0..lines {
                    set_up.log(thread, n);
                    ledger.acknowledge(thread, n + 1);
                }
            });
        }
    });
}

fn finish(end: &str, contestant: Contestant) {
    match end {
        "exit" => process::exit(0),
        "exit of another thread" => drop(thread::spawn(|| process::exit(0)).join()),
        "panic in `main`" | "`panic = \"abort\"`" => panic!("on purpose"),
        "panic in a task" => panic_in_a_task(),
        "SIGTERM, listened to" => until_terminated(contestant),
        "abort" => process::abort(),
        _ => {} // `main` returns, or the parent kills this process
    }
}

fn panic_in_a_task() {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { tokio::spawn(async { panic!("on purpose") }).await }).unwrap_err();
}

/// Flushes as the documentation of each contestant says: ours has `flush`, and
/// `tracing-appender` writes its lines when the guard is dropped.
fn until_terminated(contestant: Contestant) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).unwrap();
        eprintln!("ready");
        terminate.recv().await;
    });
    if matches!(contestant, Contestant::Direct | Contestant::Background) {
        let _ = trace_runtime::flush(std::time::Duration::from_secs(2));
    }
}
