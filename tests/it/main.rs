//! The suites that share a process: each captures its own lines, and none
//! sets anything up for the process.

mod cancellation;
mod events;
mod fuzz;
mod hostile;
mod ids;
mod isolation;
mod line;
mod outcomes;
mod panics;
mod roundtrip;
mod scopes;
