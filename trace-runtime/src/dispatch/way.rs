//! Decides where a line goes, for an output that has detail or observers: to the
//! writer, to the request that holds it, or nowhere.

use crate::{
    context::{Context, Trace, here},
    detail::{Ended, Installed},
    filter::Thresholds,
    output::Output,
    record::{Origin, Record, What},
};

/// Where a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    ToWriter,
    /// It is held by its request, or follows what became of that.
    ToRequest,
    Nowhere,
}

/// Returns the way of a line. If it is severe enough, the detail of its request
/// is kept. For an event, the filter was checked before its values were made.
pub(super) fn of(record: &Record<'_>, trace: Option<&Trace>, output: &Output) -> Way {
    let way = match &output.detail {
        _ if !is_wanted(record) => Way::Nowhere,
        None => without_detail(record, output),
        Some(_) => with_detail(record, thresholds(record, output), trace),
    };
    if way != Way::Nowhere {
        note(record, trace, output);
    }
    way
}

/// Does the same for the current trace of an output that has detail.
pub(super) fn here(record: &Record<'_>, output: &Output) -> Way {
    if !is_wanted(record) {
        return Way::Nowhere;
    }
    // To ask a filter for the first time may run foreign code, which may leave a
    // step entered.
    let thresholds = thresholds(record, output);
    let way = here::look(|here| {
        let way = with_detail(record, thresholds, here.trace());
        if way != Way::Nowhere {
            note(record, here.trace(), output);
        }
        way
    });
    way.unwrap_or_else(|| of(record, Context::current().owner.trace(), output))
}

fn is_wanted(record: &Record<'_>) -> bool {
    !matches!(record.what, What::Closing(_, verdict) if !verdict.is_wanted)
}

fn without_detail(record: &Record<'_>, output: &Output) -> Way {
    match (record.what, record.origin) {
        (What::Closing(..), Origin::Callsite(callsite)) => {
            if callsite.passes(output, record.level) { Way::ToWriter } else { Way::Nowhere }
        }
        (What::Event(_), _) | (_, Origin::Foreign(_)) => Way::ToWriter,
    }
}

fn with_detail(record: &Record<'_>, thresholds: Thresholds, trace: Option<&Trace>) -> Way {
    if thresholds.written.passes(record.level) {
        return Way::ToWriter;
    }
    let is_detail = thresholds.held.passes(record.level);
    match (record.what, trace) {
        (What::Closing(..), Some(trace)) if is_detail && trace.takes_detail() => Way::ToRequest,
        (What::Closing(..), _) => Way::Nowhere,
        (What::Event(_), Some(_)) if is_detail => Way::ToRequest,
        // The filter has changed since it let the event through.
        (What::Event(_), _) => Way::ToWriter,
    }
}

fn thresholds(record: &Record<'_>, output: &Output) -> Thresholds {
    match record.origin {
        Origin::Callsite(callsite) => callsite.thresholds_at_end(output),
        Origin::Foreign(from) => output.thresholds_at_run_time(from.target),
    }
}

/// Keeps the detail of a request in which a line is severe enough. The line of
/// the request itself is no reason: its outcome is one. Nor is a report that it
/// is still running, which may have been asked for.
pub(super) fn note(record: &Record<'_>, trace: Option<&Trace>, output: &Output) {
    let is_kept_by = |detail: &Installed| detail.is_kept_by(record.level);
    let is_reason = !record.kind().is_outermost() && !record.is_of_open_request();
    match (trace, &output.detail) {
        (Some(trace), Some(detail)) if is_reason && is_kept_by(detail) => trace.detail.want(),
        _ => {}
    }
}

/// Returns whether a request has a line: if that passes the filter, or belongs to
/// detail that is kept.
pub(super) fn is_request_written(record: &Record<'_>, ended: &Ended, output: &Output) -> bool {
    let What::Closing(_, verdict) = record.what else { return false };
    let thresholds = thresholds(record, output);
    let is_detail = ended.is_kept && (ended.has_lines() || thresholds.held.passes(record.level));
    verdict.is_wanted && (is_detail || thresholds.written.passes(record.level))
}
