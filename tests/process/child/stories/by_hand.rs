//! Stories that were written by hand, one for each way that a step or a line may
//! take.

use std::{
    fmt,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context as Task, Waker},
    thread,
    time::Duration,
};

use tokio::{
    runtime,
    task::{LocalSet, yield_now},
};
use trace_runtime::{
    Context, InCurrentTrace as _, carry, count_request, edge, info, record, spawn, spawn_blocking,
    step, timed, traced_handler,
};

pub(super) type Story = fn() -> Pin<Box<dyn Future<Output = ()>>>;

pub(super) const ALL: [(&str, Story); 13] = [
    ("ready at once", || Box::pin(ready_at_once(7))),
    ("over several polls", || Box::pin(over_several_polls())),
    ("with failures that log", || Box::pin(async { drop(with_failures().await) })),
    ("with a panic that is caught", || Box::pin(with_a_panic())),
    ("with an id of a caller", || Box::pin(with_an_id())),
    ("with fields that are carried from some point", || Box::pin(with_carried_fields())),
    ("with a step that is passed on", || Box::pin(with_a_step_passed_on())),
    ("with steps that are entered", || Box::pin(with_entered_steps())),
    ("with a set of local tasks", || Box::pin(with_local_tasks())),
    ("with a runtime inside", || Box::pin(with_a_runtime_inside())),
    ("with values that leave steps entered", || Box::pin(with_values_that_enter())),
    ("with a step that another request ends", || Box::pin(with_a_step_ended_elsewhere())),
    ("with requests inside a request", || Box::pin(with_other_requests())),
];

#[timed(fields(number))]
fn sync_step(number: u64) -> u64 {
    info!(number, "in a step");
    number
}

#[timed(fields(number))]
async fn async_step(number: u64) -> u64 {
    sync_step(number)
}

#[timed]
async fn pending_step(polls: usize) {
    for poll in 0..polls {
        info!(poll, "before the next poll");
        record!(last = poll);
        yield_now().await;
        sync_step(0);
    }
}

#[traced_handler(fields(user_id))]
async fn ready_at_once(user_id: u64) {
    info!(user_id, name = "a\"b", ratio = 0.5, none = None::<u8>, "asking");
    async_step(async_step(1).await + 1).await;
    step!("block", { info!(seen = %user_id, "formatted {user_id}") });
    count_request!(rows += 3);
}

#[traced_handler]
async fn over_several_polls() {
    for _ in 0..3 {
        tokio::join!(pending_step(2), pending_step(1));
        spawn(async_step(5)).await.unwrap();
        spawn_blocking(|| sync_step(6)).await.unwrap();
        async_step(7).await;
    }
}

/// An error whose text is made by code that writes lines.
#[derive(Debug)]
pub(super) struct Chatty;

impl fmt::Display for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        info!(step = sync_step(9), "while an error is shown");
        f.write_str("no luck")
    }
}

impl std::error::Error for Chatty {}

#[timed]
fn fails() -> Result<(), Chatty> {
    Err(Chatty)
}

#[timed]
async fn fails_later() -> Result<(), Chatty> {
    yield_now().await;
    fails()
}

#[traced_handler]
async fn with_failures() -> Result<(), Chatty> {
    let _ = fails();
    info!(error = %Chatty, "shown in a field");
    info!("shown in a message: {Chatty}");
    fails_later().await
}

#[timed]
fn panics() {
    sync_step(1);
    panic!("no more");
}

#[timed]
async fn panics_later() {
    panics();
}

#[traced_handler]
async fn with_a_panic() {
    assert!(catch_unwind(panics).is_err());
    let mut future = Box::pin(panics_later());
    let mut task = Task::from_waker(Waker::noop());
    assert!(catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(&mut task))).is_err());
    async_step(2).await;
}

#[traced_handler(trace_id = "order-7/eu")]
async fn with_an_id() {
    async_step(1).await;
    info!("in the request");
}

#[timed]
fn carries() {
    carry!(tenant = "blue");
    info!("from here on");
}

#[traced_handler]
async fn with_carried_fields() {
    async_step(1).await;
    carries();
    async_step(2).await;
}

/// A step that begins here and ends in another task.
#[traced_handler]
async fn with_a_step_passed_on() {
    let mut step = Box::pin(pending_step(2));
    let mut task = Task::from_waker(Waker::noop());
    assert!(step.as_mut().poll(&mut task).is_pending());
    spawn(async move {
        step.await;
        sync_step(3);
    })
    .await
    .unwrap();
    // Dropped after its first poll.
    let mut step = Box::pin(pending_step(1));
    assert!(step.as_mut().poll(&mut task).is_pending());
    drop(step);
}

/// Enters a step, and leaves it only after the step around it has ended.
#[timed]
fn leaves_entered(step: &mut edge::Step) -> edge::Token {
    let token = step.enter();
    info!("in what was entered");
    sync_step(1);
    token
}

#[traced_handler]
async fn with_entered_steps() {
    let callsite = edge::callsite!("entered", target: "child");
    let mut step = edge::Step::open(callsite, edge::Parent::Current, |_| {}).unwrap();
    let token = leaves_entered(&mut step);
    sync_step(2);
    async_step(3).await;
    step.exit(token);
    info!("after it was left");
    step.close();
}

/// What was spawned without a context has that of the request which drives it.
#[traced_handler]
async fn with_local_tasks() {
    let set = LocalSet::new();
    let stranger = set.spawn_local(pending_step(2));
    let own = set.spawn_local(pending_step(1).in_current_trace());
    // Dropped with the set.
    set.spawn_local(pending_step(9));
    set.run_until(async {
        own.await.unwrap();
        stranger.await.unwrap();
    })
    .await;
}

#[traced_handler]
async fn with_a_runtime_inside() {
    let here = Context::current();
    let block = || {
        let runtime = runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let stranger = tokio::spawn(pending_step(2));
            step!("inside", pending_step(1)).await;
            stranger.await.unwrap();
        });
    };
    thread::spawn(move || here.run(block)).join().unwrap();
    async_step(1).await;
}

/// A value that leaves a step entered when it has been shown.
struct Entering;

impl fmt::Display for Entering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let callsite = edge::callsite!("entered", target: "child");
        if let Some(mut step) = edge::Step::open(callsite, edge::Parent::Current, |_| {}) {
            let _ = step.enter();
        }
        f.write_str("shown")
    }
}

#[timed]
fn fails_with_it() -> Result<(), String> {
    info!(value = %Entering, "in a step");
    Err(Entering.to_string())
}

#[traced_handler]
async fn with_values_that_enter() {
    info!(value = %Entering, "in the request");
    info!("shown in a message: {Entering}");
    let _ = fails_with_it();
    async_step(1).await;
}

#[traced_handler]
async fn with_a_step_ended_elsewhere() {
    let callsite = edge::callsite!("entered", target: "child");
    let step = edge::Step::open(callsite, edge::Parent::Current, |_| {}).unwrap();
    sync_step(1);
    Context::none().scope(ends(step)).await;
    async_step(2).await;
}

#[traced_handler]
async fn ends(mut step: edge::Step) {
    sync_step(3);
    step.close();
}

#[timed]
async fn asks_others() {
    let here = Context::current();
    Context::none().scope(ready_at_once(8)).await;
    Context::none().run(|| {
        here.run(|| sync_step(4));
        info!("outside");
    });
    ready_at_once(9).await;
}

#[traced_handler]
async fn with_other_requests() {
    async_step(1).await;
    asks_others().await;
    sync_step(2);
}

const A_WHILE: Duration = Duration::from_millis(60);

/// Steps that wait for steps elsewhere have little time of their own.
#[traced_handler]
async fn waits_for_others() {
    async_step(1).await;
    blocks();
    waits().await;
}

#[timed]
fn blocks() {
    let here = Context::current();
    thread::spawn(move || here.run(naps)).join().unwrap();
}

#[timed]
fn naps() {
    thread::sleep(A_WHILE);
}

#[timed]
async fn waits() {
    spawn(sleeps()).await.unwrap();
}

#[timed]
async fn sleeps() {
    tokio::time::sleep(A_WHILE).await;
}

pub(super) fn time_elsewhere() {
    trace_runtime::builder().init().unwrap();
    let runtime = runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(waits_for_others());
}
