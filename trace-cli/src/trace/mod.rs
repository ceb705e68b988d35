//! Whole traces: what belongs together, and which step is below which.
//!
//! Nothing here knows of keys. Times are nanoseconds since 1970-01-01 UTC,
//! durations nanoseconds.

mod assemble;
mod clocks;
mod names;
mod order;
mod parents;
mod span;
mod times;
mod tree;

pub(crate) use self::{
    assemble::{Assembler, Take},
    clocks::{Skew, align, skews},
    names::{Fast, Name, Names},
    order::{Row, What, rows},
    span::{Event, Keep, Note, Span, Text, Trace},
    times::{Own, own_in_order, own_parts, self_times, union},
    tree::Tree,
};

#[cfg(test)]
mod tests;
