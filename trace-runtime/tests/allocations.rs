//! Counts the allocations of a line once its thread is warm: none, but for what a
//! request is given to keep, and for requests that are open beside another.
//!
//! It is a suite of its own, because it sets up the process's output: lines go
//! to a sink that keeps nothing. Only the allocations of this thread are
//! counted. A buffer that grows counts each time.

use std::{hint::black_box, io, sync::OnceLock};

use allocation_counter::measure;
use futures::FutureExt as _;
use trace_runtime::{
    Detail, DynamicEvent, Error, Level, builder, carry, count_request, debug,
    edge::{self, Outcome, Request},
    info,
    propagation::Incoming,
    record, record_request,
    sink::Sink,
    step,
    testing::Capture,
    timed, traced_handler,
};

/// How many calls are made before the count.
const WARM: usize = 20;

struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns how often the last of many calls allocates.
#[track_caller]
fn count(mut run: impl FnMut()) -> u64 {
    static SET_UP: OnceLock<Result<(), Error>> = OnceLock::new();
    let set_up = SET_UP.get_or_init(|| builder().filter("info").sink(Nowhere).init());
    assert!(set_up.is_ok(), "{set_up:?}");
    for _ in 0..WARM {
        run();
    }
    measure(run).count_total
}

/// Runs a future that is ready at its first poll.
#[expect(clippy::expect_used, reason = "a mistake in a test panics")]
fn at_once<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("done at once")
}

#[traced_handler]
async fn handler<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Counts outside any trace and inside one.
#[track_caller]
fn never_allocates(what: &str, run: impl Fn()) {
    assert_eq!(count(&run), 0, "{what}, outside a trace");
    let inside = count_in_request(&run);
    assert_eq!(inside, 0, "{what}, inside a trace");
}

#[track_caller]
fn count_in_request(run: impl Fn()) -> u64 {
    at_once(handler(|| count(&run)))
}

#[test]
fn an_event_never_allocates() {
    let (user_id, text) = (42, "some text");
    never_allocates("constant text", || info!("ready"));
    never_allocates("formatted text", || info!("user {user_id} is {text}"));
    never_allocates("fields", || {
        info!(user_id, text, debug = ?text, share = 0.25, took = std::time::Duration::from_millis(3), "m");
    });
    never_allocates("a long line", || info!(text = black_box(&*LONG), "m"));
    never_allocates("a filtered event", || debug!(user_id, "user {user_id}"));
}

static LONG: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| "x".repeat(7_000));

#[timed]
fn sync_step() -> u8 {
    7
}

#[timed]
fn guarded_step() {}

#[timed(fields(id, user))]
fn sync_step_with_fields(id: u32, user: &str) -> u8 {
    7
}

#[timed]
async fn async_step() -> u8 {
    7
}

#[timed(fields(id, user))]
async fn async_step_with_fields(id: u32, user: &str) -> u8 {
    7
}

#[timed]
async fn waiting_step() {
    tokio::task::yield_now().await;
}

#[timed(level = "debug", fields(id))]
async fn quiet_step(id: u32) {}

#[timed(err = debug)]
fn failing_step() -> Result<(), u8> {
    Err(7)
}

#[timed]
fn failing_step_with_causes() -> Result<(), std::num::ParseIntError> {
    "x".parse::<u8>().map(|_| ())
}

#[timed(fields(rows))]
fn recording_step(rows: u32) {
    record!(rows = rows + 1, share = 0.5);
}

#[test]
fn a_sync_step_never_allocates() {
    never_allocates("a value", || {
        black_box(sync_step());
    });
    never_allocates("a guard", guarded_step);
    never_allocates("fields", || {
        black_box(sync_step_with_fields(1, "one"));
    });
    never_allocates("an error", || {
        let _ = black_box(failing_step());
    });
    never_allocates("an error with text", || {
        let _ = black_box(failing_step_with_causes());
    });
    never_allocates("a block", || {
        black_box(step!("block", fields(id = 1), { 7 }));
    });
}

#[test]
fn an_async_step_never_allocates() {
    never_allocates("a value", || {
        black_box(at_once(async_step()));
    });
    never_allocates("fields", || {
        black_box(at_once(async_step_with_fields(1, "one")));
    });
    never_allocates("a filtered step", || at_once(quiet_step(1)));
    never_allocates("a cancelled step", || assert!(waiting_step().now_or_never().is_none()));
    never_allocates("a future", || {
        black_box(at_once(step!("future", fields(id = 1), async { 7 })));
    });
    never_allocates("steps in steps", || {
        at_once(step!("outer", fields(id = 1), async {
            step!("middle", fields(id = 2), async { sync_step_with_fields(3, "three") }).await
        }));
    });
}

/// As many steps as a thread keeps buffers for, less one for the line.
#[test]
fn seven_steps_with_fields_inside_each_other_never_allocate() {
    fn nested(depth: u32) {
        step!("nested", fields(depth), {
            if depth > 1 {
                nested(depth - 1);
            }
        });
    }
    never_allocates("seven", || nested(7));
}

#[test]
fn late_fields_never_allocate() {
    never_allocates("of a step", || recording_step(1));
    never_allocates("of a request", || record_request!(user_id = 42, user = "Ada"));
    never_allocates("text", || record!(text = "some text"));
}

#[test]
fn what_is_carried_costs_a_line_no_allocation() {
    let lines = || {
        carry!(user_id = 42, tenant = "globex");
        info!(n = 1, "text");
        black_box(sync_step_with_fields(1, "one"));
        recording_step(1);
    };
    never_allocates("an event and a step", lines);
    assert_eq!(count(|| at_once(handler(|| carry!(user_id = 42)))), 0);
    assert_eq!(count(|| at_once(handler_that_carries(42))), 0);
}

#[traced_handler(carry(user_id))]
async fn handler_that_carries(user_id: u32) {
    info!("text");
}

/// The list of sums allocates; a sum does not.
#[test]
fn what_is_counted_allocates_once_in_a_request() {
    let counts = || count_request!(hits, bytes += 1_000, share += 0.5);
    assert_eq!(count(counts), 0, "outside a trace");
    assert_eq!(count_in_request(counts), 0, "known sums");
    assert_eq!(count(|| at_once(handler(counts))), 1);
}

#[cfg(feature = "stream")]
#[test]
fn a_stream_never_allocates() {
    never_allocates("three items", || {
        let stream = std::pin::pin!(step!("stream", stream = futures::stream::iter(0..3)));
        assert_eq!(at_once(futures::StreamExt::count(stream)), 3);
    });
}

/// Its memory is that of the request before.
#[test]
fn a_request_without_steps_never_allocates() {
    assert_eq!(count(|| at_once(handler(|| ()))), 0);
    assert_eq!(count(|| at_once(handler(|| info!(n = 1, "text")))), 0);
    assert_eq!(count(|| at_once(handler(|| record_request!(user_id = 42, user = "Ada")))), 0);
}

/// Its own memory, and that of its table of steps.
#[test]
fn each_further_request_that_is_open_at_once_allocates_twice() {
    let open = |requests: usize| {
        let mut open: Vec<_> = (0..requests).map(|_| Box::pin(handler_that_waits())).collect();
        let opening = measure(|| {
            for request in &mut open {
                assert!(request.as_mut().now_or_never().is_none());
            }
        });
        let closing = measure(|| {
            for request in &mut open {
                while request.as_mut().now_or_never().is_none() {}
            }
        });
        (opening.count_total, closing.count_total)
    };
    count(|| {
        open(3);
    });
    assert_eq!(open(1), (0, 0));
    assert_eq!(open(3), (4, 0));
}

/// The path that is asked for, and what the edge knows of the answer.
#[test]
fn a_request_of_an_edge_allocates_what_it_keeps() {
    let callsite = edge::callsite!("http_request", target: "edge");
    let request = || Request::open(callsite, Incoming::none(), "GET", "/users").end(Outcome::Ok);
    assert_eq!(count(request), 2);
}

#[traced_handler(fields(user_id, user))]
async fn handler_with_fields(user_id: u32, user: &str) {}

#[test]
fn the_fields_of_a_request_cost_nothing_more() {
    assert_eq!(count(|| at_once(handler_with_fields(42, "Ada"))), 0);
}

#[traced_handler(trace_id = "request-1")]
async fn handler_with_id() {}

/// An id in a foreign form is kept as text, which allocates.
#[test]
fn an_id_that_was_given_allocates_once() {
    assert_eq!(count(|| at_once(handler_with_id())), 1);
}

/// The table of its steps is that of an earlier request, too.
#[test]
fn a_request_with_steps_never_allocates() {
    let one_kind = || {
        sync_step();
    };
    assert_eq!(count(|| at_once(handler(one_kind))), 0);
    let four_kinds = || {
        for _ in 0..100 {
            sync_step();
            sync_step_with_fields(1, "one");
            at_once(async_step());
            at_once(quiet_step(1));
        }
    };
    assert_eq!(count(|| at_once(handler(four_kinds))), 0);
}

#[traced_handler]
async fn handler_that_waits() {
    for _ in 0..3 {
        sync_step();
        waiting_step().await;
    }
    sync_step();
}

#[test]
fn a_request_with_steps_in_several_polls_never_allocates() {
    let waits = || {
        let mut request = std::pin::pin!(handler_that_waits());
        while request.as_mut().now_or_never().is_none() {}
    };
    assert_eq!(count(waits), 0);
}

/// Makes steps, each with a callsite of its own.
macro_rules! kinds {
    ($($name:literal)*) => {
        &[$(|| step!($name, {})),*]
    };
}

const KINDS: &[fn()] = kinds! {
    "0" "1" "2" "3" "4" "5" "6" "7" "8" "9" "10" "11" "12" "13" "14" "15" "16" "17" "18" "19"
    "20" "21" "22" "23" "24" "25" "26" "27" "28" "29" "30" "31" "32" "33" "34" "35" "36" "37"
};

/// The table doubles, up to the 32 callsites that are counted separately, and
/// later requests reuse it.
#[test]
fn more_kinds_of_steps_cost_a_larger_table_once() {
    let request = |kinds: usize| {
        let some = || KINDS[..kinds].iter().for_each(|step| step());
        at_once(handler(some));
    };
    // Makes the memory of lines as large as any line of this test needs.
    info!(text = black_box(&*LONG), "m");
    assert_eq!(count(|| request(1)), 0);
    for (kinds, expected) in
        [(8, 0), (9, 1), (9, 0), (16, 0), (17, 1), (17, 0), (32, 0), (38, 0), (1, 0)]
    {
        assert_eq!(measure(|| request(kinds)).count_total, expected, "{kinds} kinds");
    }
}

/// Nothing is allocated once the callsite is known, even for one too many.
#[test]
fn a_step_of_a_known_kind_never_allocates() {
    for kinds in [1, 32, 38] {
        let some = || KINDS[..kinds].iter().for_each(|step| step());
        let inside = at_once(handler(|| {
            some();
            measure(some).count_total
        }));
        assert_eq!(inside, 0, "{kinds} kinds");
    }
}

/// The error is written without a copy.
#[test]
fn a_request_that_fails_never_allocates() {
    #[traced_handler]
    async fn failing() -> Result<(), std::num::ParseIntError> {
        failing_step_with_causes()
    }
    let fails = || {
        let _ = black_box(at_once(failing()));
    };
    assert_eq!(count(fails), 0);
}

#[test]
fn an_event_whose_keys_are_known_at_run_time_never_allocates() {
    let target = "library::pool".to_owned();
    let keys: Vec<_> = (0..32).map(|key| format!("key_{key}")).collect();
    never_allocates("with as many fields as usual", || {
        DynamicEvent::new(Level::Info, &target).write_with(format_args!("m {}", 7), |to| {
            for key in &keys {
                to.set(key, 7);
            }
        });
    });
    never_allocates("with a key of the runtime's own", || {
        DynamicEvent::new(Level::Info, "x").write_with(format_args!("m"), |to| to.set("level", 7));
    });
    never_allocates("filtered out", || {
        DynamicEvent::new(Level::Debug, &target).write(format_args!("m"), &[]);
    });
}

/// Detail is in force in a capture: the process of this suite has none.
#[test]
fn detail_allocates_nothing_more_once_the_thread_is_warm() {
    let allocations = |capture: Capture| {
        for _ in 0..WARM {
            at_once(capture.scope(handler(|| info!("ready"))));
        }
        // The memory of a capture grows with its lines.
        let counts = (0..WARM)
            .map(|_| measure(|| at_once(capture.scope(handler(|| info!("ready"))))).count_total);
        counts.min().unwrap_or_default()
    };
    let without = allocations(Capture::with_filter("info"));
    assert_eq!(allocations(Capture::with_detail("info", Detail::when_failed())), without);
    let held = Capture::with_detail("error", Detail::when_failed());
    assert_eq!(allocations(held), without, "a few lines take the memory of those before");
}
