//! The methods that the convention knows.

/// Returns the method as an attribute: `_OTHER` for one that is not known, so
/// that a client cannot invent values.
pub(super) fn known(method: &str) -> Option<&str> {
    let is_known = matches!(
        method,
        "GET" | "POST" | "PUT" | "DELETE" | "HEAD" | "OPTIONS" | "PATCH" | "CONNECT" | "TRACE"
    );
    is_known.then_some(method)
}
