//! What a layer is set to.

use std::{borrow::Cow, fmt, sync::Arc};

use http::{HeaderName, StatusCode, request, response};
use trace_runtime::{Level, edge::Fields, propagation::Extractor};

use crate::{content, guard::caught, trust::Trust};

pub(crate) type Routes = dyn for<'a> Fn(&'a request::Parts) -> Option<&'a str> + Send + Sync;
pub(crate) type Choices = dyn Fn(&request::Parts) -> bool + Send + Sync;
pub(crate) type Levels = dyn Fn(StatusCode) -> Level + Send + Sync;
pub(crate) type Streams = dyn Fn(&response::Parts) -> bool + Send + Sync;
pub(crate) type Records = dyn Fn(&request::Parts, &mut Fields<'_>) + Send + Sync;

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) extractor: Extractor,
    pub(crate) trust: Trust,
    pub(crate) trace_id_header: Option<HeaderName>,
    pub(crate) request_id_header: Option<HeaderName>,
    pub(crate) server_timing: bool,
    pub(crate) catch_panics: bool,
    pub(crate) route: Option<Arc<Routes>>,
    pub(crate) quiet: Vec<Cow<'static, str>>,
    /// Whether the detail of a request is written, however it ends.
    pub(crate) detail_when: Option<Arc<Choices>>,
    pub(crate) level: Option<Arc<Levels>>,
    pub(crate) records: Vec<Arc<Records>>,
    /// None: the content type decides.
    pub(crate) streams: Option<Arc<Streams>>,
    /// How many bytes of the body of a 4xx or 5xx are its reason.
    pub(crate) error_body: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            extractor: Extractor::default(),
            trust: Trust::default(),
            trace_id_header: Some(HeaderName::from_static("x-trace-id")),
            request_id_header: Some(HeaderName::from_static("x-request-id")),
            server_timing: false,
            catch_panics: false,
            route: None,
            quiet: Vec::new(),
            detail_when: None,
            level: None,
            records: Vec::new(),
            streams: None,
            error_body: 0,
        }
    }
}

impl Settings {
    /// Returns the pattern that the path has matched.
    pub(crate) fn route_of<'a>(&self, parts: &'a request::Parts) -> Option<&'a str> {
        let route = self.route.as_ref()?;
        caught(|| route(parts)).flatten()
    }

    /// Returns whether the detail of the request with this head is written.
    pub(crate) fn wants_detail(&self, parts: &request::Parts) -> bool {
        let detail_when = self.detail_when.as_ref();
        detail_when.and_then(|detail_when| caught(|| detail_when(parts))).unwrap_or(false)
    }

    /// Returns the level that was set for a status.
    pub(crate) fn level_of(&self, status: StatusCode) -> Option<Level> {
        let level = self.level.as_ref()?;
        caught(|| level(status))
    }

    /// Returns whether one of these routes or paths is quiet.
    pub(crate) fn is_quiet(&self, names: [Option<&str>; 3]) -> bool {
        self.quiet.iter().any(|quiet| names.contains(&Some(quiet)))
    }

    /// Returns whether the response with this head is a stream of events.
    pub(crate) fn is_stream(&self, parts: &response::Parts) -> bool {
        let set = self.streams.as_ref().and_then(|streams| caught(|| streams(parts)));
        set.unwrap_or_else(|| content::is_event_stream(parts))
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("trust", &self.trust).finish_non_exhaustive()
    }
}
