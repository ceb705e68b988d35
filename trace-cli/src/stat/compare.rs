//! Whether two histograms are of different durations, or differ by chance.

use super::groups::Entry;

/// What two sides of a comparison say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Same,
    Changed,
    /// There are too few calls to know.
    TooFew,
}

/// Fewer calls than this say nothing.
const FEW: u64 = 30;

/// A percentile that moves by less is not worth a line.
const MOVED: f64 = 0.05;

/// Compares the calls of two sides.
///
/// They differ if the test of Kolmogorov and Smirnov finds a chance below one
/// in a thousand, and the median or the 99th percentile moved by 5 %; or if
/// the shares of errors are 3.3 standard deviations apart.
pub(crate) fn compare(before: &Entry, after: &Entry) -> Verdict {
    if has_other_errors(before, after) || is_elsewhere(before, after) && has_moved(before, after) {
        return Verdict::Changed;
    }
    let fewest = before.durations.count().min(after.durations.count());
    let differs = has_moved(before, after) && mean_moved(before, after);
    if fewest < FEW && differs { Verdict::TooFew } else { Verdict::Same }
}

/// The test of Kolmogorov and Smirnov: the widest gap between the two
/// cumulative shares.
fn is_elsewhere(before: &Entry, after: &Entry) -> bool {
    // The square root of ln(2 / 0.001) / 2.
    const CRITICAL: f64 = 1.949;
    let (n, m) = (before.durations.count() as f64, after.durations.count() as f64);
    if n.min(m) < FEW as f64 {
        return false;
    }
    widest_gap(before, after) > CRITICAL * ((n + m) / (n * m)).sqrt()
}

fn widest_gap(before: &Entry, after: &Entry) -> f64 {
    let (n, m) = (before.durations.count() as f64, after.durations.count() as f64);
    let mut left = before.durations.buckets().peekable();
    let mut right = after.durations.buckets().peekable();
    let (mut of_left, mut of_right, mut widest) = (0, 0, 0.0_f64);
    while let Some(next) = [left.peek(), right.peek()].into_iter().flatten().map(|it| it.0).min() {
        of_left += left.next_if(|it| it.0 == next).map_or(0, |it| it.1.0);
        of_right += right.next_if(|it| it.0 == next).map_or(0, |it| it.1.0);
        widest = widest.max((of_left as f64 / n - of_right as f64 / m).abs());
    }
    widest
}

fn has_moved(before: &Entry, after: &Entry) -> bool {
    [0.5, 0.99].into_iter().any(|share| {
        let of = |entry: &Entry| entry.durations.percentile(share);
        of(before).zip(of(after)).is_some_and(|(before, after)| is_apart(before, after))
    })
}

fn mean_moved(before: &Entry, after: &Entry) -> bool {
    let (before, after) = (before.durations.mean_ns(), after.durations.mean_ns());
    before
        .zip(after)
        .is_some_and(|(before, after)| before.abs_diff(after) as f64 > 0.25 * before.max(1) as f64)
}

fn is_apart(before: i64, after: i64) -> bool {
    before.abs_diff(after) as f64 > MOVED * before.max(1) as f64
}

/// Returns whether the shares of errors differ by more than chance: by 3.3 of
/// their common standard deviations.
pub(crate) fn has_other_errors(before: &Entry, after: &Entry) -> bool {
    const DEVIATIONS: f64 = 3.3;
    let (n, m) = (before.calls as f64, after.calls as f64);
    if n.min(m) < 1.0 {
        return false;
    }
    let all = (before.errors + after.errors) as f64 / (n + m);
    let deviation = (all * (1.0 - all) * (1.0 / n + 1.0 / m)).sqrt();
    let apart = (before.errors as f64 / n - after.errors as f64 / m).abs();
    deviation > 0.0 && apart > DEVIATIONS * deviation
}
