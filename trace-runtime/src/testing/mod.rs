//! For tests: captures lines in memory, and makes assertions about them.

mod assert;
mod capture;
mod tree;

pub use self::{assert::AssertRequest, capture::Capture};
