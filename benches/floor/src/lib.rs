//! The floor: the least work that writing JSON lines needs, coded by hand.
//!
//! A clock is read, numbers are written into a prepared line, and the line is
//! handed over. Nothing is looked up. There is no filter, no limit, no outcome
//! and no count.

mod clock;
mod line;
mod output;

pub use self::{
    clock::{Clock, Std, Tsc, Wall},
    line::{
        Ids, Pen, Span, Template, date_and_time, hex, push_millis, push_number, push_text, put,
    },
    output::Output,
};

/// Returns random bits for ids, from a generator that is seeded once, as in
/// fastrace and in this project.
#[inline]
pub fn random() -> u64 {
    fastrand::u64(..)
}
