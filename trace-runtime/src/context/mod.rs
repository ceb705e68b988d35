//! What is carried along: the trace that lines belong to, and the current
//! span of it.
//!
//! A context is a value (`handle`). `store` keeps the current one; opening and
//! closing requests and steps is `scope`'s business.

mod captured;
mod current;
mod entries;
mod frame;
mod future;
mod handle;
mod ids;
mod owner;
mod spawn;
pub(crate) mod store;
mod token;
pub(crate) mod totals;
mod trace;

pub(crate) use self::{
    captured::{Captured, Unended},
    frame::{Frame, Inside},
    future::resumed_after_completion,
    ids::Ids,
    owner::Owner,
    token::Token,
    trace::{Answer, Handler, OpenedBy, Part, Story, Trace},
};
pub use self::{
    current::trace_id,
    future::{InCurrentTrace, Scoped},
    handle::Context,
    spawn::{spawn, spawn_blocking},
};
