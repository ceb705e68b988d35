//! The four main workloads: an event, a step of each kind, a request of six
//! lines.

use super::{Run, Workload};

const fn one(family: &'static str, calls: u32, lines: (u32, u32), run: Run) -> Workload {
    Workload { family, parameter: None, calls, lines, open: 0, run }
}

#[rustfmt::skip]
pub(super) const ALL: &[Workload] = &[
    one("event", 250, (1, 1), Run::Here(|who, _, count| who.events(count))),
    one("timed sync", 250, (1, 1), Run::Here(|who, _, count| who.sync_steps(count))),
    one("timed async", 250, (1, 1), Run::Here(|who, _, count| who.async_steps(count))),
    one("request", 25, (6, 0), Run::Here(|who, _, count| who.requests(count))),
];
