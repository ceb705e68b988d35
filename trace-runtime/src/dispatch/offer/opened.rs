//! Offers a trace that opens.

use super::each::each;
use crate::{
    callsite::Callsite,
    clock::Clocks,
    context::Trace,
    observe::{Start, StartFacts, Wants, is_unobserved},
    output::Output,
    record::Exchange,
};

/// Offers a trace that opens: asks whether it is sampled, then announces it.
#[inline]
pub(crate) fn opened(
    trace: &mut Trace,
    output: Option<&Output>,
    callsite: &'static Callsite,
    exchange: Option<&Exchange>,
) {
    if let Some(output) = output.filter(|output| !output.observers.is_empty()) {
        offer_opened(trace, output, callsite, exchange);
    }
}

#[cold]
fn offer_opened(
    trace: &mut Trace,
    output: &Output,
    callsite: &'static Callsite,
    exchange: Option<&Exchange>,
) {
    if is_unobserved() {
        return;
    }
    let clocks = Clocks::now();
    trace.offered = Some(clocks);
    let decision = output.observers.sample(&start(trace, clocks, callsite, exchange));
    if let Some(is_sampled) = decision {
        trace.set_sampled(is_sampled);
    }
    let start = start(trace, clocks, callsite, exchange);
    each(output, Wants::REQUESTS, |observer| observer.opened(&start));
}

fn start<'a>(
    trace: &'a Trace,
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
        trace: trace.facts(),
        span_id: trace.root,
        parent_id: trace.remote.parent,
    })
}
