//! `tracing` with `tracing-subscriber`'s JSON, and with `tracing-appender` if
//! another thread writes. It is set up as their documentation recommends, with
//! the ids as fields of the spans.

use std::{future::pending, hint::black_box, sync::Mutex};

use floor::random;
use tracing::{debug, info, instrument};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{fmt::MakeWriter, fmt::format::FmtSpan};

use super::{Contestant, Held};
use crate::{
    content::{at_once, path, user_id, work},
    sink::{self, Destination},
};

/// The guard must be kept, or lines are lost.
struct Tracing(Option<WorkerGuard>);

pub(super) fn start(destination: &Destination) -> Box<dyn Contestant> {
    let out = destination.open();
    match destination {
        Destination::Background(_) => {
            let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(out);
            install(writer);
            Box::new(Tracing(Some(guard)))
        }
        Destination::Null | Destination::Direct(_) => {
            install(Mutex::new(out));
            Box::new(Tracing(None))
        }
    }
}

fn install(writer: impl for<'a> MakeWriter<'a> + Send + Sync + 'static) {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing::Level::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(writer)
        .init();
}

impl Contestant for Tracing {
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

    /// The appender cannot be flushed, but it writes each line separately.
    fn settle(&self, lines: u64) {
        if self.0.is_some() {
            sink::wait_for(lines);
        }
    }
}

fn trace_id() -> String {
    format!("{:016x}{:016x}", random(), random())
}

fn span_id() -> String {
    format!("{:016x}", random())
}

#[instrument(skip_all, fields(trace_id = trace_id(), span_id = span_id()))]
async fn within(run: impl FnOnce()) {
    run();
}

#[instrument(skip_all, fields(trace_id = trace_id(), span_id = span_id()))]
async fn within_async(run: impl AsyncFnOnce()) {
    run().await;
}

fn event() {
    info!(user_id = user_id(), path = path(), "asking the database");
}

#[instrument(skip_all, fields(span_id = span_id(), user_id = user_id))]
fn sync_step(user_id: u64) {
    black_box(user_id);
}

#[instrument(skip_all, fields(trace_id = trace_id(), span_id = span_id(), user_id = user_id))]
async fn get_messages(user_id: u64) {
    authenticate(user_id).await;
    event();
    fetch_messages(user_id).await;
    event();
    render(user_id).await;
}

#[instrument(skip_all, fields(span_id = span_id(), user_id = user_id))]
async fn authenticate(user_id: u64) {
    work(user_id).await;
}

#[instrument(skip_all, fields(span_id = span_id(), user_id = user_id))]
async fn fetch_messages(user_id: u64) {
    work(user_id).await;
}

#[instrument(skip_all, fields(span_id = span_id(), user_id = user_id))]
async fn render(user_id: u64) {
    work(user_id).await;
}

#[instrument(level = "debug", skip_all, fields(span_id = span_id(), user_id = user_id))]
async fn filtered(user_id: u64) {
    work(user_id).await;
}

#[instrument(skip_all, fields(span_id = span_id()))]
async fn deeper(depth: u32) {
    if depth > 1 {
        Box::pin(deeper(depth - 1)).await;
    }
}

#[instrument(skip_all, fields(trace_id = trace_id(), span_id = span_id(), user_id = user_id))]
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
