//! Logging when the process is about to end: scenarios of `process/teardown.rs`.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use test_support::at_once;
use trace_runtime::{Context, info, spawn_blocking, timed, traced_handler};

use crate::{
    init,
    ledger::{self, at_exit},
};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("thread_local", ["of_main", order]) => {
            init().unwrap();
            log_around(order);
        }
        ("thread_local", ["of_a_thread", order]) => {
            init().unwrap();
            thread::scope(|scope| drop(scope.spawn(|| log_around(order)).join()));
        }
        ("thread_local", ["that_only_logs"]) => {
            init().unwrap();
            thread::scope(|scope| drop(scope.spawn(only_log).join()));
        }
        ("thread_local", ["of_a_worker", order]) => {
            init().unwrap();
            of_a_worker(order);
        }
        ("detached", _) => detached(),
        ("last_words", [whose]) => last_words(whose),
        _ => return false,
    }
    true
}

struct LogsWhenDropped;

impl Drop for LogsWhenDropped {
    fn drop(&mut self) {
        info!("in the destructor");
        step(1);
        value(2);
        at_once(async_step());
        at_once(handler());
        Context::none().run(|| info!("in a context"));
    }
}

thread_local! {
    static LOGS: LogsWhenDropped = const { LogsWhenDropped };
}

#[timed(fields(n))]
fn step(n: u32) {
    info!(n, "in a step");
}

#[timed(fields(n))]
fn value(n: u32) -> u32 {
    n
}

#[timed]
async fn async_step() {
    info!("in an async step");
}

#[traced_handler]
async fn handler() {
    info!("in a request");
    step(3);
    async_step().await;
}

/// Registers the destructor before or after everything of ours: destructors
/// run in the opposite order.
fn log_around(order: &str) {
    if order == "first" {
        LOGS.with(|_| ());
    }
    at_once(handler());
    info!("before the end");
    if order == "last" {
        LOGS.with(|_| ());
    }
}

/// A thread that has only logged: no scope was ever entered on it.
fn only_log() {
    LOGS.with(|_| ());
    info!("before the end");
}

/// The thread of a runtime, with a context on its way to it.
fn of_a_worker(order: &str) {
    let order = order.to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(outer(order));
}

#[traced_handler]
async fn outer(order: String) {
    spawn_blocking(move || log_around(&order)).await.unwrap();
}

/// Writes ten numbered lines; the other ten are written when the process is
/// about to end.
fn last_words(whose: &str) {
    let (whose, order) = whose.rsplit_once(", ").unwrap();
    if (whose, order) == ("atexit", "first") {
        at_exit(second_half);
    }
    init().unwrap();
    let first = || first_half(whose, order);
    match whose {
        "a thread-local of a thread" => thread::scope(|scope| drop(scope.spawn(first).join())),
        _ => first(),
    }
}

fn first_half(whose: &str, order: &str) {
    let is_thread_local = whose.starts_with("a thread-local");
    if is_thread_local && order == "first" {
        LAST_WORDS.with(|_| ());
    }
    (0..10).for_each(numbered);
    match order {
        "last" if is_thread_local => LAST_WORDS.with(|_| ()),
        "last" => at_exit(second_half),
        _ => {}
    }
}

/// Writes an event and the line of a step, in turn.
fn numbered(n: u64) {
    #[timed(fields(thread = 0, n))]
    fn step(n: u64) {}
    if n.is_multiple_of(2) {
        info!(thread = 0, n, "line");
    } else {
        step(n);
    }
    ledger::acknowledge(0, n + 1);
}

extern "C" fn second_half() {
    (10..20).for_each(numbered);
}

struct LastWords;

impl Drop for LastWords {
    fn drop(&mut self) {
        second_half();
    }
}

thread_local! {
    static LAST_WORDS: LastWords = const { LastWords };
}

/// Threads log on while `main` returns.
fn detached() {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    init().unwrap();
    for thread in 0..4 {
        thread::spawn(move || {
            LOGS.with(|_| ());
            loop {
                at_once(handler());
                info!(thread, "on and on");
                WRITTEN.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while WRITTEN.load(Ordering::Relaxed) < 100 {
        thread::yield_now();
    }
}
