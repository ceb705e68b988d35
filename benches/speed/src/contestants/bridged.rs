//! `tracing`'s macros with `trace-tracing` behind them, inside a handler of ours:
//! what a library's events and spans cost.

use std::{future::pending, hint::black_box, time::Duration};

use trace_runtime::traced_handler;
use tracing::{debug, info, instrument, subscriber::NoSubscriber};

use super::{Contestant, Held};
use crate::{
    content::{at_once, path, user_id, work},
    sink::Destination,
};

struct Bridged;

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    let builder = trace_runtime::builder().filter("info");
    let builder = match destination {
        Destination::Null => builder.sink(destination.open()),
        Destination::Direct(path) | Destination::Background(path) => builder.file(path),
    };
    builder.init().expect("set up once");
    trace_tracing::init().expect("set up once");
    Box::new(Bridged)
}

/// The same after a subscriber of one part has come and gone, as a library's test
/// has one: `tracing` asks of each event from then on.
pub(super) fn start_after_scoped(destination: &Destination) -> Box<dyn Contestant> {
    let bridged = start(destination);
    tracing::subscriber::with_default(NoSubscriber::default(), || debug!("to another"));
    bridged
}

impl Contestant for Bridged {
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

    fn fields(&self, _fields: u32, count: u32) {
        self.events(count);
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

#[instrument(skip_all, fields(user_id = user_id))]
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

#[instrument(skip_all, fields(user_id = user_id))]
async fn authenticate(user_id: u64) {
    work(user_id).await;
}

#[instrument(skip_all, fields(user_id = user_id))]
async fn fetch_messages(user_id: u64) {
    work(user_id).await;
}

#[instrument(skip_all, fields(user_id = user_id))]
async fn render(user_id: u64) {
    work(user_id).await;
}

#[instrument(level = "debug", skip_all, fields(user_id = user_id))]
async fn filtered(user_id: u64) {
    work(user_id).await;
}

#[instrument(skip_all)]
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
