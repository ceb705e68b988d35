//! The name of a span: `GET /users/{id}`, or that of the function.

use trace_runtime::observe::{Closed, Kind};

use super::method::known;
use crate::wire::Wire;

/// Appends the name. The path is not part of it: there would be as many names
/// as requests.
pub(super) fn write_title(wire: &mut Wire, closed: &Closed<'_>) {
    let Some(http) = closed.http() else {
        return wire.push(closed.name().as_bytes());
    };
    wire.push(known(http.method()).unwrap_or("HTTP").as_bytes());
    if let (Kind::Request, Some(route)) = (closed.kind(), http.route()) {
        wire.push(b" ");
        wire.push(route.as_bytes());
    }
}
