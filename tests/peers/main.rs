//! What others make of our exports and of our lines: a collector, a receiver, an
//! SDK, libraries and a reader of logs that are not ours. `tests/peers/install.sh`
//! installs them, except lnav; without them, the tests say so and are skipped.

mod collector;
mod formats;
mod logfmt;
mod peer;
mod two_services;
