//! Where lines come from: files, also compressed and rotated, and pipes.

mod ahead;
mod merge;
mod newest;
mod open;
mod progress;
mod read;
mod remote;
mod set;
mod spool;
mod tail;
mod window;

pub(crate) use self::{
    read::{Complaints, Fold, Visit},
    remote::Remote,
    set::{Input, Set},
    tail::{Change, Tail},
    window::Window,
};
