//! Which requests an answer is about.

mod condition;
mod moment;
mod requests;

pub(crate) use self::{
    condition::{Compare, Condition},
    moment::{Moment, duration_ns},
    requests::{Filter, Status},
};

#[cfg(test)]
mod tests;
