//! The service without logging.

use axum::{Router, extract::Path, routing::get};

use super::{Service, answer, work};

pub(super) fn start(_file: &str) -> Service {
    let router = Router::new().route("/users/{id}/messages", get(get_messages));
    Service { router, settle: Box::new(|| ()) }
}

async fn get_messages(Path(user_id): Path<u64>) -> String {
    let user_id = find_user(user_id).await;
    answer(fetch_messages(user_id).await)
}

async fn find_user(user_id: u64) -> u64 {
    work(user_id).await
}

async fn fetch_messages(user_id: u64) -> u64 {
    work(user_id).await
}
