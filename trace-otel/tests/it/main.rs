//! What a receiver gets, decoded by OpenTelemetry's own types.

mod support;

mod delivery;
mod faults;
mod ids;
mod records;
mod resources;
mod spans;
mod values;
