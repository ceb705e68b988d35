//! The requests that have not ended: of the process, or of a capture.

use super::{listed::Facts, owner::Owner, trace::Trace};
use crate::{callsite::Callsite, clock::Moment};

/// A request that has not ended, or ends at this moment.
pub(crate) struct Open {
    pub(crate) owner: Owner,
    /// That of its handler, or else that of its edge.
    pub(crate) callsite: &'static Callsite,
    pub(crate) since: Moment,
}

impl Open {
    /// Takes a request from the list, unless it has ended.
    fn of((facts, owner): (Facts, Owner)) -> Option<Self> {
        let trace = owner.trace().filter(|trace| trace.is_open())?;
        let callsite = trace.handler().unwrap_or(facts.callsite);
        Some(Self { owner, callsite, since: facts.since })
    }

    pub(crate) fn trace(&self) -> Option<&Trace> {
        self.owner.trace()
    }
}

/// Returns the open requests whose lines go where those of `owner` go, the
/// oldest first.
pub(crate) fn beside(owner: &Owner) -> Vec<Open> {
    opened(owner.requests_beside(|facts| Some(*facts)))
}

/// Returns those that can be seen without waiting for another thread, the oldest
/// first.
pub(crate) fn seen_now(owner: &Owner) -> Vec<Owner> {
    let mut listed = owner.requests_seen_now();
    listed.sort_by_key(|(facts, _)| facts.since);
    listed.into_iter().map(|(_, owner)| owner).collect()
}

/// Returns the open requests of the process whose age has reached `every_ns`, or
/// has doubled since they were returned before; and when the next one is due, if
/// none is opened until then.
pub(crate) fn due(now: Moment, every_ns: u64) -> (Vec<Open>, Option<Moment>) {
    let mut next: Option<Moment> = None;
    let due = Owner::NONE.requests_beside(|facts| {
        let before = facts.reports;
        while facts.is_due(now, every_ns) {
            facts.reports += 1;
        }
        let at = facts.due_at(every_ns);
        next = Some(next.map_or(at, |next| next.min(at)));
        (facts.reports != before).then_some(*facts)
    });
    (opened(due), next)
}

fn opened(mut listed: Vec<(Facts, Owner)>) -> Vec<Open> {
    listed.sort_by_key(|(facts, _)| facts.since);
    listed.into_iter().filter_map(Open::of).collect()
}

impl Facts {
    fn is_due(&self, now: Moment, every_ns: u64) -> bool {
        self.reports < u8::MAX && self.due_at(every_ns) <= now
    }

    fn due_at(&self, every_ns: u64) -> Moment {
        let doublings = 1_u64.checked_shl(self.reports.into()).unwrap_or(u64::MAX);
        self.since.later_by(every_ns.saturating_mul(doublings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::__callsite as callsite;

    #[test]
    fn a_request_is_due_once_per_doubling_however_late_the_look_is() {
        let callsite = callsite! { request, target: "t", name: "r" }.0;
        let since = Moment::of_nanos(1_000);
        let mut facts = Facts { callsite, since, reports: 0 };
        let mut due = Vec::new();
        for now in (0..10_000).map(|now| since.later_by(now)) {
            if facts.is_due(now, 500) {
                facts.reports += 1;
                due.push(now.nanos_since(since));
            }
        }
        assert_eq!(due, [500, 1_000, 2_000, 4_000, 8_000]);
        facts.reports = 200; // more doublings than there is time
        assert!(!facts.is_due(Moment::of_nanos(u64::MAX - 1), 500));
    }
}
