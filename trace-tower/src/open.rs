//! A request that is open: from when its head is read until its response has
//! ended.

use std::{
    any::Any,
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use http::{Method, request::Parts};
use trace_runtime::{edge, propagation::Incoming};

use crate::{headers, settings::Settings};

/// A request that is open, and what must be known of it at its end.
pub(crate) struct Open {
    pub(crate) request: edge::Request,
    pub(crate) settings: Arc<Settings>,
    pub(crate) method: Method,
    /// Whether a panic below was caught.
    pub(crate) has_panicked: bool,
}

/// A panic came out and was caught; its request knows of it.
pub(crate) struct Panicked;

impl Open {
    /// Opens the request that has this head.
    pub(crate) fn new(settings: &Arc<Settings>, parts: &Parts) -> Self {
        let (request, method) = (open(settings, parts), parts.method.clone());
        Self { request, settings: Arc::clone(settings), method, has_panicked: false }
    }

    /// Calls `run` inside the request; catches a panic if the layer is set to.
    pub(crate) fn enter<T>(&mut self, run: impl FnOnce() -> T) -> Result<T, Panicked> {
        if !self.settings.catch_panics {
            return Ok(self.request.enter(run));
        }
        // What was running is dropped and never seen again.
        let caught = self.request.enter(|| catch_unwind(AssertUnwindSafe(run)));
        caught.map_err(|payload| self.note(payload))
    }

    fn note(&mut self, payload: Box<dyn Any + Send>) -> Panicked {
        self.has_panicked = true;
        self.request.panic_caught(payload.as_ref());
        // Its destructor could panic again.
        std::mem::forget(payload);
        Panicked
    }
}

fn open(settings: &Settings, parts: &Parts) -> edge::Request {
    let incoming = if settings.trust.is_given(parts) {
        headers::extract_with(&settings.extractor, &parts.headers)
    } else {
        Incoming::none()
    };
    let (path, route) = (path_of(parts), settings.route_of(parts));
    let callsite = edge::callsite!("http_request", target: "trace_tower");
    let mut request = edge::Request::open(callsite, incoming, method_of(parts), path);
    if let Some(route) = route {
        request.set_route(route);
    }
    if settings.is_quiet([Some(path), Some(parts.uri.path()), route]) {
        request.set_quiet();
    }
    if settings.wants_detail(parts) {
        request.force_detail();
    }
    for record in &settings.records {
        request.record(|fields| record(parts, fields));
    }
    request
}

/// Returns the path that the client asked for.
fn path_of(parts: &Parts) -> &str {
    #[cfg(feature = "axum")]
    if let Some(path) = crate::axum::original_path(parts) {
        return path;
    }
    parts.uri.path()
}

/// Returns the name of the method; only one that is not standard is copied.
fn method_of(parts: &Parts) -> Cow<'static, str> {
    const STANDARD: [&str; 9] =
        ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "CONNECT", "PATCH", "TRACE"];
    let method = parts.method.as_str();
    let standard = STANDARD.into_iter().find(|standard| *standard == method);
    standard.map_or_else(|| method.to_owned().into(), Into::into)
}
