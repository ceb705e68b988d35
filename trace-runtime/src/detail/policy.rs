//! Decides whether the detail of a request is kept: a pure function of how it
//! ended.

use crate::level::Level;

/// What is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Policy {
    /// A request that takes longer is slow. `None`: slow ones are not kept.
    pub(super) slow_ns: Option<u64>,
    /// A step or an event of this level keeps the detail.
    pub(super) keep: Level,
    /// One request in so many is kept, however it ends.
    pub(super) one_in: Option<u32>,
    /// Whether the detail of what the caller has sampled is kept.
    pub(super) when_sampled: bool,
    /// Whether the line of a request says that its detail was discarded.
    pub(super) marks_discarded: bool,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ending {
    /// In error, panic or cancellation.
    pub(crate) has_failed: bool,
    /// Whether it took longer than its own limit, or that of all requests.
    pub(crate) is_slow: bool,
    /// How long its caller has waited.
    pub(crate) took_ns: u64,
}

/// What was noted while a request was open.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Noted {
    /// Code below has asked for its detail, or a line was as severe as `keep`.
    pub(super) is_wanted: bool,
    /// Its caller's `traceparent` has the sampled flag.
    pub(super) is_sampled: bool,
}

impl Policy {
    /// Returns whether the detail of a request is kept. The id of its trace is
    /// read only if that matters.
    pub(super) fn keeps(
        &self,
        ending: &Ending,
        noted: Noted,
        id: impl FnOnce() -> [u8; 16],
    ) -> bool {
        ending.has_failed
            || noted.is_wanted
            || self.is_slow(ending)
            || (self.when_sampled && noted.is_sampled)
            || self.one_in.is_some_and(|n| is_chosen(id(), n))
    }

    fn is_slow(&self, ending: &Ending) -> bool {
        self.slow_ns.is_some_and(|slow_ns| ending.is_slow || ending.took_ns > slow_ns)
    }
}

/// Returns whether a trace is one in `n`: the traces with the highest numbers,
/// which are the last 56 bits of their ids, as in OpenTelemetry's [probability
/// sampling]. So all services choose the same ones.
///
/// [probability sampling]: https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/
fn is_chosen(id: [u8; 16], n: u32) -> bool {
    const ALL: u64 = 1 << 56;
    let number = u128::from_be_bytes(id) & u128::from(ALL - 1);
    number >= u128::from(ALL - ALL / u64::from(n.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOW: u64 = 100;

    fn policy() -> Policy {
        Policy {
            slow_ns: Some(SLOW),
            keep: Level::Warn,
            one_in: None,
            when_sampled: false,
            marks_discarded: false,
        }
    }

    fn keeps(policy: Policy, ending: Ending, noted: Noted) -> bool {
        policy.keeps(&ending, noted, || unreachable!("the id is not needed"))
    }

    #[test]
    fn what_failed_was_slow_or_was_asked_for_is_kept() {
        let well = Ending::default();
        let none = Noted::default();
        let sampled = Noted { is_sampled: true, ..none };
        let never_slow = Policy { slow_ns: None, ..policy() };
        let by_caller = Policy { when_sampled: true, ..policy() };
        for (policy, ending, noted, expected) in [
            (policy(), well, none, false),
            (policy(), Ending { has_failed: true, ..well }, none, true),
            (never_slow, Ending { has_failed: true, ..well }, none, true),
            (policy(), Ending { took_ns: SLOW, ..well }, none, false),
            (policy(), Ending { took_ns: SLOW + 1, ..well }, none, true),
            (policy(), Ending { is_slow: true, ..well }, none, true),
            (never_slow, Ending { is_slow: true, took_ns: u64::MAX, ..well }, none, false),
            (policy(), well, Noted { is_wanted: true, ..none }, true),
            (policy(), well, sampled, false),
            (by_caller, well, sampled, true),
            (by_caller, well, none, false),
        ] {
            assert_eq!(keeps(policy, ending, noted), expected, "{policy:?} {ending:?} {noted:?}");
        }
    }

    #[test]
    fn one_trace_in_so_many_is_chosen_by_the_last_bits_of_its_id() {
        let id = |number: u64| (u128::MAX << 64 | u128::from(number)).to_be_bytes();
        let quarter = 3 << 54;
        assert!(is_chosen(id(quarter), 4) && !is_chosen(id(quarter - 1), 4));
        assert!(is_chosen(id(0), 1), "each one of one");
        assert!(!is_chosen(id(1 << 56), 4), "the bits above do not count");
        let policy = Policy { one_in: Some(4), ..policy() };
        let keeps = |number| policy.keeps(&Ending::default(), Noted::default(), || id(number));
        assert_eq!((keeps(quarter), keeps(0)), (true, false));
    }
}
