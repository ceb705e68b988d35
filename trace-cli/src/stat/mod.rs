//! Many durations as a few numbers.

mod compare;
mod groups;
mod histogram;

pub(crate) use self::{
    compare::{Verdict, compare, has_other_errors},
    groups::{Entry, Groups},
};

#[cfg(test)]
mod tests;
