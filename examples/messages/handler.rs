//! What the service answers: the HTTP side, one route and one handler.

use std::{error::Error, fmt};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use trace_runtime::traced_handler;
use trace_tower::TraceLayer;

use crate::{
    steps::{fetch_messages, find_user, render},
    store::{self, Store},
};

/// The layer takes the id in, gives it back on every response, and writes the
/// one line of each request, also of those that reach no handler.
pub(crate) fn router(store: Store) -> Router {
    Router::new()
        .route("/users/{id}/messages", get(get_messages))
        .with_state(store)
        .layer(TraceLayer::axum())
}

#[traced_handler(fields(user_id))]
async fn get_messages(
    State(store): State<Store>,
    Path(user_id): Path<i64>,
) -> Result<Response, AppError> {
    // A user that does not exist is an answer, not a failure of the service.
    let Some(user) = find_user(&store, user_id).await? else {
        let body = json!({ "error": "no such user" });
        return Ok((StatusCode::NOT_FOUND, Json(body)).into_response());
    };
    let messages = fetch_messages(&store, &user).await?;
    Ok(Json(render(&user, &messages)).into_response())
}

/// Why a request could not be answered.
#[derive(Debug)]
struct AppError(store::Error);

/// What `?` calls in the handler.
impl From<store::Error> for AppError {
    fn from(error: store::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.to_string() });
        (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
