//! Folded stacks for flame graphs: `route;step;step` and microseconds.

use std::collections::BTreeMap;

use crate::{
    trace::{Names, Span, Trace, Tree, self_times},
    view::{request_name, safe},
};

/// What a frame's width stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The time in which no step below it ran.
    #[default]
    Own,
    /// The time it was running, less that of its steps.
    Busy,
}

/// All stacks and their weights.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    weight: Weight,
    /// In nanoseconds: rounded at the end, so that the sum is right.
    stacks: BTreeMap<String, i64>,
}

impl Folded {
    pub(crate) fn new(weight: Weight) -> Self {
        Self { weight, stacks: BTreeMap::new() }
    }

    /// Adds the stacks of a trace.
    pub(crate) fn add(&mut self, trace: &Trace, names: &Names, tree: &Tree) {
        let mut own = Vec::new();
        self_times(&trace.spans, tree, &mut own);
        let mut open: Vec<_> = tree.tops.iter().map(|top| (*top, String::new())).collect();
        while let Some((at, above)) = open.pop() {
            let span = &trace.spans[at as usize];
            let frame = frame(&name(trace, names, span));
            let stack = if above.is_empty() { frame } else { format!("{above};{frame}") };
            let ns = match self.weight {
                Weight::Own => own[at as usize],
                Weight::Busy => busy(trace, tree, at),
            };
            open.extend(tree.children(at).iter().map(|child| (*child, stack.clone())));
            if ns > 0 {
                let sum = self.stacks.entry(stack).or_default();
                *sum = sum.saturating_add(ns);
            }
        }
    }

    /// Returns a line for each stack that weighs a microsecond or more.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let whole = self.stacks.iter().map(|(stack, ns)| (stack, ns.saturating_add(500) / 1_000));
        whole.filter(|it| it.1 > 0).map(|(stack, us)| format!("{stack} {us}\n"))
    }
}

/// Returns the name of a span; of a request, with its method and route.
pub(super) fn name(trace: &Trace, names: &Names, span: &Span) -> String {
    match trace.line(span.text).filter(|_| span.is_request()) {
        Some(line) => request_name(&line),
        None if span.name == crate::trace::Name::NONE => "(no name)".to_owned(),
        None => names.text(span.name).to_owned(),
    }
}

/// Returns a name as one frame: without the sign that separates frames, and
/// without a number at its end, which would be taken for a weight.
fn frame(name: &str) -> String {
    let safe = safe(name).replace(';', ":");
    let last = safe.rsplit(' ').next().unwrap_or_default();
    let is_number = |text: &str| text.parse::<f64>().is_ok();
    if is_number(last) { format!("{safe}_") } else { safe }
}

fn busy(trace: &Trace, tree: &Tree, at: u32) -> i64 {
    let of = |at: u32| trace.spans[at as usize].busy().unwrap_or_default();
    let below: i64 = tree.children(at).iter().map(|child| of(*child)).sum();
    (of(at) - below).max(0)
}
