//! Ways to end: scenarios of `process/ends.rs`.

use std::{
    fmt,
    io::{self, Write as _},
    pin::pin,
    process,
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use futures::FutureExt as _;
use tokio::runtime::Builder;
use trace_runtime::{info, traced_handler};

use crate::{builder, init, ledger};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("end", [how, threads, lines]) => {
            init().unwrap();
            write_lines(threads.parse().unwrap(), lines.parse().unwrap());
            end(how);
        }
        ("acknowledge", [how, path]) => {
            builder().file(*path).init().unwrap();
            acknowledge(how);
        }
        _ => return false,
    }
    true
}

/// Writes numbered lines from several threads.
fn write_lines(threads: usize, lines: u64) {
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                for n in 0..lines {
                    info!(thread, n, "line");
                    ledger::acknowledge(thread, n + 1);
                }
            });
        }
    });
}

pub(crate) fn end(how: &str) {
    match how {
        "return" => {}
        "exit" => process::exit(7),
        "exit_of_a_thread" => drop(thread::spawn(|| process::exit(7)).join()),
        "panic_in_main" => panic!("on purpose"),
        "panic_in_a_task" => panic_in_a_task(),
        "panic_in_a_value" => info!(value = %Panics, "line"),
        "abort" => process::abort(),
        "sigterm" => until_terminated(),
        "panic_that_cannot_unwind" => {
            Builder::new_current_thread().build().unwrap().block_on(request());
        }
        _ => panic!("there is no end `{how}`"),
    }
}

/// As `docs/guide/output.md` says: `tests/tidy` compares the two.
fn until_terminated() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut terminated = pin!(terminated());
        assert!(terminated.as_mut().now_or_never().is_none());
        // It listens: the signal may be sent now.
        eprintln!("ready");
        terminated.await;
    });
}

async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    // It fails only where there are no more descriptors.
    signal(SignalKind::terminate()).expect("signals can be listened to").recv().await;
}

struct Panics;

impl fmt::Display for Panics {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("on purpose")
    }
}

fn panic_in_a_task() {
    let runtime = Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let ended = runtime.block_on(async { tokio::spawn(panicking()).await });
    assert!(ended.unwrap_err().is_panic());
}

#[traced_handler(trace_id = "request-1")]
async fn panicking() {
    panic!("on purpose");
}

/// A panic that reaches the end of such a function aborts the process, as any
/// panic does under `panic = "abort"`.
#[traced_handler(trace_id = "request-1")]
async fn request() {
    extern "C" fn cannot_unwind() {
        panic!("on purpose");
    }
    cannot_unwind();
}

/// Writes lines without end from four threads. For each there is a byte on
/// standard error, the number of the thread, once the call has returned.
fn acknowledge(how: &str) {
    static ACKNOWLEDGED: AtomicU64 = AtomicU64::new(0);
    for number in 0..4_u8 {
        thread::spawn(move || {
            for n in 0_u64.. {
                info!(thread = number, n, "line");
                ledger::acknowledge(number.into(), n + 1);
                ACKNOWLEDGED.fetch_add(1, Ordering::Relaxed);
                // The last ones are not read.
                let _ = io::stderr().write_all(&[b'0' + number]);
            }
        });
    }
    while how == "kill" || ACKNOWLEDGED.load(Ordering::Relaxed) < 1_000 {
        thread::yield_now();
    }
    match how {
        "return" => {}
        "exit" => process::exit(0),
        _ => process::abort(),
    }
}
