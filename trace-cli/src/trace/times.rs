//! How long intervals last together, and what of a span no child of it took.

use super::{span::Span, tree::Tree};

/// Returns how long intervals last together, within bounds. They come in the
/// order of their begins; what overlaps counts once.
pub(crate) fn union(
    intervals: impl IntoIterator<Item = (i64, i64)>,
    (begin, end): (i64, i64),
) -> i64 {
    let (mut sum, mut until) = (0, begin);
    for (from, to) in intervals {
        let (from, to) = (from.max(until), to.min(end));
        if to > from {
            sum += to - from;
            until = to;
        }
    }
    sum
}

/// Returns the parts of a span in which none of its children ran.
pub(crate) fn own_parts(at: u32, spans: &[Span], tree: &Tree) -> Vec<(i64, i64)> {
    let span = &spans[at as usize];
    let (mut parts, mut until) = (Vec::new(), span.start);
    for child in tree.children(at).iter().map(|child| &spans[*child as usize]) {
        let from = child.start.min(span.end());
        if from > until {
            parts.push((until, from));
        }
        until = until.max(child.end());
    }
    if span.end() > until {
        parts.push((until, span.end()));
    }
    parts
}

/// Finds the time of each span in which none of its children ran.
pub(crate) fn self_times(spans: &[Span], tree: &Tree, to: &mut Vec<i64>) {
    let self_time = |(at, span): (u32, &Span)| {
        let took = span.took().unwrap_or_default();
        match tree.children(at) {
            [] => took,
            children => {
                let bounds = (span.start, span.end());
                let children = children.iter().map(|child| &spans[*child as usize]);
                took - union(children.map(|child| (child.start, child.end())), bounds)
            }
        }
    };
    to.clear();
    to.extend((0..).zip(spans).map(self_time));
}

/// The same for a trace in the usual order, without a tree: each span is written
/// when it ends, and so before the one that is above it, and those below one
/// have begun one after the other. The last is the request that all else is
/// below. Returns whether it is such a trace.
pub(crate) fn own_in_order(spans: &[Span], to: &mut Vec<Own>) -> bool {
    to.clear();
    let Some((last, before)) = spans.split_last() else { return false };
    if spans.len() > MOST || !last.is_request() || before.iter().any(Span::is_request) {
        return false;
    }
    to.extend(spans.iter().map(Own::new));
    for (at, span) in before.iter().enumerate() {
        let above = only(span.parent, spans);
        let Some(above) = above.filter(|above| *above > at) else { return false };
        if !to[above].take(span) {
            return false;
        }
    }
    last.parent == 0 || spans.iter().all(|span| span.key != last.parent)
}

/// So many spans are looked for one by one.
const MOST: usize = 32;

/// The own time of a span, while those below it are taken off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own {
    pub(crate) ns: i64,
    /// When the last below it began.
    begun: i64,
    /// Until when time was taken off, and may be.
    until: i64,
    end: i64,
}

impl Own {
    #[inline]
    fn new(span: &Span) -> Self {
        let ns = span.took().unwrap_or_default();
        Self { ns, begun: i64::MIN, until: span.start, end: span.end() }
    }

    /// Takes the time of a span below it off. Returns whether that began after
    /// the one before it.
    #[inline]
    fn take(&mut self, below: &Span) -> bool {
        let (from, to) = (below.start.max(self.until), below.end().min(self.end));
        if to > from {
            self.ns -= to - from;
            self.until = to;
        }
        let is_later = below.start >= self.begun;
        self.begun = below.start;
        is_later
    }
}

/// Returns the place of the only span with an id.
#[inline]
fn only(key: u64, spans: &[Span]) -> Option<usize> {
    let mut found = None;
    for (at, span) in spans.iter().enumerate() {
        if span.key == key {
            if key == 0 || found.is_some() {
                return None;
            }
            found = Some(at);
        }
    }
    found
}
