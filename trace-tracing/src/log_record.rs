//! Records that `tracing-log` hands on as events: what they are is in their
//! fields, and their target is `log`.

use std::fmt;

use trace_runtime::DynamicEvent;
use tracing_core::{Event, Field, Metadata, field::Visit};

use crate::{level::level, place::located};

/// Returns whether an event was a record of the `log` crate.
pub(crate) fn is_one(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "log" && metadata.fields().field("log.target").is_some()
}

/// Returns whether a field says where the record was logged.
pub(crate) fn is_place(name: &str) -> bool {
    matches!(name, "log.target" | "log.module_path" | "log.file" | "log.line")
}

/// Where a record was logged, and at which level.
pub(crate) struct Place {
    level: trace_runtime::Level,
    target: String,
    file: Option<String>,
    line: Option<u32>,
}

impl Place {
    pub(crate) fn of(event: &Event<'_>) -> Self {
        let level = level(*event.metadata().level());
        let mut place = Self { level, target: String::new(), file: None, line: None };
        event.record(&mut place);
        place
    }

    /// Calls `write` with the event to be written.
    pub(crate) fn with(&self, write: impl FnOnce(DynamicEvent<'_>)) {
        let location = self.file.as_deref().zip(self.line);
        write(located(DynamicEvent::new(self.level, &self.target), location));
    }
}

impl Visit for Place {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "log.target" => value.clone_into(&mut self.target),
            "log.file" => self.file = Some(value.to_owned()),
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "log.line" {
            self.line = value.try_into().ok();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
