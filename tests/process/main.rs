//! What needs a process of its own: each test starts `child`, and looks at what
//! it wrote and how it ended.

#[cfg(unix)]
mod console;
mod detail;
mod ends;
mod faults;
mod formats;
#[cfg(unix)]
mod in_flight;
mod late;
mod observed;
mod otel;
mod outside;
mod setup;
mod steps;
mod teardown;
