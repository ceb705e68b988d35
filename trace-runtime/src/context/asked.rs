//! What an edge was asked for, and how far the answer is: for its line, and for
//! those that look at open requests.

use std::{
    borrow::Cow,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
};

/// What was asked for, and how far the answer is. Each fact stands alone, so
/// relaxed ordering is enough.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Set from the start, if there is an edge. A cell, because the type of the
    /// method has so many unused values that an `Option` of a trace would take
    /// one of them, which is slow to compare with.
    line: OnceLock<Line>,
    /// The pattern that the path matched.
    route: Mutex<Option<Box<str>>>,
    /// Zero until the head of the response exists.
    status: AtomicU16,
    is_stream: AtomicBool,
}

/// The first line of the request.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) method: Cow<'static, str>,
    /// Without the query string.
    pub(crate) path: Box<str>,
}

impl Asked {
    pub(crate) fn new(method: Cow<'static, str>, path: Box<str>) -> Self {
        Self { line: OnceLock::from(Line { method, path }), ..Self::default() }
    }

    pub(crate) fn line(&self) -> Option<&Line> {
        self.line.get()
    }

    /// Exchanges the pattern that the path matched.
    pub(crate) fn swap_route(&self, route: Option<Box<str>>) -> Option<Box<str>> {
        let mut kept = self.route.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut kept, route)
    }

    pub(crate) fn route(&self) -> Option<Box<str>> {
        self.route.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records that the head of the response exists.
    pub(crate) fn set_status(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    pub(crate) fn status(&self) -> Option<u16> {
        Some(self.status.load(Ordering::Relaxed)).filter(|status| *status > 0)
    }

    pub(crate) fn set_stream(&self) {
        self.is_stream.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stream(&self) -> bool {
        self.is_stream.load(Ordering::Relaxed)
    }
}
