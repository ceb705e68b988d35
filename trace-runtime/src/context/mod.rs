//! The context: the trace that lines belong to, and its current span.
//!
//! A context is a value (`handle`), and `store` keeps the current one. `scope`
//! opens and closes requests and steps.

mod asked;
mod current;
mod ending;
mod entered;
mod entries;
mod frame;
mod future;
mod handle;
pub(crate) mod here;
mod ids;
mod listed;
pub(crate) mod open;
mod open_steps;
mod owner;
mod place;
mod slot;
mod spawn;
pub(crate) mod steps;
pub(crate) mod store;
mod token;
pub(crate) mod totals;
mod trace;
mod wanted;

pub(crate) use self::{
    asked::Asked,
    frame::{Frame, Inside},
    future::resumed_after_completion,
    here::{Copied, Here},
    ids::Ids,
    open_steps::OpenAt,
    owner::{Captured, Owner},
    place::Place,
    slot::Lent,
    token::Token,
    trace::{Answer, Handler, Offered, OpenedBy, Part, Story, Trace},
};
pub use self::{
    current::trace_id,
    future::{InCurrentTrace, Scoped},
    handle::Context,
    spawn::{spawn, spawn_blocking},
    wanted::force_detail,
};
