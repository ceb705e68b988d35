//! Goes through a log: blocks of whole lines, and what each line holds.

mod blocks;
mod find;
mod glance;
mod lines;
mod records;
mod share;
mod tally;

pub(crate) use self::{
    blocks::{Block, Blocks},
    find::{Match, Query, has_unusual_ids},
    lines::{Depths, Lines, Seen},
    share::{Part, in_parts, line_begin},
    tally::Tally,
};

#[cfg(test)]
mod tests;
