//! Events to lines.

use std::fmt;

use trace_runtime::{Context, DynamicEvent, field::Value};
use tracing_core::{Event, Field, field::Visit};

use crate::{
    fields::{Fields, name},
    level::level,
    log_record::{self, Place},
    place::located,
};

/// The field that holds an event's text.
const MESSAGE: &str = "message";

/// Writes an event where its parent is current, if it names one, or else where it
/// is made. Without a parent, it belongs to the request itself.
pub(crate) fn write_below(parent: Option<&Context>, event: &Event<'_>) {
    match parent {
        Some(parent) => parent.run(|| write(event)),
        None if event.is_root() => Context::current().without_step().run(|| write(event)),
        None => write(event),
    }
}

fn write(event: &Event<'_>) {
    let metadata = event.metadata();
    if log_record::is_one(metadata) {
        return Place::of(event).with(|place| write_at(event, place));
    }
    let line = DynamicEvent::new(level(*metadata.level()), metadata.target());
    write_at(event, located(line, metadata.file().zip(metadata.line())));
}

fn write_at(event: &Event<'_>, line: DynamicEvent<'_>) {
    let is_record = log_record::is_one(event.metadata());
    line.write_with(format_args!("{}", Text(event)), |to| {
        event.record(&mut Fields(|name: &str, value: Value<'_>, _: &dyn fmt::Display| {
            if name != MESSAGE && !(is_record && log_record::is_place(name)) {
                to.set(name, value);
            }
        }));
    });
}

/// What an event says: its message, wherever it stands among the fields, or else
/// its name.
struct Text<'a>(&'a Event<'a>);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut message = Message { to: f, written: None };
        self.0.record(&mut message);
        match message.written {
            Some(written) => written,
            None => f.write_str(without_place(self.0.metadata().name())),
        }
    }
}

/// Returns `event` of `event src/pool.rs:7`, which is the name that the macros
/// give; other names as they are.
fn without_place(name: &str) -> &str {
    if name.starts_with("event ") { "event" } else { name }
}

/// Writes the message, if there is one.
struct Message<'a, 'f> {
    to: &'a mut fmt::Formatter<'f>,
    written: Option<fmt::Result>,
}

impl Visit for Message<'_, '_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if name(field) == MESSAGE {
            self.written = Some(self.to.write_str(value));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if name(field) == MESSAGE {
            self.written = Some(write!(self.to, "{value:?}"));
        }
    }
}
