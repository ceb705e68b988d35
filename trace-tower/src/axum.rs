//! What axum leaves among the extensions of a request. No axum type is public:
//! with another version of axum nothing is found, and nothing breaks.

use axum::extract::{MatchedPath, OriginalUri};
use http::request::Parts;

/// Returns the path that the client asked for: inside `Router::nest` the
/// request's own lacks its beginning.
pub(crate) fn original_path(parts: &Parts) -> Option<&str> {
    parts.extensions.get::<OriginalUri>().map(|OriginalUri(uri)| uri.path())
}

/// Returns the pattern that the path has matched, across all nested routers.
pub(crate) fn matched_path(parts: &Parts) -> Option<&str> {
    parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str)
}
