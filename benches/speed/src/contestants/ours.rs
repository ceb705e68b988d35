//! This project.

use std::{future::pending, hint::black_box, time::Duration};

use trace_runtime::{
    Limits, debug, info, timed, traced_handler,
    writer::{Background, Overflow},
};

use super::{Contestant, Held};
use crate::{
    content::{at_once, path, user_id, work},
    sink::Destination,
};

struct Ours;

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    // Without this, the longest message of `message` would be cut.
    let limits = Limits::new().message(4_096);
    let builder = trace_runtime::builder().filter("info").limits(limits);
    let builder = match destination {
        Destination::Null => builder.sink(destination.open()),
        Destination::Direct(path) => builder.file(path),
        Destination::Background(path) => {
            builder.file(path).writer(Background::new().overflow(Overflow::Block))
        }
    };
    builder.init().expect("set up once");
    Box::new(Ours)
}

impl Contestant for Ours {
    fn events(&self, count: u32) {
        at_once(within(|| (0..count).for_each(|_| event())));
    }

    fn sync_steps(&self, count: u32) {
        at_once(within(|| (0..count).for_each(|_| sync_step(user_id()))));
    }

    fn async_steps(&self, count: u32) {
        at_once(within_async(async || {
            for _ in 0..count {
                fetch_messages(user_id()).await;
            }
        }));
    }

    fn requests(&self, count: u32) {
        for _ in 0..count {
            at_once(get_messages(user_id()));
        }
    }

    fn filtered_events(&self, count: u32) {
        for _ in 0..count {
            debug!(user_id = user_id(), path = path(), "asking the database");
        }
    }

    fn filtered_steps(&self, count: u32) {
        at_once(async {
            for _ in 0..count {
                filtered(user_id()).await;
            }
        });
    }

    fn nested(&self, depth: u32, count: u32) {
        at_once(within_async(async || {
            for _ in 0..count {
                deeper(depth).await;
            }
        }));
    }

    fn fields(&self, fields: u32, count: u32) {
        at_once(within(|| (0..count).for_each(|_| event_of(fields, user_id()))));
    }

    fn messages(&self, message: &str, count: u32) {
        at_once(within(|| (0..count).for_each(|_| info!("{message}"))));
    }

    fn held(&self) -> Held {
        Box::pin(wait_for_messages(user_id()))
    }

    fn settle(&self, _lines: u64) {
        trace_runtime::flush(Duration::from_mins(1)).expect("a file takes lines");
    }
}

#[traced_handler]
async fn within(run: impl FnOnce()) {
    run();
}

#[traced_handler]
async fn within_async(run: impl AsyncFnOnce()) {
    run().await;
}

fn event() {
    info!(user_id = user_id(), path = path(), "asking the database");
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
    work(user_id).await;
}

#[timed(fields(user_id))]
async fn fetch_messages(user_id: u64) {
    work(user_id).await;
}

#[timed(fields(user_id))]
async fn render(user_id: u64) {
    work(user_id).await;
}

#[timed(level = "debug", fields(user_id))]
async fn filtered(user_id: u64) {
    work(user_id).await;
}

#[timed]
async fn deeper(depth: u32) {
    if depth > 1 {
        Box::pin(deeper(depth - 1)).await;
    }
}

#[traced_handler(fields(user_id))]
async fn wait_for_messages(user_id: u64) {
    black_box(user_id);
    pending::<()>().await;
}

#[rustfmt::skip]
fn event_of(fields: u32, n: u64) {
    match fields {
        0 => info!("asking the database"),
        1 => info!(a = n, "asking the database"),
        4 => info!(a = n, b = n, c = n, d = n, "asking the database"),
        8 => info!(a = n, b = n, c = n, d = n, e = n, f = n, g = n, h = n, "asking the database"),
        _ => info!(a = n, b = n, c = n, d = n, e = n, f = n, g = n, h = n, i = n, j = n, k = n, l = n,
                   m = n, o = n, p = n, q = n, "asking the database"),
    }
}
