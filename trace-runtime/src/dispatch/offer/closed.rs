//! From the record of a scope that has ended to the facts that observers see.

use super::http::{fields_of_call, http};
use crate::{
    callsite::{Callsite, LineKind},
    clock::Clocks,
    context::Trace,
    observe::{Closed, ClosedFacts, Kind, Unread},
    record::{Closing, Record, Verdict},
};

/// The parts of a scope's line.
pub(super) struct Shown<'a> {
    pub(super) is_written: bool,
    pub(super) is_held: bool,
    pub(super) failure: &'a [u8],
    pub(super) fields: &'a [u8],
}

/// Returns what has ended.
pub(super) fn kind(closing: &Closing<'_>, callsite: &Callsite) -> Kind {
    match closing.kind() {
        LineKind::Request | LineKind::Job => Kind::Request,
        LineKind::Step | LineKind::Event if callsite.facts.is_call => Kind::Call,
        LineKind::Step | LineKind::Event => Kind::Step,
    }
}

/// Returns the facts about a scope of this callsite.
pub(super) fn closed<'a>(
    callsite: &'static Callsite,
    (closing, verdict): (&'a Closing<'a>, Verdict),
    shown: &Shown<'a>,
    record: &Record<'a>,
    trace: Option<&'a Trace>,
) -> Closed<'a> {
    let (facts, kind) = (&callsite.facts, kind(closing, callsite));
    let http = http(kind, closing, shown.fields);
    Closed(ClosedFacts {
        kind,
        name: facts.name,
        target: facts.target,
        location: (facts.file, facts.line),
        callsite: callsite.number(),
        outcome: closing.outcome,
        level: record.level,
        is_slow: verdict.is_slow,
        is_quiet: trace.is_some_and(Trace::is_quiet),
        is_written: shown.is_written,
        is_held: shown.is_held,
        start_unix_ns: start_unix_ns(closing, trace),
        duration_ns: closing.duration_ns(),
        busy_ns: closing.busy_ns,
        trace: trace.and_then(Trace::facts),
        span_id: record.ids.map(|ids| ids.span),
        parent_id: record.ids.and_then(|ids| ids.parent),
        parent_is_remote: kind == Kind::Request && trace.is_some_and(has_remote_parent),
        failure: shown.failure,
        fields: match kind {
            Kind::Call => fields_of_call(shown.fields, http.as_ref()),
            Kind::Request | Kind::Step => Unread { members: shown.fields, hidden: &[] },
        },
        http,
    })
}

/// All times of a trace follow from one reading of the wall clock.
fn start_unix_ns(closing: &Closing<'_>, trace: Option<&Trace>) -> u64 {
    let offered = trace.and_then(|trace| trace.offered.as_ref());
    let clocks = offered.map_or_else(|| Clocks::at(closing.now), |offered| offered.clocks);
    clocks.unix_ns(closing.start)
}

fn has_remote_parent(trace: &Trace) -> bool {
    trace.remote.parent.is_some() && !trace.remote.is_local
}
