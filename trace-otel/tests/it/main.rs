//! What a receiver gets, decoded by OpenTelemetry's own types.

#![expect(clippy::unwrap_used, reason = "the way a test says that it failed")]

mod support;

mod delivery;
mod detail;
mod faults;
mod ids;
mod records;
mod resources;
#[cfg(feature = "metrics")]
mod series;
mod spans;
mod values;
