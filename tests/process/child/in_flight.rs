//! Requests that have not ended: stuck in several ways, asked for by a signal,
//! waited for by a shutdown, and very many.

use std::{
    future::{pending, poll_fn},
    io,
    pin::pin,
    process,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::Poll,
    thread,
    time::Duration,
};

use test_support::{at_once, wait_until};
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    time,
};
use trace_runtime::{
    OpenStep, Outcome,
    edge::{self, Request},
    in_flight, info,
    propagation::Incoming,
    report_in_flight,
    sink::{Memory, Sink},
    step, timed, traced_handler,
};

pub(crate) fn run(scenario: &str, rest: &[&str]) -> bool {
    match (scenario, rest) {
        ("stuck", [how]) => stuck(how),
        ("open_and_asked_by_a_signal", []) => asked_by_a_signal(),
        ("shutdown_that_waits", []) => shutdown_that_waits(),
        ("hammered", []) => hammered(),
        ("many_open", []) => many_open(),
        ("watched_and_refused", []) => watched_and_refused(),
        ("watched_with_a_timed_sink", []) => watched_with_a_timed_sink(),
        _ => return false,
    }
    true
}

/// The age at which requests are reported.
const AGE: Duration = Duration::from_millis(100);

/// Runs a request that is stuck until it was reported four times, then writes
/// the lines, and ends without dropping anything.
fn stuck(how: &str) {
    let memory = Memory::default();
    trace_runtime::builder().watch(AGE).sink(memory.clone()).init().unwrap();
    let how = how.to_owned();
    thread::spawn(move || {
        // All workers there are: one.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            match &*how {
                "awaiting" => awaiting().await,
                "blocking" => blocking().await,
                "busy" => busy().await,
                "side_by_side" => side_by_side().await,
                "job" => job().await,
                _ => panic!("not stuck that way"),
            }
        });
    });
    wait_until("it was reported four times", || memory.text().lines().count() >= 4);
    print!("{}", memory.text());
    process::exit(0);
}

#[traced_handler]
async fn awaiting() {
    done().await;
    outer().await;
}

#[timed(level = "debug")]
async fn done() {}

#[timed]
async fn outer() {
    never().await;
}

#[timed]
async fn never() {
    pending::<()>().await;
}

#[traced_handler]
async fn blocking() {
    let _ = trace_runtime::spawn_blocking(sleeps).await;
}

#[timed]
fn sleeps() {
    loop {
        thread::park();
    }
}

#[traced_handler]
async fn busy() {
    spins();
}

#[timed]
fn spins() {
    loop {
        thread::yield_now();
    }
}

/// The step that began last ends, and the request waits for the other one.
#[traced_handler]
async fn side_by_side() {
    let soon = step!("soon", async { tokio::task::yield_now().await });
    let (mut never, mut soon) = (pin!(step!("never", pending::<()>())), pin!(soon));
    let mut soon_is_done = false;
    poll_fn(|cx| {
        let _ = never.as_mut().poll(cx);
        soon_is_done = soon_is_done || soon.as_mut().poll(cx).is_ready();
        Poll::<()>::Pending
    })
    .await;
}

#[traced_handler(kind = "job")]
async fn job() {
    never().await;
}

/// Writes a line for each of two open requests on each SIGUSR1, until its input
/// ends.
fn asked_by_a_signal() {
    trace_runtime::init().unwrap();
    let runtime = Runtime::new().unwrap();
    let _entered = runtime.enter();
    let mut asked = signal(SignalKind::user_defined1()).unwrap();
    runtime.spawn(async move {
        while asked.recv().await.is_some() {
            report_in_flight();
        }
    });
    runtime.spawn(awaiting());
    wait_until("the first is in its step", || is_in(0, "never"));
    runtime.spawn(blocking());
    wait_until("the second is in its step", || is_in(1, "sleeps"));
    info!("ready");
    io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
    process::exit(0);
}

fn is_in(nth: usize, step: &str) -> bool {
    let open = in_flight();
    open.get(nth).and_then(|open| open.step()).map(OpenStep::name) == Some(step)
}

/// A shutdown that says what it waits for, again and again.
fn shutdown_that_waits() {
    trace_runtime::init().unwrap();
    Runtime::new().unwrap().block_on(async {
        let (finish, finished) = oneshot::channel();
        let server = tokio::spawn(waits_for(finished));
        wait_until("the request is open", || is_in(0, "waits"));
        let reporting = tokio::spawn(async {
            let mut finish = Some(finish);
            loop {
                time::sleep(Duration::from_millis(20)).await;
                if report_in_flight() == 0 {
                    return;
                }
                // One report is enough for this test.
                finish.take().map(|finish| finish.send(()));
            }
        });
        server.await.unwrap();
        reporting.await.unwrap();
        info!("shut down");
    });
}

#[traced_handler]
async fn waits_for(finished: oneshot::Receiver<()>) {
    let _ = step!("waits", finished).await;
}

struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Looks again and again while four threads open and close requests.
fn hammered() {
    trace_runtime::builder().watch(Duration::from_millis(1)).sink(Nowhere).init().unwrap();
    let (is_over, begun) = (AtomicBool::new(false), Barrier::new(5));
    let closed = [const { AtomicU64::new(0) }; 4];
    thread::scope(|scope| {
        for (nth, closed) in closed.iter().enumerate() {
            let (is_over, begun) = (&is_over, &begun);
            scope.spawn(move || {
                begun.wait();
                while !is_over.load(Ordering::Relaxed) {
                    let serial = closed.load(Ordering::Relaxed);
                    at_once(numbered(format!("t{nth}-{serial}")));
                    // Pairs with `look`: this one has ended.
                    closed.store(serial + 1, Ordering::Release);
                }
            });
        }
        begun.wait();
        let mut seen = 0;
        for _ in 0..20_000 {
            seen += look(&closed);
        }
        is_over.store(true, Ordering::Relaxed);
        println!("{seen}");
    });
    assert_eq!(in_flight().len(), 0);
}

/// A request whose step has the number of its thread, and is inside a step that
/// has the same.
#[traced_handler(trace_id = &id)]
async fn numbered(id: String) {
    match id.as_bytes()[1] {
        b'0' => step!("outer0", { step!("inner0", {}) }),
        b'1' => step!("outer1", { step!("inner1", {}) }),
        b'2' => step!("outer2", { step!("inner2", {}) }),
        _ => step!("outer3", { step!("inner3", {}) }),
    }
}

/// Checks each request that is found, and returns how many they are.
fn look(closed: &[AtomicU64; 4]) -> usize {
    let ended = closed.each_ref().map(|closed| closed.load(Ordering::Acquire));
    let open = in_flight();
    assert!(open.len() <= 4, "each thread has one at most: {open:?}");
    for request in &open {
        let id = request.trace_id().to_string();
        let (thread, serial) = id[1..].split_once('-').unwrap();
        let (nth, serial): (usize, u64) = (thread.parse().unwrap(), serial.parse().unwrap());
        assert!(serial >= ended[nth], "{id} had ended before the look began, at {}", ended[nth]);
        assert_eq!(request.name(), "numbered");
        assert!(request.steps().len() <= 2, "{request:?}");
        for step in request.steps() {
            assert_eq!(&step.name()[5..], thread, "{id} has a step of another thread");
            assert!(step.age() <= request.age(), "{request:?}");
        }
    }
    open.len()
}

/// A hundred thousand requests that are open at once.
fn many_open() {
    const MANY: usize = 100_000;
    trace_runtime::builder().sink(Nowhere).init().unwrap();
    let callsite = edge::callsite!("http_request", target: "many");
    let path = |nth: usize| format!("/{nth}");
    let mut open: Vec<_> =
        (0..MANY).map(|nth| Request::open(callsite, Incoming::none(), "GET", &path(nth))).collect();
    let found = in_flight();
    let is_in_order = found.iter().enumerate().all(|(nth, it)| it.path() == Some(&path(nth)));
    println!("{} {is_in_order}", found.len());
    // Every second one ends.
    let mut kept = Vec::new();
    for (nth, request) in open.drain(..).enumerate() {
        if nth % 2 == 0 {
            request.end(Outcome::Ok);
        } else {
            kept.push(request);
        }
    }
    let found = in_flight();
    let is_odd = found.iter().enumerate().all(|(nth, it)| it.path() == Some(&path(2 * nth + 1)));
    println!("{} {is_odd}", found.len());
    drop(kept);
    println!("{}", in_flight().len());
}

/// A filter that does not let warnings of this module through.
fn watched_and_refused() {
    let memory = Memory::default();
    let builder = trace_runtime::builder().filter("error,shop=warn").watch(AGE);
    builder.sink(memory.clone()).init().unwrap();
    thread::spawn(|| at_once(silent()));
    wait_until("the first is in its step", || is_in(0, "sleeps"));
    thread::spawn(|| at_once(loud()));
    wait_until("the other one was reported", || memory.text().lines().count() > 0);
    print!("{}", memory.text());
    process::exit(0);
}

#[traced_handler]
async fn silent() {
    sleeps();
}

#[traced_handler(target = "shop")]
async fn loud() {
    sleeps();
}

/// A sink whose writes of lines about open requests are steps.
struct TimedSink(Memory);

impl Sink for TimedSink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.windows(13).any(|it| it == b"still running") {
            sink_step();
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[timed]
fn sink_step() {}

/// A request that goes on until it was reported twice.
fn watched_with_a_timed_sink() {
    let memory = Memory::default();
    let sink = TimedSink(memory.clone());
    trace_runtime::builder().watch(Duration::from_millis(10)).sink(sink).init().unwrap();
    at_once(until_reported(&memory));
    print!("{}", memory.text());
}

#[traced_handler]
async fn until_reported(memory: &Memory) {
    wait_until("it was reported twice", || memory.text().lines().count() >= 2);
}
