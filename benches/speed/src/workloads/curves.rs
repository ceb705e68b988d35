//! Shows how the cost grows with nesting, with fields and with the message's
//! length.

use super::{Run, Workload};
use crate::contestants::Contestant;

const fn nested(depth: u32) -> Workload {
    let run = Run::Here(|who, depth, count| who.nested(depth, count));
    Workload {
        family: "nested",
        parameter: Some(depth),
        calls: 200 / depth,
        lines: (depth, 1),
        open: 0,
        run,
    }
}

const fn event(family: &'static str, parameter: u32, run: Run) -> Workload {
    Workload { family, parameter: Some(parameter), calls: 250, lines: (1, 1), open: 0, run }
}

const fn fields(count: u32) -> Workload {
    event("fields", count, Run::Here(|who, fields, count| who.fields(fields, count)))
}

const fn message(bytes: u32) -> Workload {
    event("message", bytes, Run::Here(messages))
}

fn messages(who: &dyn Contestant, bytes: u32, count: u32) {
    let text = "the quick brown fox ".repeat(bytes as usize / 20 + 1);
    who.messages(&text[..bytes as usize], count);
}

#[rustfmt::skip]
pub(super) const ALL: &[Workload] = &[
    nested(1), nested(2), nested(4), nested(8), nested(16),
    fields(0), fields(1), fields(4), fields(8), fields(16),
    message(10), message(100), message(1_024), message(4_096),
];
