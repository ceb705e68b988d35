//! The client side: ids go out with each request to another service.

mod carrier;
mod failure;
mod future;
mod layer;

pub use self::{
    carrier::{Carrier, HttpRequests},
    failure::{Boxed, CallError, Typed},
    future::CallFuture,
    layer::{Propagate, PropagateLayer},
};
