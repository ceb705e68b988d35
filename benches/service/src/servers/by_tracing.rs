//! The service with `tracing` in its usual setup: the layer of `tower-http`
//! opens the request's span, `instrument` those of the functions, each span is
//! reported when it closes, and `tracing-appender` writes JSON on another
//! thread.

use std::fs::File;

use axum::{
    Router,
    extract::{Path, Request},
    routing::get,
};
use floor::random;
use tower_http::trace::TraceLayer;
use tracing::{Level, Span, info, info_span, instrument};
use tracing_appender::non_blocking::NonBlockingBuilder;
use tracing_subscriber::fmt::format::FmtSpan;

use super::{Service, answer, work};

pub(super) fn start(file: &str) -> Service {
    let out = File::options().append(true).create(true).open(file).expect("a file can be made");
    let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(out);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(Level::INFO)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(writer)
        .init();
    let layer = TraceLayer::new_for_http().make_span_with(request_span);
    let router = Router::new().route("/users/{id}/messages", get(get_messages)).layer(layer);
    Service { router, settle: Box::new(|| drop(guard)) }
}

fn request_span(request: &Request) -> Span {
    info_span!(
        "request",
        trace_id = format!("{:016x}{:016x}", random(), random()),
        span_id = span_id(),
        method = %request.method(),
        uri = %request.uri(),
    )
}

fn span_id() -> String {
    format!("{:016x}", random())
}

async fn get_messages(Path(user_id): Path<u64>) -> String {
    let user_id = find_user(user_id).await;
    info!(user_id, "asking the database");
    answer(fetch_messages(user_id).await)
}

#[instrument(skip_all, fields(span_id = span_id(), user_id = user_id))]
async fn find_user(user_id: u64) -> u64 {
    work(user_id).await
}

#[instrument(skip_all, fields(span_id = span_id(), user_id = user_id))]
async fn fetch_messages(user_id: u64) -> u64 {
    work(user_id).await
}
