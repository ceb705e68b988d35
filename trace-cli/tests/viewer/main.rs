//! The program `trace`, as a person uses it.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by a panic"
)]
#![expect(clippy::print_stdout, reason = "tests say what was skipped")]

mod browser;
mod compared;
mod counts;
mod exported;
mod files;
mod followed;
mod guide;
mod hostile;
mod otlp;
mod page;
mod presets;
mod readme;
mod shown;
mod stores;
mod support;
mod terminal;
mod widths;
mod zones;
