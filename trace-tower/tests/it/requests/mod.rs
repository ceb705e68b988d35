//! Every request has its line, and every line its request.

mod ends;
mod hyper;
mod lines;
mod nested;
mod settings;

use axum::{
    Router,
    extract::Path,
    response::{IntoResponse, Response},
    routing::get,
};
use http::StatusCode;
use trace_runtime::{info, timed, traced_handler};
use trace_tower::TraceLayer;

#[derive(Debug)]
struct AppError(&'static str);

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        info!("answering with an error");
        let found = self.0 != "no such user";
        let status = if found { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::NOT_FOUND };
        (status, self.0).into_response()
    }
}

#[traced_handler(target = "shop::http", fields(user_id))]
async fn get_user(Path(user_id): Path<u32>) -> Result<String, AppError> {
    load(user_id).await
}

#[timed]
async fn load(user_id: u32) -> Result<String, AppError> {
    info!(user_id, "looking");
    match user_id {
        404 => Err(AppError("no such user")),
        500 => Err(AppError("database timeout")),
        _ => Ok(format!("user {user_id}")),
    }
}

#[traced_handler]
async fn panics() {
    panic!("oh no");
}

#[traced_handler(target = "shop::http")]
async fn waits() {
    std::future::pending::<()>().await;
}

fn layer() -> TraceLayer {
    TraceLayer::axum()
}

fn app(layer: TraceLayer) -> Router {
    Router::new()
        .route("/users/{id}", get(get_user))
        .route("/plain", get(async || "plain"))
        .route("/panics", get(panics))
        .route("/waits", get(waits))
        .layer(layer)
}
