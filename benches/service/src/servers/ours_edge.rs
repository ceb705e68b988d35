//! With this project, and its edge around the router: ids come in and go out,
//! and the request's line has its method, its path and its status.

use trace_tower::TraceLayer;

use super::{Service, ours};

pub(super) fn start(file: &str) -> Service {
    let Service { router, settle } = ours::start(file);
    Service { router: router.layer(TraceLayer::new()), settle }
}
