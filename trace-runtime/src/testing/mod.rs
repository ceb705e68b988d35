//! Looking at lines in a test: a scope whose lines go to memory.

mod capture;
mod tree;

pub use self::capture::Capture;
