//! The program `trace`, as a person uses it.

mod compared;
mod counts;
mod exported;
mod files;
mod followed;
mod hostile;
mod shown;
mod support;
mod widths;
