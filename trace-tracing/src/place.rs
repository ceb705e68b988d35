//! The place in the code that an event comes from.

use trace_runtime::DynamicEvent;

/// Adds file and line, if they are known.
pub(crate) fn located<'a>(
    event: DynamicEvent<'a>,
    location: Option<(&'a str, u32)>,
) -> DynamicEvent<'a> {
    match location {
        Some((file, line)) => event.location(file, line),
        None => event,
    }
}
