//! The client side: ids go out with each request to another service.

mod carrier;
mod client;
mod failure;
mod future;
mod layer;

pub use self::{
    carrier::{Carrier, HttpRequests},
    client::Propagate,
    failure::{Boxed, CallError, Typed},
    future::CallFuture,
    layer::PropagateLayer,
};
