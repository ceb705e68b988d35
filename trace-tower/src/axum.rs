//! What axum leaves among the extensions of a request. No type of axum's
//! is public here: another version of it finds nothing, and breaks nothing.

use axum::extract::{MatchedPath, OriginalUri};
use http::request::Parts;

/// Returns the path that the client asked for: inside `Router::nest` the
/// request's own has lost its beginning.
pub(crate) fn original_path(parts: &Parts) -> Option<&str> {
    parts.extensions.get::<OriginalUri>().map(|OriginalUri(uri)| uri.path())
}

/// Returns the pattern that the path has matched, that of all nested routers
/// together.
pub(crate) fn matched_path(parts: &Parts) -> Option<&str> {
    parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str)
}
