//! What waits to be exported: bounded, in batches, with its account.

mod batch;
mod queue;
#[cfg(test)]
mod tests;

pub(crate) use self::{
    batch::Batch,
    queue::{Bounds, Queue, Settled},
};
