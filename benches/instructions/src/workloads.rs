//! The four main workloads of `speed`, a request whose steps wait, and steps that
//! are filtered out. All lines go to a sink that discards them.

use std::{
    future::poll_fn,
    hint::black_box,
    io, mem,
    task::{Context, Poll, Waker},
};

use trace_runtime::{info, sink::Sink, timed, traced_handler};

struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A workload, which is called with a number of calls.
type Run = fn(u32);

const ALL: [(&str, Run); 7] = [
    ("event", events),
    ("timed async", async_steps),
    ("timed sync", sync_steps),
    ("request", requests),
    ("waiting", waiting_requests),
    ("filtered async", filtered_async_steps),
    ("filtered sync", filtered_sync_steps),
];

pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}

pub(crate) fn find(name: &str) -> Option<Run> {
    ALL.iter().find(|(theirs, _)| *theirs == name).map(|(_, run)| *run)
}

pub(crate) fn set_up() {
    trace_runtime::builder().filter("info").sink(Nowhere).init().expect("set up once");
}

fn events(calls: u32) {
    at_once(within(async || (0..calls).for_each(|_| event())));
}

fn sync_steps(calls: u32) {
    at_once(within(async || (0..calls).for_each(|_| sync_step(user_id()))));
}

fn async_steps(calls: u32) {
    at_once(within(async || {
        for _ in 0..calls {
            fetch_messages(user_id()).await;
        }
    }));
}

fn requests(calls: u32) {
    (0..calls).for_each(|_| at_once(get_messages(user_id())));
}

fn waiting_requests(calls: u32) {
    for _ in 0..calls {
        let mut request = std::pin::pin!(get_messages_later(user_id()));
        let mut cx = Context::from_waker(Waker::noop());
        while request.as_mut().poll(&mut cx).is_pending() {}
    }
}

/// Outside any trace, at a level that is filtered out.
fn filtered_sync_steps(calls: u32) {
    (0..calls).for_each(|_| filtered_sync());
}

fn filtered_async_steps(calls: u32) {
    at_once(async {
        for _ in 0..calls {
            filtered_async().await;
        }
    });
}

#[timed(level = "debug")]
fn filtered_sync() {
    black_box(());
}

#[timed(level = "debug")]
async fn filtered_async() {
    black_box(());
}

fn user_id() -> u64 {
    black_box(42)
}

fn event() {
    info!(user_id = user_id(), path = black_box("/users/42/messages"), "asking the database");
}

#[traced_handler]
async fn within(run: impl AsyncFnOnce()) {
    run().await;
}

#[timed(fields(user_id))]
fn sync_step(user_id: u64) {
    black_box(user_id);
}

#[traced_handler(fields(user_id))]
async fn get_messages(user_id: u64) {
    authenticate(user_id).await;
    event();
    fetch_messages(user_id).await;
    event();
    render(user_id).await;
}

#[timed(fields(user_id))]
async fn authenticate(user_id: u64) {
    black_box(user_id);
}

#[timed(fields(user_id))]
async fn fetch_messages(user_id: u64) {
    black_box(user_id);
}

#[timed(fields(user_id))]
async fn render(user_id: u64) {
    black_box(user_id);
}

#[traced_handler(fields(user_id))]
async fn get_messages_later(user_id: u64) {
    for _ in 0..3 {
        wait_for_messages(user_id).await;
    }
}

#[timed(fields(user_id))]
async fn wait_for_messages(user_id: u64) {
    let mut is_first = true;
    poll_fn(|_| if mem::take(&mut is_first) { Poll::Pending } else { Poll::Ready(()) }).await;
    black_box(user_id);
}

/// Runs a future that is ready at its first poll.
fn at_once(future: impl Future<Output = ()>) {
    let mut future = std::pin::pin!(future);
    let polled = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(polled, Poll::Ready(()));
}
