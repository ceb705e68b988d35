//! Chooses requests by their lines.

use std::str::FromStr;

use super::condition::Condition;
use crate::line::{Depth, Line, Role};

/// A status, or all of a hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    One(i64),
    Hundred(i64),
}

impl FromStr for Status {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "expected a status such as 503 or 5xx".to_owned();
        match text.to_ascii_lowercase().strip_suffix("xx") {
            Some(hundred) => Ok(Self::Hundred(hundred.parse().map_err(|_| expected())?)),
            None => Ok(Self::One(text.parse().map_err(|_| expected())?)),
        }
    }
}

/// What a request has to be. `failed` and `slow_ns` are two ways to be chosen,
/// all others must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) failed: bool,
    pub(crate) slow_ns: Option<i64>,
    pub(crate) route: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) status: Option<Status>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
}

impl Filter {
    /// Returns whether a request is chosen.
    #[inline]
    pub(crate) fn takes(&self, line: &Line<'_>) -> bool {
        self.takes_begin(line) && self.takes_rest(line)
    }

    /// Returns whether a request is not left out by what its line says up to
    /// the duration.
    #[inline]
    pub(crate) fn takes_begin(&self, line: &Line<'_>) -> bool {
        self.takes_end(line)
            && is(self.name.as_ref(), line, Role::Name)
            && self.takes_outcome(line)
            && self.takes_time(line)
    }

    /// Returns how far a line is read to know if a request is chosen.
    pub(crate) fn depth(&self) -> Depth {
        let Self { service, route, status, conditions, .. } = self;
        let is_rest = service.is_some() || route.is_some() || status.is_some();
        if is_rest || !conditions.is_empty() { Depth::Whole } else { Depth::Duration }
    }

    /// Returns the same for steps, which are chosen by `takes_step`.
    pub(crate) fn depth_of_steps(&self) -> Depth {
        if self.service.is_some() { Depth::Whole } else { Depth::Ids }
    }

    /// Returns whether requests are left out by the begin of their lines.
    pub(crate) fn asks_for_begin(&self) -> bool {
        let Self { failed, slow_ns, name, outcome, since, until, .. } = self;
        let is_text = name.is_some() || outcome.is_some();
        *failed || slow_ns.is_some() || is_text || since.is_some() || until.is_some()
    }

    /// Returns whether no request is left out.
    pub(crate) fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether it asks for nothing that a step's own line does not
    /// say.
    pub(crate) fn is_for_steps(&self) -> bool {
        let Self { since, until, service, .. } = self;
        let same =
            Self { since: *since, until: *until, service: service.clone(), ..Self::default() };
        *self == same
    }

    /// Returns whether a step is chosen by what its own line says.
    #[inline]
    pub(crate) fn takes_step(&self, line: &Line<'_>) -> bool {
        is(self.service.as_ref(), line, Role::Service) && self.takes_time(line)
    }

    fn takes_end(&self, line: &Line<'_>) -> bool {
        if !self.failed && self.slow_ns.is_none() {
            return true;
        }
        let is_slow = |least| line.duration_ns().is_some_and(|took| took >= least);
        self.failed && line.outcome().is_failed() || self.slow_ns.is_some_and(is_slow)
    }

    fn takes_rest(&self, line: &Line<'_>) -> bool {
        is(self.service.as_ref(), line, Role::Service)
            && self.takes_route(line)
            && self.takes_status(line)
            && self.conditions.iter().all(|condition| condition.holds(line))
    }

    fn takes_outcome(&self, line: &Line<'_>) -> bool {
        let Some(want) = &self.outcome else { return true };
        line.outcome().word() == want || line.string(Role::Outcome).is_some_and(|it| it == **want)
    }

    /// A route may be given with its method, as it is shown.
    fn takes_route(&self, line: &Line<'_>) -> bool {
        let Some(want) = &self.route else { return true };
        let Some(route) = line.string(Role::Route).or_else(|| line.string(Role::Path)) else {
            return false;
        };
        let method = line.string(Role::Method).unwrap_or_default();
        route == **want || want.split_once(' ') == Some((&method, &route))
    }

    fn takes_status(&self, line: &Line<'_>) -> bool {
        let Some(want) = self.status else { return true };
        line.status().is_some_and(|status| match want {
            Status::One(one) => status == one,
            Status::Hundred(hundred) => status / 100 == hundred,
        })
    }

    /// Returns whether a line was written within the time that is asked for.
    #[inline]
    pub(crate) fn takes_time(&self, line: &Line<'_>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let Some(at) = line.time_ns() else { return false };
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until)
    }
}

/// Returns whether the value of a role is what is wanted, if anything is.
#[inline]
fn is(want: Option<&String>, line: &Line<'_>, role: Role) -> bool {
    want.is_none_or(|want| line.string(role).is_some_and(|it| it == **want))
}
