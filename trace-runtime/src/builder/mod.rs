//! Sets up the process's output, and changes its filter later.

mod apply;
mod build;
mod destination;
mod fields;
mod process;

pub use self::{
    build::{Builder, builder},
    process::{flush, init, set_filter, stats},
};
