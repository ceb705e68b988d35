//! Detail on demand: lines below the filter are held with their request, and
//! written only if it fails, is slow or was asked for.
//!
//! `settings` is what a service sets, `policy` decides at the end of a request,
//! `lines` is the memory of one request, bounded, and `held` what a trace keeps.
//! `account` counts memory and lines of all requests, `rate` how much is written
//! in a second. All is bytes here: `dispatch` makes the lines and hands them
//! over.

mod account;
mod held;
mod holding;
mod installed;
mod lines;
mod policy;
mod rate;
mod settings;

pub use self::{account::DetailStats, settings::Detail};
pub(crate) use self::{
    held::{Ended, Held, Note, Pushed},
    installed::Installed,
    lines::{Line, Lines},
    policy::Ending,
};
