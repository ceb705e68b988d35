//! What needs a process of its own: each test starts `child`, and looks at what
//! it wrote and how it ended.

mod ends;
mod faults;
mod late;
mod observed;
mod otel;
mod outside;
mod setup;
mod steps;
mod teardown;
