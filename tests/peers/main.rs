//! What others make of our exports: a collector, a receiver and an SDK that are
//! not ours, and a reader of logs. `tests/peers/install.sh` installs them, except
//! lnav; without them, the tests say so and are skipped.

mod collector;
mod logfmt;
mod peer;
mod two_services;
