//! What does the service answer? The HTTP side: one route, one handler.

use std::{error::Error, fmt};

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use trace_runtime::{TraceId, trace_id, traced_handler};

use crate::{
    steps::{fetch_messages, find_user, render},
    store::{self, Store},
};

pub(crate) fn router(store: Store) -> Router {
    Router::new().route("/users/{id}/messages", get(get_messages)).with_state(store)
}

#[traced_handler(trace_id = request_id(&headers), fields(user_id))]
async fn get_messages(
    State(store): State<Store>,
    Path(user_id): Path<i64>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    // A user that does not exist is an answer, not a failure of the service.
    let Some(user) = find_user(&store, user_id).await? else {
        let body = json!({ "error": "no such user" });
        return Ok((StatusCode::NOT_FOUND, id_header(trace_id()), Json(body)).into_response());
    };
    let messages = fetch_messages(&store, &user).await?;
    let body = render(&user, &messages);
    Ok((id_header(trace_id()), Json(body)).into_response())
}

/// The id that the caller gave the request, if any. One that is not
/// acceptable is replaced by a new one, and the request line says why.
fn request_id(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get("x-request-id").map(HeaderValue::as_bytes)
}

/// Gives the id back, for the caller to quote.
fn id_header(id: Option<TraceId>) -> Option<[(&'static str, String); 1]> {
    id.map(|id| [("x-trace-id", id.to_string())])
}

/// Why a request could not be answered, and which request that was.
#[derive(Debug)]
struct AppError {
    error: store::Error,
    trace_id: Option<TraceId>,
}

/// What `?` calls in the handler.
///
/// axum calls `into_response` only after the handler has returned, when its
/// trace is no longer current. So the id is taken here.
impl From<store::Error> for AppError {
    fn from(error: store::Error) -> Self {
        Self { error, trace_id: trace_id() }
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.to_string() });
        (StatusCode::INTERNAL_SERVER_ERROR, id_header(self.trace_id), Json(body)).into_response()
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
