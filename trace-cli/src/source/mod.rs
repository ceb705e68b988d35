//! Where lines come from: files, also compressed and rotated, and pipes.

mod newest;
mod open;
mod progress;
mod read;
mod set;
mod spool;

pub(crate) use self::{
    open::Opened,
    read::{Complaints, Visit},
    set::{Input, Set},
};
