//! Events and steps below the filter, outside any request.

use super::{Run, Workload};

const fn one(family: &'static str, run: Run) -> Workload {
    Workload { family, parameter: None, calls: 10_000, lines: (0, 0), open: 0, run }
}

pub(super) const ALL: &[Workload] = &[
    one("filtered event", Run::Here(|who, _, count| who.filtered_events(count))),
    one("filtered step", Run::Here(|who, _, count| who.filtered_steps(count))),
];
