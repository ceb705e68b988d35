//! Opens a trace, and offers it to the observers.

use super::each::{each, sample};
use crate::{
    callsite::Callsite,
    clock::Clocks,
    context::{Asked, Offered, OpenedBy, Owner, Trace},
    field::kept::Kept,
    id::inherited::Inherited,
    observe::{Start, StartFacts, TraceFacts, Wants, is_unobserved},
    output::Output,
};

/// Opens a trace whose lines go to the same output as those of `outer`.
#[expect(clippy::inline_always, reason = "what is inherited would be copied otherwise")]
#[inline(always)]
pub(crate) fn opened(
    inherited: Inherited,
    (opened_by, callsite): (OpenedBy, &'static Callsite),
    fields: Kept,
    asked: Option<Asked>,
    outer: &Owner,
) -> Owner {
    let output = outer.output().filter(|output| !output.observers.is_empty());
    Owner::of_trace(outer, (inherited, opened_by), (fields, asked), |trace| {
        if let Some(output) = output {
            offer(trace, output, callsite);
        }
    })
}

/// Asks whether a trace is sampled, then announces it.
#[cold]
fn offer(trace: &mut Trace, output: &Output, callsite: &'static Callsite) {
    if is_unobserved() {
        return;
    }
    let clocks = Clocks::now();
    trace.offered = Some(Offered::at(clocks).into());
    let decision =
        trace.facts().and_then(|facts| sample(output, &start(trace, facts, clocks, callsite)));
    if let Some(is_sampled) = decision {
        trace.set_sampled(is_sampled);
    }
    if let Some(facts) = trace.facts() {
        let start = start(trace, facts, clocks, callsite);
        each(output, Wants::REQUESTS, |observer| observer.opened(&start));
    }
}

fn start<'a>(
    trace: &'a Trace,
    facts: TraceFacts<'a>,
    clocks: Clocks,
    callsite: &'static Callsite,
) -> Start<'a> {
    let line = trace.asked.line();
    Start::new(StartFacts {
        name: callsite.facts.name,
        target: callsite.facts.target,
        method: line.map(|line| &*line.method),
        path: line.map(|line| &*line.path),
        start_unix_ns: clocks.start_unix_ns(),
        trace: facts,
        span_id: trace.root,
        parent_id: trace.remote.parent,
    })
}
