//! A line of a log, taken apart. Nothing here knows of traces.

mod any;
mod id;
mod keys;
mod number;
mod object;
mod order;
mod pieces;
mod presets;
mod producer;
mod swar;
mod text;
mod time;
mod values;
mod walk;

pub(crate) use self::{
    any::{Member, elements, members},
    id::{canonical, hash, is_hex, mix, trace_key},
    keys::{
        DROPPED, DURATION, Dropped, ENTRY_END, Head, KIND, OBJECT_BEGIN, Role, SPAN_ID, TARGET,
        TRACE_ID, dropped, head, listed, native,
    },
    number::{integer, millis_as_ns, plain},
    object::{Kind, Line},
    order::{Depth, read, read_short, read_to},
    pieces::{Piece, pieces},
    presets::{Keys, is_quiet, users_key, users_name},
    producer::Producer,
    text::{bare, decode, is_absent},
    time::{civil, days, time_ns},
    values::{Level, Outcome, listed_ns},
};

#[cfg(test)]
mod tests;
