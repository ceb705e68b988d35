//! The data of one scope, which is swapped into the slot while the scope runs.

use super::totals::Around;
use crate::{clock::Moment, field::kept::Kept, id::SpanId};

/// The data that differs between the scopes of a trace.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub(crate) span: Option<SpanId>,
    /// The fields of the current step.
    pub(crate) fields: Kept,
    /// Whether the scope is a step. If not, recorded fields go to the request.
    pub(crate) is_step: bool,
    /// The callsites of the enclosing steps, and its own.
    pub(crate) around: Around,
    pub(crate) inside: Inside,
}

/// The time during which at least one step inside a scope is open.
///
/// Steps that overlap, such as those of a `join!`, count once. So the sum never
/// exceeds the time of the scope, and the difference is the scope's own time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Inside {
    open: u32,
    /// The sum of the end times minus the sum of the start times, on the steady
    /// clock. While a step is open, its end time is still missing.
    nanos: i64,
}

impl Inside {
    /// Begins a step inside.
    #[inline]
    pub(crate) fn begin(&mut self, at: Moment) {
        if self.open == 0 {
            self.nanos = self.nanos.wrapping_sub(at.nanos());
        }
        self.open = self.open.saturating_add(1);
    }

    /// Ends a step inside, if one is open.
    #[inline]
    pub(crate) fn end(&mut self, at: Moment) {
        if self.open == 1 {
            self.nanos = self.nanos.wrapping_add(at.nanos());
        }
        self.open = self.open.saturating_sub(1);
    }

    pub(crate) fn is_open(self) -> bool {
        self.open > 0
    }

    /// Adds what another measured meanwhile.
    pub(crate) fn merge(&mut self, other: Self) {
        self.open = self.open.saturating_add(other.open);
        self.nanos = self.nanos.wrapping_add(other.nanos);
    }

    /// Returns the time until the scope ends at `at`. A step that outlives the
    /// scope counts as open until then.
    pub(crate) fn nanos_until(mut self, at: Moment) -> u64 {
        if self.open > 0 {
            self.nanos = self.nanos.wrapping_add(at.nanos());
        }
        // The counters of two processors may differ by a few nanoseconds.
        u64::try_from(self.nanos).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Start and end times of steps, in a scope of 100 ns.
    fn any_steps() -> impl Strategy<Value = Vec<(u64, u64)>> {
        let step = (0..100_u64, 0..100_u64).prop_map(|(one, two)| (one.min(two), one.max(two)));
        prop::collection::vec(step, 0..8)
    }

    proptest! {
        #[test]
        fn time_inside_is_the_time_when_any_step_is_open(
            steps in any_steps(),
            end in 0..100_u64,
            since in any::<u32>(),
        ) {
            let mut inside = Inside::default();
            let at = |nanos: u64| Moment::of_nanos(u64::from(since) + nanos);
            for now in 0..=end {
                let began = steps.iter().filter(|step| step.0 == now && step.0 < step.1);
                began.for_each(|_| inside.begin(at(now)));
                let ended = steps.iter().filter(|step| step.1 == now && step.0 < step.1);
                ended.for_each(|_| inside.end(at(now)));
            }
            let is_covered = |now: &u64| steps.iter().any(|step| (step.0..step.1).contains(now));
            let expected = (0..end).filter(is_covered).count() as u64;
            prop_assert_eq!(inside.nanos_until(at(end)), expected);
        }
    }

    #[test]
    fn what_ends_without_having_begun_here_does_not_count() {
        let mut inside = Inside::default();
        inside.end(Moment::of_nanos(7));
        assert_eq!(inside.nanos_until(Moment::of_nanos(9)), 0);
    }
}
