//! Finds the parent of each span.
//!
//! - A span id may stand in two services: a child is below the one of its own
//!   service. A request that shares the id of the call that caused it is below
//!   that call.
//! - A parent without a line: the child is placed by time, and marked.
//! - Parents that form a circle are no parents.

use std::collections::HashMap;

use super::{
    names::{Fast, Name},
    span::{Event, Span, Trace},
};

/// What is above a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Above {
    /// Nothing: it is the first, or nothing is known.
    Nothing,
    Span(u32),
    /// Found by time, since its own parent has no line.
    ByTime(u32),
}

impl Above {
    pub(super) fn span(self) -> Option<u32> {
        match self {
            Self::Nothing => None,
            Self::Span(span) | Self::ByTime(span) => Some(span),
        }
    }
}

/// The spans of each id, in the order of their lines. Those of a small trace
/// are looked for one by one.
#[derive(Debug)]
pub(super) struct Index {
    first: HashMap<u64, u32, Fast>,
    /// Those whose id has been seen before.
    more: HashMap<u64, Vec<u32>, Fast>,
}

/// So many spans are a small trace.
const SMALL: usize = 32;

impl Index {
    pub(super) fn new(spans: &[Span]) -> Self {
        let mut index = Self { first: HashMap::default(), more: HashMap::default() };
        if spans.len() <= SMALL {
            return index;
        }
        for (at, span) in (0..).zip(spans).filter(|(_, span)| span.key != 0) {
            if *index.first.entry(span.key).or_insert(at) != at {
                index.more.entry(span.key).or_default().push(at);
            }
        }
        index
    }

    fn all(&self, key: u64, spans: &[Span]) -> impl Iterator<Item = u32> {
        let few = if spans.len() <= SMALL { spans } else { &[] };
        let is_it = move |(at, span): (u32, &Span)| (span.key == key).then_some(at);
        let more = self.more.get(&key).into_iter().flatten();
        let many = self.first.get(&key).into_iter().chain(more).copied();
        (0..).zip(few).filter_map(is_it).chain(many)
    }

    /// Returns the span of an id: the one of this service, if there are
    /// several.
    #[inline]
    fn find(&self, key: u64, service: Name, spans: &[Span], not: Option<u32>) -> Option<u32> {
        if spans.len() > SMALL {
            let all = self.all(key, spans).map(|at| (at, &spans[at as usize]));
            return one(all.filter(|it| Some(it.0) != not), service);
        }
        let all = (0..).zip(spans).filter(|(at, span)| span.key == key && Some(*at) != not);
        one(all, service)
    }

    /// Returns the span that an event belongs to.
    pub(super) fn of_event(&self, event: &Event, spans: &[Span]) -> Option<u32> {
        (event.span != 0).then_some(())?;
        self.find(event.span, event.service, spans, None)
    }

    /// Returns the call that a request shares its id with.
    fn shared(&self, at: u32, spans: &[Span]) -> Option<u32> {
        let span = &spans[at as usize];
        if !span.is_request() {
            return None;
        }
        let is_call = |it: &Span| !it.is_request() && it.service != span.service;
        self.all(span.key, spans).find(|other| is_call(&spans[*other as usize]))
    }
}

/// Returns the first span of a service; without one, the first.
#[inline]
fn one<'s>(spans: impl Iterator<Item = (u32, &'s Span)>, service: Name) -> Option<u32> {
    let mut first = None;
    for (at, span) in spans {
        if span.service == service {
            return Some(at);
        }
        first = first.or(Some(at));
    }
    first
}

/// Finds what is above each span. Returns the request that all began with.
pub(super) fn parents(trace: &Trace, index: &Index, above: &mut Vec<Above>) -> Option<u32> {
    let spans = &trace.spans;
    let known = |(at, span): (u32, &Span)| {
        let by_id = || index.find(span.parent, span.service, spans, Some(at));
        index.shared(at, spans).or_else(|| (span.parent != 0).then(by_id)?)
    };
    above.clear();
    above.extend((0..).zip(spans).map(|it| known(it).map_or(Above::Nothing, Above::Span)));
    if are_in_order(above) {
        // All that there is stands below the last, as in most traces.
        let is_alone = above.iter().filter(|it| **it == Above::Nothing).count() == 1;
        if is_alone && spans.last().is_some_and(Span::is_request) {
            return Some(spans.len() as u32 - 1);
        }
    } else {
        break_circles(above);
    }
    let root = root(spans, above)?;
    place_by_time(spans, above, root);
    Some(root)
}

/// Returns whether each span stands before the one above it, as most are
/// written: then there is no circle.
fn are_in_order(above: &[Above]) -> bool {
    let is_before = |(at, above): (u32, &Above)| above.span().is_none_or(|above| at < above);
    (0..).zip(above).all(is_before)
}

/// Makes the first span of each circle one without a parent.
fn break_circles(above: &mut [Above]) {
    // 0: not seen; else the number of the walk that saw it.
    let mut seen = vec![0_u32; above.len()];
    for (walk, begin) in (1..).zip(0..above.len()) {
        let mut at = begin;
        while seen[at] == 0 {
            seen[at] = walk;
            match above[at].span() {
                Some(next) => at = next as usize,
                None => break,
            }
        }
        if seen[at] == walk && above[at].span().is_some() && is_circle(above, at) {
            above[at] = Above::Nothing;
        }
    }
}

fn is_circle(above: &[Above], from: usize) -> bool {
    let mut at = from;
    for _ in 0..above.len() {
        match above[at].span() {
            Some(next) if next as usize == from => return true,
            Some(next) => at = next as usize,
            None => return false,
        }
    }
    true
}

/// Returns the request that all began with: the first without a parent.
fn root(spans: &[Span], above: &[Above]) -> Option<u32> {
    let is_first =
        |at: &u32| spans[*at as usize].is_request() && above[*at as usize] == Above::Nothing;
    let order = |at: &u32| {
        let span = &spans[*at as usize];
        (span.parent != 0, span.start)
    };
    (0..spans.len() as u32).filter(is_first).min_by_key(order)
}

/// Places each span whose parent has no line below the smallest that encloses
/// it, else below the request.
fn place_by_time(spans: &[Span], above: &mut [Above], root: u32) {
    let is_lost = |at: usize| {
        let span = &spans[at];
        let is_later = span.is_request() && span.parent == 0;
        above[at] == Above::Nothing && at != root as usize && !is_later
    };
    if !(0..spans.len()).any(is_lost) {
        return;
    }
    let lost: Vec<bool> = (0..spans.len()).map(is_lost).collect();
    let mut order: Vec<u32> = (0..spans.len() as u32).collect();
    order.sort_by_key(|at| (spans[*at as usize].start, -spans[*at as usize].took().unwrap_or(0)));
    let mut open: Vec<u32> = Vec::new();
    for at in order {
        let span = &spans[at as usize];
        open.retain_last(|it| spans[it as usize].end() >= span.start);
        if lost[at as usize] {
            let found = enclosing(spans, above, &open, at).unwrap_or(root);
            above[at as usize] = Above::ByTime(found);
        }
        open.push(at);
    }
}

/// Returns the smallest of the last spans that encloses this one, and is not
/// below it.
fn enclosing(spans: &[Span], above: &[Above], open: &[u32], at: u32) -> Option<u32> {
    const MOST: usize = 64;
    let span = &spans[at as usize];
    let encloses = |it: &&u32| {
        let other = &spans[**it as usize];
        let is_near = other.service == span.service
            || span.service == Name::NONE
            || other.service == Name::NONE;
        is_near && other.end() >= span.end() && other.took().is_some()
    };
    let candidates = open.iter().rev().take(MOST).filter(encloses);
    let smallest = candidates.min_by_key(|it| spans[**it as usize].took());
    smallest.copied().filter(|it| !is_below(above, *it, at))
}

/// Returns whether a span is below another.
fn is_below(above: &[Above], mut at: u32, other: u32) -> bool {
    for _ in 0..above.len() {
        match above[at as usize].span() {
            Some(next) if next == other => return true,
            Some(next) => at = next,
            None => return false,
        }
    }
    true
}

trait RetainLast {
    /// Drops the last elements as long as they are not to be kept.
    fn retain_last(&mut self, keep: impl Fn(u32) -> bool);
}

impl RetainLast for Vec<u32> {
    fn retain_last(&mut self, keep: impl Fn(u32) -> bool) {
        while self.last().is_some_and(|last| !keep(*last)) {
            self.pop();
        }
    }
}
