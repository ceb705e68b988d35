//! What a program sets, before the variables of the environment.

mod general;
mod signal;

pub use self::{general::Builder, signal::Signal};
