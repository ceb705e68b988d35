//! The suites that share a process: each captures its own lines, and none
//! sets anything up for the process.

mod aggregation;
mod assertions;
mod awaited;
mod calls;
mod cancellation;
mod carried;
mod causes;
mod console;
mod counts;
mod detail;
mod errors;
mod events;
mod fuzz;
mod hostile;
mod ids;
mod in_flight;
mod isolation;
mod jobs;
mod keys;
mod late_fields;
mod limits;
mod line;
mod naughty;
mod observe;
mod outcomes;
mod panics;
mod quiet_steps;
mod reasons;
mod returned;
mod roundtrip;
mod scopes;
mod slow;
mod step_macro;
mod steps;
