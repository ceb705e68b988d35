//! Lines of the runtime itself: what it has to say about its own work.
//!
//! They pass no filter, and are told to the output that they are about.

use crate::{
    __event_callsite as event_callsite, ToValue as _, Value,
    buffer::Buffer,
    callsite::Callsite,
    clock::Timestamp,
    error::Error,
    line,
    output::Output,
    record::{Body, Fields, Message, Origin, Record},
};

/// Tells how many lines were dropped since this was last told.
pub(crate) fn dropped(output: &Output) {
    let lines = output.take_untold();
    if lines == 0 {
        return;
    }
    let callsite = event_callsite! {
        level: Warn, target: "trace_runtime", message: "Lines dropped", keys: ["lines_dropped"]
    };
    if !tell(output, callsite, &[lines.to_value()]) {
        output.put_back_untold(lines);
    }
}

/// Tells that a directive of the filter is wrong, and was ignored.
pub(crate) fn directive_ignored(output: &Output, error: &Error) {
    let callsite = event_callsite! {
        level: Warn, target: "trace_runtime", message: "Filter directive ignored", keys: ["error"]
    };
    tell(output, callsite, &[Value::display(error)]);
}

fn tell(output: &Output, callsite: &'static Callsite, values: &[Value<'_>]) -> bool {
    let record = Record {
        time: Timestamp::now(),
        level: callsite.facts.level,
        ids: None,
        origin: Origin::Callsite(callsite),
        body: Body::Event(Message::Constant(callsite.facts.text.message.unwrap_or_default())),
        fields: Fields::Values(values),
    };
    let mut buf = Buffer::take();
    line::write(&mut buf, &record, &output.style);
    output.write_uncounted(&buf)
}
