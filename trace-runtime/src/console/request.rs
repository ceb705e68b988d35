//! Shows a request or a job: what was asked, how it ended, and below that why,
//! and where its time went.

use super::{
    ink::Ink,
    rows::{PART, Rows},
    shared::{Shown, errors, fields, pair, times},
    steps,
    text::{shown as shown_text, shown_value},
    took::took,
};
use crate::{
    callsite::LineKind,
    line::keys,
    record::{Closing, RequestSummary, Verdict},
};

pub(super) fn write(
    rows: &mut Rows,
    shown: &Shown<'_>,
    (closing, verdict): (&Closing<'_>, Verdict),
    request: &RequestSummary<'_>,
) {
    headline(rows, shown, closing);
    ending(rows, shown, closing);
    times(rows, closing, verdict.is_slow, 1);
    response(rows, closing, request);
    origin(rows, shown, request);
    let failed = fields(rows, shown.parts.fields);
    static_fields(rows, shown);
    shown.place(rows);
    others(rows, shown);
    shown.whole_id(rows);
    errors(rows, shown.parts.failure.each().chain(failed));
    steps::write(rows, request.steps);
}

/// Writes method and route, else method and path, else the name.
fn headline(rows: &mut Rows, shown: &Shown<'_>, closing: &Closing<'_>) {
    let asked = shown.parts.request;
    let place = asked.text(keys::ROUTE).or_else(|| asked.text(keys::PATH));
    let name = shown.parts.text_of_origin(keys::NAME);
    let (first, second) = match (asked.text(keys::METHOD), place) {
        (Some(method), Some(place)) => (Some(method), place),
        _ => ((closing.kind() == LineKind::Job).then_some("job"), name),
    };
    for word in first.into_iter().chain([second]) {
        rows.word(&shown_text(word), Ink::Bold, 1);
    }
}

/// Writes the status, if there is one, and the outcome.
fn ending(rows: &mut Rows, shown: &Shown<'_>, closing: &Closing<'_>) {
    let (asked, outcome) = (shown.parts.request, closing.outcome);
    let ink = Ink::of_outcome(outcome);
    let mut blanks = PART;
    let codes = [("", keys::STATUS), ("grpc ", keys::GRPC_STATUS)];
    for (name, code) in codes.into_iter().filter_map(|(name, key)| Some((name, asked.find(key)?))) {
        rows.word(&format!("{name}{code}"), ink, blanks);
        blanks = 1;
    }
    rows.word(outcome.as_str(), ink, blanks);
    if closing.is_stream() {
        rows.word("stream", Ink::Plain, 1);
    }
}

/// Writes when the response began, if its body took longer than that.
fn response(rows: &mut Rows, closing: &Closing<'_>, request: &RequestSummary<'_>) {
    let ttfb = request.exchange.and_then(|exchange| exchange.response.ttfb_ns);
    if let Some(ttfb) = ttfb.filter(|ttfb| *ttfb < closing.duration_ns() / 2) {
        rows.word(&format!("(head after {})", took(ttfb)), Ink::Plain, 1);
    }
}

/// Writes the target, the name if the headline does not have it, and the path
/// if it says more than the route.
fn origin(rows: &mut Rows, shown: &Shown<'_>, request: &RequestSummary<'_>) {
    rows.word(shown.parts.text_of_origin(keys::TARGET), Ink::Dim, PART);
    if request.exchange.is_some() {
        let name = shown.parts.text_of_origin(keys::NAME);
        rows.word(&shown_text(name), Ink::Dim, 1);
    }
    let asked = shown.parts.request;
    let route = asked.find(keys::ROUTE);
    if let Some(path) = asked.find(keys::PATH).filter(|path| route.is_some_and(|it| it != *path)) {
        pair(rows, "path", &shown_value(path), PART);
    }
}

/// Writes what each line of the process says alike; the request's is the one
/// that shows it.
fn static_fields(rows: &mut Rows, shown: &Shown<'_>) {
    let is_static = |key: &str| !matches!(key, "file" | "line" | "truncated");
    for field in shown.parts.tail.each().filter(|field| is_static(field.key)) {
        pair(rows, field.key, &shown_value(field.value), PART);
    }
}

/// Writes the ids by which others know the request, and what no other word has
/// said.
fn others(rows: &mut Rows, shown: &Shown<'_>) {
    let origin = shown.parts.origin;
    let ids = [("request_id", keys::REQUEST_ID), ("w3c_trace_id", keys::W3C_TRACE_ID)];
    for (key, id) in ids.into_iter().filter_map(|(key, id)| Some((key, origin.find(id)?))) {
        pair(rows, key, &shown_value(id), PART);
    }
    let is_new = |key: &str| !SAID.contains(&key);
    for fact in shown.parts.request.each().filter(|fact| is_new(fact.key)) {
        pair(rows, fact.key, &shown_value(fact.value), PART);
    }
}

/// The facts of a request that have words or rows of their own.
const SAID: [&str; 9] = [
    "slow",
    "steps",
    "steps_dropped",
    "method",
    "route",
    "path",
    "status",
    "grpc_status",
    "ttfb_ms",
];
