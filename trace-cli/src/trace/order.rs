//! The rows of a picture: spans and events in the order in which they are
//! shown, and siblings that are one row together.

use std::collections::HashMap;

use super::{
    names::{Fast, Name},
    span::{Span, Trace},
    times::union,
    tree::Tree,
};
use crate::line::Outcome;

/// What a row shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Span(u32),
    Event(u32),
    /// Siblings of one name that all went well: the first of them, and how
    /// many there are.
    Folded {
        first: u32,
        count: u32,
        end: i64,
        union_ns: i64,
        longest_ns: i64,
    },
}

/// A row, and its place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) what: What,
    pub(crate) depth: u32,
    pub(crate) is_last: bool,
}

/// As many siblings of one name are one row.
const FOLDED: usize = 5;

/// Returns the rows of a trace.
pub(crate) fn rows(trace: &Trace, tree: &Tree, fold: bool) -> Vec<Row> {
    let of_spans = events_by_span(trace, tree);
    let mut rows = Vec::new();
    // What is still to be shown, the next at the end.
    let mut open = siblings(trace, tree, &of_spans, None, fold);
    open.reverse();
    let mut stack = vec![open];
    while let Some(level) = stack.last_mut() {
        let Some(what) = level.pop() else {
            stack.pop();
            continue;
        };
        let is_last = level.is_empty();
        rows.push(Row { what, depth: stack.len() as u32 - 1, is_last });
        if let What::Span(at) = what {
            let mut below = siblings(trace, tree, &of_spans, Some(at), fold);
            below.reverse();
            stack.push(below);
        }
    }
    rows
}

type BySpan = HashMap<Option<u32>, Vec<u32>, Fast>;

fn events_by_span(trace: &Trace, tree: &Tree) -> BySpan {
    let mut by_span = BySpan::default();
    for (at, span) in (0..).zip(&tree.events) {
        by_span.entry(*span).or_default().push(at);
    }
    for events in by_span.values_mut() {
        // Without a time: last.
        events.sort_by_key(|at| trace.events[*at as usize].at.unwrap_or(i64::MAX));
    }
    by_span
}

/// Returns what stands right below a span, by time.
fn siblings(trace: &Trace, tree: &Tree, events: &BySpan, of: Option<u32>, fold: bool) -> Vec<What> {
    let children = match of {
        Some(at) => tree.children(at),
        None => &tree.tops,
    };
    let spans = if fold { folded(trace, children) } else { single(children) };
    let events = events.get(&of).map_or(&[][..], Vec::as_slice);
    let mut all: Vec<_> = spans;
    all.extend(events.iter().map(|at| What::Event(*at)));
    let start = |what: &What| match what {
        What::Span(at) | What::Folded { first: at, .. } => trace.spans[*at as usize].start,
        What::Event(at) => trace.events[*at as usize].at.unwrap_or(i64::MAX),
    };
    // The root comes first, even if another clock says otherwise.
    let is_root =
        |what: &What| tree.root.is_some() && *what == What::Span(tree.root.unwrap_or_default());
    all.sort_by_key(|what| (!is_root(what), start(what)));
    all
}

fn single(children: &[u32]) -> Vec<What> {
    children.iter().map(|at| What::Span(*at)).collect()
}

/// Makes one row of siblings that are alike, where they are many.
fn folded(trace: &Trace, children: &[u32]) -> Vec<What> {
    let mut groups: HashMap<(Name, Name), Vec<u32>, Fast> = HashMap::default();
    let (mut rows, mut order) = (Vec::new(), Vec::new());
    for at in children {
        let span = &trace.spans[*at as usize];
        if span.outcome != Outcome::Ok || span.is_request() || span.is_slow {
            rows.push(What::Span(*at));
            continue;
        }
        let key = (span.name, span.service);
        groups.entry(key).or_insert_with(|| (order.push(key), Vec::new()).1).push(*at);
    }
    for group in order.iter().filter_map(|key| groups.get(key)) {
        match group.len() {
            FOLDED.. => rows.push(one(trace, group)),
            _ => rows.extend(single(group)),
        }
    }
    rows
}

fn one(trace: &Trace, group: &[u32]) -> What {
    let spans = || group.iter().map(|at| &trace.spans[*at as usize]);
    let begin = spans().map(|span| span.start).min().unwrap_or_default();
    let end = spans().map(Span::end).max().unwrap_or_default();
    let union_ns = union(spans().map(|span| (span.start, span.end())), (begin, end));
    let longest_ns = spans().filter_map(Span::took).max().unwrap_or_default();
    What::Folded { first: group[0], count: group.len() as u32, end, union_ns, longest_ns }
}
