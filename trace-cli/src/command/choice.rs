//! What was chosen on the command line, as a filter.

use crate::{
    args::Choice,
    error::Error,
    filter::{Filter, Moment},
    source::{Set, Window},
    view::moment_in,
    zone::Zone,
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
    /// back. Times that were typed without a zone are of this one.
    ///
    /// # Errors
    ///
    /// If that line cannot be found.
    pub(super) fn filter(
        &self,
        set: &mut Set,
        zone: Zone,
    ) -> Result<(Filter, Option<String>), Error> {
        let is_relative = [self.since, self.until].into_iter().flatten().any(Moment::is_relative);
        let newest = if is_relative { Some(newest(set)?) } else { None };
        let at = |moment: Option<Moment>| {
            moment.map(|moment| moment.resolve(newest.unwrap_or_default(), zone))
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
        Ok((filter, newest.map(|at| format!("the newest line is of {}", moment_in(at, zone)))))
    }
}

impl Choice {
    /// Returns the same with the zone of times that were typed without one.
    ///
    /// # Errors
    ///
    /// If a time of day is meant whose day a server would have to know.
    pub(super) fn with_zone(&self, zone: Zone) -> Result<Self, Error> {
        let of = |moment: Option<Moment>| match moment {
            Some(Moment::Civil(shown)) => Ok(Some(Moment::At(zone.unshown(shown)))),
            Some(Moment::OfDay(_)) if zone == Zone::Local => {
                Err(Error::wrong("with --local, a server is to be asked with the date, too"))
            }
            other => Ok(other),
        };
        Ok(Self { since: of(self.since)?, until: of(self.until)?, ..self.clone() })
    }
}

fn newest(set: &mut Set) -> Result<i64, Error> {
    let spooled = set.spool();
    spooled.map_err(|error| Error::wrong(format!("cannot keep standard input: {error}")))?;
    set.newest().ok_or_else(|| Error::wrong("no line has a time to count back from"))
}
