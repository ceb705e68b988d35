//! The service with this project and its edge around the router: ids are read
//! and passed on, and the request's line has method, path and status.

use trace_tower::TraceLayer;

use super::{Service, ours};

pub(super) fn start(file: &str) -> Service {
    let Service { router, settle } = ours::start(file);
    Service { router: router.layer(TraceLayer::new()), settle }
}
