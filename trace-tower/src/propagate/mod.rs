//! The client side: ids go out with each request to another service.

mod carrier;
mod future;
mod layer;

pub use self::{
    carrier::{Carrier, HttpRequests},
    future::CallFuture,
    layer::{Propagate, PropagateLayer},
};
