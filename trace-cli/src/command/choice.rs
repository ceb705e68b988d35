//! What was chosen on the command line, as a filter.

use crate::{
    args::Choice,
    error::Error,
    filter::{Filter, Moment},
    source::{Set, Window},
    view::moment,
};

impl Choice {
    /// Returns whether anything was chosen.
    pub(super) fn is_any(&self) -> bool {
        let texts = [&self.route, &self.name, &self.service, &self.outcome];
        self.failed
            || self.slow.is_some()
            || self.status.is_some()
            || self.last.is_some()
            || self.since.is_some()
            || self.until.is_some()
            || !self.conditions.is_empty()
            || texts.iter().any(|text| text.is_some())
    }

    /// Returns the filter, and a sentence about the line from which it counts
    /// back.
    ///
    /// # Errors
    ///
    /// If that line cannot be found.
    pub(super) fn filter(&self, set: &mut Set) -> Result<(Filter, Option<String>), Error> {
        let is_relative = [self.since, self.until].into_iter().flatten().any(Moment::is_relative);
        let newest = if is_relative { Some(newest(set)?) } else { None };
        let at = |moment: Option<Moment>| {
            moment.map(|moment| moment.resolve(newest.unwrap_or_default()))
        };
        set.window = Window { since: at(self.since), until: at(self.until) };
        let filter = Filter {
            failed: self.failed,
            slow_ns: self.slow,
            route: self.route.clone(),
            name: self.name.clone(),
            service: self.service.clone(),
            outcome: self.outcome.clone(),
            status: self.status,
            conditions: self.conditions.clone(),
            since: at(self.since),
            until: at(self.until),
        };
        Ok((filter, newest.map(|at| format!("the newest line is of {} UTC", moment(at)))))
    }
}

fn newest(set: &mut Set) -> Result<i64, Error> {
    let spooled = set.spool();
    spooled.map_err(|error| Error::wrong(format!("cannot keep standard input: {error}")))?;
    set.newest().ok_or_else(|| Error::wrong("no line has a time to count back from"))
}
