//! What others make of our exports: a collector, a receiver and an SDK that are
//! not ours. `tests/peers/install.sh` installs them; without them, the tests say
//! so and are skipped.

mod collector;
mod peer;
mod two_services;
