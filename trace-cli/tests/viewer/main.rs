//! The program `trace`, as a person uses it.

mod compared;
mod counts;
mod exported;
mod files;
mod followed;
mod hostile;
mod page;
mod readme;
mod shown;
mod stores;
mod support;
mod widths;
