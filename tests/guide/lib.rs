//! The pages of the documentation. Their Rust is compiled and run as doctests,
//! with all crates of the workspace and the frameworks that they name.
//!
//! `build.rs` finds the pages; a failure names the page and the line.

#[cfg(doctest)]
include!(concat!(env!("OUT_DIR"), "/pages.rs"));
