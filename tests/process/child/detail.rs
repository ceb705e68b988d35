//! Detail on demand: scenarios of `process/detail.rs`.

use std::{fs, future::Future, pin::Pin};

use futures::{FutureExt as _, future::join_all};
use tokio::runtime::Builder as Runtime;
use trace_runtime::{
    Detail, debug, info, set_filter, sink::Memory, stats, timed, traced_handler, warn,
};

use crate::{builder, ends::end};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("detail_at_the_end", [how]) => at_the_end(how),
        ("detail_of_a_runtime", _) => of_a_runtime(),
        ("detail_refused", _) => refused(),
        ("detail_filters", _) => filters(),
        ("detail_crowd", _) => crowd(),
        ("detail_loop", _) => endless(),
        _ => return false,
    }
    true
}

fn block_on<F: Future>(future: F) -> F::Output {
    Runtime::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[traced_handler]
async fn open(how: &str) {
    debug!("one");
    debug!("two");
    match how {
        "panic_that_cannot_unwind" => cannot_unwind(),
        how => end(how),
    }
}

/// As any panic is under `panic = "abort"`.
extern "C" fn cannot_unwind() {
    panic!("on purpose");
}

/// The process ends within a request, while another one is open.
fn at_the_end(how: &str) {
    #[traced_handler]
    async fn waits() {
        debug!("of another request");
        std::future::pending::<()>().await;
    }
    builder().filter("info").detail(Detail::when_failed()).init().unwrap();
    let mut other = Box::pin(waits());
    if how == "panic_that_cannot_unwind" {
        assert!(other.as_mut().now_or_never().is_none());
    }
    block_on(open(how));
}

/// A runtime is dropped before the end, and its tasks with it.
fn of_a_runtime() {
    #[traced_handler]
    async fn waits() {
        debug!("one");
        std::future::pending::<()>().await;
    }
    builder().filter("info").detail(Detail::when_failed()).init().unwrap();
    let runtime = Runtime::new_current_thread().build().unwrap();
    let task = runtime.spawn(waits());
    runtime.block_on(tokio::task::yield_now());
    assert_eq!(stats().detail.held, 1);
    drop((task, runtime));
    assert_eq!((stats().detail.held, stats().detail.written), (0, 1));
}

fn refused() {
    let detail = Detail::when_failed;
    for refused in [
        detail().filter("debug,shop=loud"),
        detail().filter("off"),
        detail().per_request(0),
        detail().per_request((1 << 30) + 1),
        detail().total(0),
        detail().output(0),
        detail().one_in(0),
    ] {
        eprintln!("{}", builder().detail(refused).init().unwrap_err());
    }
    builder().init().unwrap();
    info!("none of them was in force");
}

/// Another filter comes into force while requests are open.
fn filters() {
    #[traced_handler]
    async fn handler() -> Result<(), &'static str> {
        info!("info");
        debug!("debug");
        step();
        Err("no")
    }
    #[timed(level = "debug")]
    fn step() {}
    builder().filter("info").detail(Detail::when_failed()).init().unwrap();
    let _ = block_on(handler());
    for filter in ["debug", "error"] {
        set_filter(filter).unwrap();
        let _ = block_on(handler());
    }
    debug!("of no request");
}

/// Returns how much memory the process has, in bytes.
fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    4_096 * pages.split(' ').nth(1).unwrap().parse::<u64>().unwrap()
}

const CROWD: u64 = 100_000;
const TOTAL: usize = 16 * 1024 * 1024;

#[traced_handler]
async fn waits(is_failing: bool, over: &tokio::sync::Notify) -> Result<(), &'static str> {
    for at in 0..3 {
        debug!(at, "held");
    }
    over.notified().await;
    if is_failing { Err("no") } else { Ok(()) }
}

/// Very many requests are open at once.
fn crowd() {
    let memory = Memory::default();
    let detail = Detail::when_failed().total(TOTAL).output(1 << 30);
    builder().filter("info").sink(memory.clone()).detail(detail).init().unwrap();
    let over = tokio::sync::Notify::new();
    let mut requests: Vec<Pin<Box<_>>> =
        (0..CROWD).map(|number| Box::pin(waits(number % 100 == 0, &over))).collect();
    // What the futures take is not ours: it is there now.
    let before = resident();
    block_on(async {
        for request in &mut requests {
            assert!(request.as_mut().now_or_never().is_none());
        }
    });
    let open = stats().detail;
    let grown = resident().saturating_sub(before);
    println!("{} {} {} {grown}", open.held, open.dropped, open.made());
    over.notify_waiters();
    drop(block_on(join_all(requests)));
    let after = stats().detail;
    println!("{} {} {} {}", after.held, after.written, after.discarded, after.dropped);
    let text = memory.text();
    let missing: u64 = text.lines().filter_map(missing_of).sum();
    println!("{} {missing}", text.lines().count());
}

fn missing_of(line: &str) -> Option<u64> {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["detail_dropped"].as_u64()
}

#[traced_handler]
async fn works_for_ever() -> Result<(), &'static str> {
    for number in 1..=1_000_000 {
        debug!(number, "line");
        if number % 100_000 == 0 {
            warn!(number, "still here");
            short().await;
        }
    }
    Err("no more work")
}

/// One of many short requests beside it.
async fn short() {
    #[traced_handler]
    async fn short() {
        debug!("held");
    }
    for _ in 0..100 {
        tokio::spawn(short()).await.unwrap();
    }
}

/// A worker's loop is one request.
fn endless() {
    builder().filter("info").detail(Detail::when_failed()).init().unwrap();
    block_on(async {
        short().await;
        let before = resident();
        let result = tokio::spawn(works_for_ever()).await;
        let grown = resident().saturating_sub(before);
        let detail = stats().detail;
        eprintln!("{result:?} {grown} {} {}", detail.made(), detail.held);
    });
}
