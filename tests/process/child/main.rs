//! The process that the suites in `process/` and `faults/` start: one scenario
//! each time, named by the first argument. Two variables of the environment
//! say how: `MODE` which mode of writing, `LEDGER` where to keep count.

mod background;
mod closing;
mod console;
mod detail;
mod ends;
mod faults;
mod formats;
mod harms;
#[cfg(unix)]
mod in_flight;
mod late;
mod ledger;
mod observed;
mod otel;
mod otel_serve;
mod outside;
mod picture;
mod setup;
mod steps;
mod stories;
mod teardown;

use std::{env, num::NonZeroUsize};

use trace_runtime::{
    Builder,
    writer::{Background, Direct, Overflow},
};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let Some((scenario, rest)) = arguments.split_first() else {
        panic!("which scenario?");
    };
    ledger::open();
    let known = [
        setup::run,
        ends::run,
        faults::run,
        formats::run,
        steps::run,
        stories::run,
        teardown::run,
        background::run,
        closing::run,
        detail::run,
        console::run,
        harms::run,
        observed::run,
        otel::run,
        outside::run,
        late::run,
        #[cfg(unix)]
        in_flight::run,
    ]
    .into_iter()
    .any(|run| run(scenario, rest));
    assert!(known, "there is no scenario `{scenario}`");
}

const LANES: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// Returns a builder for the mode that is wanted.
fn builder() -> Builder {
    let builder = trace_runtime::builder();
    match env::var("MODE").as_deref() {
        Ok("background") => builder.writer(Background::new()),
        // As on a machine of more processors.
        Ok("groups") => builder.writer(Direct::new().grouped()),
        Ok("lanes") => builder.writer(Background::new().with_lanes(LANES)),
        Ok("block") => builder.writer(Background::new().overflow(Overflow::Block)),
        _ => builder,
    }
}

fn init() -> Result<(), trace_runtime::Error> {
    builder().init()
}
