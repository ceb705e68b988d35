//! The line of a request that is still running: an event of that request.

use super::{OpenRequest, text};
use crate::{
    __event_callsite as event_callsite,
    callsite::{Callsite, LineKind},
    clock::Moment,
    context::{Context, open::Open},
    event,
    level::Level,
    record::{Fields, Message, Origin},
};

/// Writes the line of a request, unless it has ended or the filter does not let a
/// warning of its handler through.
pub(super) fn write(open: &Open, now: Moment) {
    let (Some(trace), Some(output)) = (open.trace(), open.owner.output()) else { return };
    if !trace.is_open() || !open.callsite.threshold(output).passes(Level::Warn) {
        return;
    }
    let Some(facts) = OpenRequest::of(open, now) else { return };
    let fields = text::fields(&facts, &output.style.limits);
    let (origin, message) = (Origin::Callsite(open.callsite), message(open.callsite));
    let (message, fields) = (Message::Constant(message), Fields::encoded(&fields));
    // It is not made current: no step may begin in it here, as that of a sink would.
    event::submit_of(&Context::of(open.owner.clone()), Level::Warn, origin, message, fields);
}

/// Returns the member of the line.
fn message(callsite: &Callsite) -> &'static str {
    let of = match callsite.facts.kind {
        LineKind::Job => event_callsite! {
            level: Warn, target: "trace_runtime", message: "Job still running", keys: []
        },
        LineKind::Request | LineKind::Step | LineKind::Event => event_callsite! {
            level: Warn, target: "trace_runtime", message: "Request still running", keys: []
        },
    };
    of.facts.text.message.unwrap_or_default()
}
