//! The settings in force for an output, checked, with the account of its lines.

use std::sync::Arc;

use super::{account::Account, policy::Policy, settings::Detail};
use crate::{
    clock,
    error::{Error, Kind},
    filter::{Filter, InForce, Threshold},
    level::Level,
};

/// More is a mistake in the unit.
const MOST_PER_REQUEST: usize = 1 << 30;

/// Detail on demand, as it is in force for an output.
pub(crate) struct Installed {
    pub(super) policy: Policy,
    filter: Filter,
    /// The most bytes of lines that a request holds.
    pub(super) per_request: usize,
    pub(super) account: Arc<Account>,
    #[expect(dead_code, reason = "kept as long as it is installed")]
    in_force: InForce,
}

impl Installed {
    /// Checks settings and puts them in force.
    pub(crate) fn new(detail: &Detail) -> Result<Self, Error> {
        let filter = Filter::parse(&detail.filter)?;
        if filter.is_off() {
            return Err(Kind::Detail("its filter lets nothing through").into());
        }
        if detail.one_in == Some(0) {
            return Err(Kind::Detail("one request in 0 is none: leave `one_in` out").into());
        }
        within("per_request", detail.per_request, MOST_PER_REQUEST)?;
        within("total", detail.total, usize::MAX)?;
        within("output", detail.output, usize::MAX)?;
        let policy = Policy {
            slow_ns: detail.slow.map(clock::nanos),
            keep: detail.keep,
            one_in: detail.one_in,
            when_sampled: detail.when_sampled,
            marks_discarded: detail.marks_discarded,
        };
        let account = Arc::new(Account::new(detail.total, detail.output as u64));
        let in_force = InForce::new(&filter);
        Ok(Self { policy, filter, per_request: detail.per_request, account, in_force })
    }

    /// Returns the least severe level that is held of a target.
    pub(crate) fn threshold(&self, target: &str) -> Threshold {
        self.filter.threshold(target)
    }

    /// Returns whether a step or an event of this level keeps the detail of its
    /// request.
    pub(crate) fn is_kept_by(&self, level: Level) -> bool {
        level >= self.policy.keep
    }

    /// Returns what became of all lines so far.
    pub(crate) fn stats(&self) -> super::DetailStats {
        self.account.stats()
    }
}

fn within(name: &'static str, bytes: usize, most: usize) -> Result<(), Error> {
    if (1..=most).contains(&bytes) {
        Ok(())
    } else {
        Err(Kind::Limit { name, least: 1, most }.into())
    }
}
