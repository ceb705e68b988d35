//! The floor: what nobody who writes JSON lines can do without, by hand.
//!
//! A clock is read, numbers are patched into a pre-rendered line, and the line
//! is handed over. Nothing is looked up. There is no filter, no limit, no
//! outcome and no count.

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

/// Returns random bits for ids, from a generator that was seeded once: what
/// fastrace and we use, too.
#[inline]
pub fn random() -> u64 {
    fastrand::u64(..)
}
