//! Offers a record to the observers of its output, as plain borrowed data.
//!
//! User code has run once by then: the message and the fields of an event are
//! read back from the line that was just made. The facts of a scope that has no
//! line are encoded here.

mod closed;
mod each;
mod http;
mod opened;
mod without_line;

pub(crate) use self::opened::opened;
use self::{
    closed::{Shown, closed, kind},
    each::each,
    without_line::{encoded_failure, fields_of},
};
use crate::{
    buffer::Buffer,
    context::{Owner, Trace},
    line::Line,
    observe::{Event, EventFacts, Kind, Wants, is_unobserved},
    output::Output,
    record::{FailureRef, Origin, Record, What},
};

/// Offers a record whose line was handed over, to the writer or to the request
/// that holds it.
pub(super) fn written(
    line: &Line,
    record: &Record<'_>,
    is_held: bool,
    owner: &Owner,
    output: &Output,
) {
    if output.observers.is_empty() {
        return;
    }
    let (failure, fields) = (line.failure(), line.fields());
    match record.what {
        What::Event(_) => {
            let message = line.message();
            offer_event(&Said { is_held, message, fields }, record, owner, output);
        }
        What::Closing(..) => {
            let is_written = !is_held;
            let shown = Shown { is_written, is_held, failure, fields };
            offer_closed(&shown, record, owner, output);
        }
    }
}

/// Offers a scope that has no line.
pub(super) fn unwritten(record: &Record<'_>, owner: &Owner, output: &Output) {
    let What::Closing(closing, _) = record.what else { return };
    if output.observers.is_empty() {
        return;
    }
    let (encoded, mut both) = (encoded_failure(closing, output), Buffer::default());
    let failure = match (&encoded, closing.failure) {
        (Some(encoded), _) => encoded.members(),
        (None, Some(FailureRef::Encoded(failure))) => failure.members(),
        (None, _) => &[],
    };
    let fields = fields_of(record, &mut both);
    let shown = Shown { is_written: false, is_held: false, failure, fields };
    offer_closed(&shown, record, owner, output);
}

fn offer_closed(shown: &Shown<'_>, record: &Record<'_>, owner: &Owner, output: &Output) {
    let trace = owner.trace();
    let (What::Closing(closing, verdict), Origin::Callsite(callsite)) =
        (record.what, record.origin)
    else {
        return;
    };
    let wanted = match kind(closing, callsite) {
        Kind::Request => Wants::REQUESTS,
        Kind::Step | Kind::Call => Wants::STEPS,
    };
    if output.observers.want(wanted) && is_offered(trace, record) {
        let closed = closed(callsite, (closing, verdict), shown, record, trace);
        each(output, wanted, |observer| observer.closed(&closed));
    }
}

/// The parts of an event's line.
struct Said<'a> {
    is_held: bool,
    message: &'a [u8],
    fields: &'a [u8],
}

fn offer_event(said: &Said<'_>, record: &Record<'_>, owner: &Owner, output: &Output) {
    let trace = owner.trace();
    if !output.observers.want(Wants::EVENTS) || !is_offered(trace, record) {
        return;
    }
    let event = Event::new(EventFacts {
        unix_ns: record.time.unix_ns(),
        level: record.level,
        target: record.origin.target(),
        location: record.origin.location(),
        is_held: said.is_held,
        message: said.message,
        fields: said.fields,
        trace: trace.and_then(Trace::facts),
        span_id: record.ids.map(|ids| ids.span),
    });
    each(output, Wants::EVENTS, |observer| observer.event(&event));
}

/// Returns whether a record is offered. What happens in a trace is offered if
/// the trace was, and the end of a request always follows its beginning.
fn is_offered(trace: Option<&Trace>, record: &Record<'_>) -> bool {
    let is_in_offered = trace.is_none_or(|trace| trace.offered.is_some());
    is_in_offered && (record.kind().is_outermost() || !is_unobserved())
}
