//! Requests of this project: three steps, two events, and a line of their own.

use std::{
    hint::black_box,
    io,
    pin::pin,
    task::{Context, Poll, Waker},
};

use trace_runtime::{Detail, debug, sink::Sink, timed, traced_handler};

use crate::{clock::best, rounds::FILE};

#[traced_handler(fields(user_id))]
async fn get_messages(user_id: u64) {
    authenticate(user_id).await;
    asking(user_id);
    fetch_messages(user_id).await;
    asking(user_id);
    render(user_id).await;
}

fn asking(user_id: u64) {
    debug!(user_id, path = black_box("/users/42/messages"), "asking the database");
}

#[timed(level = "debug", fields(user_id))]
async fn authenticate(user_id: u64) {
    black_box(user_id);
}

#[timed(level = "debug", fields(user_id))]
async fn fetch_messages(user_id: u64) {
    black_box(user_id);
}

#[timed(level = "debug", fields(user_id))]
async fn render(user_id: u64) {
    black_box(user_id);
}

/// Takes lines and keeps nothing.
struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(black_box(bytes).len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub(crate) fn measure(name: &str, to: &str) -> f64 {
    let builder = trace_runtime::builder();
    let kept = || Detail::when_failed().one_in(1).output(usize::MAX);
    let builder = match name {
        "written at once" => builder.filter("debug"),
        "kept" => builder.filter("info").detail(kept()),
        "discarded" => builder.filter("info").detail(Detail::when_failed()),
        "below the filter" => builder.filter("info"),
        _ => panic!("there is no contestant `{name}`"),
    };
    let builder = if to == FILE { builder.file(FILE) } else { builder.sink(Nowhere) };
    builder.init().expect("the first one");
    best(|| {
        let polled = pin!(get_messages(black_box(42))).poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Ready(())), "it waits for nothing");
    })
}
