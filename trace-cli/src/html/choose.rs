//! Chooses the traces of a page: all that failed or were slow, and a fair
//! sample of the rest.

use super::kept::{Kept, Texts, kept};
use crate::{
    line::mix,
    trace::{Names, Trace, Tree},
};

/// The traces that were chosen so far.
#[derive(Debug)]
pub(crate) struct Chooser {
    limit: usize,
    slow_ns: Option<i64>,
    pub(super) texts: Texts,
    bad: Vec<Kept>,
    good: Vec<Kept>,
    /// How many there were, bad and good.
    pub(crate) seen: (u64, u64),
}

impl Chooser {
    /// Chooses at most `limit` traces. One that took `slow_ns` is bad.
    pub(crate) fn new(limit: usize, slow_ns: Option<i64>) -> Self {
        let (bad, good) = (Vec::new(), Vec::new());
        Self { limit, slow_ns, texts: Texts::default(), bad, good, seen: (0, 0) }
    }

    /// Takes a trace, if it is one for the page.
    pub(crate) fn add(&mut self, trace: &Trace, names: &Names, tree: &Tree) {
        if self.is_bad(trace) {
            self.seen.0 += 1;
            if self.bad.len() < self.limit {
                self.bad.push(kept(trace, names, tree, &mut self.texts));
            }
            return;
        }
        self.seen.1 += 1;
        // Each has the same chance, whatever their number.
        // Source: Vitter, “Random sampling with a reservoir”, algorithm R.
        if self.good.len() < self.limit {
            self.good.push(kept(trace, names, tree, &mut self.texts));
            return;
        }
        let place = (mix(self.seen.1) % self.seen.1) as usize;
        if place < self.limit {
            self.good[place] = kept(trace, names, tree, &mut self.texts);
        }
    }

    fn is_bad(&self, trace: &Trace) -> bool {
        let is_slow = |took| self.slow_ns.is_some_and(|least| took >= least);
        let mut requests = trace.spans.iter().filter(|span| span.is_request());
        requests.any(|span| {
            span.outcome.is_failed() || span.is_slow || span.took().is_some_and(is_slow)
        })
    }

    /// Returns the traces of the page, by their begins.
    pub(super) fn chosen(&mut self) -> Vec<Kept> {
        let mut all = std::mem::take(&mut self.bad);
        let room = self.limit - all.len();
        let good = std::mem::take(&mut self.good);
        // Of those in a reservoir, any are as good as others.
        all.extend(good.into_iter().take(room));
        all.sort_by_key(|trace| trace.start);
        all
    }
}
