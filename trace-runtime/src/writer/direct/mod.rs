//! Direct mode: a line is written before the call that logs it returns.
//!
//! What was logged is with the operating system when the call returns, so
//! nothing is lost however the process ends. A caller waits for a slow sink.
//! Lines that several threads log at once are written together, where the sink
//! allows for that and more than two threads can run at once.

mod group;
#[cfg(test)]
mod models;

use std::{cell::Cell, sync::Arc, time::Duration};

use self::group::Group;
use super::{
    batch::Batch,
    exit::CLOSE,
    in_time::in_time,
    inside::{Inside, is_inside},
    mode::{Direct, processors},
    outlet::Outlet,
    stats::Cause,
};

/// Writes lines to a sink as they come.
pub(crate) struct DirectWriter {
    outlet: Outlet,
    /// None, if each thread writes its own lines.
    group: Option<Group>,
}

impl DirectWriter {
    pub(super) fn new(outlet: Outlet, settings: Direct) -> Self {
        let is_grouped = outlet.most_together() > 0 && settings.is_grouped();
        let group = is_grouped.then(|| Group::new(processors()));
        Self { outlet, group }
    }

    /// Writes whole lines, each once.
    #[inline]
    pub(super) fn write(&self, batch: &Batch<'_>) {
        match &self.group {
            None => self.outlet.write(batch),
            Some(group) => self.write_in(group, batch),
        }
    }

    fn write_in(&self, group: &Group, batch: &Batch<'_>) {
        let Some(inside) = Inside::enter() else {
            return self.outlet.counters.dropped(&batch.gap(Cause::Nested));
        };
        let may_report = Cell::new(false);
        group.write(*batch, |batch| {
            may_report.set(self.outlet.commit_several(&inside, batch));
        });
        drop(inside);
        if may_report.get() {
            self.outlet.report();
        }
    }

    /// Returns where the lines go.
    pub(super) fn outlet(&self) -> &Outlet {
        &self.outlet
    }

    /// Reports what no later line will, for the process is about to end.
    pub(super) fn close(self: &Arc<Self>) {
        if self.outlet.counters.is_unreported() && !is_inside() {
            self.report_in_time();
        }
        self.outlet.complain_of_unreported(0);
    }

    /// Another thread writes: this one waits for the sink no longer than the
    /// end of the process may take.
    fn report_in_time(self: &Arc<Self>) {
        let direct = Arc::clone(self);
        let _ = in_time(CLOSE, move || direct.outlet.report_gaps());
    }

    /// Writes a line about lines in the same way. Returns whether it was written.
    pub(super) fn write_in_time(self: &Arc<Self>, line: Vec<u8>, limit: Duration) -> bool {
        let direct = Arc::clone(self);
        let written = in_time(limit, move || direct.outlet.write_uncounted(&line).is_ok());
        written.unwrap_or(false)
    }
}
