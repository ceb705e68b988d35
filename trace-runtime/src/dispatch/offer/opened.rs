//! Opens a trace, and offers it to the observers.

use super::each::{each, sample};
use crate::{
    callsite::Callsite,
    clock::Clocks,
    context::{Offered, OpenedBy, Owner, Trace},
    field::kept::Kept,
    id::inherited::Inherited,
    observe::{Start, StartFacts, TraceFacts, Wants, is_unobserved},
    output::Output,
    record::Exchange,
};

/// Opens a trace whose lines go to the same output as those of `outer`.
#[inline]
pub(crate) fn opened(
    inherited: Inherited,
    (opened_by, callsite): (OpenedBy, &'static Callsite),
    fields: Kept,
    exchange: Option<&Exchange>,
    outer: &Owner,
) -> Owner {
    let output = outer.output().filter(|output| !output.observers.is_empty());
    match output {
        // Made where it stays: a trace is large.
        None => Owner::of_trace(Trace::new(inherited, opened_by, fields), outer),
        Some(output) => {
            let mut trace = Trace::new(inherited, opened_by, fields);
            offer(&mut trace, output, callsite, exchange);
            Owner::of_trace(trace, outer)
        }
    }
}

/// Asks whether a trace is sampled, then announces it.
#[cold]
fn offer(
    trace: &mut Trace,
    output: &Output,
    callsite: &'static Callsite,
    exchange: Option<&Exchange>,
) {
    if is_unobserved() {
        return;
    }
    let clocks = Clocks::now();
    trace.offered = Some(Offered::at(clocks).into());
    let decision = trace
        .facts()
        .and_then(|facts| sample(output, &start(trace, facts, clocks, callsite, exchange)));
    if let Some(is_sampled) = decision {
        trace.set_sampled(is_sampled);
    }
    if let Some(facts) = trace.facts() {
        let start = start(trace, facts, clocks, callsite, exchange);
        each(output, Wants::REQUESTS, |observer| observer.opened(&start));
    }
}

fn start<'a>(
    trace: &Trace,
    facts: TraceFacts<'a>,
    clocks: Clocks,
    callsite: &'static Callsite,
    exchange: Option<&'a Exchange>,
) -> Start<'a> {
    Start::new(StartFacts {
        name: callsite.facts.name,
        target: callsite.facts.target,
        method: exchange.map(|exchange| &*exchange.method),
        path: exchange.map(|exchange| &*exchange.path),
        start_unix_ns: clocks.start_unix_ns(),
        trace: facts,
        span_id: trace.root,
        parent_id: trace.remote.parent,
    })
}
