//! From finished lines to the sink.
//!
//! All is bytes here: what a line says is not looked at. Each line is written
//! at once, by the thread that made it, under the sink's own lock, which is
//! held for that one line and never while a user's code formats something.

mod direct;
mod stats;

pub(crate) use self::direct::Direct;
pub use self::stats::Stats;
