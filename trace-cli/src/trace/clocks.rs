//! Clocks that disagree: a request that ran on another machine cannot have
//! begun before it was called, nor ended after the answer.

use super::{
    names::Name,
    span::{Span, Trace},
    tree::Tree,
};

/// How far the clock of a service is ahead of its caller's; behind, if
/// negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Skew {
    pub(crate) service: Name,
    pub(crate) ahead_ns: i64,
}

/// Two clocks that differ by less are good ones.
const TOLERATED_NS: i64 = 1_000_000;

/// Returns how far the clocks of services are off, each once. The middle of
/// the call is taken for the middle of the request.
pub(crate) fn skews(trace: &Trace, tree: &Tree) -> Vec<Skew> {
    let mut skews: Vec<Skew> = Vec::new();
    for (at, span) in (0..).zip(&trace.spans) {
        let Some(call) = caller(trace, tree, at) else { continue };
        let is_out =
            span.start < call.start - TOLERATED_NS || span.end() > call.end() + TOLERATED_NS;
        let is_new = skews.iter().all(|it| it.service != span.service);
        // What takes longer than its call was not waited for.
        let fits = span.took() <= call.took();
        if is_out && is_new && fits {
            let ahead_ns = middle(span) - middle(call);
            skews.push(Skew { service: span.service, ahead_ns });
        }
    }
    skews
}

/// Returns the call, in another service, that a request was caused by.
fn caller<'a>(trace: &'a Trace, tree: &Tree, at: u32) -> Option<&'a Span> {
    let span = &trace.spans[at as usize];
    if !span.is_request() || tree.is_placed(at) {
        return None;
    }
    let call = &trace.spans[tree.parent(at)? as usize];
    (call.service != span.service).then_some(call)
}

fn middle(span: &Span) -> i64 {
    span.start.saturating_add(span.took().unwrap_or_default() / 2)
}

/// Shifts all that a service has written by what its clock is off.
pub(crate) fn align(trace: &mut Trace, skews: &[Skew]) {
    let ahead =
        |service: Name| skews.iter().find(|it| it.service == service).map_or(0, |it| it.ahead_ns);
    for span in &mut trace.spans {
        span.start -= ahead(span.service);
    }
    for event in &mut trace.events {
        event.at = event.at.map(|at| at - ahead(event.service));
    }
}
