//! The service with this project's attributes only.

use std::time::Duration;

use axum::{Router, extract::Path, routing::get};
use trace_runtime::{info, timed, traced_handler, writer::Background};

use super::{Service, answer, work};

pub(super) fn start(file: &str) -> Service {
    let builder = trace_runtime::builder().filter("info").file(file);
    builder.writer(Background::new()).init().expect("set up once");
    let router = Router::new().route("/users/{id}/messages", get(get_messages));
    Service { router, settle: Box::new(settle) }
}

fn settle() {
    trace_runtime::flush(Duration::from_mins(1)).expect("a file takes lines");
}

#[traced_handler(fields(user_id))]
async fn get_messages(Path(user_id): Path<u64>) -> String {
    let user_id = find_user(user_id).await;
    info!(user_id, "asking the database");
    answer(fetch_messages(user_id).await)
}

#[timed(fields(user_id))]
async fn find_user(user_id: u64) -> u64 {
    work(user_id).await
}

#[timed(fields(user_id))]
async fn fetch_messages(user_id: u64) -> u64 {
    work(user_id).await
}
