//! Looking at lines in a test: a scope whose lines go to memory.

mod assert;
mod capture;
mod tree;

pub use self::{assert::AssertRequest, capture::Capture};
