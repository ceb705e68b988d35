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
        let bounds = (span.start, span.end());
        let children = tree.children(at).iter().map(|child| &spans[*child as usize]);
        let taken = union(children.map(|child| (child.start, child.end())), bounds);
        span.took.unwrap_or_default() - taken
    };
    to.clear();
    to.extend((0..).zip(spans).map(self_time));
}
