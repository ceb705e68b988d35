//! The fields by which OpenTelemetry's layer for `tracing` renames a span and
//! sets its status: here they do the same, and are no fields.

use std::{
    collections::HashSet,
    fmt, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use trace_runtime::edge::Step;
use tracing_core::Metadata;

use crate::callsites;

/// How many names spans are given at most: each is kept for good.
const MOST_NAMES: usize = 1_024;

/// The longest name in bytes that a span is given.
const MOST_NAME: usize = 256;

/// The names that were given.
static NAMES: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// What such fields say of a span.
#[derive(Debug, Default)]
pub(crate) struct Said {
    name: Option<String>,
    is_error: bool,
    message: Option<String>,
}

/// Returns whether a field is one of these.
pub(crate) fn is_one(name: &str) -> bool {
    matches!(name.strip_prefix("otel."), Some("name" | "kind" | "status_code" | "status_message"))
}

impl Said {
    /// Notes a field that is one of these. A value that panics says nothing.
    pub(crate) fn set(&mut self, name: &str, value: &dyn fmt::Display) {
        match name.strip_prefix("otel.") {
            Some("name") => self.name = text(value).or(self.name.take()),
            Some("status_code") => self.is_error = text(value).is_some_and(|it| is_error(&it)),
            Some("status_message") => self.message = text(value).or(self.message.take()),
            _ => {}
        }
    }

    /// Does to a step what was said.
    pub(crate) fn apply(self, step: &mut Step, metadata: &Metadata<'_>) {
        if let Some(name) = &self.name {
            rename(step, metadata, name);
        }
        if self.is_error || self.message.is_some() {
            step.fail(self.message.as_ref().map(|message| message as _));
        }
    }
}

/// Returns a value's text: none if that panics. The other fields are not lost then,
/// and the runtime, which catches panics of values, keeps them from being reported.
fn text(value: &dyn fmt::Display) -> Option<String> {
    // What was thrown may panic, too, when it is dropped.
    catch_unwind(AssertUnwindSafe(|| value.to_string())).map_err(mem::forget).ok()
}

fn rename(step: &mut Step, metadata: &Metadata<'_>, name: &str) {
    if may_be_kept(name) {
        step.set_callsite(callsites::named(metadata, name));
    } else {
        step.record(|fields| fields.set("otel.name", name));
    }
}

/// Returns whether a name may be kept for good: there are few of most.
fn may_be_kept(name: &str) -> bool {
    if name.len() > MOST_NAME {
        return false;
    }
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    let names = names.get_or_insert_default();
    names.contains(name) || names.len() < MOST_NAMES && names.insert(name.to_owned())
}

/// `Debug` of a status is `Error`, its text `ERROR`.
fn is_error(code: &str) -> bool {
    code.eq_ignore_ascii_case("error")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kept_up_to_a_number() {
        for number in 0..MOST_NAMES {
            assert!(may_be_kept(&number.to_string()));
        }
        assert!(!may_be_kept("one more"));
        assert!(!may_be_kept(&"7".repeat(MOST_NAME + 1)));
        assert!(may_be_kept("7"));
    }

    #[test]
    fn other_fields_are_left_alone() {
        for name in ["otel", "name", "otel.scope.name", "otel."] {
            assert!(!is_one(name), "{name}");
        }
        assert!(is_one("otel.kind") && is_error("Error") && is_error("ERROR") && !is_error("OK"));
    }
}
