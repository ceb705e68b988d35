//! The time of steps that run elsewhere than their parent: on another thread,
//! or in a spawned task.
//!
//! A step sees its own calls begin and end, but not those elsewhere. So their
//! times are kept here until the parent ends. The time that the parent waited
//! for them is then not counted as its own.

use crate::{clock::Moment, id::SpanId};

/// The most steps that are kept while their parents are open.
const MOST_KEPT: usize = 64;

/// A step that has ended and ran elsewhere than its parent.
#[derive(Clone, Copy, Debug)]
struct Crossed {
    parent: SpanId,
    start: Moment,
    end: Moment,
}

/// Steps that have ended, ran elsewhere than their parents, and whose parents
/// are still open.
#[derive(Debug, Default)]
pub(super) struct Elsewhere(Vec<Crossed>);

impl Elsewhere {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps the time of a step. If there are too many, the oldest is removed,
    /// because its parent has most likely ended before it.
    pub(super) fn keep(&mut self, parent: SpanId, start: Moment, end: Moment) {
        if self.0.len() == MOST_KEPT {
            self.0.remove(0);
        }
        self.0.push(Crossed { parent, start, end });
    }

    /// Removes the steps of this parent, and returns the time from `start` to
    /// `end` during which at least one of them ran.
    pub(super) fn take(&mut self, parent: SpanId, start: Moment, end: Moment) -> u64 {
        let mut of_it: Vec<_> = self.0.iter().copied().filter(|it| it.parent == parent).collect();
        self.0.retain(|it| it.parent != parent);
        of_it.sort_unstable_by_key(|it| it.start);
        let (mut covered, mut until) = (0_u64, start);
        for it in of_it {
            let (from, to) = (it.start.max(until), it.end.min(end));
            if from < to {
                covered = covered.saturating_add(to.nanos_since(from));
                until = to;
            }
        }
        covered
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_that_outlived_their_parents_leave_room_for_others() {
        let mut elsewhere = Elsewhere::default();
        let at = Moment::of_nanos;
        for _ in 0..2 * MOST_KEPT {
            elsewhere.keep(SpanId::generate(), at(1), at(2));
        }
        let parent = SpanId::generate();
        elsewhere.keep(parent, at(3), at(5));
        assert_eq!(elsewhere.0.len(), MOST_KEPT);
        assert_eq!(elsewhere.take(parent, at(0), at(9)), 2);
    }

    proptest! {
        #[test]
        fn time_elsewhere_is_the_time_when_any_step_ran_there(
            steps in prop::collection::vec((0..100_u64, 0..100_u64), 0..8),
            (start, end) in (0..50_u64, 50..100_u64),
            since in any::<u32>(),
        ) {
            let at = |nanos: u64| Moment::of_nanos(u64::from(since) + nanos);
            let (parent, other) = (SpanId::generate(), SpanId::generate());
            let mut elsewhere = Elsewhere::default();
            elsewhere.keep(other, at(0), at(100));
            for (from, to) in &steps {
                elsewhere.keep(parent, at(*from), at(*to));
            }
            let ran = |now: &u64| steps.iter().any(|(from, to)| (*from..*to).contains(now));
            let expected = (start..end).filter(ran).count() as u64;
            prop_assert_eq!(elsewhere.take(parent, at(start), at(end)), expected);
            prop_assert_eq!(elsewhere.0.len(), 1);
        }
    }
}
