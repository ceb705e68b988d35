//! Lays spans out in lanes. In a lane they lie within one another, or one
//! behind the other: what pictures of threads can show.

use std::collections::BTreeMap;

use crate::trace::{Name, Trace, Tree};

/// A span in its lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) span: u32,
    pub(super) lane: usize,
    pub(super) start: i64,
    /// Not beyond the end of the span that it lies in.
    pub(super) end: i64,
}

/// The lanes of each service, and until when each is taken.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    until: BTreeMap<Name, Vec<i64>>,
}

impl Lanes {
    /// Returns the spans of a trace in their lanes, by their starts. A span has
    /// its parent's lane, unless a sibling is still running there.
    pub(super) fn place(&mut self, trace: &Trace, tree: &Tree) -> Vec<Placed> {
        let mut local: Vec<Local> = Vec::new();
        let mut lanes = vec![None; trace.spans.len()];
        let mut placed = Vec::new();
        for at in by_start(trace, tree) {
            let span = &trace.spans[at as usize];
            let above = tree.parent(at).and_then(|parent| Some((parent, lanes[parent as usize]?)));
            let lane = choose(&mut local, tree.service(at), span.start, above);
            let most = local[lane].open.last().map_or(i64::MAX, |it| it.1);
            let end = span.end().min(most).max(span.start);
            local[lane].open.push((at, end));
            lanes[at as usize] = Some(lane);
            placed.push(Placed { span: at, lane, start: span.start, end });
        }
        self.settle(&local, &mut placed);
        placed
    }

    /// Finds lanes that are free for the time of the whole trace.
    fn settle(&mut self, local: &[Local], placed: &mut [Placed]) {
        let mut numbers = Vec::new();
        for (at, lane) in local.iter().enumerate() {
            let of_lane = || placed.iter().filter(|it| it.lane == at);
            let begin = of_lane().map(|it| it.start).min().unwrap_or_default();
            let end = of_lane().map(|it| it.end).max().unwrap_or_default();
            let until = self.until.entry(lane.service).or_default();
            let is_free = |(number, until): &(usize, &i64)| {
                **until <= begin && !numbers.contains(&(lane.service, *number))
            };
            let number = until.iter().enumerate().find(is_free).map(|it| it.0);
            let number = number.unwrap_or_else(|| {
                until.push(i64::MIN);
                until.len() - 1
            });
            until[number] = end;
            numbers.push((lane.service, number));
        }
        for it in placed {
            it.lane = numbers[it.lane].1;
        }
    }
}

/// Returns the spans by their starts, a parent before the children that begin
/// with it.
fn by_start(trace: &Trace, tree: &Tree) -> Vec<u32> {
    let mut depths = Vec::new();
    let mut open: Vec<_> = tree.tops.iter().map(|top| (*top, 0_u32)).collect();
    while let Some((at, depth)) = open.pop() {
        depths.push((trace.spans[at as usize].start, depth, at));
        open.extend(tree.children(at).iter().map(|child| (*child, depth + 1)));
    }
    depths.sort_unstable();
    depths.into_iter().map(|it| it.2).collect()
}

/// A lane while a trace is laid out.
struct Local {
    service: Name,
    /// The spans that lie within one another, and their ends.
    open: Vec<(u32, i64)>,
}

/// Returns the lane for a span: the parent's, if the parent is what runs
/// there; else one in which nothing runs.
fn choose(local: &mut Vec<Local>, service: Name, start: i64, above: Option<(u32, usize)>) -> usize {
    for lane in local.iter_mut() {
        while lane.open.last().is_some_and(|it| it.1 <= start) {
            lane.open.pop();
        }
    }
    if let Some((parent, lane)) = above {
        let is_parents = local[lane].open.last().is_some_and(|it| it.0 == parent);
        if local[lane].service == service && is_parents {
            return lane;
        }
    }
    let free = local.iter().position(|lane| lane.service == service && lane.open.is_empty());
    free.unwrap_or_else(|| {
        local.push(Local { service, open: Vec::new() });
        local.len() - 1
    })
}
