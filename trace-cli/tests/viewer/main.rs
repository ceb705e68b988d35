//! The program `trace`, as a person uses it.

mod counts;
mod files;
mod hostile;
mod shown;
mod support;
mod widths;
