//! What a program sets, before the variables of the environment.

mod endpoint;
mod general;
mod signal;

pub use self::{endpoint::Endpoint, general::Builder, signal::Signal};
