//! Decides at which level an end is reported, whether it was slow, and whether
//! it has a line at all. These are pure functions from facts to a verdict.

use super::EdgeFacts;
use crate::{
    callsite::{Cancelled, Facts},
    detail::Ending,
    level::Level,
    outcome::Outcome,
    record::Verdict,
};

/// The facts that a verdict needs.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    /// For a request of an edge, the outcome of the response, wherever it came
    /// from.
    pub(super) outcome: Outcome,
    /// Whether the handler was dropped before it answered.
    pub(super) is_cut_off: bool,
    pub(super) is_request: bool,
    pub(super) duration_ns: u64,
    pub(super) callsite: &'a Facts,
    /// The limit beyond which it is slow, if the callsite has none.
    pub(super) slow_request_ns: Option<u64>,
    pub(super) edge: Option<&'a EdgeFacts>,
}

/// Returns the verdict on a case.
#[expect(clippy::inline_always, reason = "a call would take as long as the rest")]
#[inline(always)]
pub(super) fn of(case: &Case<'_>) -> Verdict {
    let is_slow = case.is_slow();
    if case.outcome == Outcome::Ok && case.edge.is_none() && !is_slow {
        return Verdict { level: case.callsite.level, is_slow, is_wanted: true };
    }
    let level = case.level(is_slow);
    let is_wanted = level.is_some() && (is_slow || !case.is_quiet());
    Verdict { level: level.unwrap_or(case.callsite.level), is_slow, is_wanted }
}

/// Returns how a request ended, for what becomes of its detail. A client that
/// leaves during the response is no failure, nor is what its author calls usual.
pub(super) fn ending(case: &Case<'_>) -> Ending {
    Ending { has_failed: case.has_failed(), is_slow: case.is_slow(), took_ns: case.awaited_ns() }
}

impl Case<'_> {
    fn has_failed(&self) -> bool {
        match self.outcome {
            Outcome::Error | Outcome::Panicked => true,
            Outcome::Ok => self.is_cut_off,
            Outcome::Cancelled => {
                let is_usual = matches!(self.callsite.cancelled, Cancelled::Usual(_));
                self.is_cut_off || !(is_usual || self.has_answered())
            }
        }
    }

    #[inline]
    fn is_slow(&self) -> bool {
        let slow_ns = self.callsite.slow.or(self.slow_request_ns);
        slow_ns.is_some_and(|slow_ns| self.awaited_ns() > slow_ns)
    }

    /// Returns how long the caller has waited: for a stream, until its head
    /// arrived.
    #[inline]
    fn awaited_ns(&self) -> u64 {
        let stream = self.edge.map(|edge| &edge.response).filter(|response| response.is_stream);
        stream.and_then(|stream| stream.ttfb_ns).unwrap_or(self.duration_ns)
    }

    /// Returns the level, or `None` if the user wants no line. A failure that
    /// passes through five steps gives one ERROR, not six.
    fn level(&self, is_slow: bool) -> Option<Level> {
        let went_well = self.level_if_ok(is_slow);
        Some(match self.outcome_for_level() {
            Outcome::Panicked => Level::Error,
            Outcome::Error if self.is_request => self.level_of_failure(went_well),
            Outcome::Error => went_well.max(Level::Warn),
            Outcome::Ok if !self.is_cut_off => went_well,
            Outcome::Ok | Outcome::Cancelled => return self.level_if_cancelled(went_well),
        })
    }

    fn level_if_ok(&self, is_slow: bool) -> Level {
        let level = self.level_set().unwrap_or(self.callsite.level);
        if is_slow { level.max(Level::Warn) } else { level }
    }

    /// If the handler of a request was cut off, the status of the response
    /// counts.
    fn outcome_for_level(&self) -> Outcome {
        if self.is_cut_off && self.status() >= Some(500) {
            self.outcome.or_error()
        } else {
            self.outcome
        }
    }

    fn level_of_failure(&self, went_well: Level) -> Level {
        let level = self.level_set().map_or(Level::Error, |_| went_well);
        if self.is_cut_off { level.max(Level::Warn) } else { level }
    }

    /// A client that leaves during the response makes no mistake.
    fn level_if_cancelled(&self, went_well: Level) -> Option<Level> {
        match self.callsite.cancelled {
            Cancelled::Usual(level) => level,
            Cancelled::Unusual if self.has_answered() && !self.is_cut_off => Some(went_well),
            Cancelled::Unusual => Some(went_well.max(Level::Warn)),
        }
    }

    /// Returns whether the edge wants no line because the request succeeded.
    fn is_quiet(&self) -> bool {
        let went_well = match self.outcome {
            Outcome::Ok => true,
            Outcome::Cancelled => self.has_answered(),
            Outcome::Error | Outcome::Panicked => false,
        };
        self.edge.is_some_and(|edge| edge.is_quiet) && !self.is_cut_off && went_well
    }

    fn level_set(&self) -> Option<Level> {
        self.edge.and_then(|edge| edge.level)
    }

    fn status(&self) -> Option<u16> {
        self.edge.and_then(|edge| edge.response.status)
    }

    /// Returns whether the edge has the head of the response.
    fn has_answered(&self) -> bool {
        self.status().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{__callsite as callsite, record::Response};

    const LINE: bool = true;
    const NONE: bool = false;

    /// A step of a `#[timed]` function that took 10 ns.
    fn step(outcome: Outcome) -> Case<'static> {
        let callsite = callsite! { step, target: "t", name: "n" }.0;
        let (is_cut_off, is_request) = (false, false);
        Case {
            outcome,
            is_cut_off,
            is_request,
            duration_ns: 10,
            callsite: &callsite.facts,
            slow_request_ns: None,
            edge: None,
        }
    }

    fn request(outcome: Outcome) -> Case<'static> {
        Case { is_request: true, ..step(outcome) }
    }

    fn edge(status: Option<u16>) -> EdgeFacts {
        let response = Response { status, ttfb_ns: status.map(|_| 3), ..Response::default() };
        EdgeFacts { response, ..EdgeFacts::default() }
    }

    fn facts(change: impl FnOnce(&mut Facts)) -> Facts {
        let mut facts = *step(Outcome::Ok).callsite;
        change(&mut facts);
        facts
    }

    /// The parts of a verdict: level, slow, whether there is a line.
    fn said(case: &Case<'_>) -> (Level, bool, bool) {
        let Verdict { level, is_slow, is_wanted } = of(case);
        (level, is_slow, is_wanted)
    }

    #[test]
    fn the_level_follows_from_the_outcome_and_only_a_request_is_an_error() {
        for (outcome, of_step, of_request) in [
            (Outcome::Ok, Level::Info, Level::Info),
            (Outcome::Error, Level::Warn, Level::Error),
            (Outcome::Cancelled, Level::Warn, Level::Warn),
            (Outcome::Panicked, Level::Error, Level::Error),
        ] {
            assert_eq!(said(&step(outcome)), (of_step, false, LINE), "{outcome}");
            assert_eq!(said(&request(outcome)), (of_request, false, LINE), "{outcome}");
        }
    }

    #[test]
    fn a_failure_is_a_warning_at_least_whatever_level_the_step_has() {
        for (level, failed) in [(Level::Debug, Level::Warn), (Level::Error, Level::Error)] {
            let callsite = facts(|facts| facts.level = level);
            let case = |outcome| Case { callsite: &callsite, ..step(outcome) };
            assert_eq!(said(&case(Outcome::Ok)), (level, false, LINE));
            assert_eq!(said(&case(Outcome::Error)), (failed, false, LINE));
        }
    }

    #[test]
    fn slow_is_longer_than_its_own_limit_or_else_than_that_of_all_requests() {
        for (own, of_requests, is_slow) in [
            (None, None, false),
            (Some(9), None, true),
            (Some(10), None, false),
            (None, Some(9), true),
            (Some(10), Some(9), false),
        ] {
            let callsite = facts(|facts| facts.slow = own);
            let case =
                Case { callsite: &callsite, slow_request_ns: of_requests, ..request(Outcome::Ok) };
            let level = if is_slow { Level::Warn } else { Level::Info };
            assert_eq!(said(&case), (level, is_slow, LINE), "{own:?}, {of_requests:?}");
        }
    }

    #[test]
    fn a_stream_is_slow_by_its_head() {
        for (is_stream, is_slow) in [(false, true), (true, false)] {
            let mut edge = edge(Some(200));
            edge.response.is_stream = is_stream;
            let case = Case { slow_request_ns: Some(5), edge: Some(&edge), ..request(Outcome::Ok) };
            assert_eq!(of(&case).is_slow, is_slow);
        }
    }

    #[test]
    fn what_was_dropped_is_reported_as_its_author_wants() {
        for (cancelled, expected) in [
            (Cancelled::Unusual, (Level::Warn, false, LINE)),
            (Cancelled::Usual(Some(Level::Debug)), (Level::Debug, false, LINE)),
            (Cancelled::Usual(None), (Level::Info, false, NONE)),
        ] {
            let callsite = facts(|facts| facts.cancelled = cancelled);
            let case = Case { callsite: &callsite, ..step(Outcome::Cancelled) };
            assert_eq!(said(&case), expected, "{cancelled:?}");
        }
    }

    #[test]
    fn a_client_that_leaves_is_a_warning_until_the_head_of_the_response_is_there() {
        for (status, level) in [(None, Level::Warn), (Some(200), Level::Info)] {
            let edge = edge(status);
            let case = Case { edge: Some(&edge), ..request(Outcome::Cancelled) };
            assert_eq!(of(&case).level, level, "{status:?}");
        }
    }

    #[test]
    fn a_handler_that_was_cut_off_never_went_well() {
        for (outcome, status, level) in [
            (Outcome::Ok, 408, Level::Warn),
            (Outcome::Ok, 503, Level::Error),
            (Outcome::Error, 503, Level::Error),
            (Outcome::Cancelled, 200, Level::Warn),
        ] {
            let mut edge = edge(Some(status));
            edge.is_quiet = true;
            let case = Case { is_cut_off: true, edge: Some(&edge), ..request(outcome) };
            assert_eq!(said(&case), (level, false, LINE), "{outcome}, {status}");
        }
    }

    #[test]
    fn the_level_that_an_edge_sets_holds_also_for_failures_but_not_for_panics() {
        let mut edge = edge(Some(500));
        edge.level = Some(Level::Debug);
        for (outcome, slow_request_ns, level) in [
            (Outcome::Ok, None, Level::Debug),
            (Outcome::Error, None, Level::Debug),
            (Outcome::Error, Some(1), Level::Warn),
            (Outcome::Panicked, None, Level::Error),
        ] {
            let case = Case { slow_request_ns, edge: Some(&edge), ..request(outcome) };
            assert_eq!(of(&case).level, level, "{outcome}");
        }
    }

    #[test]
    fn detail_is_kept_of_what_failed_but_not_of_what_a_client_left_or_is_usual() {
        let usual = facts(|facts| facts.cancelled = Cancelled::Usual(Some(Level::Debug)));
        let unusual = facts(|_| {});
        for (outcome, status, callsite, is_cut_off, has_failed) in [
            (Outcome::Ok, Some(200), &unusual, false, false),
            (Outcome::Ok, Some(404), &unusual, false, false),
            (Outcome::Ok, Some(408), &unusual, true, true),
            (Outcome::Error, Some(500), &unusual, false, true),
            (Outcome::Panicked, None, &usual, false, true),
            (Outcome::Cancelled, None, &unusual, false, true),
            (Outcome::Cancelled, Some(200), &unusual, false, false),
            (Outcome::Cancelled, Some(200), &unusual, true, true),
            (Outcome::Cancelled, None, &usual, false, false),
        ] {
            let edge = edge(status);
            let case = Case { is_cut_off, callsite, edge: Some(&edge), ..request(outcome) };
            let ending = ending(&case);
            assert_eq!(ending.has_failed, has_failed, "{outcome} {status:?} {is_cut_off}");
            assert_eq!((ending.took_ns, ending.is_slow), (10, false));
        }
    }

    #[test]
    fn a_quiet_request_has_a_line_only_if_it_failed_or_was_slow() {
        for (outcome, status, slow_request_ns, is_wanted) in [
            (Outcome::Ok, Some(200), None, NONE),
            (Outcome::Ok, Some(200), Some(1), LINE),
            (Outcome::Cancelled, Some(200), None, NONE),
            (Outcome::Cancelled, None, None, LINE),
            (Outcome::Error, Some(500), None, LINE),
            (Outcome::Panicked, None, None, LINE),
        ] {
            let mut edge = edge(status);
            edge.is_quiet = true;
            let case = Case { slow_request_ns, edge: Some(&edge), ..request(outcome) };
            assert_eq!(of(&case).is_wanted, is_wanted, "{outcome}, {status:?}");
        }
    }
}
