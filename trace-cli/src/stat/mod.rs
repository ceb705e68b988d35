//! Many durations as a few numbers.

mod groups;
mod histogram;

pub(crate) use self::{
    groups::{Entry, Groups},
    histogram::Histogram,
};

#[cfg(test)]
mod tests;
