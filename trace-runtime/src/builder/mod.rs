//! Sets up the process's output, and changes its filter later.

mod build;
mod fields;
mod process;

pub use self::{
    build::{Builder, builder},
    process::{flush, init, set_filter, stats},
};
