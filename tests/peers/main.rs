//! What others make of our exports and of our lines: a collector, a receiver, an
//! SDK and libraries that are not ours. `tests/peers/install.sh` installs them; without them, the tests say
//! so and are skipped.

mod collector;
mod formats;
mod peer;
mod two_services;
