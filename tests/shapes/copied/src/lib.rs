//! Macros that copy a function's attributes to what they write around it: each
//! call is one step all the same. Which order works is in the documentation of
//! `#[timed]`.
#![cfg(test)]

mod mocked;
mod napi;
mod rstest;
