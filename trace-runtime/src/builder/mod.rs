//! Setting up: `init`, `builder`, and changing the filter later.

mod build;
mod fields;
mod process;

pub use self::{
    build::{Builder, builder},
    process::{flush, init, set_filter, stats},
};
